"""The ledger's filters: each yields a condition for the database and a sentence for the reader, side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.fund.models import Account, Gift, Holder, Pool, Transfer
from tallystick.people.models import Organisation
from tallystick.record import days
from tallystick.record.words import Say

KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "gifts": (gettext_lazy("Gifts"), ("fund.receive_gift",)),
    "payments": (gettext_lazy("Payments to organisations"), ("fund.pay",)),
    "people": (gettext_lazy("Money to people, told as totals"), ("fund.tell_total", "fund.tell_ended")),
    "aside": (gettext_lazy("Money set aside for people"), ("fund.set_aside", "fund.end_programme")),
    "moves": (gettext_lazy("Moves and exchanges"), ("fund.move", "fund.exchange")),
    "corrections": (gettext_lazy("Corrections"), ("fund.reverse",)),
    "before": (gettext_lazy("Brought in, not decided here"), ("fund.bring_forward", "fund.bring_over")),
}
STATES: dict[str, tuple[Any, Q]] = {
    "posted": (gettext_lazy("Done"), Q(state="posted", reversed_by__isnull=True)),
    "pending": (gettext_lazy("On its way"), Q(state="pending")),
    "void": (gettext_lazy("Not paid after all"), Q(state="void")),
    "corrected": (gettext_lazy("Corrected"), Q(reversed_by__isnull=False)),
}
WHAT = {
    "fund.receive_gift": gettext_lazy("Gift"),
    "fund.bring_forward": gettext_lazy("Opening balance"),
    "fund.bring_over": gettext_lazy("Brought over"),
    "fund.pay": gettext_lazy("Payment"),
    "fund.move": gettext_lazy("Move"),
    "fund.exchange": gettext_lazy("Exchange"),
    "fund.reverse": gettext_lazy("Correction"),
    "fund.set_aside": gettext_lazy("Set aside"),
    "fund.end_programme": gettext_lazy("Programme ended"),
    "fund.tell_total": gettext_lazy("To people"),
    "fund.tell_ended": gettext_lazy("To people"),
}


@dataclass(frozen=True)
class Chosen:
    """One filter in use: its condition, and its words in the sentence that says what the page shows."""

    condition: Q
    words: str


def _either_side(**condition: Any) -> Q:
    given = Q(**{f"credit__{name}": value for name, value in condition.items()})
    return given | Q(**{f"debit__{name}": value for name, value in condition.items()})


def by_pool(value: str, say: Say, zone: str) -> Chosen:
    """Money of one pool."""
    return Chosen(_either_side(pool=value), _("of “%(pool)s”") % {"pool": say.named(Pool, value)})


def by_holder(value: str, say: Say, zone: str) -> Chosen:
    """Money of one holder."""
    return Chosen(_either_side(holder=value), _("at %(holder)s") % {"holder": say.named(Holder, value)})


def by_kind(value: str, say: Say, zone: str) -> Chosen:
    """One kind of act."""
    label, acts = KINDS[value]
    return Chosen(Q(act__in=acts), _("of the kind “%(kind)s”") % {"kind": label})


def by_state(value: str, say: Say, zone: str) -> Chosen:
    """Done, on its way, not paid after all, corrected."""
    label, condition = STATES[value]
    return Chosen(condition, _("marked “%(state)s”") % {"state": label})


def _of_organisations(organisations: "QuerySet[Organisation] | list[str]") -> Q:
    if isinstance(organisations, QuerySet):
        organisations = list(organisations.values_list("id", flat=True)[:5000])
    payees = Account.objects.filter(kind="payee", owner__in=organisations).values("id")
    gifts = Gift.objects.filter(giver__in=organisations).values("id")
    return Q(debit__in=payees) | Q(credit__in=payees) | Q(entry__in=gifts)


def by_organisation(value: str, say: Say, zone: str) -> Chosen:
    """To or from one organisation."""
    name = say.named(Organisation, value)
    return Chosen(_of_organisations([value]), _("to or from %(name)s") % {"name": name})


def by_words(value: str, say: Say, zone: str) -> Chosen:
    """To or from organisations with these words in their name."""
    condition = _of_organisations(Organisation.objects.filter(name__icontains=value))
    return Chosen(condition, _("to or from organisations with “%(words)s” in their name") % {"words": value})


def _start(day: str, zone: str) -> str:
    return days.moment(datetime.combine(date.fromisoformat(day), time(), ZoneInfo(zone)))


def by_first(value: str, say: Say, zone: str) -> Chosen:
    """From a day on, as the fund counts days."""
    return Chosen(Q(at__gte=_start(value, zone)), _("from %(day)s on") % {"day": say.day(value)})


def by_last(value: str, say: Say, zone: str) -> Chosen:
    """Until a day, that day included."""
    condition = Q(at__lt=_start(days.next_day(value), zone))
    return Chosen(condition, _("until %(day)s") % {"day": say.day(value)})


FILTERS: dict[str, Callable[[Any, Say, str], Chosen]] = {
    "kind": by_kind,
    "pool": by_pool,
    "holder": by_holder,
    "state": by_state,
    "organisation": by_organisation,
    "words": by_words,
    "first": by_first,
    "last": by_last,
}


def chosen(values: dict[str, Any], say: Say, zone: str) -> list[Chosen]:
    """The filters in use, for checked values by name."""
    return [make(values[name], say, zone) for name, make in FILTERS.items() if values.get(name)]


def filtered(filters: list[Chosen]) -> "QuerySet[Transfer]":
    """The transfers that all filters let through, newest first."""
    rows = Transfer.objects.all()
    for each in filters:
        rows = rows.filter(each.condition)
    return rows.order_by("-at", "-id")


def in_words(filters: list[Chosen]) -> str:
    """The filters' words one after another, "" when none is in use."""
    return ", ".join(each.words for each in filters)


def come_to(rows: "QuerySet[Transfer]") -> tuple[int, list[tuple[str, int]]]:
    """How many rows there are, and what the posted ones that stand (neither wrong nor correcting) come to."""
    standing = rows.filter(state="posted", reversed_by__isnull=True, corrects__isnull=True).order_by()
    sums = standing.values("currency_id").annotate(total=Sum("minor")).order_by("currency_id")
    number = rows.order_by().aggregate(n=Count("id"))["n"]
    return number, [(row["currency_id"], row["total"]) for row in sums]
