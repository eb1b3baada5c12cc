"""Lies about programmes: purses, releases, and what is told of payments to people."""

from tests.audit.book import Book
from tests.audit.lies import lie


@lie("fund.open_programme")
def a_programme_with_a_higher_cap_than_voted(b: Book, lying: bool) -> None:
    b.holdings()
    criteria = b.file(b"Households that lost their home.")
    args = {"id": "winter", "account": "bank/rent/USD", "purpose": "shelter.rent", "place": "us.la",
            "criteria": criteria, "cap": 50_000, "currency": "USD", "total": 200_000,
            "until": "2026-12-30"}  # fmt: skip
    motion = b.decide("fund.open_programme", args)
    args = {**args, "cap": 90_000} if lying else args
    b.treasurer("fund.open_programme", args, more=[motion], files=[criteria])


@lie("fund.set_aside")
def a_programme_exceeded(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    minor = 100_001 if lying else 100_000
    b.treasurer("fund.set_aside", {"programme": "winter", "minor": minor, "currency": "USD"})


@lie("fund.set_aside")
def money_set_aside_after_the_programmes_last_day(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme(until="2026-04-15")
    b.wait(days=60 if lying else 1)
    b.treasurer("fund.set_aside", {"programme": "winter", "minor": 5, "currency": "USD"})


@lie("fund.approve_release")
def a_release_approved_twice_by_one(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    root = b.release(approvers=1)
    name, mandate = ("dee", "approver") if lying else ("eli", "second")
    args = {"programme": "winter", "release": {"sealed": root}}
    b.write(
        "fund.approve_release",
        name,
        args,
        under=[mandate],
        beside={"claims": ["not_the_asker", "within_cap", "within_limit"]},
        sealed=[root],
    )


@lie("fund.tell_total")
def a_total_that_no_release_covers(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    root = b.release()
    last = b.close_through(30)
    b.system("fund.tell_total", b.total([b.digest() if lying else root], last))


@lie("fund.tell_total")
def a_total_of_a_release_that_one_approved(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    root = b.release(approvers=1 if lying else 2)
    last = b.close_through(30)
    b.system("fund.tell_total", b.total([root], last))


@lie("fund.tell_total")
def a_release_told_twice(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    first, second = b.release(), b.release()
    last = b.close_through(30)
    b.system("fund.tell_total", b.total([first], last, minor=30_000))
    b.system("fund.tell_total", b.total([first if lying else second], last, minor=30_000))


@lie("fund.tell_total")
def a_total_above_what_was_set_aside(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    root = b.release()
    last = b.close_through(30)
    b.system("fund.tell_total", b.total([root], last, minor=100_001 if lying else 100_000))


@lie("fund.tell_total")
def a_total_of_days_not_closed(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    root = b.release()
    last = b.close_through(30)
    b.system("fund.tell_total", b.total([root], "2026-04-09" if lying else last))


@lie("fund.tell_total")
def a_total_that_points_at_somebody(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    root = b.release()
    last = b.close_through(30)
    b.system("fund.tell_total", b.total([root], last, people="1-9" if lying else "10-19"))


@lie("fund.end_programme")
def a_programme_ended_twice(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme("winter")
    b.programme("spring", total=100_000)
    b.end("winter")
    b.end("winter" if lying else "spring")


@lie("fund.tell_ended")
def a_handful_of_people_told_before_the_year_is_over(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    root = b.release()
    b.end("winter")
    last = b.close_through(30)
    args = {"account": "bank/rent/USD", "programmes": ["winter"], "currency": "USD", "minor": 60_000,
            "returned": 40_000, "people": "" if lying else "10-19", "releases": [root],
            "first_day": b.opened["winter"], "last_day": last}  # fmt: skip
    b.system("fund.tell_ended", args)


@lie("fund.set_aside")
def a_month_doubled_by_a_second_mandate(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    for role in ("once", "again"):
        limits = [{"currency": "USD", "per_act": 60, "per_month": 100}]
        mandate = b.mandate(role, "gus", ["fund.set_aside"], limits=limits)
        b.write("decide.grant_mandate", "ana", mandate, under=["chair", b.decide("decide.grant_mandate", mandate)])
    b.write("fund.set_aside", "gus", {"programme": "winter", "minor": 60, "currency": "USD"}, under=["once"])
    minor = 60 if lying else 40
    b.write("fund.set_aside", "gus", {"programme": "winter", "minor": minor, "currency": "USD"}, under=["again"])


@lie("fund.tell_total")
def a_total_of_a_single_day(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    root = b.release()
    last = b.close_through(30)
    b.system("fund.tell_total", b.total([root], last, **({"first_day": last} if lying else {})))


def _ended(b: Book, minor: int, returned: int, releases: list[str], name: str = "winter") -> None:
    last = b.close_through(30)
    people = "10-19" if minor else ""
    args = {"account": "bank/rent/USD", "programmes": [name], "currency": "USD", "minor": minor,
            "returned": returned, "people": people, "releases": releases, "first_day": b.opened[name],
            "last_day": last}  # fmt: skip
    b.system("fund.tell_ended", args)


@lie("fund.tell_ended")
def more_told_than_was_set_aside_for_it(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme("winter")
    b.programme("spring")
    root = b.release("winter")
    b.end("winter")
    b.end("spring")
    _ended(b, 100_001 if lying else 100_000, 0, [root])


@lie("fund.tell_ended")
def money_given_back_while_payments_are_untold(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme("winter")
    if lying:
        b.release("winter")
    b.end("winter")
    _ended(b, 0, 100_000, [])


@lie("fund.approve_release")
def a_release_whose_first_approver_resigned(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    root = b.release(approvers=1)
    if lying:
        b.write("people.resign_mandate", "dee", {"mandate": b.mandates["approver"]}, committee="")
    claims = ["not_the_asker", "within_cap", "within_limit"]
    b.write("fund.approve_release", "eli", {"programme": "winter", "release": {"sealed": root}}, under=["second"],
            beside={"claims": claims}, sealed=[root])  # fmt: skip


@lie("fund.set_aside")
def an_authority_that_nobody_gave(b: Book, lying: bool) -> None:
    b.holdings()
    b.programme()
    motion = b.open()
    args = {"programme": "winter", "minor": 100, "currency": "USD"}
    b.treasurer("fund.set_aside", args, more=[motion] if lying else [])
