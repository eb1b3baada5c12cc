"""Money, the ledger with its filters, one transfer, one organisation, as an outsider sees them."""

from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from tallystick.audit.balances import balances
from tallystick.audit.replay import Replay
from tallystick.fund import figures
from tallystick.record.files import read_file
from tallystick.record.models import EntryRow
from tests.pages_world import DONOR, Story, read, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Story:
    return story()


def test_the_figures_are_those_of_the_audit(told: Story) -> None:
    replay = Replay(read_file)
    replay.bundle(0, [bytes(row.data) for row in EntryRow.objects.order_by("index")])
    audited = balances(replay.facts)
    for sums in figures.totals():
        due = audited["totals"][sums.currency]
        shown = (sums.came_in, sums.went_out, sums.exchanged, sums.in_hand, sums.set_aside, sums.pending)
        assert shown == tuple(due[name] for name in ("in", "out", "exchanged", "in_hand", "set_aside", "pending"))
    flows = figures.flow()
    for row in figures.pools(flows):
        if row.currency:
            assert row.hand + row.aside == audited["pools"][row.pool.id][row.currency]
            assert row.came - row.went == row.hand + row.aside + row.pending


def test_the_flow_loses_nothing(told: Story) -> None:
    flows = figures.flow()
    links = figures.links(flows, figures.pools(flows), "USD")
    pools = {target for _source, target, _minor in links} & {source for source, _target, _minor in links}
    for pool in pools:
        into = sum(minor for _source, target, minor in links if target == pool)
        assert into == sum(minor for source, _target, minor in links if source == pool)


def test_money_tells_where_it_is(client: Client, told: Story) -> None:
    page = read(client, "/money/")
    assert "Parish Foundation" in page
    assert "Fiscal sponsor" in page
    assert "then preparedness" in page
    assert "brought over" in page
    assert "$3,200.00\u00a0USD of it was brought in, not decided here" in page
    assert "who can get it" in page
    assert "April 2026" in page
    assert "<svg" in page
    assert DONOR not in page


def test_home_tells_five_numbers_and_the_latest_lines(client: Client, told: Story) -> None:
    page = read(client, "/")
    for words in ("In hand", "Came in", "Went out", "Set aside for people", "On its way"):
        assert words in page
    assert "Brought over: $500.00" in page
    assert 'href="/check/"' in page


def test_the_ledger_shows_all_and_folds_what_was_wrong(client: Client, told: Story) -> None:
    page = read(client, "/ledger/")
    assert "A wrong line, corrected" in page
    assert "On its way" in page
    assert DONOR not in page
    assert "You see all" in page


@pytest.mark.parametrize(
    ("query", "words", "there", "absent"),
    [
        ("kind=gifts", "of the kind “Gifts”", "$40,000.00", "$8,250.00"),
        ("pool=cerf-2016", "of “CERF 2016”", "$1,500.00", "$40,000.00"),
        ("holder=host", "at Parish Foundation", "$1,200.00", "$40,000.00"),
        ("state=pending", "marked “On its way”", "$1,000.00", "$8,250.00"),
        ("state=corrected", "marked “Corrected”", "$999.00", "$8,250.00"),
        ("words=roofing", "with “roofing” in their name", "$8,250.00", "$1,500.00"),
        ("organisation=roofer", "to or from Bayou Roofing", "$250.00", "$1,500.00"),
        ("first_month=5&first_day=1&first_year=2026&last_month=5&last_day=31&last_year=2026", "from May 1, 2026 on",
         "$8,250.00", "$40,000.00"),
    ],
)  # fmt: skip
def test_each_filter_says_what_it_shows(
    client: Client, told: Story, query: str, words: str, there: str, absent: str
) -> None:
    page = read(client, f"/ledger/?{query}")
    assert words in page
    table = page.split("<table")[1]
    assert there in table
    assert absent not in table


