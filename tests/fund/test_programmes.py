"""Programmes: people are paid by sealed lines within what the programme, its purse and the mandate allow."""

import pytest

from tallystick.fund.acts import books, gifts, programmes
from tallystick.fund.models import Account, Programme, Release
from tallystick.record import clock, lines, vault
from tallystick.record.append import SYSTEM, batch
from tallystick.record.facts import Refused
from tallystick.record.files import NewFile
from tallystick.record.models import EntryRow, Line, SealedRoot, VaultKey
from tests.founding import ACCOUNT, START, found, new_id

CRITERIA = NewFile(b"Households whose home was flooded.", "text/plain", "criteria.txt")
TERMS = {
    "id": "food", "account": ACCOUNT, "purpose": "relief.food", "place": "us.la", "cap": 100_00, "currency": "USD",
    "total": 1_000_00, "until": "2026-12-31",
}  # fmt: skip


@pytest.fixture
def world(db):
    with clock.set_to(START):
        world = found()
        world.gift(50_000_00)
        yield world


def pay(world, person=None, minor=100_00, by="caseworker", programme="rent", **more):
    return programmes.pay_person(world.actor(by), programme=programme, person=person, minor=minor, **more)


def open_it(world, voted=None, **terms):
    voted = {**TERMS, **(voted if voted is not None else terms)}
    motion = world.carried("fund.open_programme", {**voted, "criteria": CRITERIA.sha256})
    return programmes.open_programme(world.actor("treasurer"), motion=motion, criteria=CRITERIA, **{**TERMS, **terms})


def test_a_programme_has_a_purse_filled_in_public(world):
    world.programme(aside=9_000_00)
    programme = Programme.objects.get(pk="rent")
    assert (programme.set_aside, programme.told) == (9_000_00, 0)
    assert Account.objects.get(pk="purse/rent").posted_in == 9_000_00
    assert Account.objects.get(pk=ACCOUNT).posted_out == 9_000_00


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"purpose": "school"}, "may be spent on relief only"),
        ({"place": "us.tx"}, "may be spent in us.la only"),
        ({"until": "2026-03-01"}, "is over"),
        ({"until": "2026-02-30"}, "calendar"),
        ({"cap": 1_000_01}, "more than all together"),
        ({"currency": "JPY"}, "is in USD"),
        ({"account": "bank/none/USD"}, "no account"),
    ],
)
def test_a_programme_on_impossible_terms_is_refused(world, terms, reason):
    with pytest.raises(Refused, match=reason):
        open_it(world, **terms)
    assert not Programme.objects.exists()


def test_a_programme_needs_a_vote_on_exactly_it_and_its_own_name(world):
    with pytest.raises(Refused, match="something else"):
        open_it(world, voted={}, cap=99_00)
    open_it(world)
    with pytest.raises(Refused, match="already a programme"):
        open_it(world)


def test_a_programme_ends_before_its_money_must_be_spent(world):
    books.open_pool(
        world.actor("treasurer"), id="spring", name="Spring", purpose="any", place="any", until="2026-06-30"
    )
    books.open_account(world.actor("treasurer"), holder="bank", pool="spring", currency="USD")
    with pytest.raises(Refused, match="until 2026-06-30 only"):
        open_it(world, account="bank/spring/USD", until="2026-07-01")
    open_it(world, account="bank/spring/USD", until="2026-06-30")


def test_no_more_is_set_aside_than_the_programme_may_have_or_the_account_holds(world):
    aside = lambda minor, by="treasurer", currency="USD": programmes.set_aside(  # noqa: E731
        world.actor(by), programme="rent", minor=minor, currency=currency
    )
    world.programme(total=60_000_00, aside=0)
    with pytest.raises(Refused, match="may have 6000000 in all"):
        aside(60_000_01)
    with pytest.raises(Refused, match="in hand"):
        aside(50_000_01)
    with pytest.raises(Refused, match="is in USD"):
        aside(1, currency="JPY")
    with pytest.raises(Refused, match="another committee's"):
        aside(1, by="neighbour")
    with clock.set_to("2027-01-01T15:00:00Z"), pytest.raises(Refused, match="ran until"):
        aside(1)
    aside(50_000_00)


