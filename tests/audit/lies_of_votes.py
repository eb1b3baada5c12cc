"""Lies about motions, votes and what they authorise."""

from tests.audit.book import Book
from tests.audit.lies import lie

FOUR = {"ana": "yes", "bo": "yes", "cleo": "no", "dee": "yes"}


def _voted(b: Book, act: str = "", args: dict[str, object] | None = None) -> str:
    motion = b.open(act, args)
    for name, choice in FOUR.items():
        b.vote(motion, name, choice)
    b.wait(days=2)
    return motion


@lie("decide.open_motion")
def a_roll_that_leaves_somebody_out(b: Book, lying: bool) -> None:
    names = ("ana", "bo", "cleo", "dee", "eli") if lying else ("ana", "bo", "cleo", "dee", "eli", "fay")
    b.open(roll=sorted(b.who[each] for each in names))


@lie("decide.open_motion")
def a_roll_with_an_outsider(b: Book, lying: bool) -> None:
    names = ("ana", "bo", "cleo", "dee", "eli", "gus" if lying else "fay")
    b.open(roll=sorted(b.who[each] for each in names))


@lie("decide.open_motion")
def a_quorum_lowered_for_one_vote(b: Book, lying: bool) -> None:
    b.open(quorum=1 if lying else 3)


@lie("decide.open_motion")
def a_vote_that_closes_at_once(b: Book, lying: bool) -> None:
    b.open(closes=b.moment(minutes=1) if lying else b.moment(days=1))


@lie("decide.open_motion")
def a_vote_on_arguments_that_no_act_takes(b: Book, lying: bool) -> None:
    args = b.payment(tip=100) if lying else b.payment()
    b.open("fund.pay", args)


@lie("decide.vote")
def a_vote_outside_the_roll(b: Book, lying: bool) -> None:
    b.vote(b.open(), "gus" if lying else "fay")


@lie("decide.vote")
def a_vote_after_the_close(b: Book, lying: bool) -> None:
    motion = b.open()
    for name in FOUR:
        b.vote(motion, name)
    if lying:
        b.wait(days=2)
    b.vote(motion, "fay")


@lie("decide.close_motion")
def an_altered_tally(b: Book, lying: bool) -> None:
    motion = _voted(b)
    b.write("decide.close_motion", "ana", b.closing(motion, FOUR, **({"yes": 4} if lying else {})), under=["chair"])


@lie("decide.close_motion")
def a_vote_told_otherwise(b: Book, lying: bool) -> None:
    motion = _voted(b)
    votes = {**FOUR, "cleo": "yes"} if lying else FOUR
    b.write("decide.close_motion", "ana", b.closing(motion, votes), under=["chair"])


@lie("decide.close_motion")
def a_vote_left_out_of_the_count(b: Book, lying: bool) -> None:
    motion = _voted(b)
    votes = {name: choice for name, choice in FOUR.items() if name != "cleo"} if lying else FOUR
    b.write("decide.close_motion", "ana", b.closing(motion, votes), under=["chair"])


@lie("decide.close_motion")
def a_vote_invented_at_the_count(b: Book, lying: bool) -> None:
    motion = _voted(b)
    votes = {**FOUR, "eli": "yes"} if lying else FOUR
    b.write("decide.close_motion", "ana", b.closing(motion, votes), under=["chair"])


@lie("decide.close_motion")
def a_failed_vote_told_as_passed(b: Book, lying: bool) -> None:
    motion = b.open()
    votes = {"ana": "yes", "bo": "no", "cleo": "no"}
    for name, choice in votes.items():
        b.vote(motion, name, choice)
    b.wait(days=2)
    change = {"state": "carried"} if lying else {}
    b.write("decide.close_motion", "ana", b.closing(motion, votes, **change), under=["chair"])


@lie("decide.close_motion")
def a_vote_closed_too_early(b: Book, lying: bool) -> None:
    motion = b.open()
    for name, choice in FOUR.items():
        b.vote(motion, name, choice)
    if not lying:
        b.wait(days=2)
    b.write("decide.close_motion", "ana", b.closing(motion, FOUR), under=["chair"])