def test_the_fund_counts_days_in_its_own_zone(client: Client, told: Story) -> None:
    # 2026-03-02T16:00Z is still March 2 in Chicago; a day begins at 06:00Z there.
    day = "first_month=3&first_day=2&first_year=2026&last_month=3&last_day=2&last_year=2026"
    assert "$1,200.00" in read(client, f"/ledger/?{day}")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("first_month=2&first_day=30&first_year=2026", "Enter a day that is in the calendar"),
        ("first_month=2", "Enter a month, a day and a year"),
        ("first_month=1&first_day=1&first_year=0001", "Enter the year with four figures"),
        (
            "first_month=5&first_day=1&first_year=2026&last_month=4&last_day=1&last_year=2026",
            "before the day from which you look",
        ),
        ("pool=nowhere", "Choose one of the list"),
        ("kind=%3Cscript%3E", "Choose one of the list"),
    ],
)
def test_a_wrong_filter_says_how_to_mend_it(client: Client, told: Story, query: str, words: str) -> None:
    page = read(client, f"/ledger/?{query}")
    assert "There is a problem" in page
    assert words in page
    read(client, f"/ledger.xlsx?{query}", 404)


def test_the_ledger_pages_by_key(client: Client, told: Story) -> None:
    for number in range(60):
        told.world.gift(10_00 + number)
    first = read(client, "/ledger/?kind=gifts")
    key = first.split("before=")[1].split('"')[0]
    assert "kind=gifts" in first.split("before=")[0].rsplit('"', 1)[1]
    second = read(client, f"/ledger/?kind=gifts&before={key}")
    assert "$40,000.00" in second
    back = second.split("after=")[1].split('"')[0]
    assert "$40,000.00" not in read(client, f"/ledger/?kind=gifts&after={back}")


@pytest.mark.parametrize(
    "path",
    [
        "/ledger/?before=nothing", "/ledger/?after=%00", "/ledger/nothing/", "/ledger/%00/",
        "/ledger/organisations/nobody/", "/ledger/organisations/<b>/", "/ledger/?organisation=nobody",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client: Client, told: Story, path: str) -> None:
    read(client, path, 404)


def test_a_payment_shows_who_decided_it(client: Client, told: Story) -> None:
    page = read(client, f"/ledger/{told.payment}/")
    members = told.world.members
    assert f"/votes/{told.motion}/" in page
    assert f"Member {members['caseworker'][:8]} asked for it" in page
    for name in ("ama", "ben"):
        assert f"Member {members[name][:8]} approved it" in page
    assert "The bank paid it" in page
    assert "BANK-77" in page
    for act in ("fund.request", "fund.approve", "fund.settle", "fund.pay"):
        numbers = EntryRow.objects.filter(act=act).values_list("index", flat=True)
        assert any(f"/record/entry/{index}/" in page for index in numbers), act


def test_a_gift_from_a_person_names_nobody(client: Client, told: Story) -> None:
    page = read(client, f"/ledger/{told.gift}/")
    assert "whose name is kept private" in page
    assert DONOR not in page


def test_a_wrong_line_and_its_correction_point_at_each_other(client: Client, told: Story) -> None:
    assert f"/ledger/{told.correction}/" in read(client, f"/ledger/{told.wrong}/")
    assert f"/ledger/{told.wrong}/" in read(client, f"/ledger/{told.correction}/")


def test_what_was_brought_over_shows_its_row(client: Client, told: Story) -> None:
    page = read(client, f"/ledger/{told.brought}/")
    assert "Emergency roofs<br>for 200 households" in page
    assert "Row 1 of 2" in page
    assert "March 20, 2016" in page
    assert "no vote of ours" in page


def test_an_organisation_has_its_total(client: Client, told: Story) -> None:
    page = read(client, "/ledger/organisations/roofer/")
    assert "$8,250.00" in page
    assert "Another $1,000.00" in page


def test_the_spreadsheet_holds_the_filtered_rows(client: Client, told: Story) -> None:
    answer = client.get("/ledger.xlsx?kind=payments")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert len(rows) == 3
    assert [row[4] for row in rows[1:]] == ["Bayou Roofing", "Bayou Roofing"]
    assert [float(str(row[5])) for row in rows[1:]] == [1000.0, 8250.0]


@pytest.mark.parametrize("path", ["/", "/money/", "/ledger/", "/ledger.xlsx"])
def test_pages_before_the_founding(client: Client, path: str) -> None:
    read(client, path)
    assert client.post(path).status_code == 405


def test_money_asks_the_database_a_bounded_number_of_questions(
    client: Client, told: Story, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        read(client, "/money/")