def test_paying_a_person_is_one_line_and_no_entry(world):
    world.programme()
    before = EntryRow.objects.count()
    receipt = pay(world, details={"name": "Ama Osei", "phone": "504 555 0100"}, fields={"month": "2026-03"})
    assert EntryRow.objects.count() == before
    line = Line.objects.get()
    assert (line.minor, line.author, line.mandate) == (
        100_00, world.members["caseworker"], world.mandates["caseworker"],
    )  # fmt: skip
    assert vault.reveal(receipt.digest)[1]["fields"] == {"month": "2026-03"}
    assert [each.name for each in vault.values(line.person_id)] == ["name", "phone", "line"]
    assert Account.objects.get(pk="purse/rent").posted_out == 0


def test_the_same_payment_sent_twice_is_one(world):
    world.programme()
    said = {"repeat_id": new_id(), "details": {"name": "Ama Osei"}}
    first = pay(world, **said)
    assert pay(world, **said).digest == first.digest
    assert pay(world, Line.objects.get().person_id, repeat_id=said["repeat_id"]).repeated
    assert Line.objects.count() == VaultKey.objects.count() == 1
    for other in ({"minor": 1}, {"details": {"name": "Ben Roy"}}, {"by": "treasurer"}, {"fields": {"a": 1}}):
        with pytest.raises(Refused, match="already has the id"):
            pay(world, **{**said, **other})
    assert VaultKey.objects.count() == 1


def test_a_household_gets_no_more_than_the_cap(world):
    world.programme(cap=250_00)
    somebody = vault.new_person()
    pay(world, somebody, 150_00)
    with pytest.raises(Refused, match="may have 25000"):
        pay(world, somebody, 100_01)
    with pytest.raises(Refused, match="may have 25000"):
        pay(world, None, 250_01)
    pay(world, somebody, 100_00)
    pay(world, None, 250_00)


def test_the_purse_covers_all_that_waits(world):
    world.programme(aside=250_00)
    pay(world, minor=200_00)
    with pytest.raises(Refused, match="Set money aside first"):
        pay(world, minor=50_01)
    pay(world, minor=50_00)
    with pytest.raises(Refused, match="Set money aside first"):
        pay(world, minor=1)
    programmes.set_aside(world.actor("treasurer"), programme="rent", minor=1, currency="USD")
    pay(world, minor=1)


def test_the_mandate_covers_it(db):
    limits = {"caseworker": {"USD": (200_00, 300_00)}, "treasurer": {"JPY": (1, 1)}}
    with clock.set_to(START):
        world = found(acts={"chair": ("decide.open_motion", "decide.close_motion")}, limits=limits)
        world.gift(10_000_00)
        motion = world.carried("fund.open_programme", {**TERMS, "criteria": CRITERIA.sha256})
        programmes.open_programme(world.actor("ben"), motion=motion, criteria=CRITERIA, **{**TERMS})
        programmes.set_aside(world.actor("ben"), programme="food", minor=1_000_00, currency="USD")
        with pytest.raises(Refused, match=r"does not cover fund\.pay_person"):
            pay(world, by="chair", programme="food")
        with pytest.raises(Refused, match="no money in USD"):
            pay(world, by="treasurer", programme="food")
        with pytest.raises(Refused, match="allows 20000 at once"):
            pay(world, minor=200_01, programme="food")
        for _ in range(3):
            pay(world, programme="food")
        with pytest.raises(Refused, match="30000 a month"):
            pay(world, minor=1, programme="food")
    with clock.set_to("2026-04-02T15:00:00Z"):
        pay(world, programme="food")


def test_what_was_disposed_of_in_public_counts_to_the_month_too(db):
    with clock.set_to(START):
        world = found(limits={"caseworker": {"USD": (500_00, 600_00)}})
        world.gift(10_000_00)
        world.programme(aside=0)
        programmes.set_aside(world.actor("caseworker"), programme="rent", minor=500_00, currency="USD")
        pay(world)
        with pytest.raises(Refused, match="60000 a month"):
            pay(world, minor=1)


def test_a_payment_out_of_its_place_or_time_is_refused(world):
    world.programme(until="2026-03-31")
    with pytest.raises(Refused, match="another committee's"):
        pay(world, by="neighbour")
    with pytest.raises(Refused, match="There is no programme"):
        pay(world, programme="none")
    with pytest.raises(vault.NotInVault):
        pay(world, new_id())
    for minor in (0, -1, 1.5, True):
        with pytest.raises(Refused, match="minor"):
            pay(world, minor=minor)
    with clock.set_to("2026-04-01T05:00:00Z"), pytest.raises(Refused, match="ran until"):
        pay(world)
    assert not Line.objects.exists()
    assert not VaultKey.objects.exists()


