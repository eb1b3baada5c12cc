"""Totals: exact money once ten households share it, never one household's, and never by difference."""

import pytest

from tallystick.fund.acts import programmes, totals
from tallystick.fund.line_checks import told_totals
from tallystick.fund.models import Account, Programme, Release, Total, Transfer
from tallystick.fund.release_checks import check_releases
from tallystick.fund.rules import totals as rules
from tallystick.record import acts, clock, lines, vault
from tallystick.record.append import SYSTEM, Actor
from tallystick.record.facts import Refused
from tallystick.record.models import Line
from tests.founding import ACCOUNT, START, found

LATER = "2026-03-20T15:00:00Z"
SUMMER = "2026-07-10T15:00:00Z"
NEW_YEAR = "2027-01-02T15:00:00Z"
ENDED = f"ended/{ACCOUNT}"


@pytest.fixture
def world(db):
    with clock.set_to(START):
        world = found()
        world.gift(100_000_00)
        yield world


def pay(world, number, programme="rent", minor=100_00, person=None):
    for _ in range(number):
        programmes.pay_person(world.actor("caseworker"), programme=programme, person=person, minor=minor)


def paid(world, number, programme="rent", **more):
    """Payments to so many, released by two; the release's root."""
    pay(world, number, programme, **more)
    return world.released(programme)


def told(at=LATER):
    """Close what is over at a moment, then tell what is due."""
    with clock.set_to(at):
        acts.close_due_days()
        return totals.tell_due_totals()


def told_ended(at=LATER, at_year_end=False):
    with clock.set_to(at):
        acts.close_due_days()
        return totals.tell_ended_totals(at_year_end)


def end(world, programme="rent"):
    programmes.end_programme(world.actor("treasurer"), programme=programme)


def in_hand(account):
    row = Account.objects.get(pk=account)
    return row.posted_in - row.posted_out - row.pending_out


def test_ten_households_make_a_total(world):
    world.programme()
    root = paid(world, 10)
    assert totals.tell_due_totals() == []  # the day is not closed
    (recorded,) = told()
    args = recorded.entry.args
    assert (args["minor"], args["people"], args["releases"]) == (1_000_00, "10-19", [root])
    assert in_hand("purse/rent") == 9_000_00
    assert Account.objects.get(pk="outside/persons/USD").posted_in == 1_000_00
    assert Programme.objects.get(pk="rent").told == 1_000_00
    assert Release.objects.get().told_in == Total.objects.get().id == recorded.entry.id
    assert set(Line.objects.values_list("told", flat=True)) == {recorded.entry.id}
    assert told() == []


def test_nine_households_do_not_nor_ten_payments_to_nine(world):
    world.programme()
    somebody = vault.new_person()
    paid(world, 8)
    paid(world, 2, person=somebody)
    assert told() == []
    with clock.set_to(LATER):
        paid(world, 1)
    (recorded,) = told("2026-03-21T15:00:00Z")
    assert recorded.entry.args["people"] == "10-19"
    assert recorded.entry.args["minor"] == 1_100_00
    assert len(recorded.entry.args["releases"]) == 3


def test_only_whole_releases_approved_by_two_are_told(world):
    world.programme()
    paid(world, 9)
    pay(world, 5)
    root = programmes.release(world.actor("caseworker"), programme="rent").root
    programmes.approve_release(world.actor("ama"), programme="rent", root=root)
    assert told() == []
    with clock.set_to(LATER):
        pay(world, 1)  # in no release
        programmes.approve_release(world.actor("ben"), programme="rent", root=root)
    (recorded,) = told("2026-03-21T15:00:00Z")
    assert recorded.entry.args["minor"] == 1_400_00
    assert lines.untold(programmes.group(Programme.objects.get())).lines == 1


def test_a_release_with_a_line_not_closed_waits_whole(world):
    world.programme()
    pay(world, 10)
    with clock.set_to(LATER):
        acts.close_due_days()
        pay(world, 1)
        world.released("rent")
        assert totals.tell_due_totals() == []
    assert len(told("2026-03-21T15:00:00Z")) == 1


