"""Grants decided elsewhere: every oddity of the real table in small, and the real table itself."""

import csv
import gzip
import io
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.fund import grants as engine
from tallystick.fund.grants import FORMATS, Grant, GrantsError, grants, read
from tallystick.record import shapes

OCHA = "ocha_pooled_funds"
ORDINARY = {
    "AllocationYear": "2018",
    "ChfProjectCode": "18-RR-WFP-001",
    "ProjectTitle": "Food",
    "PooledFundName": "Somalia",
    "CountryCode": "SOM",
    "OrganizationName": "World Food Programme",
    "Budget": "1234.5",
    "ApprovedDate": "2018-03-20T00:00:00",
    "FundType": "CERF",
    "Unread": "x",
}


def table(*rows, heading=tuple(ORDINARY), encoding="utf-8"):
    """A table with these rows, each saying only what is out of the ordinary."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heading)
    for row in rows:
        writer.writerow([(ORDINARY | row)[column] for column in heading])
    return text.getvalue().encode(encoding)


def only(**cells):
    """The grant of a table of one row."""
    (grant,) = grants(OCHA, table(cells))
    return grant


def fault(content):
    """The one error of a table."""
    _, errors = read(OCHA, content)
    assert len(errors) == 1, errors
    with pytest.raises(GrantsError) as raised:
        grants(OCHA, content)
    assert str(raised.value) == str(errors[0])
    return errors[0]


def test_a_row_is_read_whole():
    assert only() == Grant(
        row=1,
        minor=123450,
        currency="USD",
        pool="cerf-2018",
        pool_name="CERF 2018",
        payee="World Food Programme",
        payee_ref=engine.organisation_reference("World Food Programme"),
        day="2018-03-20",
        title="Food",
        project="18-RR-WFP-001",
        place="SOM",
        notes=(),
    )


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2018-03-20T00:00:00", "2018-03-20"),
        ("2018-03-20", "2018-03-20"),
        ("3/20/2018 12:00:00 AM", "2018-03-20"),
        ("11/2/2015 9:18:56 PM", "2015-11-02"),
        ("2/29/2016", "2016-02-29"),
        ("1/1/0001 12:00:00 AM", ""),
        ("0001-01-01T00:00:00", ""),
        (" ", ""),
    ],
)
def test_both_ways_of_writing_a_date(written, day):
    grant = only(ApprovedDate=written)
    assert grant.day == day
    assert bool(grant.notes) == (day == "")


@pytest.mark.parametrize(
    "written", ["20/3/2018", "2/30/2018", "2018-02-29", "2018-3-2", "March 2018", "2018-03-20T", "43179"]
)
def test_a_date_that_is_none_is_refused(written):
    error = fault(table({"ApprovedDate": written}))
    assert (error.row, error.column) == (1, "ApprovedDate")


@pytest.mark.parametrize(
    ("written", "minor", "noted"),
    [
        ("306020.0", 30602000, False),
        ("306020", 30602000, False),
        ("0.07", 7, False),
        ("1.10000", 110, False),
        ("248520.880006", 24852088, True),
        ("0.125", 12, True),  # half to even
        ("0.135", 14, True),
        ("0.004", 0, True),
        ("0.0", 0, True),
        ("90071992547409.92", 2**53, False),
    ],
)
def test_budgets_are_exact_and_what_was_rounded_is_said(written, minor, noted):
    grant = only(Budget=written)
    assert grant.minor == minor
    assert bool(grant.notes) is noted


@pytest.mark.parametrize(
    "written",
    ["", "-5.00", "-0.0", "1,000.00", "1e6", "nan", "$5", "5.", ".5", "٣", "90071992547409.93", "9" * 30],
)
def test_a_budget_that_is_none_is_refused(written):
    error = fault(table({"Budget": written}))
    assert (error.row, error.column) == (1, "Budget")
    assert "Budget" in str(error)


@given(st.integers(0, 10**12), st.integers(0, 10**8 - 1))
def test_rounding_is_half_to_even_for_any_budget(whole, part):
    written = f"{whole}.{part:08d}"
    minor, notes = engine._budget(written)
    exact = Fraction(written) * 100
    assert minor == round(exact)
    assert any("fractions" in note for note in notes) == (minor != exact)


def test_titles_keep_their_newlines_and_names_lose_odd_spaces():
    grant = only(ProjectTitle='One\n"two"\n, three ', OrganizationName=" Care \xa0 for\tall ")
    assert grant.title == 'One\n"two"\n, three '
    assert grant.payee == "Care for all"
    assert grant.payee_ref == only(OrganizationName="Care for all").payee_ref


def test_the_row_number_counts_rows_and_the_line_counts_lines():
    error = fault(table({"ProjectTitle": "a\nb\nc"}, {}, {"Budget": "much"}))
    assert (error.row, error.line) == (3, 6)
    assert "row 3, line 6, Budget" in str(error)


def test_pools_are_a_fund_and_a_year():
    found = grants(
        OCHA,
        table(
            {},
            {"FundType": "CBPF", "AllocationYear": "2016"},
            {"FundType": "CBPF", "PooledFundName": "Côte d'Ivoire"},
            {"FundType": "CBPF", "PooledFundName": "A very long name of a fund of many countries at once"},
        ),
    )
    assert [grant.pool for grant in found[:3]] == ["cerf-2018", "somalia-2016", "cote-d-ivoire-2018"]
    assert found[2].pool_name == "Côte d'Ivoire 2018"
    assert all(shapes.slug(grant.pool) and shapes.name(grant.pool_name) for grant in found)


def test_two_funds_are_never_taken_for_one():
    error = fault(
        table(
            {"FundType": "CBPF", "PooledFundName": "South Sudan"},
            {"FundType": "CBPF", "PooledFundName": "South-Sudan"},
        )
    )
    assert (error.row, error.column) == (2, "PooledFundName")
    assert fault(table({"FundType": "CBPF", "PooledFundName": "Cerf"})).column == "PooledFundName"


@given(st.lists(st.text(min_size=1, max_size=40), min_size=2, max_size=2, unique_by=engine.tidy))
def test_organisations_are_told_apart(names):
    first, second = map(engine.tidy, names)
    references = engine.organisation_reference(first), engine.organisation_reference(second)
    assert references[0] != references[1]
    assert all(map(shapes.reference, references))


def test_names_that_differ_only_in_capitals_or_accents_stay_apart():
    names = ["CARE", "Care", "Caré", "C.A.R.E.", "关爱", "a" * 120, "a" * 119 + "b"]
    assert len({engine.organisation_reference(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("FundType", "Cerf"),
        ("FundType", ""),
        ("AllocationYear", "18"),
        ("AllocationYear", "２０１８"),
        ("OrganizationName", " "),
        ("OrganizationName", "x" * 121),
        ("OrganizationName", "zero\u200bwidth"),
        ("CountryCode", "Somalia"),
    ],
)
def test_a_wrong_cell_is_named(column, written):
    assert fault(table({column: written})).column == column


def test_the_pooled_fund_of_a_country_needs_a_name():
    assert fault(table({"FundType": "CBPF", "PooledFundName": "?"})).column == "PooledFundName"


def test_broken_rows_do_not_take_good_ones_with_them():
    content = table({"Budget": "1"}, {"Budget": "x"}, {"Budget": "3"}, {"FundType": "?"}, {"Budget": "5"})
    found, errors = read(OCHA, content)
    assert [(grant.row, grant.minor) for grant in found] == [(1, 100), (3, 300), (5, 500)]
    assert [(error.row, error.column) for error in errors] == [(2, "Budget"), (4, "FundType")]


def test_a_row_with_too_few_or_too_many_cells():
    found, errors = read(OCHA, table({}) + b"1,2,3\r\n" + table({}).split(b"\r\n", 1)[1])
    assert [grant.row for grant in found] == [1, 3]
    assert [error.row for error in errors] == [2]


def test_a_lost_quotation_mark_keeps_the_rows_before_it():
    found, errors = read(OCHA, table({}, {}) + b'"2018,lost\r\n' + b"more\r\n")
    assert [grant.row for grant in found] == [1, 2]
    assert [(error.row, error.line) for error in errors] == [(3, 4)]
    assert "quotation mark" in str(errors[0])


def test_every_missing_column_is_named():
    found, errors = read(OCHA, table({}, heading=("Budget", "FundType", "ProjectTitle", "CountryCode")))
    assert found == []
    assert [error.column for error in errors] == [
        "AllocationYear",
        "ChfProjectCode",
        "PooledFundName",
        "OrganizationName",
        "ApprovedDate",
    ]
    assert fault(table({}, heading=(*ORDINARY, "Budget"))).column == "Budget"


def test_a_byte_order_mark_blank_lines_and_another_order_do_no_harm():
    plain = grants(OCHA, table({}, {"Budget": "2"}))
    assert grants(OCHA, table({}, {"Budget": "2"}, encoding="utf-8-sig")) == plain
    assert grants(OCHA, table({}, {"Budget": "2"}).replace(b"\r\n", b"\n\n")) == plain
    assert grants(OCHA, table({}, {"Budget": "2"}, heading=tuple(reversed(ORDINARY)))) == plain


def test_gzip_is_known_by_its_first_bytes():
    plain = table({}, {"Budget": "2"})
    packed = gzip.compress(plain)
    assert grants(OCHA, packed) == grants(OCHA, plain)
    for end in (3, 12, len(packed) // 2, len(packed) - 1):
        assert "cut short" in str(fault(packed[:end]))
    assert "damaged" in str(fault(packed[:-8] + bytes(8)))
    assert "damaged" in str(fault(packed + b"more"))


def test_a_small_file_cannot_fill_the_memory(monkeypatch):
    monkeypatch.setattr(engine, "LARGEST_TABLE", 1000)
    assert "larger" in str(fault(gzip.compress(bytes(100_000))))


@pytest.mark.parametrize("content", [b"", b" \r\n", gzip.compress(b"", mtime=0), "a,b".encode("utf-16")])
def test_what_is_no_table_is_refused(content):
    assert fault(content).row == 0


def test_a_row_in_another_encoding_is_named():
    content = table({}, {"OrganizationName": "Médecins"}, {}, encoding="latin-1")
    found, errors = read(OCHA, content)
    assert [grant.row for grant in found] == [1, 3]
    assert [(error.row, error.column) for error in errors] == [(2, "OrganizationName")]


def test_a_format_that_nobody_reads():
    assert FORMATS == (OCHA,)
    with pytest.raises(GrantsError, match="no reader"):
        grants("iati", table({}))


def test_the_same_bytes_are_read_once(monkeypatch):
    content = table({"Budget": "77"})
    first = grants(OCHA, content)
    monkeypatch.setattr(engine, "read", lambda *_: pytest.fail("read again"))
    assert grants(OCHA, bytes(bytearray(content))) is first  # equal content in another object
    monkeypatch.setattr(engine.hashlib, "sha256", lambda *_: pytest.fail("hashed again"))
    assert grants(OCHA, content) is not None


def test_a_broken_table_stays_broken_and_many_tables_do_not_mix():
    broken = table({"Budget": "x"})
    for _ in range(2):
        with pytest.raises(GrantsError):
            grants(OCHA, broken)
    contents = [table({"Budget": str(number)}) for number in range(1, 11)]
    for _ in range(2):
        assert [grants(OCHA, content)[0].minor for content in contents] == list(range(100, 1001, 100))


def test_a_table_that_is_changed_in_place_is_read_again():
    content = bytearray(table({"Budget": "1"}))
    assert grants(OCHA, content)[0].minor == 100
    content[:] = table({"Budget": "2"})
    assert grants(OCHA, content)[0].minor == 200


@pytest.fixture(scope="module")
def real(data):
    return data("community/ocha_pooled_fund_allocations_2006_2021.csv.gz").read_bytes()


def test_the_real_table(real):
    found, errors = read(OCHA, real)
    assert errors == []
    assert [grant.row for grant in found] == list(range(1, 16_572))
    assert sum(grant.minor for grant in found) == 1_234_460_994_179
    assert sum(grant.minor for grant in found if grant.pool == "cerf-2018") == 50_050_807_300
    notes = [note for grant in found for note in grant.notes]
    assert notes.count("The budget is zero.") == sum(grant.minor == 0 for grant in found) == 3
    assert sum("stands for none" in note for note in notes) == sum(not grant.day for grant in found) == 98
    assert [note for note in notes if "cent" in note] == [
        "The budget 248520.880006 has fractions of a cent; rounded to 248520.88."
    ]
    assert sum("\n" in grant.title for grant in found) == 867
    assert len({grant.payee for grant in found}) == len({grant.payee_ref for grant in found}) == 1_097
    assert len({grant.pool for grant in found}) == len({grant.pool_name for grant in found}) == 152
    assert all(map(shapes.slug, {grant.pool for grant in found}))
    assert all(map(shapes.name, {grant.payee for grant in found}))
    assert all(map(shapes.reference, {grant.payee_ref for grant in found}))
    assert all(shapes.day(grant.day) for grant in found if grant.day)


def test_the_real_table_to_the_last_fraction_and_day_against_a_plain_reading(real):
    """Nothing of the engine's in this: the sums and days straight from the cells."""
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(real).decode("utf-8-sig"), newline="")))
    assert sum(Fraction(row["Budget"]) for row in rows) * 100 == Fraction(6_172_304_970_895_003, 5_000)
    for row, grant in zip(rows, grants(OCHA, real), strict=True):
        assert abs(Fraction(row["Budget"]) * 100 - grant.minor) < Fraction(1, 2)
        assert (row["ProjectTitle"], row["CountryCode"]) == (grant.title, grant.place)
        if grant.day:
            year, month, day = map(int, grant.day.split("-"))
            assert row["ApprovedDate"].startswith((f"{grant.day}T", f"{month}/{day}/{year} "))


def test_asking_once_for_every_row_costs_nothing(real):
    grants(OCHA, real)
    began = time.perf_counter()
    for _ in range(16_571):
        grants(OCHA, real)
    assert time.perf_counter() - began < 0.5
