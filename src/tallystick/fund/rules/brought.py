"""What was decided elsewhere and is brought over: each entry rests on a row of a published file, and is checked by it.

No votes are invented. The authority is the file's digest; the amount and the payee must be what the row says.
"""

from collections.abc import Iterator
from typing import Any

from tallystick.fund.grants import FORMATS, Grant, GrantsError, table
from tallystick.fund.rules import accounts
from tallystick.people import rules as people
from tallystick.record import rules as record
from tallystick.record import shapes
from tallystick.record.entry import Entry
from tallystick.record.facts import Fact, Facts, Refused, fact, gettext_noop, replace, require, rule


@fact("fund.Source", "sha256")
class Source(Fact):
    """A published table of grants decided elsewhere. format: which reader reads it; brought: entries so far."""

    sha256: str
    format: str
    rows: int
    brought: int
    since: str


@fact("fund.Brought", "source", "part")
class Brought(Fact):
    """One part of a source already brought over: "row/12" for a payment, "gift/<pool>" for a computed gift."""

    source: str
    part: str
    transfer: str


@rule(
    "fund.add_source",
    files=True,
    takes=shapes.Shape(sha256=shapes.digest_hex, format=shapes.one_of(*FORMATS), rows=shapes.amount),
)
def add_source(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Publish the table that later entries rest on."""
    yield from people.holds(facts, entry)
    args = entry.args
    require(
        facts.find(Source, args["sha256"]) is None,
        gettext_noop("That file is on the record already."),
        "sha256",
    )
    require(
        [args["sha256"]] == [each["sha256"] for each in entry.files],
        gettext_noop("It must list its file."),
        "sha256",
    )
    rows = len(_table(facts, args["sha256"], args["format"]))
    require(
        rows == args["rows"],
        gettext_noop("The file has {found} rows, not {rows}."),
        "rows",
        found=rows,
        rows=args["rows"],
    )
    yield record.needed(facts, args["sha256"], entry)
    yield Source(args["sha256"], args["format"], rows, 0, entry.at)


@rule(
    "fund.bring_over",
    takes=shapes.Shape(
        source=shapes.digest_hex,
        kind=shapes.one_of("gift", "payment"),
        row=shapes.whole,
        account=shapes.account_id,
        organisation=shapes.optional(shapes.reference),
        minor=shapes.amount,
        currency=shapes.currency,
    ),
    beside=shapes.Shape(happened=shapes.optional(shapes.day), computed=shapes.flag),
)
def bring_over(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """One row of the source as a payment, or the sum of a fund's rows of one year as a pooled gift (computed)."""
    yield from people.holds(facts, entry)
    args = entry.args
    source = facts.get(Source, args["source"], "source")
    account = accounts.held(facts, entry, args["account"], args["currency"], "account")
    told = _table(facts, source.sha256, source.format)
    require(
        entry.body["computed"] == (args["kind"] == "gift"),
        gettext_noop("Only a gift is computed."),
        "computed",
    )
    if args["kind"] == "gift":
        part = f"gift/{account.pool}"
        # An account for what others decided holds nothing else: nobody's gift is spent by a table.
        require(account.posted_in == 0, gettext_noop("That account holds other money."), "account")
        _gift_as_told(args, account.pool, told)
        credit, debit = accounts.outside(facts, "brought", args["currency"]), account
    else:
        part = f"row/{args['row']}"
        _out_of_its_own_gift(facts, source.sha256, account, told)
        _payment_as_told(facts, entry, account.pool, told)
        credit, debit = account, accounts.payee(facts, args["organisation"], args["currency"])
    require(
        facts.find(Brought, (source.sha256, part)) is None,
        gettext_noop("That row was brought over already."),
        "row",
    )
    yield from accounts.move(entry, credit, debit, args["minor"], posted=True)
    yield Brought(source.sha256, part, entry.id)
    yield replace(source, brought=source.brought + 1)


def _out_of_its_own_gift(facts: Facts, source: str, account: accounts.Account, told: tuple[Grant, ...]) -> None:
    """Refuse a payment by a table out of anything but the gift that the same table computed: no vote stands behind
    it, so it must not touch money that was given to this fund."""
    gift = facts.find(Brought, (source, f"gift/{account.pool}"))
    transfer = facts.find(accounts.Transfer, gift.transfer) if gift else None
    require(
        transfer is not None and transfer.debit == account.id and account.posted_in == pool_totals(told)[account.pool],
        gettext_noop("A grant of this table can only be paid from the gift that the table itself brought over."),
        "account",
    )


def _table(facts: Facts, sha256: str, format: str) -> tuple[Grant, ...]:
    try:
        return table(format, facts.file(sha256))
    except GrantsError as error:
        raise Refused(gettext_noop("That file is no such table: {why}"), "sha256", why=str(error)) from None


def _gift_as_told(args: dict[str, Any], pool: str, told: tuple[Grant, ...]) -> None:
    row, minor, organisation, currency = args["row"], args["minor"], args["organisation"], args["currency"]
    require(row == 0 and not organisation, gettext_noop("A pooled gift has no row of its own."), "row")
    total = pool_totals(told).get(pool, 0)
    require(
        all(grant.currency == currency for grant in told if grant.pool == pool),
        gettext_noop("The table is in another currency."),
        "currency",
    )
    require(
        minor == total,
        gettext_noop("The rows of {pool} add up to {total}, not {minor}."),
        "minor",
        pool=pool,
        total=total,
        minor=minor,
    )


def _payment_as_told(facts: Facts, entry: Entry, pool: str, told: tuple[Grant, ...]) -> None:
    args = entry.args
    require(1 <= args["row"] <= len(told), gettext_noop("The file has no row {row}."), "row", row=args["row"])
    grant = told[args["row"] - 1]
    require(
        not grant.broken,
        gettext_noop("Row {row} of the file cannot be read, so it cannot be brought over."),
        "row",
        row=args["row"],
    )
    payee = facts.get(people.Organisation, args["organisation"], "organisation")
    require(
        (grant.minor, grant.currency, grant.pool, grant.payee, grant.day)
        == (args["minor"], args["currency"], pool, payee.name, entry.body["happened"]),
        gettext_noop("Row {row} of the file says something else."),
        "row",
        row=args["row"],
    )


_totals: dict[int, tuple[tuple[Grant, ...], dict[str, int]]] = {}


def pool_totals(told: tuple[Grant, ...]) -> dict[str, int]:
    """Minor units by pool, over all rows of a table that can be read."""
    held = _totals.get(id(told))
    if held is None or held[0] is not told:
        sums: dict[str, int] = {}
        for grant in told:
            if not grant.broken:
                sums[grant.pool] = sums.get(grant.pool, 0) + grant.minor
        _totals.clear()
        held = _totals[id(told)] = (told, sums)
    return held[1]
