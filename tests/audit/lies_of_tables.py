"""Lies about what others decided and a table brings over."""

from tests.audit.book import Book
from tests.audit.lies import lie


def _grants(b: Book) -> str:
    heads = ("ProjectStatus,ChfId,AllocationYear,ChfProjectCode,ProjectTitle,ApplicationID,ApplicationCode,"
             "AllocationSourceName,PooledFundName,CountryCode,PartnerCode,OrganizationName,Budget,"
             "ApprovedDate,FundType")  # fmt: skip
    row = "Closed,1,2019,SOM-1,Wells,-1,-1,Standard,Somalia,SOM,9,Water Aid Somalia,{},3/1/2019 12:00:00 AM,CBPF"
    table = b.file("\n".join([heads, row.format("250.00"), row.format("100.50"), ""]).encode())
    b.treasurer("fund.add_holder", {"id": "un", "name": "UN", "legal_form": "un"})
    b.treasurer("fund.open_pool", b.pool("somalia-2019"))
    b.treasurer("fund.open_account", {"holder": "un", "pool": "somalia-2019", "currency": "USD", "floor": 0})
    b.treasurer("people.add_organisation", {"id": "org-aid", "name": "Water Aid Somalia", "sector": "charity"})
    return table


def _bring(b: Book, table: str, kind: str, row: int, minor: int) -> None:
    args = {"source": table, "kind": kind, "row": row, "account": "un/somalia-2019/USD",
            "organisation": "" if kind == "gift" else "org-aid", "minor": minor, "currency": "USD"}  # fmt: skip
    beside = {"happened": "" if kind == "gift" else "2019-03-01", "computed": kind == "gift"}
    b.treasurer("fund.bring_over", args, beside=beside)


def _source(b: Book, table: str, rows: int = 2) -> None:
    args = {"sha256": table, "format": "ocha_pooled_funds", "rows": rows}
    b.treasurer("fund.add_source", args, files=[table])


@lie("fund.add_source")
def a_table_said_to_be_longer(b: Book, lying: bool) -> None:
    _source(b, _grants(b), rows=3 if lying else 2)


@lie("fund.bring_over")
def a_grant_brought_over_larger_than_its_row(b: Book, lying: bool) -> None:
    table = _grants(b)
    _source(b, table)
    _bring(b, table, "gift", 0, 35_050)
    _bring(b, table, "payment", 1, 35_050 if lying else 25_000)


@lie("fund.bring_over")
def a_grant_brought_over_twice(b: Book, lying: bool) -> None:
    table = _grants(b)
    _source(b, table)
    _bring(b, table, "gift", 0, 35_050)
    _bring(b, table, "payment", 2, 10_050)
    _bring(b, table, "payment", *((2, 10_050) if lying else (1, 25_000)))


@lie("fund.bring_over")
def a_pooled_gift_that_its_rows_do_not_bear_out(b: Book, lying: bool) -> None:
    table = _grants(b)
    _source(b, table)
    _bring(b, table, "gift", 0, 99_999 if lying else 35_050)


@lie("fund.bring_over")
def money_paid_out_by_a_table_that_the_treasurer_wrote(b: Book, lying: bool) -> None:
    table = _grants(b)
    _source(b, table)
    if lying:
        b.gift("un/somalia-2019/USD", 35_050)
    else:
        _bring(b, table, "gift", 0, 35_050)
    _bring(b, table, "payment", 1, 25_000)


@lie("fund.bring_over")
def one_pooled_gift_brought_into_two_accounts(b: Book, lying: bool) -> None:
    table = _grants(b)
    _source(b, table)
    b.treasurer("fund.add_holder", {"id": "un2", "name": "UN 2", "legal_form": "un"})
    b.treasurer("fund.open_account", {"holder": "un2", "pool": "somalia-2019", "currency": "USD", "floor": 0})
    if lying:
        _bring(b, table, "gift", 0, 35_050)
    args = {"source": table, "kind": "gift", "row": 0, "account": "un2/somalia-2019/USD", "organisation": "",
            "minor": 35_050, "currency": "USD"}  # fmt: skip
    b.treasurer("fund.bring_over", args, beside={"happened": "", "computed": True})
