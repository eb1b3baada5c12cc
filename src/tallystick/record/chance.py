"""The one source of randomness for ids, salts, decoys and orders. Rules never use it.

Outside the demo it is the operating system's. The demo's fund is told from a seed, so that two demos are alike to
the last digest; `seeded` is refused nowhere, but only `site demo` and tests call it.
"""

import random
import secrets
import uuid
from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_seeded: ContextVar[random.Random | None] = ContextVar("chance", default=None)


def new_id() -> str:
    """A fresh UUIDv4 for an act or a fact."""
    return str(uuid.UUID(bytes=random_bytes(16), version=4))


def random_bytes(count: int) -> bytes:
    """So many unguessable bytes."""
    source = _seeded.get()
    return source.randbytes(count) if source else secrets.token_bytes(count)


def shuffle(values: MutableSequence[Any]) -> None:
    """Put the values into an order that tells nothing."""
    (_seeded.get() or secrets.SystemRandom()).shuffle(values)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let everything random inside come from a seed."""
    token = _seeded.set(random.Random(seed))
    try:
        yield
    finally:
        _seeded.reset(token)
