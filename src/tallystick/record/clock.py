"""The server's clock, in whole seconds. Only what writes entries reads it; rules never do."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from tallystick.record.days import moment

_set: ContextVar[str] = ContextVar("clock", default="")


def now() -> str:
    """The present moment, "2026-11-22T10:00:00Z"."""
    return _set.get() or moment(datetime.now(UTC))


@contextmanager
def set_to(at: str) -> Iterator[None]:
    """Let the clock stand at a moment: the demo's history and the tests are told this way, never a live commission."""
    token = _set.set(at)
    try:
        yield
    finally:
        _set.reset(token)
