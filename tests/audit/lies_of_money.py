"""Lies about money: gifts, payments, and whose money it is."""

from tests.audit.book import TREASURER, Book
from tests.audit.lies import lie


@lie("fund.label_code")
def a_purpose_that_names_a_family(b: Book, lying: bool) -> None:
    code = "family.smith" if lying else "shelter.rent"
    b.treasurer("fund.label_code", {"kind": "purpose", "code": code, "label": "Rent"})


@lie("fund.add_holder")
def a_holder_added_twice(b: Book, lying: bool) -> None:
    b.holdings()
    b.treasurer("fund.add_holder", {"id": "bank" if lying else "union", "name": "Union", "legal_form": "bank"})


@lie("fund.open_pool")
def an_appeal_without_a_second_purpose(b: Book, lying: bool) -> None:
    secondary = "" if lying else "shelter"
    b.treasurer("fund.open_pool", b.pool("rent", purpose="shelter.rent", place="us.la", secondary=secondary))


@lie("fund.open_account")
def an_account_opened_twice(b: Book, lying: bool) -> None:
    b.holdings()
    args = {"holder": "bank" if lying else "church", "pool": "rent", "currency": "USD", "floor": 0}
    b.treasurer("fund.open_account", args)


@lie("fund.bring_forward")
def an_opening_balance_out_of_the_blue(b: Book, lying: bool) -> None:
    b.holdings()
    paper = b.file(b"statement of February")
    args = {"account": "bank/general/USD" if lying else "church/general/USD", "minor": 5, "currency": "USD",
            "source": paper}  # fmt: skip
    b.treasurer("fund.bring_forward", args, files=[paper])


@lie("fund.receive_gift")
def a_restricted_gift_in_the_wrong_pool(b: Book, lying: bool) -> None:
    b.holdings()
    account = "bank/general/USD" if lying else "bank/rent/USD"
    b.gift(account, 100, purpose="shelter", place="us.la")


@lie("fund.receive_gift")
def a_gift_for_one_place_kept_for_all(b: Book, lying: bool) -> None:
    b.holdings()
    b.gift("bank/rent/USD", 100, purpose="shelter", place="us.la.orleans" if lying else "us.la")


@lie("fund.receive_gift")
def a_gift_booked_in_another_currency(b: Book, lying: bool) -> None:
    b.holdings()
    b.gift("bank/general/USD", 100, **({"currency": "JPY"} if lying else {}))


@lie("fund.receive_gift")
def a_gift_to_a_named_person(b: Book, lying: bool) -> None:
    b.holdings()
    b.gift("bank/general/USD", 100, purpose="person.mary" if lying else "any")


@lie("fund.turn_pool")
def money_left_over_turned_to_something_else(b: Book, lying: bool) -> None:
    b.holdings()
    args = {"pool": "rent", "purpose": "parties" if lying else "shelter"}
    motion = b.decide("fund.turn_pool", args)
    b.treasurer("fund.turn_pool", args, more=[motion])


@lie("fund.pay")
def an_overdraft(b: Book, lying: bool) -> None:
    b.holdings(dollars=500_000)
    b.pay(minor=500_001 if lying else 500_000)


@lie("fund.pay")
def an_overdraft_in_two_steps(b: Book, lying: bool) -> None:
    b.holdings(dollars=500_000)
    b.pay(minor=300_000)
    b.pay(minor=200_001 if lying else 200_000)


@lie("fund.pay")
def a_payment_from_the_wrong_pool(b: Book, lying: bool) -> None:
    b.holdings()
    b.pay(**{"from": "bank/rent/USD" if lying else "bank/general/USD"})


@lie("fund.pay")
def a_payment_in_the_wrong_place(b: Book, lying: bool) -> None:
    b.holdings()
    place = "us.tx" if lying else "us.la.orleans"
    b.pay(**{"from": "bank/rent/USD", "purpose": "shelter.rent", "place": place})


@lie("fund.pay")
def a_payment_after_the_last_day(b: Book, lying: bool) -> None:
    b.holdings()
    b.treasurer("fund.open_pool", b.pool("spring", until="2026-04-01"))
    b.treasurer("fund.open_account", {"holder": "bank", "pool": "spring", "currency": "USD", "floor": 0})
    b.gift("bank/spring/USD", 50_000)
    if lying:
        b.wait(days=40)
    b.pay(**{"from": "bank/spring/USD"})


@lie("fund.pay")
def a_payment_to_nobody_on_the_record(b: Book, lying: bool) -> None:
    b.holdings()
    b.pay(to="org-ghost" if lying else "org-water")


