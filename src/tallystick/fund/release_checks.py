"""Opening every approved release, for `audit --database`: what its approvers claimed is looked at again from inside."""

from collections.abc import Iterator

from tallystick.fund import models
from tallystick.fund.acts.programmes import group, released
from tallystick.record import lines
from tallystick.record.facts import Refused


def check_releases() -> list[str]:
    """A sentence for each approved release whose seal does not open to its lines, whose approver asked for one of
    them, or that gave a household more than the cap. Reads only."""
    approved = models.Release.objects.filter(second__isnull=False).select_related("programme").order_by("id")
    return [problem for release in approved for problem in _problems(release)]


def _problems(release: models.Release) -> Iterator[str]:
    try:
        found = released(release.id)
    except (Refused, ValueError) as error:
        yield f"The release {release.id} does not open: {error}"
        return
    programme = release.programme
    if any(each.group != group(programme) or each.cancelled for each in found):
        yield f"The release {release.id} has a line of another programme, or one that was taken back."
    if {release.first_id, release.second_id} & {each.author for each in found}:
        yield f"The release {release.id} was approved by somebody who asked for one of its payments."
    people = {each.person_id for each in found if each.person_id}
    if any(lines.received(person, group(programme)) > programme.cap for person in people):
        yield f"The release {release.id} gave a household more than the cap of {programme.id}."
