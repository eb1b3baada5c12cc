"""The fund's figures for pages: sums from the accounts, flows and months from the transfers, added up by the database.

All sums are minor units. Nothing here writes, and nothing reads a transfer one by one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Sum
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from tallystick.fund.grants import table
from tallystick.fund.models import Account, Brought, Holder, Pool, Programme, Source, Transfer
from tallystick.fund.names import OUTSIDE
from tallystick.record import days
from tallystick.record.files import read_file

OURS = ("held", "purse", "ended")
CAME = ("gifts", "opening", "brought")
POOLS_DRAWN = 6  # a phone shows no more; the table beneath holds them all


@dataclass
class Sums:
    """One currency's figures. came: by source (gifts, opening, brought); out: to organisations and people."""

    currency: str
    came: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CAME, 0))
    organisations: int = 0
    people: int = 0
    in_hand: int = 0
    set_aside: int = 0
    pending: int = 0
    exchanged: int = 0

    @property
    def came_in(self) -> int:
        """Gifts, opening balances and what was brought over, less what was taken back."""
        return sum(self.came.values())

    @property
    def went_out(self) -> int:
        """To organisations and to people, as told."""
        return self.organisations + self.people

    @property
    def brought_in(self) -> int:
        """What was not decided here: opening balances and what was brought over."""
        return self.came["opening"] + self.came["brought"]


def totals() -> list[Sums]:
    """The figures of each currency in which money ever came, the one with most of it first."""
    found: dict[str, Sums] = {}
    rows = (
        Account.objects.exclude(kind="outside")
        .values("currency_id", "kind")
        .annotate(i=Sum("posted_in"), o=Sum("posted_out"), p=Sum("pending_out"))
    )
    for row in rows:
        sums = found.setdefault(row["currency_id"], Sums(row["currency_id"]))
        if row["kind"] == "payee":
            sums.organisations += row["i"] - row["o"]
        elif row["kind"] == "held":
            sums.in_hand += row["i"] - row["o"] - row["p"]
            sums.pending += row["p"]
        else:
            sums.set_aside += row["i"] - row["o"] - row["p"]
    for account in Account.objects.filter(kind="outside"):
        sums = found.setdefault(account.currency_id, Sums(account.currency_id))
        what = account.id.split("/")[1]
        net = account.posted_in - account.posted_out
        if what in CAME:
            sums.came[what] -= net
        elif what == "persons":
            sums.people += net
        elif what == "exchange":
            sums.exchanged -= net
    moved = [sums for sums in found.values() if any(sums.came.values()) or sums.exchanged]
    return sorted(moved, key=lambda sums: (-sums.came_in, sums.currency))


@dataclass
class Kept:
    """A holder or a pool with what it has: (currency, in hand, set aside, on its way) each."""

    row: Any
    sums: list[tuple[str, int, int, int]]


def _kept(by: str) -> dict[str, list[tuple[str, int, int, int]]]:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    rows = (
        Account.objects.filter(kind__in=OURS)
        .values(by, "currency_id", "kind")
        .annotate(i=Sum("posted_in"), o=Sum("posted_out"), p=Sum("pending_out"))
    )
    for row in rows:
        place = sums[row[by], row["currency_id"]]
        place[0 if row["kind"] == "held" else 1] += row["i"] - row["o"] - row["p"]
        place[2] += row["p"]
    kept: dict[str, list[tuple[str, int, int, int]]] = defaultdict(list)
    for (key, currency), (hand, aside, pending) in sorted(sums.items()):
        kept[key].append((currency, hand, aside, pending))
    return kept


def holders() -> list[Kept]:
    """Who has the money, with what each has. Currencies without any are left out."""
    kept = _kept("holder_id")
    return [
        Kept(each, [row for row in kept.get(each.id, []) if any(row[1:])]) for each in Holder.objects.order_by("name")
    ]


@dataclass
class Restricted:
    """A pool with its money in one currency: came in, went out, in hand, set aside, on its way."""

    pool: Pool
    currency: str
    came: int
    went: int
    hand: int
    aside: int
    pending: int
    brought: bool


