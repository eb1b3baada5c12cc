"""All that the record can do to itself: follow later rules, change its keys, take a file down, close a day.

The program does these by its schedule or at its keeper's command; one function, one act, one entry.
"""

from django.db import transaction

from tallystick.record import chance, days, lines, rules, seals
from tallystick.record.append import SYSTEM, Recorded, batch
from tallystick.record.files import NewFile
from tallystick.record.models import Decoy

DECOY = "decoy"  # what a decoy's disclosure is called inside


def adopt(act: str, version: int) -> Recorded:
    """Follow a later version of an act's rules from the next entry on."""
    return SYSTEM.does("record.adopt", {"act": act, "version": version})


def rotate_key(old: str, new: str, retires: str) -> Recorded:
    """Let the verifier key `new` sign beside `old`, which retires at a moment."""
    return SYSTEM.does("record.rotate_key", {"old": old, "new": new, "retires": retires})


def take_down(sha256: str, reason: str) -> Recorded:
    """Withhold a published file. reason: a code of the rule's, never a text."""
    return SYSTEM.does("record.take_down", {"sha256": sha256, "reason": reason})


def close_day(day: str) -> Recorded:
    """Put all sealed digests of a day (and older ones left open) under one root, hidden among decoys.

    There are at least 64, so that an empty day looks like a small one, and always a multiple of 64. Their order is
    shuffled, and neither it nor the decoys tell how many lines there were or when they came.
    """
    with batch(), transaction.atomic():  # a refused close takes its decoys back
        digests = list(lines.waiting(day).values_list("digest", flat=True))
        decoys = [_decoy(day) for _ in range(_padding(len(digests)))]
        Decoy.objects.bulk_create(decoys)
        listed = digests + [each.digest for each in decoys]
        chance.shuffle(listed)
        paper = NewFile("".join(f"{each}\n" for each in listed).encode(), "text/plain", f"close-{day}.txt")
        lines.close(day)
        return SYSTEM.does(
            "record.close_day",
            {"day": day, "root": rules.close_root(listed).hex(), "number": len(listed), "file": paper.sha256},
            files=[paper],
        )


def _padding(number: int) -> int:
    """How many decoys join so many digests."""
    step = rules.DECOY_STEP
    return max(step, -(-number // step) * step) - number


def _decoy(day: str) -> Decoy:
    disclosed = seals.disclosure(chance.random_bytes(seals.SALT_BYTES), DECOY, None)
    return Decoy(digest=seals.digest(disclosed), day=day, disclosure=disclosed)


def close_due_days() -> list[Recorded]:
    """Close every day that is over in the commission's time zone, one entry each: the worker calls this."""
    closed: list[Recorded] = []
    while True:
        with batch() as now:
            _, today = lines.present(now)
            due = days.next_day(rules.log(now.facts).closed_through)
            if due >= today:
                return closed
            closed.append(close_day(due))