def test_a_refused_payment_in_a_batch_leaves_nobody(world):
    world.programme()
    with batch():
        with pytest.raises(Refused):
            pay(world, minor=9_000_00, details={"name": "Ben Roy"})
        pay(world, details={"name": "Ama Osei"})
    assert VaultKey.objects.count() == Line.objects.count() == 1


def test_what_an_outer_batch_had_queued_stays_when_a_payment_is_refused(world):
    world.programme()
    before = EntryRow.objects.count()
    with batch():
        world.gift(1)
        with pytest.raises(Refused):
            pay(world, minor=9_000_00, details={"name": "Ben Roy"})
        world.gift(2)
    assert EntryRow.objects.count() == before + 2
    assert not VaultKey.objects.filter(values__name="name").exists()


def test_two_others_approve_a_release(world):
    world.programme()
    digests = {pay(world).digest for _ in range(3)}
    prepared = programmes.release(world.actor("caseworker"), programme="rent")
    assert (set(prepared.digests), prepared.minor) == (digests, 300_00)
    approve = lambda by: programmes.approve_release(  # noqa: E731
        world.actor(by), programme="rent", root=prepared.root
    )
    with pytest.raises(Refused, match="Whoever asks"):
        approve("caseworker")
    entry = approve("ama").entry
    assert entry.args == {"programme": "rent", "release": {"sealed": prepared.root}}
    assert entry.body["claims"] == ["not_the_asker", "within_cap", "within_limit"]
    assert entry.sealed == (prepared.root,)
    with pytest.raises(Refused, match="another member must"):
        approve("ama")
    approve("ben")
    with pytest.raises(Refused, match="Two members have approved"):
        approve("chair")
    release = Release.objects.get()
    assert (release.first_id, release.second_id) == (world.members["ama"], world.members["ben"])


def test_a_releases_seal_says_nothing_about_its_lines(world):
    """Its root alone could be found again from the day's published digests; under a fresh salt it cannot."""
    world.programme()
    pay(world)
    prepared = programmes.release(world.actor("caseworker"), programme="rent")
    opened = SealedRoot.objects.get().disclosure
    assert programmes.root_of(prepared.digests) not in prepared.root
    assert prepared.root not in (prepared.digests[0], programmes.root_of(prepared.digests))
    assert opened not in str(EntryRow.objects.values_list("data"))


def test_an_author_approves_none_of_a_mixed_release(world):
    world.programme()
    pay(world)
    pay(world, by="ama")
    prepared = programmes.release(world.actor("caseworker"), programme="rent")
    with pytest.raises(Refused, match="Whoever asks"):
        programmes.approve_release(world.actor("ama"), programme="rent", root=prepared.root)


def test_a_release_that_is_not_what_was_sealed_is_refused(world):
    world.programme()
    first = pay(world)
    prepared = programmes.release(world.actor("caseworker"), programme="rent")
    approve = lambda **changed: programmes.approve_release(  # noqa: E731
        world.actor("ama"), **{"programme": "rent", "root": prepared.root, **changed}
    )
    with pytest.raises(Refused, match="no such release"):
        approve(root="A" * 43)
    world.programme("other")
    with pytest.raises(Refused, match="another programme's"):
        approve(programme="other")
    second = pay(world)
    Line.objects.filter(pk=second.digest).update(release=prepared.root)
    with pytest.raises(Refused, match="not those that its seal"):
        approve()
    Line.objects.filter(pk=first.digest).update(release="")
    with pytest.raises(Refused, match="not those that its seal"):
        approve()
    assert not Release.objects.exists()


def test_an_approvers_limit_counts(db):
    with clock.set_to(START):
        world = found(limits={"ama": {"USD": (99_99, 900_00)}, "ben": {"JPY": (1, 1)}})
        world.gift(10_000_00)
        world.programme()
        pay(world)
        root = programmes.release(world.actor("caseworker"), programme="rent").root
        with pytest.raises(Refused, match="allows 9999 at once"):
            programmes.approve_release(world.actor("ama"), programme="rent", root=root)
        with pytest.raises(Refused, match="no money in USD"):
            programmes.approve_release(world.actor("ben"), programme="rent", root=root)


