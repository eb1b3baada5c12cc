"""Comparing told totals with the lines they were told from: the look from inside that the public audit cannot have."""

from collections.abc import Iterator

from tallystick.fund.models import Release
from tallystick.fund.rules.totals import FEWEST, band
from tallystick.fund.rules.totals import Total as ToldTotal
from tallystick.record import lines
from tallystick.record.models import Line
from tallystick.record.store import stored


def told_totals() -> list[str]:
    """A sentence for each told total that its lines do not bear out, and for each line told by no total."""
    problems: list[str] = []
    known = []
    for total in stored(ToldTotal):
        known.append(total.id)
        problems += _check(total)
    for digest in Line.objects.exclude(told="").exclude(told__in=known).values_list("digest", flat=True):
        problems.append(f"The line {digest} is said to be told in a total that there is not.")
    return problems


def _check(total: ToldTotal) -> Iterator[str]:
    told = Line.objects.filter(told=total.id)
    found = lines.counted(told)
    if found.minor != total.minor:
        yield f"The total {total.id} tells {total.minor} minor units; its lines add up to {found.minor}."
    if total.people and (found.people < FEWEST or band(found.people) != total.people):
        yield f"The total {total.id} tells {total.people} households; its lines are of {found.people}."
    releases = set(told.values_list("release", flat=True))
    if releases != set(total.releases):
        yield f"The lines of the total {total.id} stand in other releases than it names."
    if Line.objects.filter(release__in=total.releases).exclude(told=total.id).exists():
        yield f"A release of the total {total.id} has a line that was not told in it."
    programmes = set(Release.objects.filter(id__in=total.releases).values_list("programme", flat=True))
    groups = {group.split(" ")[2] for group in told.values_list("group", flat=True).distinct()}
    if not groups <= programmes:
        yield f"The total {total.id} tells lines of other programmes than its releases'."
