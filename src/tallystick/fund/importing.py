"""Bringing over a table of grants that were decided elsewhere: what would happen, and doing it.

Everything goes through acts, a thousand to a transaction. Each act's id is made from the table's digest and what the
act is about, so that a second run, or one that goes on where another was killed, adds only what is missing.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from tallystick.fund.acts import books, brought
from tallystick.fund.grants import Grant, GrantsError, read, table
from tallystick.fund.models import Transfer
from tallystick.fund.rules.accounts import Account, Holder, Pool, held_id
from tallystick.fund.rules.brought import Brought, Source, pool_totals
from tallystick.people import acts as people
from tallystick.people.rules import Mandate, Organisation
from tallystick.record import clock
from tallystick.record.append import Actor, batch
from tallystick.record.entry import decode
from tallystick.record.facts import Refused, gettext_noop
from tallystick.record.models import EntryRow
from tallystick.record.store import stored

BATCH = 1_000  # acts in one transaction
NEEDED = (
    "people.add_organisation", "fund.add_holder", "fund.open_pool", "fund.open_account", "fund.add_source",
    "fund.bring_over",
)  # fmt: skip
HOLDERS = {"ocha_pooled_funds": ("ocha", "UN OCHA", "un_agency")}
SECTOR = "grantee"

Progress = Callable[[int, int], None]
"""Told the number of acts done and the number there are."""

Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be known of a row that was brought over, or had nothing to bring."""

    row: int
    text: str