def test_a_total_names_months_and_not_the_days_of_payments(world):
    world.programme()
    paid(world, 5)
    with clock.set_to("2026-04-07T15:00:00Z"):
        paid(world, 5)
    (recorded,) = told("2026-06-01T15:00:00Z")
    days = recorded.entry.args["first_day"], recorded.entry.args["last_day"]
    assert days == ("2026-03-02", "2026-04-30")  # the programme opened on March 2nd


def test_an_erased_household_still_counts(world):
    world.programme()
    paid(world, 10)
    for person in Line.objects.values_list("person", flat=True)[:4]:
        vault.erase(person)
    (recorded,) = told()
    assert recorded.entry.args["minor"] == 1_000_00


def test_each_programme_is_told_apart(world):
    for name in ("rent", "food"):
        world.programme(name, aside=5_000_00)
        paid(world, 6, name)
    assert told() == []


@pytest.mark.parametrize(
    ("count", "name"), [(10, "10-19"), (19, "10-19"), (20, "20-49"), (999, "500-999"), (10**6, "1000+")]
)
def test_bands(count, name):
    assert rules.band(count) == name


def test_no_band_under_ten():
    with pytest.raises(ValueError, match="somebody"):
        rules.band(9)


@pytest.fixture
def due(world):
    """The terms of a total that could be told, not told yet."""
    world.programme()
    world.programme("food")
    world.root = paid(world, 10)
    pay(world, 1)
    world.single = programmes.release(world.actor("caseworker"), programme="rent").root
    programmes.approve_release(world.actor("ama"), programme="rent", root=world.single)
    world.other = paid(world, 1, "food")
    with clock.set_to(LATER):
        acts.close_due_days()
        yield {
            "act": "fund.pay_person", "committee": world.committees["relief"], "programme": "rent",
            "account": "purse/rent", "currency": "USD", "minor": 1_000_00, "people": "10-19",
            "releases": [world.root], "first_day": "2026-03-02", "last_day": "2026-03-19",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"minor": 10_000_01}, "purse has"),
        ({"minor": 0}, "minor"),
        ({"people": "1-9"}, "people"),
        ({"people": ""}, "people"),
        ({"releases": []}, "releases"),
        ({"releases": ["A" * 43]}, "was approved"),
        ({"releases": ["root", "root"]}, "named twice"),
        ({"releases": ["root", "single"]}, "by one member only"),
        ({"releases": ["root", "other"]}, "another programme's"),
        ({"programme": "food"}, "not the programme's purse"),
        ({"account": "purse/food"}, "not the programme's purse"),
        ({"account": ACCOUNT}, "not the programme's purse"),
        ({"currency": "JPY"}, "not the programme's currency"),
        ({"committee": "housing"}, "another committee's"),
        ({"last_day": "2026-03-20"}, "not closed yet"),
        ({"first_day": "2026-03-01"}, "ran from"),
        ({"first_day": "2026-03-19", "last_day": "2026-03-18"}, "before its first"),
        ({"act": "fund.pay"}, "act"),
    ],
)
def test_a_total_that_lies_is_refused(world, due, changed, reason):
    ids = {"root": world.root, "single": world.single, "other": world.other, "housing": world.committees["housing"]}
    plain = lambda value: ids.get(value, value) if isinstance(value, str) else value  # noqa: E731
    changed = {
        name: [plain(each) for each in value] if isinstance(value, list) else plain(value)
        for name, value in changed.items()
    }
    with pytest.raises(Refused, match=reason):
        SYSTEM.does("fund.tell_total", {**due, **changed})
    assert not Total.objects.exists()


def test_a_total_is_told_once_by_the_program_only(world, due):
    with pytest.raises(Refused, match="Only the program"):
        world.actor("treasurer").does("fund.tell_total", due)
    with pytest.raises(Refused, match="Only the program"):
        Actor(world.members["chair"]).does("fund.tell_total", due)
    SYSTEM.does("fund.tell_total", due)
    with pytest.raises(Refused, match="told already"):
        SYSTEM.does("fund.tell_total", due)