def pools(flows: "list[Flow]") -> list[Restricted]:
    """Each pool by the currencies in which it has or had money, the newest appeals first; "" where it never had any.

    `flows` are those of `flow`, added up here by pool.
    """
    came: dict[tuple[str, str], int] = defaultdict(int)
    went: dict[tuple[str, str], int] = defaultdict(int)
    brought = set()
    for each in flows:
        if each.what in CAME:
            came[each.pool, each.currency] += each.minor
        elif each.what in ("payee", "persons"):
            went[each.pool, each.currency] -= each.minor
        if each.what == "brought":
            brought.add(each.pool)
    kept = _kept("pool_id")
    told = []
    for pool in Pool.objects.order_by("-since", "name"):
        rows = kept.get(pool.id, [("", 0, 0, 0)])
        moved = [row for row in rows if any(row[1:]) or came[pool.id, row[0]] or went[pool.id, row[0]]]
        for currency, hand, aside, pending in moved or [("", 0, 0, 0)]:
            key = (pool.id, currency)
            told.append(Restricted(pool, currency, came[key], went[key], hand, aside, pending, pool.id in brought))
    return told


@dataclass(frozen=True)
class Flow:
    """Money between the outside and one pool, net. what: an outside account's name, or "payee". in: above nought."""

    currency: str
    what: str
    pool: str
    minor: int


def flow() -> list[Flow]:
    """Net posted money between each pool and what lies outside, from all transfers in two sums."""
    net: dict[tuple[str, str, str], int] = defaultdict(int)
    posted = Transfer.objects.filter(state="posted")
    sides = (
        (posted.exclude(credit__kind__in=OURS).filter(debit__kind__in=OURS), "credit", "debit", 1),
        (posted.exclude(debit__kind__in=OURS).filter(credit__kind__in=OURS), "debit", "credit", -1),
    )
    for rows, out, ours, sign in sides:
        # All outside accounts are few; all payees together count as one.
        named = rows.filter(**{f"{out}__kind": "outside"}).values("currency_id", f"{out}_id", f"{ours}__pool_id")
        paid = rows.filter(**{f"{out}__kind": "payee"}).values("currency_id", f"{ours}__pool_id")
        for row in named.annotate(total=Sum("minor")):
            what = row[f"{out}_id"].split("/")[1]
            net[row["currency_id"], what, row[f"{ours}__pool_id"]] += sign * row["total"]
        for row in paid.annotate(total=Sum("minor")):
            net[row["currency_id"], "payee", row[f"{ours}__pool_id"]] += sign * row["total"]
    return [Flow(currency, what, pool, minor) for (currency, what, pool), minor in sorted(net.items()) if minor]


def links(flows: Iterable[Flow], kept: Iterable[Restricted], currency: str) -> list[tuple[str, str, int]]:
    """The flow picture's links: gifts → pools → where the money went or is. Small pools are drawn as one."""
    rows = [each for each in kept if each.currency == currency]
    size = {each.pool.id: each.came + each.hand + each.aside for each in rows}
    biggest = sorted(size, key=lambda pool: (-size[pool], pool))
    drawn = biggest if len(biggest) <= POOLS_DRAWN else biggest[: POOLS_DRAWN - 1]
    name = {each.pool.id: _("“%(pool)s”") % {"pool": each.pool.name} for each in rows if each.pool.id in drawn}
    other = _("All other money")
    sums: dict[tuple[str, str], int] = defaultdict(int)
    ends = {"payee": _("To organisations"), "persons": _("To people")}
    for each in flows:
        if each.currency != currency:
            continue
        pool = name.get(each.pool, other)
        if each.minor > 0:
            source = _("From another currency") if each.what == "exchange" else str(OUTSIDE.get(each.what, each.what))
            sums[source, pool] += each.minor
        else:
            target = _("To another currency") if each.what == "exchange" else ends.get(each.what, _("Given back"))
            sums[pool, target] -= each.minor
    for row in rows:
        pool = name.get(row.pool.id, other)
        sums[pool, _("In hand")] += row.hand
        sums[pool, _("Set aside")] += row.aside
        sums[pool, _("On its way")] += row.pending
    return [(source, target, minor) for (source, target), minor in sums.items() if minor > 0]


