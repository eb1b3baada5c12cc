"""The record's own acts: adopting rules, changing keys, taking files down, closing days."""

import pytest

from tallystick.record import acts, clock, days, line_checks, lines, rules, seals, vault
from tallystick.record.append import SYSTEM, Actor
from tallystick.record.facts import RULES, Refused, Rule
from tallystick.record.files import file_path, read_file
from tallystick.record.models import ClosedDay, Decoy, Line, Log, VaultKey
from tallystick.record.note import Signer
from tests.founding import ORIGIN, START, found, new_id

DAY = "2026-03-02"
NEXT = "2026-03-03T15:00:00Z"


@pytest.fixture
def world(db):
    with clock.set_to(START):
        yield found()


def seal(world, number=1, person=""):
    return [
        lines.seal_line(
            act="aid.ask", committee=world.committees["relief"], group="aid.ask relief",
            person=person or vault.new_person(), author=new_id(), fields={}, minor=1,
        ).digest
        for _ in range(number)
    ]  # fmt: skip


def digests_of(day):
    return rules.read_digests(read_file(ClosedDay.objects.get(pk=day).file))


@pytest.mark.parametrize(("number", "listed"), [(0, 64), (1, 64), (63, 64), (64, 64), (65, 128), (130, 192)])
def test_a_close_hides_how_many_lines_there_were(world, number, listed):
    sealed = seal(world, number)
    with clock.set_to(NEXT):
        recorded = acts.close_day(DAY)
    assert recorded.entry.args["number"] == len(digests_of(DAY)) == listed
    assert set(sealed) <= set(digests_of(DAY))
    assert Decoy.objects.filter(day=DAY).count() == listed - number
    assert set(Line.objects.values_list("closed", flat=True)) == ({DAY} if number else set())


def test_an_empty_day_looks_like_a_small_one(world):
    seal(world, 3)
    with clock.set_to("2026-03-04T15:00:00Z"):
        small, empty = acts.close_due_days()
    shape = lambda entry: {name: len(str(value)) for name, value in entry.args.items()}  # noqa: E731
    assert shape(small.entry) == shape(empty.entry)
    assert [each["bytes"] for each in small.entry.files] == [each["bytes"] for each in empty.entry.files]


def test_the_order_says_nothing(world):
    sealed = seal(world, 40)
    with clock.set_to(NEXT):
        acts.close_day(DAY)
    listed = digests_of(DAY)
    places = [listed.index(digest) for digest in sealed]
    assert places != sorted(places)
    assert max(places) >= 40  # one chance in 10^11 that 40 of 64 lines all stand first
    assert listed != sorted(listed)


def test_every_day_that_is_over_is_closed_once(world):
    sealed = seal(world)
    with clock.set_to("2026-03-05T05:59:59Z"):  # still the 4th in Chicago
        closed = acts.close_due_days()
        assert [each.entry.args["day"] for each in closed] == ["2026-03-02", "2026-03-03"]
        assert acts.close_due_days() == []
    assert sealed[0] in digests_of(DAY)
    assert sealed[0] not in digests_of("2026-03-03")
    with clock.set_to("2026-03-05T06:00:00Z"):
        assert [each.entry.args["day"] for each in acts.close_due_days()] == ["2026-03-04"]


def test_days_have_the_commissions_clock_changes(world):
    """March 8th 2026 has 23 hours in Chicago: it is over at 5:00 UTC, not at 6:00."""
    with clock.set_to("2026-03-09T04:59:59Z"):
        assert acts.close_due_days()[-1].entry.args["day"] == "2026-03-07"
    with clock.set_to("2026-03-09T05:00:00Z"):
        assert acts.close_due_days()[-1].entry.args["day"] == "2026-03-08"


def test_a_line_left_open_comes_under_the_next_close(world):
    with clock.set_to(NEXT):
        acts.close_day(DAY)
    late = seal(world)[0]
    Line.objects.filter(pk=late).update(day=DAY)
    with clock.set_to("2026-03-04T15:00:00Z"):
        acts.close_day("2026-03-03")
    assert late in digests_of("2026-03-03")
    assert Line.objects.get(pk=late).closed == "2026-03-03"


def test_the_receipts_promise_is_kept(world):
    receipt = lines.seal_line(
        act="aid.ask", committee=world.committees["relief"], group="g", person=vault.new_person(), author=new_id(),
        fields={}, minor=0,
    )  # fmt: skip
    with clock.set_to(f"{receipt.promised_day}T18:00:00Z"):
        acts.close_due_days()
    closed = Line.objects.get(pk=receipt.digest).closed
    assert closed
    assert days.next_day(closed) <= receipt.promised_day


@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-03", "2026-03-01", "2026-02-30"])
def test_a_day_that_is_not_next_or_not_over_is_refused(world, day):
    seal(world)
    with pytest.raises(Refused):
        acts.close_day(day)
    assert not Decoy.objects.exists()
    assert not Line.objects.exclude(closed="").exists()


