"""Opening every digest of every close, for an auditor whom the commission has named: nothing is hidden among decoys.

The public audit checks closes and totals. This is the other look, from inside: each digest must open as a line of the
vault or as a decoy, each line must be as its row says, and none may be missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tallystick.record import rules, seals, vault
from tallystick.record.acts import DECOY
from tallystick.record.facts import Refused
from tallystick.record.files import read_file
from tallystick.record.lines import NAME
from tallystick.record.models import ClosedDay, Decoy, Line


@dataclass(frozen=True, slots=True)
class LineCheck:
    """What was opened, and a sentence for each thing that is not as it must be. erased: lines whose person was erased,
    so that only their amounts are left."""

    days: int
    lines: int
    decoys: int
    erased: int
    waiting: int
    problems: tuple[str, ...]


def check_lines() -> LineCheck:
    """Open every digest of every close and compare it with what is kept. Reads only."""
    counts = {"lines": 0, "decoys": 0, "erased": 0}
    problems: list[str] = []
    closes = list(ClosedDay.objects.order_by("day"))
    for each in closes:
        problems += _check_day(each, counts)
    known = [each.day for each in closes]
    for digest in Line.objects.exclude(closed="").exclude(closed__in=known).values_list("digest", flat=True):
        problems.append(f"The line {digest} is said to stand under a close that there is not.")
    for digest in Decoy.objects.exclude(day__in=known).values_list("digest", flat=True):
        problems.append(f"The decoy {digest} is of a day that was not closed.")
    waiting = Line.objects.filter(closed="").count()
    return LineCheck(len(closes), counts["lines"], counts["decoys"], counts["erased"], waiting, tuple(problems))


def _check_day(close: ClosedDay, counts: dict[str, int]) -> Iterator[str]:
    content = read_file(close.file)
    if content is None:
        yield f"The file of {close.day} is missing."
        return
    try:
        digests = rules.read_digests(content)
    except Refused as error:
        yield f"{close.day}: {error}"
        return
    if len(digests) != close.number or rules.close_root(digests).hex() != close.root:
        yield f"The file of {close.day} does not add up to its root."
    lines = {each.digest: each for each in Line.objects.filter(closed=close.day)}
    decoys = {each.digest: each for each in Decoy.objects.filter(day=close.day)}
    for digest in digests:
        if digest in lines:
            yield from _check_line(lines.pop(digest), counts)
        elif digest in decoys:
            yield from _check_decoy(decoys.pop(digest))
            counts["decoys"] += 1
        else:
            yield f"The digest {digest} of {close.day} is neither a line nor a decoy."
    for digest in [*lines, *decoys]:
        yield f"The digest {digest} is kept for {close.day}, but its close does not hold it."


def _check_line(line: Line, counts: dict[str, int]) -> Iterator[str]:
    counts["lines"] += 1
    try:
        name, value = vault.reveal(line.digest)
    except vault.Erased:
        counts["erased"] += 1
        return
    except (vault.VaultError, ValueError) as error:
        yield f"The line {line.digest} does not open: {error}"
        return
    sealed = tuple(value.get(each) for each in ("group", "minor", "day", "at", "by", "under"))
    kept = (line.group, line.minor, line.day, line.at, line.author, line.mandate)
    if name != NAME or sealed != kept:
        yield f"The line {line.digest} was sealed as {sealed}, but is kept as {kept}."


def _check_decoy(decoy: Decoy) -> Iterator[str]:
    try:
        name, _ = seals.open_disclosure(decoy.disclosure)
    except ValueError as error:
        yield f"The decoy {decoy.digest} does not open: {error}"
        return
    if name != DECOY or seals.digest(decoy.disclosure) != decoy.digest:
        yield f"The decoy {decoy.digest} is none."