@lie("fund.pay")
def a_payment_larger_than_the_vote(b: Book, lying: bool) -> None:
    b.holdings()
    motion = b.decide("fund.pay", b.payment())
    args = b.payment(minor=20_000 if lying else 10_000)
    b.treasurer("fund.pay", args, more=[motion], beside=b.approved("fund.pay", args))


@lie("fund.pay")
def a_motion_used_twice(b: Book, lying: bool) -> None:
    b.holdings()
    args = b.payment()
    motion = b.decide("fund.pay", args)
    b.treasurer("fund.pay", args, more=[motion], beside=b.approved("fund.pay", args))
    second = motion if lying else b.decide("fund.pay", args)
    b.treasurer("fund.pay", args, more=[second], beside=b.approved("fund.pay", args))


@lie("fund.pay")
def a_payment_without_a_vote(b: Book, lying: bool) -> None:
    b.holdings()
    args = b.payment()
    motion = b.decide("fund.pay", args)
    beside = b.approved("fund.pay", args)
    b.treasurer("fund.pay", args, more=[] if lying else [motion], beside=beside)


@lie("fund.pay")
def one_request_paid_twice(b: Book, lying: bool) -> None:
    b.holdings()
    args = b.payment()
    first, second = b.decide("fund.pay", args), b.decide("fund.pay", args)
    beside = b.approved("fund.pay", args)
    b.treasurer("fund.pay", args, more=[first], beside=beside)
    b.treasurer("fund.pay", args, more=[second], beside=beside if lying else b.approved("fund.pay", args))


@lie("fund.pay")
def a_single_approval_counted_twice(b: Book, lying: bool) -> None:
    b.holdings()
    args = b.payment()
    motion = b.decide("fund.pay", args)
    beside = b.approved("fund.pay", args)
    if lying:
        beside["approvals"] = [b.who["dee"], b.who["dee"]]
    b.treasurer("fund.pay", args, more=[motion], beside=beside)


@lie("fund.pay")
def an_approval_nobody_gave(b: Book, lying: bool) -> None:
    b.holdings()
    args = b.payment()
    motion = b.decide("fund.pay", args)
    beside = b.approved("fund.pay", args)
    if lying:
        beside["approvals"] = [b.who["dee"], b.who["fay"]]
    b.treasurer("fund.pay", args, more=[motion], beside=beside)


@lie("fund.pay")
def an_approver_who_pays(b: Book, lying: bool) -> None:
    b.holdings()
    args = b.payment()
    mandate = b.mandate("payer", "dee" if lying else "gus", ["fund.pay"])
    granted = b.decide("decide.grant_mandate", mandate)
    b.write("decide.grant_mandate", "ana", mandate, under=["chair", granted])
    motion = b.decide("fund.pay", args)
    beside = b.approved("fund.pay", args)
    b.write("fund.pay", "dee" if lying else "gus", args, under=["payer", motion], beside=beside)


@lie("fund.pay")
def terms_changed_after_the_approvals(b: Book, lying: bool) -> None:
    b.holdings()
    b.treasurer("people.add_organisation", {"id": "org-cousin", "name": "Cousin & Co", "sector": "vendor"})
    args = b.payment(to="org-cousin")
    motion = b.decide("fund.pay", args)
    beside = b.approved("fund.pay", b.payment() if lying else args)
    if lying:
        change = {"id": beside["request"], "act": "fund.pay", "terms": args}
        b.write("fund.change_request", "cleo", change, under=["asker"])
    b.treasurer("fund.pay", args, more=[motion], beside=beside)


@lie("fund.pay")
def more_than_the_mandate_allows_at_once(b: Book, lying: bool) -> None:
    b.holdings()
    args = b.payment(minor=101 if lying else 100)
    motion = b.decide("fund.pay", args)
    b.write("fund.pay", "fay", args, under=["small", motion], beside=b.approved("fund.pay", args))


@lie("fund.pay")
def an_approver_who_speaks_for_the_payee(b: Book, lying: bool) -> None:
    b.holdings()
    if lying:
        args = {"organisation": "org-water", "member": b.who["bo"]}
        b.write("people.name_representative", "ana", args, under=["chair"])
    b.pay()


@lie("fund.request")
def a_request_that_names_a_person(b: Book, lying: bool) -> None:
    terms = b.payment(**({"for": "Mrs Smith"} if lying else {}))
    b.write("fund.request", "cleo", {"id": b.new(), "act": "fund.pay", "terms": terms}, under=["asker"])


def _request(b: Book) -> dict[str, object]:
    args = {"id": b.new(), "act": "fund.pay", "terms": b.payment()}
    b.write("fund.request", "cleo", args, under=["asker"])
    return args


