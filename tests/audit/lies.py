"""The register of lies: each tells one forgery of meaning as the last entry of an otherwise honest book.

A lie is a function of a book and whether to lie. Without lying it writes its honest twin, which an audit must accept:
so it is the lie itself that is caught, and not some slip of the story around it.
"""

from collections.abc import Callable

from tests.audit.book import Book

Lie = Callable[[Book, bool], object]
LIES: dict[str, tuple[str, Lie]] = {}


def lie(act: str) -> Callable[[Lie], Lie]:
    """Register a forgery of this act under the function's name."""

    def register(function: Lie) -> Lie:
        name = function.__name__.replace("_", " ")
        assert name not in LIES, name
        LIES[name] = (act, function)
        return function

    return register