@lie("decide.grant_mandate")
def a_mandate_nobody_voted_for(b: Book, lying: bool) -> None:
    mandate = b.mandate("keeper", "gus", ["fund.pay"])
    voted = {**mandate, "acts": ["fund.settle"]} if lying else mandate
    motion = b.decide("decide.grant_mandate", voted)
    b.write("decide.grant_mandate", "ana", mandate, under=["chair", motion])


@lie("decide.recall_mandate")
def a_recall_that_was_voted_down(b: Book, lying: bool) -> None:
    args = {"mandate": b.mandates["treasurer"]}
    votes = {"ana": "yes", "bo": "no", "cleo": "no"} if lying else {"ana": "yes", "bo": "no", "cleo": "yes"}
    motion = b.decide("decide.recall_mandate", args, votes)
    b.write("decide.recall_mandate", "ana", args, under=["chair", motion])


@lie("decide.recall_mandate")
def a_vote_without_its_quorum(b: Book, lying: bool) -> None:
    args = {"mandate": b.mandates["treasurer"]}
    votes = {"ana": "yes", "bo": "yes"} if lying else {"ana": "yes", "bo": "yes", "cleo": "yes"}
    motion = b.decide("decide.recall_mandate", args, votes)
    b.write("decide.recall_mandate", "ana", args, under=["chair", motion])


@lie("decide.seat_member")
def a_seat_given_by_a_vote_on_another(b: Book, lying: bool) -> None:
    args = {"committee": b.committee, "member": b.who["gus"]}
    voted = {**args, "member": b.who["fay"]} if lying else args
    motion = b.decide("decide.seat_member", voted)
    b.write("decide.seat_member", "ana", args, under=["chair", motion])


@lie("decide.unseat_member")
def a_seat_taken_without_a_vote(b: Book, lying: bool) -> None:
    args = {"committee": b.committee, "member": b.who["fay"]}
    motion = b.open("decide.unseat_member", args) if lying else b.decide("decide.unseat_member", args)
    b.write("decide.unseat_member", "ana", args, under=["chair", motion])


@lie("decide.vote")
def a_name_hidden_in_a_files_name(b: Book, lying: bool) -> None:
    motion = b.open()
    b.vote(motion, "bo", "no")
    if lying:
        digest = b.file(b"z")
        b.entries[-1]["files"] = [{**b.listing(digest), "name": "Maria-Lopez-12-Canal-St"}]


@lie("decide.grant_mandate")
def a_right_over_the_whole_fund_from_a_puppet_committee(b: Book, lying: bool) -> None:
    kitchen, puppet = b.new(), b.new()
    args = {"id": kitchen, "name": "Kitchen", "quorum": 1, "majority_num": 1, "majority_den": 2, "notice": 0}
    b.write("people.open_committee", "ana", args, under=["chair"])
    b.write("people.admit_member", "ana", {"member": puppet}, under=["chair"])
    b.write("people.seat_member", "ana", {"committee": kitchen, "member": puppet}, under=["chair"])
    b.who["puppet"] = puppet
    acts = ["decide.open_motion", "decide.close_motion", "decide.grant_mandate"]
    b.write("people.grant_mandate", "ana", b.mandate("cook", "puppet", acts, committee=kitchen), under=["chair"])
    wanted = b.mandate("wide", "ana", ["people.revoke_key"] if lying else ["fund.set_aside"], committee=kitchen)
    motion, text = b.new(), b.file(b"Shall we?")
    b.write("decide.open_motion", "puppet", {
        "id": motion, "text": text, "act": "decide.grant_mandate", "args": wanted, "closes": b.moment(hours=1),
        "quorum": 1, "majority_num": 1, "majority_den": 2, "roll": [puppet], "roll_file": "",
    }, under=["cook"], committee=kitchen, files=[text])  # fmt: skip
    b.write("decide.vote", "puppet", {"motion": motion, "choice": "yes"}, committee=kitchen)
    b.write("decide.close_motion", "puppet", {
        "motion": motion, "state": "carried", "yes": 1, "no": 0, "abstain": 0, "votes_file": "",
        "votes": [{"voter": puppet, "choice": "yes"}],
    }, under=["cook"], committee=kitchen)  # fmt: skip
    b.write("decide.grant_mandate", "puppet", wanted, under=["cook", motion], committee=kitchen)
