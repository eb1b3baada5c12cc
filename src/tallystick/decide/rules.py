"""Motions: a committee votes on a text and, where it says so, on one act with its arguments in clear."""

from collections.abc import Iterator
from typing import Any

from tallystick.people import rules as people
from tallystick.record import days, shapes
from tallystick.record import rules as record
from tallystick.record.entry import Entry, canonical
from tallystick.record.facts import RULES, Fact, Facts, Refused, fact, gettext_noop, replace, require, rule

LONGEST_LIST = 500  # a longer roll or list of votes is a file


@fact("decide.Motion", "id")
class Motion(Fact):
    """A motion. act, args: what it authorises once carried ("" where it only speaks), args as canonical JSON.

    state: "open", "carried", "failed", "used". roll: how many may vote; cast: how many have. used_by: the entry that
    used it, once.
    """

    id: str
    committee: str
    text: str  # digest of its file
    act: str
    args: str
    opened: str
    opened_by: str
    closes: str
    quorum: int
    majority_num: int
    majority_den: int
    roll: int
    cast: int
    state: str
    yes: int
    no: int
    abstain: int
    used_by: str


@fact("decide.Ballot", "motion", "voter")
class Ballot(Fact):
    """One place on a motion's roll: choice is "" until its voter has voted, and may change until the close."""

    motion: str
    voter: str
    choice: str


def _known_act(value: Any) -> bool:
    return value == "" or (shapes.act_name(value) and (value, 1) in RULES)


OPEN = shapes.Shape(
    id=shapes.identifier,
    text=shapes.digest_hex,
    act=_known_act,
    args=lambda value: isinstance(value, dict),
    closes=shapes.moment,
    quorum=shapes.amount,
    majority_num=shapes.amount,
    majority_den=shapes.amount,
    roll=shapes.listed(shapes.identifier, most=LONGEST_LIST),
    roll_file=shapes.optional(shapes.digest_hex),
)
VOTE_PAIR = shapes.Shape(voter=shapes.identifier, choice=shapes.one_of("yes", "no", "abstain"))
CLOSE = shapes.Shape(
    motion=shapes.identifier,
    state=shapes.one_of("carried", "failed"),
    yes=shapes.whole,
    no=shapes.whole,
    abstain=shapes.whole,
    votes=shapes.listed(VOTE_PAIR, most=LONGEST_LIST),
    votes_file=shapes.optional(shapes.digest_hex),
)


def _open_roll(facts: Facts, entry: Entry) -> list[str]:
    """The roll, from the entry or from its file (one pseudonym a line)."""
    args = entry.args
    if not args["roll_file"]:
        return list(args["roll"])
    require(not args["roll"], gettext_noop("The roll stands in the entry or in a file, not in both."), "roll")
    roll = facts.file(args["roll_file"]).decode("ascii", "replace").split("\n")
    require(
        roll.pop() == "" and all(map(shapes.identifier, roll)),
        gettext_noop("The roll holds something that is no member."),
        "roll",
    )
    return roll


def _files(entry: Entry, *digests: str) -> None:
    """Refuse unless the entry lists exactly these files ("" for one there is not)."""
    require(
        sorted(each["sha256"] for each in entry.files) == sorted(filter(None, digests)),
        gettext_noop("The entry must list its files, and no other."),
        "files",
    )