@dataclass(frozen=True)
class MonthSums:
    """One month of the fund's own calendar: "2026-11", came in, went out; brought over money is left out."""

    month: str
    came: int
    went: int


def months(currency: str, zone: str) -> list[MonthSums]:
    """Money by month from the first to the last in which it moved, months without any among them.

    Days are the fund's own: the database adds up by hour of UTC, whole hours are put into local months here.
    """
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    rows = Transfer.objects.filter(state="posted", currency=currency).exclude(act="fund.bring_over")
    came = rows.filter(credit__kind="outside", debit__kind__in=OURS).exclude(credit_id=f"outside/exchange/{currency}")
    back = rows.filter(debit__kind="outside", credit__kind__in=OURS, act="fund.reverse")
    paid = rows.filter(credit__kind__in=OURS, debit__kind="payee")
    told = rows.filter(debit_id=f"outside/persons/{currency}")
    unpaid = rows.filter(credit__kind="payee", debit__kind__in=OURS)
    for part, place, sign in ((came, 0, 1), (back, 0, -1), (paid, 1, 1), (told, 1, 1), (unpaid, 1, -1)):
        when = F("at") if place == 0 else F("ended")
        by_hour = part.annotate(hour=Substr(when, 1, 13)).values("hour").annotate(total=Sum("minor"))
        for row in by_hour:
            sums[days.local_month(f"{row['hour']}:00:00Z", zone)][place] += sign * row["total"]
    if not sums:
        return []
    return [MonthSums(month, *sums.get(month, (0, 0))) for month in _between(min(sums), max(sums))]


def _between(first: str, last: str) -> list[str]:
    year, month = map(int, first.split("-"))
    found = []
    while (at := f"{year:04d}-{month:02d}") <= last:
        found.append(at)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


@dataclass(frozen=True)
class BroughtYear:
    """What the source files say was paid in one year; "" for rows without a date."""

    year: str
    payments: int
    minor: int


def brought_by_year(currency: str) -> list[BroughtYear]:
    """Payments brought over, by the year in which their source says they were approved."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for source in Source.objects.all():
        content = read_file(source.sha256)
        if content is None:
            continue
        rows = table(source.format, content)
        parts = Brought.objects.filter(source=source, part__startswith="row/").values_list("part", flat=True)
        for part in parts:
            grant = rows[int(part[4:]) - 1]
            if grant.currency == currency:
                place = sums[grant.day[:4]]
                place[0] += 1
                place[1] += grant.minor
    return [BroughtYear(year, *sums[year]) for year in sorted(sums)]


@dataclass(frozen=True)
class Purse:
    """A programme with its purse as last told, and how often it told a total."""

    programme: Programme
    purse: int
    left: int


def programmes() -> list[Purse]:
    """Every programme, running ones first, the newest first."""
    purses = {each.owner: each.posted_in - each.posted_out for each in Account.objects.filter(kind="purse")}
    rows = Programme.objects.select_related("committee").order_by("ended", "-opened")
    return [Purse(each, purses.get(each.id, 0), each.total - each.set_aside) for each in rows]


def paid_to(organisation: str) -> list[tuple[str, int, int]]:
    """What one organisation was paid: (currency, posted, on its way)."""
    rows = Account.objects.filter(kind="payee", owner=organisation).order_by("currency")
    return [(each.currency_id, each.posted_in - each.posted_out, each.pending_in) for each in rows]


def waiting() -> int:
    """How many payments wait for the bank."""
    return int(Transfer.objects.filter(state="pending").aggregate(n=Count("id"))["n"])


def zone_of(commission: Any) -> str:
    """The fund's time zone; UTC before the founding."""
    return str(ZoneInfo(commission.timezone)) if commission else "UTC"