def test_the_rule_wants_the_claim_and_the_right_committee(world):
    world.programme()
    args = {"programme": "rent", "release": {"sealed": "A" * 43}}
    ama, ben = world.actor("ama"), world.actor("ben")
    for actor, beside, reason in (
        (ama, {"claims": ["within_cap"]}, "asked for none"),
        (ama, {"claims": []}, "claims"),
        (ama, {"claims": ["trust_me"]}, "claims"),
        (world.actor("neighbour"), {"claims": ["not_the_asker"]}, "another committee's"),
    ):
        with pytest.raises(Refused, match=reason):
            actor.does("fund.approve_release", args, beside=beside, sealed=["A" * 43])
    ama.does("fund.approve_release", args, beside={"claims": ["not_the_asker"]}, sealed=["A" * 43])
    world.programme("other")
    with pytest.raises(Refused, match="another programme's"):
        ben.does(
            "fund.approve_release",
            {**args, "programme": "other"},
            beside={"claims": ["not_the_asker"]},
            sealed=["A" * 43],
        )
    with pytest.raises(Refused, match="does not list"):
        ben.does("fund.approve_release", args, beside={"claims": ["not_the_asker"]})


def test_nothing_to_release_is_said_so(world):
    world.programme()
    release = lambda by="caseworker": programmes.release(world.actor(by), programme="rent")  # noqa: E731
    with pytest.raises(Refused, match="No payment"):
        release()
    pay(world)
    with pytest.raises(Refused, match="another committee's"):
        release("neighbour")
    release()
    with pytest.raises(Refused, match="No payment"):
        release()


def test_a_payment_is_taken_back_before_two_approved_it(world):
    world.programme(aside=200_00)
    wrong, right = pay(world), pay(world)
    root = programmes.release(world.actor("caseworker"), programme="rent").root
    programmes.approve_release(world.actor("ama"), programme="rent", root=root)
    back = lambda line=wrong.digest, reason="mistake", by="caseworker", **more: (  # noqa: E731
        programmes.cancel_payment(world.actor(by), line=line, reason=reason, **more)
    )
    for changed in ({"line": "A" * 43}, {"reason": "She moved away."}, {"by": "neighbour"}):
        with pytest.raises(Refused):
            back(**changed)
    repeat_id = new_id()
    receipt = back(repeat_id=repeat_id)
    assert back(repeat_id=repeat_id).digest == receipt.digest
    with pytest.raises(Refused, match="already taken back"):
        back()
    with pytest.raises(Refused, match="no such release"):
        programmes.approve_release(world.actor("ben"), programme="rent", root=root)
    again = programmes.release(world.actor("caseworker"), programme="rent")
    assert again.digests == (right.digest,)
    pay(world)  # the purse has room for it again
    for name in ("ama", "ben"):
        programmes.approve_release(world.actor(name), programme="rent", root=again.root)
    with pytest.raises(Refused, match="Two members have approved"):
        back(line=right.digest)


def test_a_programme_ends_once_nothing_waits_for_approval(world):
    world.programme()
    end = lambda by="treasurer": programmes.end_programme(world.actor(by), programme="rent")  # noqa: E731
    pay(world)
    with pytest.raises(Refused, match="wait for approval"):
        end()
    root = programmes.release(world.actor("caseworker"), programme="rent").root
    programmes.approve_release(world.actor("ama"), programme="rent", root=root)
    with pytest.raises(Refused, match="wait for approval"):
        end()
    programmes.approve_release(world.actor("ben"), programme="rent", root=root)
    with pytest.raises(Refused, match="another committee's"):
        end("neighbour")
    end()
    assert Account.objects.get(pk="purse/rent").posted_out == 10_000_00
    assert Account.objects.get(pk=f"ended/{ACCOUNT}").posted_in == 10_000_00
    for attempt in (end, lambda: pay(world), lambda: programmes.release(world.actor("ama"), programme="rent")):
        with pytest.raises(Refused, match="has ended"):
            attempt()
    with pytest.raises(Refused, match="has ended"):
        programmes.set_aside(world.actor("treasurer"), programme="rent", minor=1, currency="USD")


def test_a_turned_pool_fills_no_purse_of_its_first_purpose(world):
    world.programme(aside=0)
    args = {"pool": "storm", "purpose": "preparedness"}
    gifts.turn_pool(world.actor("treasurer"), motion=world.carried("fund.turn_pool", args), **args)
    with pytest.raises(Refused, match="may be spent on preparedness only"):
        programmes.set_aside(world.actor("treasurer"), programme="rent", minor=1, currency="USD")


def test_no_member_means_no_payment(world):
    world.programme()
    with pytest.raises(Refused, match="names no mandate"):
        programmes.pay_person(SYSTEM, programme="rent", person=None, minor=1)
    assert not lines.waiting().exists()
