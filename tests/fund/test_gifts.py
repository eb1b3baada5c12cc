"""Gifts: what their givers ask for is kept, and who a person is stays private."""

import pytest

from tallystick.fund.acts import books, gifts, programmes
from tallystick.fund.models import Account, Gift, Pool
from tallystick.record import clock, vault
from tallystick.record.append import batch
from tallystick.record.entry import encode
from tallystick.record.facts import Refused
from tallystick.record.models import EntryRow, VaultKey
from tests.founding import ACCOUNT, FREE, MONEY, POOL, START, found, new_id


@pytest.fixture
def world(db):
    with clock.set_to(START):
        yield found()


def give(world, entry_id="", **changed):
    said = {
        "account": ACCOUNT, "minor": 500_00, "currency": "USD", "purpose": "relief", "place": "us.la", **changed,
    }  # fmt: skip
    return gifts.receive_gift(world.actor("treasurer", entry_id), **said)


def test_a_gift_is_in_its_account_and_on_the_record(world):
    recorded = give(world, giver="roofer", happened="2026-03-01")
    assert Account.objects.get(pk=ACCOUNT).posted_in == 500_00
    assert Account.objects.get(pk="outside/gifts/USD").posted_out == 500_00
    assert Gift.objects.get().giver == "roofer"
    assert recorded.entry.body["happened"] == "2026-03-01"


def test_a_donors_name_is_sealed(world):
    entry = give(world, donor_name="Ama Osei").entry
    digest = entry.args["donor"]["sealed"]
    assert entry.sealed == (digest,)
    assert vault.reveal(digest) == ("donor", "Ama Osei")
    assert b"Osei" not in encode(entry)
    assert Gift.objects.get().giver == ""


def test_the_same_gift_sent_twice_is_one(world):
    entry_id = new_id()
    first = give(world, entry_id, donor_name="Ama Osei")
    again = give(world, entry_id, donor_name="Ama Osei")
    assert (again.repeated, again.entry) == (True, first.entry)
    assert Gift.objects.count() == VaultKey.objects.count() == 1
    for other in ({"donor_name": "Ben Roy"}, {"donor_name": ""}, {"donor_name": "Ama Osei", "minor": 501_00}):
        with pytest.raises(Refused, match="already has the id"):
            give(world, entry_id, **other)
    assert VaultKey.objects.count() == 1


def test_the_same_gift_twice_in_one_batch_is_one(world):
    entry_id = new_id()
    with batch():
        give(world, entry_id, donor_name="Ama Osei")
        assert give(world, entry_id, donor_name="Ama Osei").repeated
    assert Gift.objects.count() == 1


@pytest.mark.parametrize("purpose", ["person", "person.ama_osei", "family.osei", "household"])
def test_a_gift_to_one_person_is_refused_in_words_a_donor_understands(world, purpose):
    with pytest.raises(Refused, match="one named person or family"):
        give(world, purpose=purpose, donor_name="Ben Roy")
    assert not VaultKey.objects.exists()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"purpose": "relief.rent"}, "spent on something else"),
        ({"purpose": "school"}, "spent on something else"),
        ({"place": "us.la.orleans"}, "spent elsewhere"),
        ({"until": "2026-06-30"}, "spent later"),
        ({"until": "2026-02-30"}, "calendar"),
        ({"currency": "JPY"}, "is in USD"),
        ({"account": "outside/gifts/USD"}, "no account|not one of our holders"),
        ({"account": "bank/none/USD"}, "There is no account"),
        ({"giver": "nobody"}, "There is no organisation"),
        ({"minor": 0}, "minor"),
        ({"minor": 1.5}, "minor"),
        ({"minor": 2**53 + 1}, "minor"),
    ],
)
def test_a_gift_that_would_not_be_kept_is_refused(world, changed, reason):
    before = EntryRow.objects.count()
    with pytest.raises(Refused, match=reason):
        give(world, **changed)
    assert EntryRow.objects.count() == before
    assert not Gift.objects.exists()


def test_a_refused_gift_in_a_batch_leaves_no_donor(world):
    with batch():
        with pytest.raises(Refused):
            give(world, purpose="school", donor_name="Ben Roy")
        give(world, donor_name="Ama Osei")
    assert VaultKey.objects.count() == 1


@pytest.mark.parametrize("currency", ["JPY", "BHD"])
def test_other_exponents_are_whole_minor_units_too(world, currency):
    account = f"bank/{FREE}/{currency}"
    give(world, account=account, currency=currency, purpose="any", place="any", minor=1_001)
    assert Account.objects.get(pk=account).posted_in == 1_001


def test_who_has_no_mandate_takes_no_gift(db):
    with clock.set_to(START):
        world = found(acts={"ben": tuple(act for act in MONEY if act != "fund.receive_gift")})
        said = {"account": ACCOUNT, "minor": 1, "currency": "USD", "purpose": "relief", "place": "us.la"}
        with pytest.raises(Refused, match="does not cover"):
            gifts.receive_gift(world.actor("ben"), **said)
        with pytest.raises(Refused, match="names no mandate"):
            gifts.receive_gift(type(world.actor("ben"))(world.members["ben"]), **said)


def test_money_left_over_goes_to_the_purpose_named_from_the_start(world):
    args = {"pool": POOL, "purpose": "preparedness"}
    gifts.turn_pool(world.actor("treasurer"), motion=world.carried("fund.turn_pool", args), **args)
    assert Pool.objects.get(pk=POOL).turned == START
    with pytest.raises(Refused, match="already serves"):
        gifts.turn_pool(world.actor("treasurer"), motion=world.carried("fund.turn_pool", args), **args)


def test_a_pool_is_not_turned_to_anything_else_or_without_a_vote(world):
    turn = lambda motion, **args: gifts.turn_pool(world.actor("treasurer"), motion=motion, **args)  # noqa: E731
    wrong = {"pool": POOL, "purpose": "party"}
    with pytest.raises(Refused, match="can only go to preparedness"):
        turn(world.carried("fund.turn_pool", wrong), **wrong)
    free = {"pool": FREE, "purpose": "any"}
    with pytest.raises(Refused, match="can only go to -"):
        turn(world.carried("fund.turn_pool", free), **free)
    with pytest.raises(Refused, match="something else"):
        turn(world.carried("fund.turn_pool", wrong), pool=POOL, purpose="preparedness")
    with pytest.raises(Refused, match="There is no motion"):
        turn(new_id(), pool=POOL, purpose="preparedness")


def test_what_must_stay_in_an_account_stays(world):
    """A floor above nothing is allowed from the start; below it nothing leaves, above it everything does."""
    treasurer = world.actor("treasurer")
    with clock.set_to("2026-03-03T15:00:00Z"):
        books.open_account(treasurer, holder="host", pool="free", currency="USD", floor=100_00)
        account = "host/free/USD"
        world.gift(150_00, account)
        world.programme("small", account=account, total=60_00, cap=10_00, purpose="relief.rent", aside=0)
        with pytest.raises(Refused, match="in hand"):
            programmes.set_aside(treasurer, programme="small", minor=50_01, currency="USD")
        programmes.set_aside(treasurer, programme="small", minor=50_00, currency="USD")
