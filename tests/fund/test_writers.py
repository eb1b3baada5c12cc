"""The books for other programs: names that can be turned back, exact sums, and workbooks without traps."""

import io
import random
import time
import uuid
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tallystick.fund import writers
from tallystick.fund.rules.accounts import Account, Transfer
from tallystick.fund.writers import beancount, hledger
from tallystick.fund.writers.xlsx import Amount, Column, ledger_workbook

EXPONENTS = {"USD": 2, "JPY": 0, "BHD": 3}
STATES = ("posted", "posted", "posted", "pending", "void")

# (kind, id): every kind of account, and ids that other programs' names cannot hold as they stand
KINDS = (
    ("outside", "outside/gifts/{}"),
    ("outside", "outside/opening/{}"),
    ("outside", "outside/exchange/{}"),
    ("outside", "outside/persons/{}"),
    ("outside", "outside/brought/{}"),
    ("held", "local-bank/general/{}"),
    ("held", "local-bank/somalia-2016/{}"),
    ("purse", "purse/rent-help-{}"),
    ("ended", "ended/local-bank/general/{}"),
    ("payee", "payee/org-world-food-programme-0123456789abcdef/{}"),
    ("payee", "payee/GB-CHC-1234/{}"),
    ("payee", "payee/gb-chc-1234/{}"),
    ("payee", "payee/Gb-CHC-1234/{}"),
    ("payee", "payee/US:EIN:53.019_6605/{}"),
    ("payee", "payee/XI/IATI--EC_ECHO-/{}"),
    ("payee", "payee/XI//x/{}"),
    ("payee", "payee/9:/{}"),
)


def account(kind, account_id, currency):
    return Account(account_id, kind, "", "", "", currency, None, 0, 0, 0, 0)


def every_account():
    return [
        account(kind, account_id.format(currency), currency) for currency in EXPONENTS for kind, account_id in KINDS
    ]


def books(count, seed=1):
    """Accounts and `count` transfers among them, posted, pending and void, on days of 2026 in no order."""
    chance = random.Random(seed)
    known = {each.id: each for each in every_account()}
    by_currency = {name: [a.id for a in known.values() if a.currency == name] for name in EXPONENTS}
    transfers = []
    for _ in range(count):
        currency = chance.choice(list(EXPONENTS))
        credit, debit = chance.sample(by_currency[currency], 2)
        state = chance.choice(STATES)
        minor = chance.choice((1, 99, 100, 12_345, chance.randrange(1, 10 ** chance.randrange(1, 14))))
        at = f"2026-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}T12:00:00Z"
        entry = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        transfer = Transfer(
            entry + chance.choice(("", "/2")), "fund.pay", credit, debit, currency, minor,
            chance.choice(("", "housing.repair")), chance.choice(("", "us.la.orleans")),
            state, at, "" if state == "pending" else at, entry, "", "",
        )  # fmt: skip
        transfers.append(transfer)
        booked(known, transfer)
    return list(known.values()), transfers


def booked(known, transfer):
    """The two accounts' sums after a transfer."""
    if transfer.state == "void":
        return
    sums = transfer.state
    for account_id, way in ((transfer.debit, "in"), (transfer.credit, "out")):
        field = f"{sums}_{way}"
        held = known[account_id]
        known[account_id] = replace(held, **{field: getattr(held, field) + transfer.minor})


IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}", fullmatch=True)
JOURNALS = pytest.mark.parametrize("writer", [hledger, beancount])


