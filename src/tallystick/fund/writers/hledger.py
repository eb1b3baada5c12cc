"""The books as an hledger journal (hledger 1.25 or newer; `hledger check --strict` accepts it).

Names of accounts can be turned back: `assets:local-bank:general:USD` is the record's account
`local-bank/general/USD`. The first part says only what kind it is; in the others, "%3A" stands for a colon
and a lone "%" for nothing at all. No id on the record holds "%", so no two accounts have one name.
"""

from collections.abc import Iterable, Iterator, Mapping

from tallystick.fund import writers
from tallystick.fund.rules.accounts import Account, Transfer
from tallystick.record import shapes


def account_name(account: Account) -> str:
    """An account's name in the journal. ValueError when its id is none that the record allows."""
    if not shapes.account_id(account.id):
        raise ValueError(f"{account.id!r} is no id of an account.")
    parts = (part.replace(":", "%3A") or "%" for part in account.id.split("/"))
    return ":".join((writers.root(account).lower(), *parts))


def account_id(name: str) -> str:
    """The record's id for a name that `account_name` made."""
    return "/".join("" if part == "%" else part.replace("%3A", ":") for part in name.split(":")[1:])


def journal(
    accounts: Iterable[Account], transfers: Iterable[Transfer], exponents: Mapping[str, int], title: str = ""
) -> Iterator[str]:
    """Lines, each with its line end. exponents: decimals by currency. Transfers are streamed, in any order.

    Ends with an assertion of every balance as the accounts themselves have it (posted and pending), so that
    hledger refuses the journal unless its own sums agree. ValueError for a transfer whose account is not
    listed.
    """
    known = writers.listed(accounts, exponents)
    names = {account.id: account_name(account) for account in known}
    if title:
        yield f"; {title.translate(writers.HARMLESS)}\n"
    yield from _declared(known, names, exponents)
    last = "1970-01-01"
    for transfer in writers.booked(transfers, known):
        on, currency = writers.day(transfer), transfer.currency
        last = max(last, on)
        amount = writers.decimal(transfer.minor, exponents[currency])
        mark = "*" if transfer.state == "posted" else "!"
        yield f"{on} {mark} ({transfer.id}) {transfer.act}{_why(transfer)}\n"
        yield f"  {names[transfer.debit]}  {amount} {currency}\n"
        yield f"  {names[transfer.credit]}  -{amount} {currency}\n"
    yield from _balances(known, names, exponents, last)


def _declared(known: list[Account], names: Mapping[str, str], exponents: Mapping[str, int]) -> Iterator[str]:
    yield "decimal-mark .\n"
    for currency in sorted({account.currency for account in known}):
        # hledger wants a decimal mark in a commodity's sample, even where no decimals follow.
        yield f"commodity {'1000.' + '0' * exponents[currency]} {currency}\n"
    for account in known:
        yield f"account {names[account.id]}\n"
    yield "\n"


def _balances(known: list[Account], names: Mapping[str, str], exponents: Mapping[str, int], last: str) -> Iterator[str]:
    if known:
        yield f"\n{last} * Balances as the record has them\n"
    for account in known:
        nought = writers.decimal(0, exponents[account.currency])
        total = writers.decimal(writers.balance(account), exponents[account.currency])
        # "==": this and no other currency.
        yield f"  {names[account.id]}  {nought} {account.currency} == {total} {account.currency}\n"


def _why(transfer: Transfer) -> str:
    """Purpose and place as hledger's tags."""
    tags = f"purpose:{transfer.purpose}, " if transfer.purpose else ""
    tags += f"place:{transfer.place}" if transfer.place else ""
    return f"  ; {tags.removesuffix(', ').translate(writers.HARMLESS)}" if tags else ""
