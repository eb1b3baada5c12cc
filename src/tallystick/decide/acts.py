"""All that the decide room can do. One function, one act, one entry."""

from collections.abc import Sequence
from typing import Any

from tallystick.decide import rules
from tallystick.decide.models import Ballot, Motion
from tallystick.people.models import Committee, Seat
from tallystick.record.append import SYSTEM, Actor, Recorded, batch
from tallystick.record.files import NewFile


def open_motion(
    actor: Actor, *, id: str, text: str, closes: str, act: str = "", args: dict[str, Any] | None = None
) -> Recorded:
    """Open a vote on a text and, where `act` is given, on that act with these arguments.

    The roll is everybody who has a seat now; quorum and majority are the committee's. closes: a moment.
    """
    with batch() as now:  # the roll is read under the same lock that writes the entry
        now.write()
        committee = Committee.objects.get(pk=actor.committee)
        roll = sorted(Seat.objects.filter(committee=actor.committee, until="").values_list("member_id", flat=True))
        paper = NewFile(text.encode(), "text/plain", "motion.txt")
        files, roll_file = [paper], ""
        if len(roll) > rules.LONGEST_LIST:
            listed = NewFile(("\n".join(roll) + "\n").encode(), "text/plain", "roll.txt")
            files, roll_file, roll = [paper, listed], listed.sha256, []
        return actor.does(
            "decide.open_motion",
            {
                "id": id,
                "text": paper.sha256,
                "act": act,
                "args": args or {},
                "closes": closes,
                "quorum": committee.quorum,
                "majority_num": committee.majority_num,
                "majority_den": committee.majority_den,
                "roll": roll,
                "roll_file": roll_file,
            },
            files=files,
        )


def vote(actor: Actor, *, motion: str, choice: str) -> Recorded:
    """Vote "yes", "no" or "abstain"; again to change it."""
    return actor.does("decide.vote", {"motion": motion, "choice": choice})


def close_motion(actor: Actor, *, motion: str) -> Recorded:
    """Close a vote: every vote is listed, counted and the outcome told."""
    with batch() as now:
        now.write()
        votes: Sequence[tuple[str, str]] = list(
            Ballot.objects.filter(motion=motion).exclude(choice="").order_by("voter").values_list("voter_id", "choice")
        )
        counted = {choice: sum(each == choice for _, each in votes) for choice in ("yes", "no", "abstain")}
        state = rules.outcome(now.facts.get(rules.Motion, motion, "motion"), **counted)
        files, votes_file = [], ""
        listed = [{"voter": voter, "choice": choice} for voter, choice in votes]
        if len(votes) > rules.LONGEST_LIST:
            paper = NewFile(
                "".join(f"{voter} {choice}\n" for voter, choice in votes).encode(), "text/plain", "votes.txt"
            )
            files, votes_file, listed = [paper], paper.sha256, []
        return actor.does(
            "decide.close_motion",
            {"motion": motion, "state": state, **counted, "votes": listed, "votes_file": votes_file},
            files=files,
        )


def close_due_motions(at: str) -> list[Recorded]:
    """Close every vote whose time is over: the worker calls this."""
    due = Motion.objects.filter(state="open", closes__lte=at).order_by("closes", "id").values_list("id", flat=True)
    return [close_motion(SYSTEM, motion=each) for each in due]


def grant_mandate(actor: Actor, *, motion: str, mandate: dict[str, Any]) -> Recorded:
    """Give a mandate by a carried vote on exactly it."""
    return actor.does("decide.grant_mandate", mandate, under=[motion])


def recall_mandate(actor: Actor, *, motion: str, mandate: str) -> Recorded:
    """End a mandate by a carried vote."""
    return actor.does("decide.recall_mandate", {"mandate": mandate}, under=[motion])


def seat_member(actor: Actor, *, motion: str, committee: str, member: str) -> Recorded:
    """Give a seat by a carried vote."""
    return actor.does("decide.seat_member", {"committee": committee, "member": member}, under=[motion])


def unseat_member(actor: Actor, *, motion: str, committee: str, member: str) -> Recorded:
    """End a seat by a carried vote."""
    return actor.does("decide.unseat_member", {"committee": committee, "member": member}, under=[motion])
