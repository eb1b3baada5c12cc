"""The books as a Beancount file (Beancount 3; `bean-check` accepts it).

Beancount wants each part of a name to begin with a capital or a digit and to hold letters, digits and
hyphens only. `Assets:Local-bank:General:USD` is the record's account `local-bank/general/USD`; `account_id`
turns names back:

- the first part says only what kind it is; then come the id's first part, its middle, its last part. In the
  middle of an organisation's account "/" is written "--2F", because a balance in Beancount counts the
  accounts underneath;
- any other mark, and a hyphen not followed by a letter or digit, is "--" and its two hexadecimal digits;
- a part's small first letter is made a capital ("bank", "Bank"); a part that begins with two capitals or a
  digit stays as it is ("USD"); any other stands behind "X--00" ("Bank" is "X--00Bank").
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from tallystick.fund import writers
from tallystick.fund.rules.accounts import Account, Transfer
from tallystick.record import shapes

BEGINNING = "1970-01-01"  # accounts must be open before they are used, and transfers are streamed
AS_IT_STANDS = "X--00"

_outside = re.compile(r"[^A-Za-z0-9-]|-(?![A-Za-z0-9]|\Z)", re.ASCII)
_escape = re.compile(r"--([0-9A-F]{2})")
_small = re.compile(r"[a-z](?![A-Z])")
_stays = re.compile(r"[0-9]|[A-Z][A-Z]")


def account_name(account: Account) -> str:
    """An account's name in the file. ValueError when its id is none that the record allows."""
    if not shapes.account_id(account.id):
        raise ValueError(f"{account.id!r} is no id of an account.")
    parts = account.id.split("/")
    if account.kind == "payee" and len(parts) > 3:
        parts = [parts[0], "/".join(parts[1:-1]), parts[-1]]
    return ":".join((writers.root(account), *map(_written, parts)))


def account_id(name: str) -> str:
    """The record's id for a name that `account_name` made."""
    return "/".join(map(_read, name.split(":")[1:]))


def _written(part: str) -> str:
    escaped = _outside.sub(lambda match: f"--{ord(match[0]):02X}", part)
    if _stays.match(escaped):
        return escaped
    if _small.match(escaped):
        return escaped[0].upper() + escaped[1:]
    return AS_IT_STANDS + escaped


def _read(part: str) -> str:
    if part.startswith(AS_IT_STANDS):
        part = part.removeprefix(AS_IT_STANDS)
    elif not _stays.match(part):
        part = part[0].lower() + part[1:]
    return _escape.sub(lambda match: chr(int(match[1], 16)), part)


def journal(
    accounts: Iterable[Account], transfers: Iterable[Transfer], exponents: Mapping[str, int], title: str = ""
) -> Iterator[str]:
    """Lines, each with its line end. exponents: decimals by currency. Transfers are streamed, in any order.

    Ends with an assertion of every balance as the accounts themselves have it (posted and pending), without
    tolerance, so that bean-check refuses the file unless its own sums agree. ValueError for a transfer
    whose account is not listed, and for two accounts of which one would stand underneath the other.
    """
    known = writers.listed(accounts, exponents)
    names = {account.id: account_name(account) for account in known}
    _none_underneath(names)
    if title:
        yield f'option "title" "{title.translate(writers.HARMLESS)}"\n'
    for currency in sorted({account.currency for account in known}):
        yield f'option "operating_currency" "{currency}"\n{BEGINNING} commodity {currency}\n'
    for account in known:
        yield f"{BEGINNING} open {names[account.id]} {account.currency}\n"
    yield "\n"
    last = BEGINNING
    for transfer in writers.booked(transfers, known):
        on, currency = writers.day(transfer), transfer.currency
        last = max(last, on)
        amount = writers.decimal(transfer.minor, exponents[currency])
        why = f"{transfer.purpose} {transfer.place}".strip().translate(writers.HARMLESS)
        mark = "*" if transfer.state == "posted" else "!"
        yield f'{on} {mark} "{transfer.act}" "{why}" ^{transfer.id}\n'
        yield f"  {names[transfer.debit]}  {amount} {currency}\n"
        yield f"  {names[transfer.credit]}  -{amount} {currency}\n"
    yield "\n"
    # Beancount looks at a balance when its day begins.
    after = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    for account in known:
        total = writers.decimal(writers.balance(account), exponents[account.currency])
        yield f"{after} balance {names[account.id]}  {total} ~ 0 {account.currency}\n"


def _none_underneath(names: Mapping[str, str]) -> None:
    taken = {name: account_id for account_id, name in names.items()}
    for name, account_id in taken.items():
        parts = name.split(":")
        for end in range(2, len(parts)):
            above = ":".join(parts[:end])
            if above in taken:
                wrong = f"{account_id} would be counted in {taken[above]}"
                raise ValueError(f"{wrong}; Beancount cannot keep them apart.")