def test_a_total_above_the_cap_for_everybody_is_refused(world):
    world.programme(cap=100_00, aside=5_000_00)
    root = paid(world, 10)
    (recorded,) = told()
    assert recorded.entry.args["releases"] == [root]
    with clock.set_to(LATER):
        root = paid(world, 10)
    with clock.set_to("2026-03-22T15:00:00Z"):
        acts.close_due_days()
        with pytest.raises(Refused, match="cannot have had"):
            SYSTEM.does("fund.tell_total", {**recorded.entry.args, "releases": [root], "minor": 19 * 100_00 + 1})


def test_ended_programmes_under_ten_are_told_together(world):
    for name in ("rent", "food"):
        world.programme(name, aside=5_000_00)
        paid(world, 6, name)
        end(world, name)
    before = in_hand(ACCOUNT)
    (recorded,) = told_ended()
    args = recorded.entry.args
    assert args["programmes"] == ["food", "rent"]
    assert (args["minor"], args["people"], args["returned"]) == (1_200_00, "10-19", 8_800_00)
    assert in_hand(ENDED) == 0
    assert in_hand(ACCOUNT) == before + 8_800_00
    assert not Line.objects.filter(told="").exists()
    assert told_ended() == []


def test_ended_under_ten_waits_for_others_or_the_year(world):
    world.programme()
    paid(world, 3)
    end(world)
    assert told_ended() == []
    assert told_ended(SUMMER, at_year_end=True) == []
    assert told_ended(NEW_YEAR) == []
    (recorded,) = told_ended(NEW_YEAR, at_year_end=True)
    args = recorded.entry.args
    assert (args["minor"], args["people"], args["returned"]) == (300_00, "", 9_700_00)
    assert (args["first_day"], args["last_day"]) == ("2026-03-02", "2026-03-31")
    assert Total.objects.get().people == ""


def test_a_programme_ended_after_the_year_waits_for_the_next(world):
    world.programme()
    paid(world, 3)
    with clock.set_to(NEW_YEAR):
        end(world)
    assert told_ended("2027-01-03T15:00:00Z", at_year_end=True) == []
    with clock.set_to("2027-01-03T15:00:00Z"), pytest.raises(Refused, match="only after 2027-12-31"):
        totals.tell_ended(
            {
                "account": ACCOUNT, "programmes": ["rent"], "currency": "USD", "minor": 300_00, "returned": 0,
                "people": "", "releases": [Release.objects.get().id], "first_day": "2026-03-02",
                "last_day": "2026-03-31",
            }
        )  # fmt: skip


def test_what_is_left_does_not_go_back_while_somebody_is_untold(world):
    """Giving back a part would leave exactly what the untold were paid, for everybody to see."""
    world.programme("rent", until="2027-12-31")
    world.programme("food")
    paid(world, 2, "food")
    end(world, "food")
    with clock.set_to("2027-01-02T12:00:00Z"):
        paid(world, 2, "rent")
        end(world, "rent")
    (recorded,) = told_ended("2027-01-03T15:00:00Z", at_year_end=True)
    args = recorded.entry.args
    assert (args["programmes"], args["minor"], args["returned"]) == (["food"], 200_00, 0)
    assert in_hand(ENDED) == 20_000_00 - 200_00


def test_where_nothing_is_untold_the_rest_goes_back_alone(world):
    world.programme()
    end(world)
    before = in_hand(ACCOUNT)
    (recorded,) = told_ended()
    assert (recorded.entry.args["minor"], recorded.entry.args["returned"]) == (0, 10_000_00)
    assert in_hand(ACCOUNT) == before + 10_000_00
    assert not Total.objects.exists()
    with clock.set_to(LATER):
        world.programme("food")
        end(world, "food")
    (again,) = told_ended("2026-03-22T15:00:00Z")
    assert again.entry.args["programmes"] == ["food"]


def test_ended_alone_with_ten_is_told_with_its_band(world):
    world.programme()
    paid(world, 12)
    end(world)
    assert told() == []
    (recorded,) = told_ended()
    assert recorded.entry.args["people"] == "10-19"


