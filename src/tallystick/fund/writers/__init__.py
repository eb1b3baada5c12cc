"""The books in other programs' formats, so that people can check our sums with tools nobody here wrote.

Both journals hold one transaction for each posted transfer, one marked "!" for each pending one and none for
a void one, on the UTC day it was posted, or made while pending. An account that receives is debited (+), one
that gives is credited (-).
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from tallystick.fund.rules.accounts import Account, Transfer

ROOTS = {"held": "Assets", "purse": "Assets", "ended": "Assets", "payee": "Expenses"}
OUTSIDE = {"gifts": "Income", "brought": "Income", "persons": "Expenses"}  # all others: Equity

# Codes and ids hold none of these; should one ever come through, it must not end a line or a quotation.
HARMLESS: dict[int, str] = dict.fromkeys((*range(32), *map(ord, '"\\;()[]|^#')), "?")


def root(account: Account) -> str:
    """Under which of the five headings of bookkeeping an account stands. Its id does not depend on it."""
    if account.kind == "outside":
        return OUTSIDE.get(account.id.removeprefix("outside/").split("/")[0], "Equity")
    return ROOTS.get(account.kind, "Equity")


def balance(account: Account) -> int:
    """In minor units, pending transfers counted on both sides, as both programs count them."""
    return account.posted_in + account.pending_in - account.posted_out - account.pending_out


def decimal(minor: int, exponent: int) -> str:
    """Minor units as a decimal number: (-5, 2) is "-0.05", (5, 0) is "5". Exact."""
    if not exponent:
        return str(minor)
    digits = str(abs(minor)).rjust(exponent + 1, "0")
    return f"{'-' if minor < 0 else ''}{digits[:-exponent]}.{digits[-exponent:]}"


def listed(accounts: Iterable[Account], exponents: Mapping[str, int]) -> list[Account]:
    """The accounts by id. ValueError when one stands twice or its currency has no exponent."""
    found = sorted(accounts, key=lambda account: account.id)
    for account, after in pairwise(found):
        if account.id == after.id:
            raise ValueError(f"The account {account.id} is listed twice.")
    for account in found:
        if account.currency not in exponents:
            raise ValueError(f"{account.id} is in {account.currency}, for which no number of decimals is given.")
    return found


def day(transfer: Transfer) -> str:
    """The UTC day on which a transfer was posted, or made while it is pending."""
    return (transfer.ended or transfer.at)[:10]


def booked(transfers: Iterable[Transfer], accounts: Iterable[Account]) -> Iterator[Transfer]:
    """The transfers but void ones. ValueError for one whose accounts are not listed, or in another currency."""
    currencies = {account.id: account.currency for account in accounts}
    for transfer in transfers:
        if not currencies.get(transfer.debit) == currencies.get(transfer.credit) == transfer.currency:
            wrong = "names an account that is not listed, or in another currency"
            raise ValueError(f"The transfer {transfer.id} {wrong}.")
        if transfer.state != "void":
            yield transfer