@dataclass(slots=True)
class Plan:
    """What a table would bring. Sums in minor units of its currency; rows are counted from 1.

    pools: minor units by fund and year. payments: of rows not yet brought over; already: rows that were. zero: rows
    without a sum. errors: broken rows, and funds and years that another table has brought over.
    """

    source: str
    rows: int = 0
    minor: int = 0
    currency: str = ""
    pools: dict[str, int] = field(default_factory=dict)
    payments: list[Grant] = field(default_factory=list)
    already: int = 0
    zero: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    errors: list[GrantsError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. new, already: payments; acts: entries written, of every kind; the rest as in `Plan`."""

    source: str
    new: int
    already: int
    acts: int
    minor: int
    currency: str
    zero: list[Note]
    notes: list[Note]
    errors: list[GrantsError]


def default_holder(format: str) -> str:
    """Who held the money that such a table tells of, unless the caller says otherwise."""
    return HOLDERS[format][0]


def acting(by: str = "", mandate: str = "") -> Actor:
    """Who brings the table over: a member with a mandate that covers every step and holds now.

    by, mandate: a member's and a mandate's id; without them the first founder and the first mandate that will do.
    Refused where there is none.
    """
    now = clock.now()
    if not by and not mandate:
        first = EntryRow.objects.filter(index=0).first()
        if first is None:
            raise Refused(gettext_noop("This fund has not been founded yet."))
        by = decode(bytes(first.data), 0).by
    for each in stored(Mandate):
        holds = each.starts <= now < each.ends and not (each.ended and now >= each.ended)
        named = (not by or each.member == by) and (not mandate or each.id == mandate)
        if named and holds and set(NEEDED) <= set(each.acts):
            return Actor(each.member, each.committee, each.id)
    raise Refused(
        gettext_noop("No mandate that holds today covers all of {acts}. Name a member with --by, or a --mandate."),
        acts=", ".join(NEEDED),
    )


def plan(content: bytes, format: str, holder: str = "") -> Plan:
    """What bringing this table over would do now. GrantsError where it is no such table at all."""
    rows = table(format, content)
    _, errors = read(format, content) if any(each.broken for each in rows) else ([], [])
    found = Plan(hashlib.sha256(content).hexdigest(), rows=len(rows), errors=list(errors))
    holder = holder or default_holder(format)
    parts = {each.part for each in stored(Brought) if each.source == found.source}
    taken = _begun(found.source, holder)
    names = {each.id: each.name for each in stored(Organisation)}
    found.currency = next((each.currency for each in rows if not each.broken), "")
    totals = pool_totals(rows)
    for pool, minor in totals.items():
        if pool in taken:
            text = f"{pool} was brought over from another table; a second one cannot add to it."
            found.errors.append(GrantsError(text, next(each.row for each in rows if each.pool == pool)))
        else:
            found.pools[pool] = minor
    for grant in rows:
        if grant.pool in found.pools:
            _plan_row(found, grant, f"row/{grant.row}" in parts, names)
    return found


def _plan_row(found: Plan, grant: Grant, already: bool, names: dict[str, str]) -> None:
    if not grant.minor:
        found.zero.append(Note(grant.row, f"{grant.pool_name}, {grant.payee}: the budget is zero."))
        return
    if names.get(grant.payee_ref, grant.payee) != grant.payee:
        text = f"{grant.payee_ref} is {names[grant.payee_ref]!r} on the record, not {grant.payee!r}."
        found.errors.append(GrantsError(text, grant.row, "OrganizationName"))
        return
    found.notes += [Note(grant.row, text) for text in grant.notes]
    found.minor += grant.minor
    if already:
        found.already += 1
    else:
        found.payments.append(grant)


def _begun(source: str, holder: str) -> set[str]:
    """The pools whose gift came from another table: its rows and this one's may be the same grants. Refused where
    this table was begun with another holder: its money would be counted twice."""
    others = set()
    for each in stored(Brought):
        if each.part.startswith("gift/"):
            pool = each.part.removeprefix("gift/")
            began = Transfer.objects.get(pk=each.transfer).debit_id.split("/")[0]
            if each.source != source:
                others.add(pool)
            elif began != holder:
                raise Refused(
                    gettext_noop("This table was begun with the holder {began}; go on with that one."),
                    "holder",
                    began=began,
                )
    return others


def bring_grants(
    actor: Actor, content: bytes, format: str, name: str, holder: str = "", progress: Progress | None = None
) -> Imported:
    """Bring a table over: its file, organisations, pools and accounts, one computed gift a pool, a payment a grant.

    Organisations, pools and accounts that are there are used. A broken row is left out and reported; so is one
    without a sum. GrantsError where it is no such table; Refused where the rules say no: what was brought over before
    stays, and the next run goes on from there.
    """
    found = plan(content, format, holder)
    import_ = _Import(actor, found, holder or default_holder(format), format)
    steps = list(import_.steps(content, name))
    waiting = iter(steps)
    done = 0
    while some := list(islice(waiting, BATCH)):
        with batch():
            for step in some:
                step()
        done += len(some)
        if progress is not None:
            progress(done, len(steps))
    return Imported(
        found.source,
        len(found.payments),
        found.already,
        len(steps),
        found.minor,
        found.currency,
        found.zero,
        found.notes,
        found.errors,
    )


class _Import:
    """The acts that are still missing, in an order in which each finds what it rests on."""

    def __init__(self, actor: Actor, found: Plan, holder: str, format: str) -> None:
        self.actor, self.found, self.holder, self.format = actor, found, holder, format

    def _act(self, about: str) -> Actor:
        """The actor with this act's own id: always the same for the same table and part."""
        digest = hashlib.sha256(f"{self.found.source} {self.holder} {about}".encode()).digest()
        return replace(self.actor, entry_id=str(uuid.UUID(bytes=digest[:16], version=4)))

    def steps(self, content: bytes, name: str) -> Iterator[Step]:
        """Each step is one act."""
        found = self.found
        if found.source not in {each.sha256 for each in stored(Source)}:
            yield partial(brought.add_source, self._act("file"), content=content, format=self.format, name=name)
        if self.holder not in {each.id for each in stored(Holder)}:
            own, called, form = HOLDERS[self.format]
            called, form = (called, form) if self.holder == own else (self.holder, "other")
            yield partial(books.add_holder, self._act("holder"), id=self.holder, name=called, legal_form=form)
        yield from self._organisations()
        yield from self._pools()
        for grant in found.payments:
            yield partial(self._pay, grant)

    def _organisations(self) -> Iterator[Step]:
        known = {each.id for each in stored(Organisation)}
        missing = {each.payee_ref: each.payee for each in self.found.payments if each.payee_ref not in known}
        for ref, payee in missing.items():
            actor = self._act(f"organisation/{ref}")
            yield partial(people.add_organisation, actor, id=ref, name=payee, sector=SECTOR)

    def _pools(self) -> Iterator[Step]:
        pools = {each.id for each in stored(Pool)}
        accounts = {each.id for each in stored(Account)}
        gifts = {each.part for each in stored(Brought) if each.source == self.found.source}
        currency = self.found.currency
        for pool, pool_name in {each.pool: each.pool_name for each in self.found.payments}.items():
            account = held_id(self.holder, pool, currency)
            if pool not in pools:
                actor = self._act(f"pool/{pool}")
                yield partial(books.open_pool, actor, id=pool, name=pool_name, purpose="any", place="any")
            if account not in accounts:
                actor = self._act(f"account/{pool}")
                yield partial(books.open_account, actor, holder=self.holder, pool=pool, currency=currency)
            if f"gift/{pool}" not in gifts:
                yield partial(self._give, account, self.found.pools[pool])

    def _give(self, account: str, minor: int) -> None:
        brought.bring_over(
            self._act(f"gift/{account}"),
            source=self.found.source,
            kind="gift",
            account=account,
            minor=minor,
            currency=self.found.currency,
        )

    def _pay(self, grant: Grant) -> None:
        brought.bring_over(
            self._act(f"row/{grant.row}"),
            source=self.found.source,
            kind="payment",
            row=grant.row,
            account=held_id(self.holder, grant.pool, grant.currency),
            organisation=grant.payee_ref,
            minor=grant.minor,
            currency=grant.currency,
            happened=grant.day,
        )