@pytest.fixture
def ended(world):
    """The terms of a total of ended programmes, not told yet."""
    world.programme()
    world.root = paid(world, 10)
    end(world)
    world.programme("food")
    with clock.set_to(LATER):
        acts.close_due_days()
        yield {
            "account": ACCOUNT, "programmes": ["rent"], "currency": "USD", "minor": 1_000_00,
            "returned": 9_000_00, "people": "10-19", "releases": [world.root], "first_day": "2026-03-02",
            "last_day": "2026-03-19",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"programmes": ["rent", "rent"]}, "named twice"),
        ({"programmes": ["food"]}, "has not ended"),
        ({"programmes": ["none"]}, "There is no programme"),
        ({"programmes": []}, "programmes"),
        ({"account": "host/storm/USD"}, "another account's"),
        ({"returned": 8_999_99}, "or nothing"),
        ({"returned": 9_000_01}, "or nothing"),
        ({"minor": 10_000_01, "returned": 0}, "set aside for the programmes"),
        ({"minor": 0, "returned": 10_000_00}, "only give back"),
        ({"minor": 0, "returned": 0, "releases": [], "people": ""}, "only give back"),
        ({"releases": []}, "must name the releases"),
        ({"people": ""}, "only after 2026-12-31"),
        ({"last_day": "2026-03-20"}, "not closed yet"),
        ({"first_day": "2026-02-01"}, "ran from"),
        ({"currency": "JPY"}, "is in USD"),
    ],
)
def test_a_total_of_ended_programmes_that_lies_is_refused(world, ended, changed, reason):
    with pytest.raises(Refused, match=reason):
        SYSTEM.does("fund.tell_ended", {**ended, **changed})
    SYSTEM.does("fund.tell_ended", ended)
    with pytest.raises(Refused):
        SYSTEM.does("fund.tell_ended", ended)


def test_a_running_total_of_an_ended_programme_is_refused(world, ended):
    with pytest.raises(Refused, match="has ended"):
        totals.tell_total(
            {
                "act": "fund.pay_person", "committee": world.committees["relief"], "programme": "rent",
                "account": "purse/rent", "currency": "USD", "minor": 1, "people": "10-19",
                "releases": [world.root], "first_day": "2026-03-02", "last_day": "2026-03-19",
            }
        )  # fmt: skip


def test_public_balances_show_totals_of_ten_and_nothing_smaller(world):
    """Every public transfer to people is at least ten households', whatever was paid in between."""
    world.programme(cap=1_000_00)
    day = 3
    for number in (1, 4, 2, 5, 3, 7, 1):
        with clock.set_to(f"2026-03-{day:02d}T15:00:00Z"):
            paid(world, number, minor=100_00 + day)
        told(f"2026-03-{day + 1:02d}T15:00:00Z")
        day += 1
    sums = list(Transfer.objects.filter(debit="outside/persons/USD").values_list("minor", flat=True))
    assert len(sums) == 2
    for total in Total.objects.all():
        assert Line.objects.filter(told=total.pk).values("person").distinct().count() >= 10
        assert sum(Line.objects.filter(told=total.pk).values_list("minor", flat=True)) == total.minor


def test_totals_and_releases_fit_their_lines_until_somebody_changes_one(world):
    world.programme()
    root = paid(world, 10)
    (recorded,) = told()
    assert told_totals() + check_releases() == []
    one = Line.objects.filter(pk=Line.objects.first().pk)
    caseworker, group = world.members["caseworker"], one.get().group
    for change, undo, said in (
        ({"minor": 1}, {"minor": 100_00}, "add up to"),
        ({"minor": 1_000_01}, {"minor": 100_00}, "more than the cap"),
        ({"told": ""}, {"told": recorded.entry.id}, "households"),
        ({"told": "elsewhere"}, {"told": recorded.entry.id}, "that there is not"),
        ({"release": ""}, {"release": root}, "not those that its seal"),
        ({"group": group.replace("rent", "food")}, {"group": group}, "another programme"),
        ({"author": world.members["ama"]}, {"author": caseworker}, "by somebody who asked"),
    ):
        one.update(**change)
        assert said in " ".join(told_totals() + check_releases())
        one.update(**undo)
    assert told_totals() + check_releases() == []
