"""The fund's pages of the desk: books, gifts, and a payment to an organisation by the right people in turn."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tallystick.decide.models import Motion
from tallystick.fund.models import Account, Code, Gift, Holder, Pool, Request, Transfer
from tallystick.record.entry import decode
from tallystick.record.files import read_file
from tallystick.record.models import EntryRow
from tests.desk_world import Room, assert_door, hidden, plain, room
from tests.founding import ACCOUNT, RELIEF_SEATS

pytestmark = pytest.mark.django_db
DONOR = "Marguerite Boudreaux"
GIFT = {"account": ACCOUNT, "minor": "1,250.00", "who": "private", "donor_name": DONOR}
PAY = {"organisation": "roofer", "source": ACCOUNT, "minor": "400", "purpose": "relief", "place": "us.la"}


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def made() -> Room:
    return room()


def last(act: str) -> Any:
    row = EntryRow.objects.filter(act=act).latest("index")
    return decode(bytes(row.data), row.index)


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("codes/new/", "treasurer"),
        ("holders/new/", "treasurer"),
        ("appeals/new/", "treasurer"),
        ("accounts/new/", "treasurer"),
        ("opening/new/", "treasurer"),
        ("gifts/new/", "treasurer"),
        ("ask/payment/", "caseworker"),
        ("ask/move/", "caseworker"),
        ("ask/exchange/", "caseworker"),
        ("ask/correction/", "caseworker"),
    ],
)
def test_pages_open_for_whoever_has_the_right(made: Room, path: str, owner: str) -> None:
    assert_door(made, f"/desk/money/{path}", owner, "ama")


def test_books_are_opened_page_by_page(made: Room) -> None:
    treasurer = made.sit("treasurer")
    treasurer.send("/desk/money/codes/new/", kind="purpose", label="school things", code="school")
    treasurer.send("/desk/money/codes/new/", kind="place", label="Lafourche Parish", code="us.la.lafourche")
    treasurer.send("/desk/money/holders/new/", name="Bayou Credit Union", legal_form="credit_union")
    treasurer.send(
        "/desk/money/appeals/new/", name="Back to school", purpose="school", place="us.la.lafourche", secondary="any"
    )
    treasurer.send("/desk/money/accounts/new/", holder="bayou-credit-union", pool="back-to-school", currency="USD")
    assert Code.objects.get(kind="place").label == "Lafourche Parish"
    assert Holder.objects.get(pk="bayou-credit-union").name == "Bayou Credit Union"
    assert Pool.objects.get(pk="back-to-school").secondary == "any"
    assert Account.objects.get(pk="bayou-credit-union/back-to-school/USD").floor == 0
    page = plain(treasurer.send("/desk/money/holders/new/", name="Bayou Credit Union", legal_form="charity"))
    assert '<a href="#id_name">There is already a holder of that name.</a>' in page


def test_an_appeal_must_say_what_money_left_over_is_for(made: Room) -> None:
    page = plain(made.sit("treasurer").send("/desk/money/appeals/new/", name="Roofs", purpose="relief", place="any"))
    assert '<a href="#id_secondary">Say what money left over is for' in page


def test_an_opening_balance_needs_its_paper_which_is_published_under_a_plain_name(made: Room) -> None:
    treasurer = made.sit("treasurer")
    path = "/desk/money/opening/new/"
    checked = treasurer.answer(path, account="bank/free/USD", minor="99.05")
    assert "The bank statement or minutes it comes from" in plain(checked)
    without = treasurer.confirm(checked)
    assert "Choose the file with the paper." in plain(without)
    wrong = treasurer.confirm(without, paper=SimpleUploadedFile("ana.exe", b"MZ\x00\x01"))
    assert "Use a PDF, a PNG or JPEG picture, or a plain text file." in plain(wrong)
    treasurer.confirm(wrong, paper=SimpleUploadedFile("Anas statement.pdf", b"%PDF-1.7 99.05"))
    entry = last("fund.bring_forward")
    assert entry.files[0]["name"] == "opening-balance.pdf"
    assert read_file(entry.files[0]["sha256"]) == b"%PDF-1.7 99.05"
    assert Account.objects.get(pk="bank/free/USD").posted_in == 9905


def test_a_gift_is_taken_in_once_and_its_giver_stays_private(made: Room) -> None:
    treasurer = made.sit("treasurer")
    checked = treasurer.answer("/desk/money/gifts/new/", **GIFT, happened="2026-03-01")
    assert "$1,250.00 USD" in plain(checked)
    sent = {**hidden(checked), "step": "send"}
    for _time in range(2):
        page = plain(treasurer.client.post("/desk/money/gifts/new/", sent, follow=True))
        assert "Print the receipt for the giver" in page
    gift = Gift.objects.get()
    assert (gift.minor, gift.purpose, gift.place) == (125_000, "relief", "us.la")
    assert not EntryRow.objects.filter(data__contains=b"Marguerite").exists()
    receipt = treasurer.page(f"/desk/money/gifts/{gift.id}/receipt/")
    assert DONOR in receipt
    assert "$1,250.00 USD" in receipt
    assert "March 1, 2026" in receipt
    assert f"/record/entry/{last('fund.receive_gift').index}/proof" in receipt
    assert_door(made, f"/desk/money/gifts/{gift.id}/receipt/", "treasurer", "ama")


def test_a_gift_for_one_family_is_turned_down_kindly(made: Room) -> None:
    page = plain(made.sit("treasurer").send("/desk/money/gifts/new/", **GIFT, purpose="person"))
    assert '<a href="#id_purpose">We cannot take a gift for one named person or family.' in page
    assert not Gift.objects.exists()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1,25", "Write the amount in figures, for example 1,250.00."),
        ("12.345", "USD has 2 figures after the point. Write no more."),
        ("0", "Enter an amount of more than nothing."),
        ("-5", "Write the amount in figures"),
        ("", "Enter an amount."),
        ("９９", "Write the amount in figures"),
    ],
)
def test_an_amount_that_could_be_misread_is_asked_again(made: Room, typed: str, says: str) -> None:
    page = plain(made.sit("treasurer").answer("/desk/money/gifts/new/", **{**GIFT, "minor": typed}))
    assert f'<a href="#id_minor">{says}' in page


@pytest.mark.parametrize(("typed", "minor"), [("1250", 125_000), ("$1,250.5", 125_050), ("1 250.00", 125_000)])
def test_amounts_as_people_type_them(made: Room, typed: str, minor: int) -> None:
    made.sit("treasurer").send("/desk/money/gifts/new/", **{**GIFT, "minor": typed})
    assert Gift.objects.get().minor == minor


def test_yen_have_no_parts(made: Room) -> None:
    treasurer = made.sit("treasurer")
    page = plain(treasurer.answer("/desk/money/gifts/new/", account="bank/free/JPY", minor="10.5", who="unknown"))
    assert "JPY has no smaller unit: write a whole amount." in page
    treasurer.send("/desk/money/gifts/new/", account="bank/free/JPY", minor="10,000", who="unknown")
    assert Gift.objects.get().minor == 10_000


def voted(made: Room, **changed: Any) -> Motion:
    chair = made.sit("chair")
    page = plain(chair.send("/desk/votes/new/payment/", text="A roof.", closes="2027-12-31", **{**PAY, **changed}))
    assert "What happens next" in page, page[:4000]
    motion = Motion.objects.filter(state="open").latest("opened")
    for name in RELIEF_SEATS:
        made.sit(name).send(f"/desk/votes/{motion.id}/", choice="yes")
    chair.send(f"/desk/votes/{motion.id}/close/")
    motion.refresh_from_db()
    assert motion.state == "carried"
    return motion


def test_a_payment_takes_a_vote_and_three_people(made: Room) -> None:
    treasurer, caseworker = made.sit("treasurer"), made.sit("caseworker")
    for name in ("ama", "ben"):
        made.sit(name)
    treasurer.send("/desk/money/gifts/new/", **GIFT)
    motion = voted(made)

    ask = f"/desk/money/ask/vote/{motion.id}/"
    assert f'href="{ask}"' in caseworker.page("/desk/")
    assert_door(made, ask, "caseworker", "ama")
    page = plain(caseworker.send(ask))
    assert "asked that $400.00 USD go to Bayou Roofing." in page
    asked = Request.objects.get()
    one = f"/desk/money/requests/{asked.id}/"
    assert_door(made, one, "treasurer")
    assert "2 approvals are missing" in caseworker.page(one)
    assert caseworker.get(f"{one}approve/").status_code == 403

    for name in ("ama", "ben"):
        member = made.sit(name)
        assert one in member.page("/desk/")
        shown = member.page(f"{one}approve/")
        assert "Caseworker (" in shown
        assert "$400.00 USD" in shown
        member.send(f"{one}approve/")
        assert made.sit(name).get(f"{one}carry-out/").status_code == 403
    assert "Approved by two" in treasurer.page(one)

    carry = f"{one}carry-out/"
    assert f'href="{carry}"' in treasurer.page("/desk/")
    opened = treasurer.client.get(carry)
    for _time in range(2):
        page = plain(treasurer.client.post(carry, hidden(opened), follow=True))
        assert "Order it at the bank now." in page
    transfer = Transfer.objects.get(act="fund.pay")
    assert (transfer.minor, transfer.state) == (40_000, "pending")

    settle = f"/desk/money/transfers/{transfer.id}/settle/"
    assert settle in treasurer.page("/desk/")
    assert_door(made, settle, "treasurer", "ama")
    page = plain(treasurer.answer(settle, reference="two words", happened="2026-03-05"))
    assert "Use letters, figures and" in page
    treasurer.send(settle, reference="BANK-77", happened="2026-03-05")
    transfer.refresh_from_db()
    assert transfer.state == "posted"
    assert treasurer.get(settle).status_code == 404


def test_changed_terms_need_new_approvals_and_a_stale_page_approves_nothing(made: Room) -> None:
    made.sit("treasurer").send("/desk/money/gifts/new/", **GIFT)
    caseworker, ama = made.sit("caseworker"), made.sit("ama")
    caseworker.send("/desk/money/ask/payment/", **PAY)
    asked = Request.objects.get()
    one = f"/desk/money/requests/{asked.id}/"
    assert made.sit("treasurer").get(f"{one}change/").status_code == 403
    before = ama.client.get(f"{one}approve/")
    assert 'value="400.00"' in caseworker.page(f"{one}change/")
    caseworker.send(f"{one}change/", **{**PAY, "minor": "500"})
    late = plain(ama.client.post(f"{one}approve/", hidden(before), follow=True))
    assert "The request says something else now. Read it again before you approve." in late
    assert "took back what was asked for" in plain(caseworker.send(f"{one}withdraw/"))
    assert "Taken back" in caseworker.page(one)


def test_a_request_without_a_vote_leads_to_its_proposal(made: Room) -> None:
    made.sit("treasurer").send("/desk/money/gifts/new/", **GIFT)
    neighbour = made.sit("caseworker")
    neighbour.send("/desk/money/ask/payment/", **PAY)
    page = neighbour.page(f"/desk/money/requests/{Request.objects.get().id}/")
    assert "No vote on it has passed yet" in page
    address = re.search(r'href="(/desk/votes/new/payment/\?[^"]+)"', page)
    assert address
    filled = neighbour.page(address[1])
    assert 'value="400.00"' in filled
    assert 'value="roofer"' in filled


def test_money_outside_an_appeals_purpose_is_refused_before_anything_is_asked(made: Room) -> None:
    made.sit("treasurer").send("/desk/money/codes/new/", kind="purpose", label="boats", code="boats")
    page = plain(made.sit("caseworker").answer("/desk/money/ask/payment/", **{**PAY, "purpose": "boats"}))
    assert "“Storm” may be spent on relief only." in page


def approved(made: Room) -> str:
    """Approve the one open request by two members; its address."""
    one = f"/desk/money/requests/{Request.objects.get(state='open').id}/"
    for name in ("ama", "ben"):
        made.sit(name).send(f"{one}approve/")
    return one


def test_money_moves_between_holders_and_is_freed_again(made: Room) -> None:
    treasurer, caseworker = made.sit("treasurer"), made.sit("caseworker")
    treasurer.send("/desk/money/gifts/new/", **GIFT)
    caseworker.send("/desk/money/ask/move/", source=ACCOUNT, to="host/storm/USD", minor="50")
    treasurer.send(f"{approved(made)}carry-out/")
    transfer = Transfer.objects.get(act="fund.move")
    path = f"/desk/money/transfers/{transfer.id}/void/"
    assert_door(made, path, "treasurer", "ama")
    assert "It was a mistake" in treasurer.page(path).replace("it was", "It was")
    treasurer.send(path, reason="mistake")
    transfer.refresh_from_db()
    assert transfer.state == "void"


def test_money_is_changed_at_the_banks_rate(made: Room) -> None:
    treasurer, caseworker = made.sit("treasurer"), made.sit("caseworker")
    treasurer.send("/desk/money/gifts/new/", account="bank/free/USD", minor="100", who="unknown")
    caseworker.send(
        "/desk/money/ask/exchange/", source="bank/free/USD", to="bank/free/JPY", minor="100", rate="149.255"
    )
    treasurer.send(f"{approved(made)}carry-out/")
    assert Account.objects.get(pk="bank/free/JPY").posted_in == 14_926


def test_a_wrong_line_is_taken_back(made: Room) -> None:
    treasurer, caseworker = made.sit("treasurer"), made.sit("caseworker")
    treasurer.send("/desk/money/gifts/new/", **GIFT)
    gift = Gift.objects.get()
    page = plain(caseworker.answer("/desk/money/ask/correction/", transfer="nothing", reason="mistake"))
    assert "There is no such line in the ledger." in page
    wrong = f"/ledger/{gift.id}/"
    page = plain(caseworker.send("/desk/money/ask/correction/", transfer=wrong, reason="recorded_twice"))
    assert "What happens next" in page, page
    treasurer.send(f"{approved(made)}carry-out/")
    assert Transfer.objects.get(pk=gift.id).reversed_by
    assert Account.objects.get(pk=ACCOUNT).posted_out == 125_000


def test_a_sum_beyond_what_is_in_hand_is_refused_in_money_not_in_minor_units(made: Room) -> None:
    made.sit("treasurer").send("/desk/money/gifts/new/", **GIFT)
    caseworker = made.sit("caseworker")
    caseworker.send("/desk/money/ask/move/", source=ACCOUNT, to="host/storm/USD", minor="2000")
    page = plain(made.sit("treasurer").send(f"{approved(made)}carry-out/"))
    assert "Bayou Relief Inc., Storm has $1,250.00 USD in hand; $2,000.00 USD is more." in page
