"""Totals: telling what was paid to people, once ten households share it. The program does it by its schedule."""

from calendar import monthrange
from dataclasses import dataclass
from typing import Any

from tallystick.fund import models
from tallystick.fund.acts.programmes import PAY_PERSON, group
from tallystick.fund.rules import accounts, programmes
from tallystick.fund.rules import totals as rules
from tallystick.record import lines
from tallystick.record import rules as record
from tallystick.record.append import SYSTEM, Batch, Recorded, batch
from tallystick.record.facts import Facts
from tallystick.record.models import Line

MOST_RELEASES = 500


@dataclass(frozen=True, slots=True)
class Tellable:
    """Whole releases that may be told together: approved twice, every line of them under a day's close."""

    releases: tuple[str, ...]
    people: int
    minor: int
    first_day: str
    last_day: str


def tell_total(terms: dict[str, Any]) -> Recorded:
    """Tell one programme's total on these terms and mark its lines; `tell_due_totals` works the terms out."""
    return _told("fund.tell_total", terms)


def tell_ended(terms: dict[str, Any]) -> Recorded:
    """Tell a total of ended programmes on these terms and mark its lines; `tell_ended_totals` works the terms out."""
    return _told("fund.tell_ended", terms)


def _told(act: str, terms: dict[str, Any]) -> Recorded:
    with batch():
        recorded = SYSTEM.does(act, terms)
        lines.tell(terms["releases"], recorded.entry.id)
        return recorded


def tell_due_totals() -> list[Recorded]:
    """Tell the total of every running programme whose approved and closed payments reached ten households."""
    told = []
    for programme in models.Programme.objects.filter(ended="").order_by("id"):
        with batch() as now:  # one transaction each: what is wrong with one programme does not undo another's total
            now.write()
            due = _tellable([programme])
            if due is not None and due.people >= rules.FEWEST:
                told.append(tell_total(_terms(now.facts, programme, due)))
    return told


def _terms(facts: Facts, programme: models.Programme, due: Tellable) -> dict[str, Any]:
    first, last = _whole_months(facts, [programme], due)
    return {
        "act": PAY_PERSON,
        "committee": programme.committee_id,
        "programme": programme.id,
        "account": programmes.purse_id(programme.id),
        "currency": programme.currency_id,
        "minor": due.minor,
        "people": rules.band(due.people),
        "releases": list(due.releases),
        "first_day": first,
        "last_day": last,
    }


def _tellable(of: list[models.Programme], through: str = "") -> Tellable | None:
    """The untold releases of programmes that may be told, None where there is none. through: only releases whose
    payments were all made by that day."""
    roots = models.Release.objects.filter(programme__in=of, second__isnull=False, told_in="").order_by("id")
    whole = []
    for root in roots.values_list("id", flat=True):
        found = Line.objects.filter(release=root)
        if not found.filter(closed="").exists() and not (through and found.filter(day__gt=through).exists()):
            whole.append(root)
    whole = whole[:MOST_RELEASES]
    found = Line.objects.filter(release__in=whole)
    days = sorted(found.values_list("day", flat=True))
    if not days:
        return None
    held = lines.counted(found)
    return Tellable(tuple(whole), held.people, held.minor, days[0], days[-1])


def _whole_months(facts: Facts, of: list[models.Programme], due: Tellable) -> tuple[str, str]:
    """The days that a total names: whole months, as far as the programmes ran and days are closed. The exact days of
    a first and a last payment are nobody's business."""
    opened = min(programmes.today(facts, each.opened) for each in of)
    until = max(each.until for each in of)
    year, month = int(due.last_day[:4]), int(due.last_day[5:7])
    month_end = f"{due.last_day[:7]}-{monthrange(year, month)[1]:02d}"
    closed = record.log(facts).closed_through
    return max(opened, f"{due.first_day[:7]}-01"), min(until, closed, month_end)


def tell_ended_totals(at_year_end: bool = False) -> list[Recorded]:
    """For each account, tell what its ended programmes have left to tell together, and give back what was left.

    Ten households or more are told with their band. With `at_year_end`, fewer are told as one sum without a count, as
    far as the books' year is over in which they were paid and their programme ended. What is left goes back only once
    nothing is untold.
    """
    told = []
    ended = models.Programme.objects.exclude(ended="")
    for account in sorted(set(ended.values_list("account_id", flat=True))):
        with batch() as now:
            now.write()
            terms = _ended_terms(now, account, list(ended.filter(account=account).order_by("id")), at_year_end)
            if terms is not None:
                told.append(tell_ended(terms))
    return told


def _ended_terms(now: Batch, account: str, of: list[models.Programme], at_year_end: bool) -> dict[str, Any] | None:
    """What may be told of an account's ended programmes now, None where nothing may."""
    facts = now.facts
    gathered = facts.find(accounts.Account, programmes.ended_id(account))
    left = accounts.in_hand(gathered) if gathered else 0
    untold = Line.objects.filter(group__in=[group(each) for each in of], told="", cancelled="")
    if not left or untold.filter(closed="").exists():
        return None
    due, households = _due_of_ended(now, of, at_year_end)
    if due is None and untold.exists():
        return None
    part = _named(of, account, due)
    first, last = _ended_days(facts, part, due, bool(households))
    if first > last:  # opened and ended today: tomorrow its first day is closed
        return None
    minor, releases = (due.minor, due.releases) if due else (0, ())
    return {
        "account": account,
        "programmes": [each.id for each in part],
        "currency": part[0].currency_id,
        "minor": minor,
        "returned": 0 if untold.exclude(release__in=releases).exists() else left - minor,
        "people": households,
        "releases": list(releases),
        "first_day": first,
        "last_day": last,
    }


def _due_of_ended(now: Batch, of: list[models.Programme], at_year_end: bool) -> tuple[Tellable | None, str]:
    """The releases to tell and the band of their households, "" where they are told without a count."""
    due = _tellable(of)
    if due is None or due.people >= rules.FEWEST:
        return due, rules.band(due.people) if due else ""
    if not at_year_end:
        return None, ""
    _, today = lines.present(now)
    this_year = rules.books_year_end(now.facts, today)
    through = f"{int(this_year[:4]) - 1}{this_year[4:]}"
    return _tellable([each for each in of if programmes.today(now.facts, each.ended) <= through], through), ""


def _named(of: list[models.Programme], account: str, due: Tellable | None) -> list[models.Programme]:
    """The programmes that a total names: those of its releases; where it only gives back, those ended since the last
    time."""
    if due is not None:
        named = set(models.Release.objects.filter(id__in=due.releases).values_list("programme_id", flat=True))
        return [each for each in of if each.id in named]
    back = models.Transfer.objects.filter(credit=programmes.ended_id(account), debit=account)
    since = max(back.values_list("at", flat=True), default="")
    return [each for each in of if each.ended >= since] or of[-1:]


def _ended_days(facts: Facts, of: list[models.Programme], due: Tellable | None, counted: bool) -> tuple[str, str]:
    """The days that a total of ended programmes names; without a count they stay within the books' year."""
    if due is None:
        opened = min(programmes.today(facts, each.opened) for each in of)
        return opened, min(max(each.until for each in of), record.log(facts).closed_through)
    first, last = _whole_months(facts, of, due)
    return first, last if counted else min(last, rules.books_year_end(facts, due.last_day))