def test_a_close_by_a_member_or_with_another_root_is_refused(world):
    with clock.set_to(NEXT):
        recorded = acts.close_day(DAY)
    args = recorded.entry.args
    for actor, changed in (
        (Actor(world.members["chair"]), {}),
        (SYSTEM, {"root": "0" * 64}),
        (SYSTEM, {"number": 128}),
        (SYSTEM, {"file": "0" * 64}),
    ):
        with clock.set_to("2026-03-04T15:00:00Z"), pytest.raises(Refused):
            actor.does("record.close_day", {**args, "day": "2026-03-03", **changed})


def test_every_digest_opens_for_a_named_auditor(world):
    sealed = seal(world, 3)
    vault.erase(Line.objects.get(pk=sealed[0]).person_id)
    with clock.set_to("2026-03-04T15:00:00Z"):
        acts.close_due_days()
    seal(world)
    assert line_checks.check_lines() == line_checks.LineCheck(
        days=2, lines=3, decoys=125, erased=1, waiting=1, problems=()
    )


def problem(of):
    """What the check says once `of` has been done to a closed day."""
    of()
    return " ".join(line_checks.check_lines().problems)


def test_what_was_changed_behind_the_record_is_found(world):
    sealed = seal(world, 2)
    with clock.set_to(NEXT):
        acts.close_day(DAY)
    assert line_checks.check_lines().problems == ()
    line, decoys = Line.objects.filter(pk=sealed[0]), Decoy.objects.filter(day=DAY)
    decoy = decoys.first()
    assert "was sealed as" in problem(lambda: line.update(minor=2))
    line.update(minor=1)
    assert "was sealed as" in problem(lambda: line.update(group="other"))
    line.update(group="aid.ask relief")
    assert "neither a line nor a decoy" in problem(lambda: line.update(closed=""))
    assert "there is not" in problem(lambda: line.update(closed="2026-01-01"))
    line.update(closed=DAY)
    other = seals.disclosure(bytes(16), "decoy", None)
    assert "is none" in problem(lambda: decoys.filter(pk=decoy.pk).update(disclosure=other))
    assert "does not open" in problem(lambda: decoys.filter(pk=decoy.pk).update(disclosure="no"))
    decoys.filter(pk=decoy.pk).update(disclosure=decoy.disclosure)
    extra = acts._decoy(DAY)
    assert "does not hold it" in problem(extra.save)
    assert "not closed" in problem(lambda: Decoy.objects.filter(pk=extra.pk).update(day="2026-01-01"))
    extra.delete()
    path = file_path(ClosedDay.objects.get(pk=DAY).file)
    kept = path.read_bytes()
    path.unlink()
    assert "is missing" in problem(lambda: None)
    path.write_bytes(kept)
    assert "add up" in problem(lambda: ClosedDay.objects.update(root="0" * 64))


def test_a_line_without_its_key_is_a_problem_and_no_erasure(world):
    seal(world)
    with clock.set_to(NEXT):
        acts.close_day(DAY)
    VaultKey.objects.update(wrapped=bytes(60))
    assert "does not open" in problem(lambda: None)


def test_a_later_version_is_adopted(world, monkeypatch):
    first = RULES["record.take_down", 1]
    second = Rule("record.take_down", 2, first.takes, first.beside, first.follow)
    monkeypatch.setitem(RULES, ("record.take_down", 2), second)
    acts.adopt("record.take_down", 2)
    assert acts.take_down("1" * 64, "danger").entry.rules == 2
    for act, version in (("record.take_down", 2), ("record.take_down", 1), ("record.take_down", 3), ("no.act", 1)):
        with pytest.raises(Refused):
            acts.adopt(act, version)


def test_a_key_is_rotated(world):
    new = Signer(ORIGIN, bytes(32)).vkey
    old = world.signer.vkey
    retires = "2026-04-01T00:00:00Z"
    for wrong in (
        (new, old, retires),
        (old, old, retires),
        (old, new, START),
        (old, Signer("other.example", bytes(32)).vkey, retires),
    ):
        with pytest.raises(Refused):
            acts.rotate_key(*wrong)
    acts.rotate_key(old, new, retires)
    with pytest.raises(Refused, match="already retires"):
        acts.rotate_key(old, Signer(ORIGIN, bytes(31) + b"1").vkey, retires)
    assert Log.objects.get().origin == ORIGIN


def test_a_file_is_taken_down_once_and_for_a_known_reason(world):
    with pytest.raises(Refused, match="reason"):
        acts.take_down("1" * 64, "because I say so")
    acts.take_down("1" * 64, "names_a_person")
    with pytest.raises(Refused, match="already"):
        acts.take_down("1" * 64, "danger")