@rule("decide.open_motion", files=True, takes=OPEN)
def open_motion(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Open a vote: the roll, quorum and majority are frozen here, as the committee's own facts say."""
    args = entry.args
    yield from people.holds(facts, entry)
    require(facts.find(Motion, args["id"]) is None, gettext_noop("There is already a motion with that id."), "id")
    committee = facts.get(people.Committee, entry.for_, "for")
    _files(entry, args["text"], args["roll_file"])
    if args["act"]:
        record.rule_of(facts, args["act"]).takes.check(args["args"], "args")
    else:
        require(not args["args"], gettext_noop("A motion that authorises nothing has no arguments."), "args")
    require(
        (args["quorum"], args["majority_num"], args["majority_den"])
        == (committee.quorum, committee.majority_num, committee.majority_den),
        gettext_noop("Quorum and majority must be the committee's own."),
        "quorum",
    )
    try:
        seconds = (days.parse(args["closes"]) - days.parse(entry.at)).total_seconds()
    except ValueError:
        raise Refused(gettext_noop("The calendar has no such moment."), "closes") from None
    require(
        seconds >= committee.notice,
        gettext_noop("The vote must stay open for {seconds} seconds."),
        "closes",
        seconds=committee.notice,
    )
    roll = _open_roll(facts, entry)
    require(roll == sorted(set(roll)), gettext_noop("The roll must name each voter once, in order."), "roll")
    require(
        len(roll) == committee.seats,
        gettext_noop("The roll names {found} voters; the committee has {seats} seats."),
        "roll",
        found=len(roll),
        seats=committee.seats,
    )
    for voter in roll:
        people.sits(facts, entry.for_, voter)
    yield Motion(
        args["id"],
        entry.for_,
        args["text"],
        args["act"],
        canonical(args["args"]).decode(),
        entry.at,
        entry.by,
        args["closes"],
        args["quorum"],
        args["majority_num"],
        args["majority_den"],
        len(roll),
        0,
        "open",
        0,
        0,
        0,
        "",
    )
    if args["roll_file"]:
        yield record.needed(facts, args["roll_file"], entry)
    for voter in roll:
        yield Ballot(args["id"], voter, "")


@rule(
    "decide.vote",
    takes=shapes.Shape(motion=shapes.identifier, choice=shapes.one_of("yes", "no", "abstain")),
)
def vote(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """One vote by somebody on the roll; voting again changes it while the motion is open."""
    motion = facts.get(Motion, entry.args["motion"], "motion")
    require(motion.state == "open", gettext_noop("This vote is closed."), "motion")
    require(motion.committee == entry.for_, gettext_noop("That motion is another committee's."), "for")
    require(entry.at < motion.closes, gettext_noop("This vote closed on {day}."), "motion", day=motion.closes[:10])
    ballot = facts.find(Ballot, (motion.id, entry.by))
    if ballot is None:
        raise Refused(gettext_noop("You are not on the roll of this vote."), "by")
    require(not facts.get(people.Member, entry.by).left, gettext_noop("That member has left."), "by")
    yield replace(ballot, choice=entry.args["choice"])
    if not ballot.choice:
        yield replace(motion, cast=motion.cast + 1)


@rule("decide.close_motion", files=True, takes=CLOSE)
def close_motion(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Close a vote with every vote listed, so that anybody can count again."""
    args = entry.args
    motion = facts.get(Motion, args["motion"], "motion")
    if entry.by != "system":
        yield from people.holds(facts, entry)
        require(motion.committee == entry.for_, gettext_noop("That motion is another committee's."), "for")
    require(motion.state == "open", gettext_noop("This vote is closed."), "motion")
    require(
        entry.at >= motion.closes or motion.cast == motion.roll,
        gettext_noop("This vote stays open until {moment} unless all have voted."),
        "motion",
        moment=motion.closes,
    )
    _files(entry, args["votes_file"])
    counted = _count(facts, entry, motion)
    told = {choice: args[choice] for choice in ("yes", "no", "abstain")}
    require(
        counted == told,
        gettext_noop("The votes count {counted}, not {told}."),
        "yes",
        counted=counted,
        told=told,
    )
    state = outcome(motion, counted["yes"], counted["no"], counted["abstain"])
    require(args["state"] == state, gettext_noop("By these votes the motion is {state}."), "state", state=state)
    if args["votes_file"]:
        yield record.needed(facts, args["votes_file"], entry)
    yield replace(motion, state=state, yes=counted["yes"], no=counted["no"], abstain=counted["abstain"])


def _count(facts: Facts, entry: Entry, motion: Motion) -> dict[str, int]:
    counted = {"yes": 0, "no": 0, "abstain": 0}
    votes = _votes(facts, entry)
    voters = [voter for voter, _ in votes]
    require(
        voters == sorted(set(voters)),
        gettext_noop("Each vote must be listed once, in order of voters."),
        "votes",
    )
    require(
        len(votes) == motion.cast,
        gettext_noop("{cast} have voted; the closing lists {listed} votes."),
        "votes",
        cast=motion.cast,
        listed=len(votes),
    )
    for voter, choice in votes:
        ballot = facts.find(Ballot, (motion.id, voter))
        require(
            ballot is not None and ballot.choice == choice,
            gettext_noop("{voter} did not vote {choice}."),
            "votes",
            voter=voter,
            choice=choice,
        )
        counted[choice] += 1
    return counted


def _votes(facts: Facts, entry: Entry) -> list[tuple[str, str]]:
    """The votes, from the entry or from its file ("pseudonym choice" a line)."""
    args = entry.args
    if not args["votes_file"]:
        return [(each["voter"], each["choice"]) for each in args["votes"]]
    require(not args["votes"], gettext_noop("The votes stand in the entry or in a file, not in both."), "votes")
    votes = []
    lines = facts.file(args["votes_file"]).decode("ascii", "replace").split("\n")
    require(lines.pop() == "", gettext_noop("The file of votes must end its last line."), "votes")
    for number, line in enumerate(lines, 1):
        voter, _, choice = line.partition(" ")
        require(
            VOTE_PAIR({"voter": voter, "choice": choice}),
            gettext_noop("Line {number} of the votes is no vote."),
            "votes",
            number=number,
        )
        votes.append((voter, choice))
    return votes


def outcome(motion: Motion, yes: int, no: int, abstain: int) -> str:
    """ "carried" when the quorum voted and yes is more than the majority's fraction of yes and no; else "failed"."""
    quorate = yes + no + abstain >= motion.quorum
    carried = yes * motion.majority_den > motion.majority_num * (yes + no)
    return "carried" if quorate and carried else "failed"


def authorised(facts: Facts, motion_id: str, entry: Entry) -> Motion:
    """The motion, used: it was carried by the entry's committee for exactly this act with these arguments."""
    motion = facts.get(Motion, motion_id, "under")
    require(motion.state != "used", gettext_noop("That vote was already used."), "under")
    require(motion.state == "carried", gettext_noop("That vote was not passed."), "under")
    require(motion.committee == entry.for_, gettext_noop("That vote was another committee's."), "for")
    require(
        motion.act == entry.act and motion.args == canonical(entry.args).decode(),
        gettext_noop("That vote was on something else."),
        "under",
    )
    return replace(motion, state="used", used_by=entry.id)


def _mandate_and_motion(facts: Facts, entry: Entry) -> Iterator[Fact]:
    yield from people.holds(facts, entry, vote=True)
    yield authorised(facts, entry.under[1], entry)


@rule("decide.grant_mandate", takes=people.MANDATE)
def grant_mandate(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Give a mandate by a carried vote: the only way to rights wider than a member can pass on."""
    yield from _mandate_and_motion(facts, entry)
    require(entry.args["member"] != entry.by, gettext_noop("Nobody can widen their own rights."), "member")
    people.ours(facts, entry.args["committee"], entry)
    for act in entry.args["acts"] if facts.get(people.Committee, entry.for_).parent else ():
        require(
            not any(each.everywhere for (name, _), each in RULES.items() if name == act),
            gettext_noop("The right to {act} concerns the whole fund: only a founding committee gives it."),
            "acts",
            act=act,
        )
    yield people.new_mandate(facts, entry.args, entry.id, entry.at)


@rule("decide.recall_mandate", takes=shapes.Shape(mandate=shapes.identifier))
def recall_mandate(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """End a mandate of the committee by a carried vote."""
    yield from _mandate_and_motion(facts, entry)
    mandate = facts.get(people.Mandate, entry.args["mandate"], "mandate")
    require(mandate.committee == entry.for_, gettext_noop("That mandate is for another committee."), "mandate")
    yield people.ended(mandate, entry.at, "recall")


@rule("decide.seat_member", takes=people.SEAT)
def seat_member(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Give a member a seat on the committee by a carried vote: who could seat members alone could outvote all."""
    yield from _mandate_and_motion(facts, entry)
    require(
        entry.args["committee"] == entry.for_,
        gettext_noop("A committee decides on its own seats only."),
        "committee",
    )
    yield from people.seated(facts, entry.args["committee"], entry.args["member"], entry.at)


@rule("decide.unseat_member", takes=people.SEAT)
def unseat_member(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """End a member's seat on the committee by a carried vote."""
    yield from _mandate_and_motion(facts, entry)
    require(
        entry.args["committee"] == entry.for_,
        gettext_noop("A committee decides on its own seats only."),
        "committee",
    )
    yield from people.unseated(facts, entry.args["committee"], entry.args["member"], entry.at)