@lie("fund.change_request")
def anothers_request_changed(b: Book, lying: bool) -> None:
    mandate = b.mandate("asker2", "fay", ["fund.request"])
    b.write("decide.grant_mandate", "ana", mandate, under=["chair", b.decide("decide.grant_mandate", mandate)])
    change = {**_request(b), "terms": b.payment(minor=1)}
    who, under = ("fay", "asker2") if lying else ("cleo", "asker")
    b.write("fund.change_request", who, change, under=[under])


@lie("fund.withdraw_request")
def a_request_withdrawn_twice(b: Book, lying: bool) -> None:
    first, second = _request(b), _request(b)
    b.write("fund.withdraw_request", "cleo", {"id": first["id"]}, under=["asker"])
    b.write("fund.withdraw_request", "cleo", {"id": (first if lying else second)["id"]}, under=["asker"])


@lie("fund.approve")
def a_self_approval(b: Book, lying: bool) -> None:
    mandate = b.mandate("both", "dee", ["fund.request", "fund.approve"])
    b.write("decide.grant_mandate", "ana", mandate, under=["chair", b.decide("decide.grant_mandate", mandate)])
    request, terms = b.new(), b.payment()
    b.write("fund.request", "dee", {"id": request, "act": "fund.pay", "terms": terms}, under=["both"])
    who, under = ("dee", "both") if lying else ("eli", "second")
    b.write("fund.approve", who, {"request": request, "act": "fund.pay", "terms": terms}, under=[under])


@lie("fund.approve")
def an_approval_of_other_terms(b: Book, lying: bool) -> None:
    asked = _request(b)
    terms = b.payment(minor=99_999) if lying else asked["terms"]
    b.write("fund.approve", "dee", {"request": asked["id"], "act": "fund.pay", "terms": terms}, under=["approver"])


@lie("fund.approve")
def an_approval_above_the_approvers_limit(b: Book, lying: bool) -> None:
    terms = b.payment(minor=101 if lying else 100)
    request = b.new()
    b.write("fund.request", "cleo", {"id": request, "act": "fund.pay", "terms": terms}, under=["asker"])
    b.write("fund.approve", "fay", {"request": request, "act": "fund.pay", "terms": terms}, under=["small"])


@lie("fund.move")
def money_moved_out_of_its_pool(b: Book, lying: bool) -> None:
    b.holdings()
    source = "bank/rent/USD" if lying else "bank/general/USD"
    args = {"from": source, "to": "church/general/USD", "minor": 500, "currency": "USD"}
    b.treasurer("fund.move", args, beside=b.approved("fund.move", args))


@lie("fund.exchange")
def an_exchange_at_another_rate(b: Book, lying: bool) -> None:
    b.holdings()
    args = {"from": "bank/general/USD", "to": "bank/general/JPY", "minor": 10_000, "currency": "USD",
            "minor_to": 15_001 if lying else 15_025, "currency_to": "JPY", "rate_num": 601, "rate_den": 4}  # fmt: skip
    b.treasurer("fund.exchange", args, beside=b.approved("fund.exchange", args))


@lie("fund.settle")
def a_payment_settled_twice(b: Book, lying: bool) -> None:
    b.holdings()
    first, second = b.pay(), b.pay()
    b.treasurer("fund.settle", {"transfer": first, "reference": "ACH-1"}, beside={"happened": ""})
    again = first if lying else second
    b.treasurer("fund.settle", {"transfer": again, "reference": "ACH-2"}, beside={"happened": ""})


@lie("fund.settle")
def one_bank_line_for_two_payments(b: Book, lying: bool) -> None:
    b.holdings()
    first, second = b.pay(), b.pay()
    b.treasurer("fund.settle", {"transfer": first, "reference": "ACH-1"}, beside={"happened": ""})
    reference = "ACH-1" if lying else "ACH-2"
    b.treasurer("fund.settle", {"transfer": second, "reference": reference}, beside={"happened": ""})


@lie("fund.void")
def a_paid_payment_made_void(b: Book, lying: bool) -> None:
    b.holdings()
    payment = b.pay()
    if lying:
        b.treasurer("fund.settle", {"transfer": payment, "reference": "ACH-1"}, beside={"happened": ""})
    b.treasurer("fund.void", {"transfer": payment, "reason": "mistake"})


@lie("fund.reverse")
def a_gift_taken_back_twice(b: Book, lying: bool) -> None:
    b.holdings()
    gifts = [b.gift("bank/general/USD", 100), b.gift("bank/general/USD", 100)]
    for gift in gifts[:1] + (gifts[:1] if lying else gifts[1:]):
        args = {"transfer": gift, "reason": "recorded_twice"}
        b.treasurer("fund.reverse", args, beside=b.approved("fund.reverse", args), corrects=gift)