@pytest.mark.parametrize(
    ("minor", "exponent", "written"),
    [(0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (123456, 2, "1234.56"), (7, 0, "7"), (-1234, 3, "-1.234")],
)
def test_sums_are_written_exactly(minor, exponent, written):
    assert writers.decimal(minor, exponent) == written


@JOURNALS
def test_names_are_distinct_and_lead_back(writer):
    known = every_account()
    names = [writer.account_name(each) for each in known]
    assert len(set(names)) == len(known)
    assert [writer.account_id(name) for name in names] == [each.id for each in known]


@JOURNALS
@given(IDS, st.sampled_from(["held", "purse", "ended", "payee", "outside"]))
def test_any_id_leads_back(writer, account_id, kind):
    assert writer.account_id(writer.account_name(account(kind, account_id, "USD"))) == account_id


def test_ordinary_names_are_readable():
    bank = account("held", "local-bank/somalia-2016/USD", "USD")
    assert hledger.account_name(bank) == "assets:local-bank:somalia-2016:USD"
    assert beancount.account_name(bank) == "Assets:Local-bank:Somalia-2016:USD"
    gifts = account("outside", "outside/gifts/USD", "USD")
    assert beancount.account_name(gifts) == "Income:Outside:Gifts:USD"


@JOURNALS
def test_what_is_no_id_is_refused(writer):
    for wrong in ("", "a b", "a\nb", "a;b", "%", "é"):
        with pytest.raises(ValueError, match="no id"):
            writer.account_name(account("held", wrong, "USD"))


@JOURNALS
def test_a_transfer_between_accounts_nobody_listed_is_refused(writer):
    accounts, transfers = books(5)
    with pytest.raises(ValueError, match="not listed"):
        list(writer.journal(accounts[:1], transfers, EXPONENTS))
    with pytest.raises(ValueError, match="listed twice"):
        list(writer.journal(accounts + accounts[:1], transfers, EXPONENTS))
    with pytest.raises(ValueError, match="decimals"):
        list(writer.journal(accounts, transfers, {"USD": 2}))


def test_beancount_is_not_given_accounts_that_count_each_other():
    nested = [account("held", "a/b", "USD"), account("held", "a/b/c", "USD")]
    with pytest.raises(ValueError, match="counted in"):
        list(beancount.journal(nested, [], EXPONENTS))


@JOURNALS
def test_pending_is_marked_and_void_left_out(writer):
    accounts, transfers = books(200)
    text = "".join(writer.journal(accounts, transfers, EXPONENTS))
    for transfer in transfers:
        assert (transfer.id in text) == (transfer.state != "void")
    flags = [line.split()[1] for line in text.splitlines() if "fund.pay" in line]
    assert flags.count("!") == sum(transfer.state == "pending" for transfer in transfers)
    assert flags.count("*") == sum(transfer.state == "posted" for transfer in transfers)


@JOURNALS
def test_lines_end_and_a_title_stays_on_its_line(writer):
    lines = list(writer.journal(*books(3), EXPONENTS, title='Relief "fund"\n2026-01-01 open X'))
    assert all(line.endswith("\n") for line in lines)
    assert lines[0].count("\n") == 1


@JOURNALS
def test_a_hundred_thousand_transfers_are_quick(writer):
    accounts, transfers = books(10_000)
    began = time.perf_counter()
    lines = sum(1 for _ in writer.journal(accounts, iter(transfers * 10), EXPONENTS))
    assert time.perf_counter() - began < 5
    assert lines > 200_000


COLUMNS = [Column("Day"), Column("Payee", 40), Column("Sum"), Column("Row", 8)]


def sheet(*rows, title="Ledger", columns=COLUMNS):
    return load_workbook(io.BytesIO(ledger_workbook(iter(rows), columns, title))).worksheets[0]


def test_a_workbook_reads_back():
    made = sheet(
        (date(2026, 11, 22), "Roofers & Sons <Ltd>", Amount(1234550, 2), 12),
        (None, "", Amount(-5, 2), 0),
        (date(2026, 2, 1), "Línea\ndos", Amount(1500, 0), 3),
        (date(2026, 2, 1), "x", Amount(1234, 3), Decimal("0.10")),
    )
    assert made.freeze_panes == "A2"
    assert made.auto_filter.ref == "A1:D5"
    assert made.column_dimensions["B"].width == 40
    assert [cell.value for cell in made[1]] == ["Day", "Payee", "Sum", "Row"]
    assert made["A1"].font.bold
    assert made["A2"].value == datetime(2026, 11, 22)
    assert made["A2"].is_date
    assert made["B2"].value == "Roofers & Sons <Ltd>"
    assert (made["C2"].value, made["C2"].number_format) == (12345.5, "#,##0.00")
    assert (made["C3"].value, made["C4"].value, made["C5"].value) == (-0.05, 1500, 1.234)
    assert [made[f"C{row}"].number_format for row in (4, 5)] == ["#,##0", "#,##0.000"]
    assert (made["A3"].value, made["B3"].value, made["D3"].value) == (None, None, 0)
    assert made["B4"].value == "Línea\ndos"


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.sampled_from([0, 2, 3]))
def test_amounts_are_numbers_to_the_last_cent(minor, exponent):
    cell = sheet((Amount(minor, exponent),), columns=COLUMNS[:1])["A2"]
    assert cell.data_type == "n"
    assert Decimal(repr(cell.value)) == Decimal(writers.decimal(minor, exponent))


def test_what_a_spreadsheet_would_round_is_text():
    cell = sheet((Amount(2**53, 2),), columns=COLUMNS[:1])["A2"]
    assert (cell.data_type, cell.value) == ("s", "90071992547409.92")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "#N/A", "1", "TRUE", "{=1}", "=", "2026-01-01"],
)
def test_text_is_never_a_formula(text):
    content = ledger_workbook([(text,)], [Column("=2+2")], "=3+3")
    cell = load_workbook(io.BytesIO(content)).worksheets[0]["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert bool(cell.quotePrefix) == text.startswith(("=", "+", "-", "@", "\t"))
    assert b"<f" not in b"".join(
        zipfile.ZipFile(io.BytesIO(content)).read(name)
        for name in zipfile.ZipFile(io.BytesIO(content)).namelist()
        if "worksheets" in name
    ).replace(b"<filter", b"")


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_and_title_make_a_workbook(text, title):
    made = sheet((text,), title=title, columns=COLUMNS[:1])
    assert 0 < len(made.title) <= 31


def test_a_text_too_long_for_a_cell_is_cut_and_says_so():
    value = sheet(("x" * 40_000,), columns=COLUMNS[:1])["A2"].value
    assert len(value) == 32_767
    assert value.endswith("…")


@pytest.mark.parametrize("wrong", [1.5, True, datetime(2026, 1, 1), Decimal("NaN"), ["x"]])
def test_a_value_that_would_not_be_exact_is_refused(wrong):
    with pytest.raises(ValueError, match="is no text"):
        ledger_workbook([(wrong,)], COLUMNS[:1], "x")


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="Row 2 has 1 values, not 4"):
        ledger_workbook([(None,) * 4, (None,)], COLUMNS, "x")


def test_an_empty_ledger_is_a_heading():
    made = sheet()
    assert made.max_row == 1
    assert made.auto_filter.ref == "A1:D1"
