"""The shapes of what entries may hold: codes, amounts, references, digests, names. There is no shape for free text.

A shape refuses unknown and missing fields by name, so that nothing can hide in an entry. Pure.
"""

import re
from collections.abc import Callable
from typing import Any

from tallystick.record.facts import Refused, gettext_noop

LARGEST = 2**53  # RFC 8785: beyond this a JSON number is not the same for every reader
LONGEST_NAME = 120

Check = Callable[[Any], Any]
"""Truthy for a value of the kind. May raise TypeError for one of another type; a Shape takes that as a no."""


def _pattern(expression: str) -> Check:
    return re.compile(expression, re.ASCII).fullmatch


IDENTIFIER = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
MOMENT = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ"
ACT_NAME = r"[a-z]{1,20}\.[a-z_]{1,40}"

identifier = _pattern(IDENTIFIER)
reference = _pattern(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")  # an outside number: a bank's, a row's, an organisation's
account_id = _pattern(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}")
slug = _pattern(r"[a-z0-9][a-z0-9-]{0,39}")  # a holder's, pool's or programme's short public name
code = _pattern(r"[a-z0-9_]{1,40}(\.[a-z0-9_]{1,40}){0,5}")  # a dotted code; a wider one allows a narrower
act_name = _pattern(ACT_NAME)
digest_hex = _pattern(r"[0-9a-f]{64}")
digest64 = _pattern(r"[A-Za-z0-9_-]{43}")  # RFC 9901: base64url of SHA-256
base64text = _pattern(r"[A-Za-z0-9+/]{1,120}={0,2}")
currency = _pattern(r"[A-Z]{3}")
moment = _pattern(MOMENT)
day = _pattern(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
file_name = _pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")  # what a download is called; never free words
zone = _pattern(r"[A-Za-z]{1,30}(/[A-Za-z0-9_+-]{1,30}){0,2}")
language = _pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
month_day = _pattern(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
origin = _pattern(r"[^\s+]{1,200}")
verifier_key = _pattern(r"[^\s+]{1,200}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{1,80}")


def name(value: Any) -> bool:
    """A name of the commission, a committee, an organisation, a holder or a code: one line, at most 120 characters."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value == value.strip() and value.isprintable()


def amount(value: Any) -> bool:
    """Money in minor units, more than nothing."""
    return type(value) is int and 0 < value <= LARGEST


def whole(value: Any) -> bool:
    """A whole number from nought."""
    return type(value) is int and 0 <= value <= LARGEST


def flag(value: Any) -> bool:
    """True or false."""
    return value is True or value is False


def optional(check: Check) -> Check:
    """The empty string, or what the check takes."""
    return lambda value: value == "" or check(value)


def one_of(*values: str) -> Check:
    """One of a fixed set of words."""
    return lambda value: isinstance(value, str) and value in values


def listed(check: Check, least: int = 0, most: int = 500) -> Check:
    """A list of values that each pass the check."""
    return lambda value: isinstance(value, list) and least <= len(value) <= most and all(map(check, value))


def sealed(value: Any) -> bool:
    """A private value's place: {"sealed": digest}."""
    return isinstance(value, dict) and value.keys() == {"sealed"} and digest64(value["sealed"])


class Shape:
    """A JSON object with exactly these fields, each with its check. Usable as a check itself."""

    __slots__ = ("_keys", "fields")

    def __init__(self, **checks: Check) -> None:
        self.fields = {field.rstrip("_"): check for field, check in checks.items()}
        self._keys = self.fields.keys()

    def check(self, value: Any, where: str) -> None:
        """Refuse, naming the field, unless the value is of this shape."""
        if not isinstance(value, dict):
            raise Refused(gettext_noop("{where} is missing or no object."), where, where=where)
        if value.keys() != self._keys:
            self._wrong_fields(value, where)
        self.check_values(value)

    def check_values(self, value: dict[str, Any]) -> None:
        """Refuse unless each field's value passes; other fields are not looked at."""
        field = ""
        try:
            for field, check in self.fields.items():
                if not check(value[field]):
                    break
            else:
                return
        except TypeError:
            pass
        raise Refused(gettext_noop("{name} cannot be {value}."), field, name=field, value=repr(value[field])[:80])

    def _wrong_fields(self, value: dict[str, Any], where: str) -> None:
        missing = sorted(self._keys - value.keys())
        if missing:
            raise Refused(gettext_noop("{where} lacks {name}."), missing[0], where=where, name=missing[0])
        extra = sorted(value.keys() - self._keys)
        raise Refused(gettext_noop("{where} has an unknown field {name}."), extra[0], where=where, name=extra[0])

    def __call__(self, value: Any) -> bool:
        return (
            isinstance(value, dict)
            and value.keys() == self._keys
            and all(check(value[field]) for field, check in self.fields.items())
        )


limit = Shape(currency=currency, per_act=amount, per_month=amount)
file_listing = Shape(sha256=digest_hex, bytes=whole, type=_pattern(r"[a-z]{1,20}/[a-z0-9.+-]{1,80}"), name=file_name)