@lie("fund.reverse")
def a_gift_taken_back_that_was_already_spent(b: Book, lying: bool) -> None:
    b.holdings(dollars=500_000)
    gift = b.gift("bank/general/USD", 100)
    b.pay(minor=500_001 if lying else 500_000)
    args = {"transfer": gift, "reason": "mistake"}
    b.treasurer("fund.reverse", args, beside=b.approved("fund.reverse", args), corrects=gift)


@lie("fund.receive_gift")
def a_donor_kept_private_without_saying_so(b: Book, lying: bool) -> None:
    b.holdings()
    digest = b.digest()
    b.gift("bank/general/USD", 100, donor={"sealed": digest})
    if not lying:
        b.entries[-1]["sealed"] = [digest]


def _foreign(b: Book) -> tuple[str, str]:
    """Another committee whose keeper, gus, holds every right to money; returns committee and mandate."""
    kitchen = b.new()
    args = {"id": kitchen, "name": "Kitchen", "quorum": 2, "majority_num": 1, "majority_den": 2, "notice": 0}
    b.write("people.open_committee", "ana", args, under=["chair"])
    mandate = b.mandate("cook", "gus", TREASURER, committee=kitchen)
    b.write("decide.grant_mandate", "ana", mandate, under=["chair", b.decide("decide.grant_mandate", mandate)])
    return kitchen, mandate["id"]


@lie("fund.set_aside")
def another_committees_money_set_aside(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    kitchen, mandate = _foreign(b)
    who, committee, under = ("gus", kitchen, mandate) if lying else ("bo", None, "treasurer")
    args = {"programme": "winter", "minor": 500, "currency": "USD"}
    b.write("fund.set_aside", who, args, under=[under], committee=committee)


@lie("fund.void")
def another_committees_payment_made_void(b: Book, lying: bool) -> None:
    b.holdings()
    payment = b.pay()
    kitchen, mandate = _foreign(b)
    who, committee, under = ("gus", kitchen, mandate) if lying else ("bo", None, "treasurer")
    b.write("fund.void", who, {"transfer": payment, "reason": "mistake"}, under=[under], committee=committee)


@lie("fund.receive_gift")
def a_gift_for_a_purpose_already_fulfilled(b: Book, lying: bool) -> None:
    b.holdings()
    args = {"pool": "rent", "purpose": "shelter"}
    b.treasurer("fund.turn_pool", args, more=[b.decide("fund.turn_pool", args)])
    b.gift("bank/rent/USD", 100, purpose="shelter.rent" if lying else "shelter", place="us.la")


@lie("fund.pay")
def a_payment_for_a_named_family(b: Book, lying: bool) -> None:
    b.holdings()
    b.pay(purpose="family.smith" if lying else "water.bottles")


@lie("fund.approve")
def a_gift_refunded_by_its_givers_own_people(b: Book, lying: bool) -> None:
    b.holdings()
    gift = b.gift("bank/general/USD", 5_000, giver="org-water")
    if lying:
        args = {"organisation": "org-water", "member": b.who["dee"]}
        b.write("people.name_representative", "ana", args, under=["chair"])
    terms, request = {"transfer": gift, "reason": "money_returned"}, b.new()
    b.write("fund.request", "cleo", {"id": request, "act": "fund.reverse", "terms": terms}, under=["asker"])
    args = {"request": request, "act": "fund.reverse", "terms": terms}
    b.write("fund.approve", "dee", args, under=["approver"])


@lie("fund.pay")
def approvals_brought_back_to_life(b: Book, lying: bool) -> None:
    b.holdings()
    args = b.payment()
    motion = b.decide("fund.pay", args)
    beside = b.approved("fund.pay", args)
    for terms in ({**args, "minor": 9}, args) if lying else ():
        change = {"id": beside["request"], "act": "fund.pay", "terms": terms}
        b.write("fund.change_request", "cleo", change, under=["asker"])
    b.treasurer("fund.pay", args, more=[motion], beside=beside)


@lie("fund.settle")
def one_bank_line_for_two_pools(b: Book, lying: bool) -> None:
    b.holdings()
    first = b.pay()
    second = b.pay(**{"from": "bank/rent/USD", "purpose": "shelter.rent"})
    b.treasurer("fund.settle", {"transfer": first, "reference": "ACH-1"}, beside={"happened": ""})
    reference = "ACH-1" if lying else "ACH-2"
    b.treasurer("fund.settle", {"transfer": second, "reference": reference}, beside={"happened": ""})
