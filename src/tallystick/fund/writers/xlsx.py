"""A table as an .xlsx workbook that people can sort, filter and add up. Pure: values in, bytes out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

ROWS = 1_048_575  # what a sheet holds beside its heading
LONGEST_TEXT = 32_767
DIGITS = 15  # spreadsheets keep numbers as doubles: what has more digits would be changed silently
DAY = "yyyy-mm-dd"

_not_in_xml = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_not_in_title = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_like_a_formula = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and its width in characters of ordinary text."""

    heading: str
    width: int = 16


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum: whole minor units, and how many decimals its currency has (USD 2, JPY 0, BHD 3)."""

    minor: int
    exponent: int

    @property
    def exact(self) -> Decimal:
        """The sum in the currency's main unit, with all its decimals."""
        sign, digits = int(self.minor < 0), tuple(map(int, str(abs(self.minor))))
        return Decimal((sign, digits, -self.exponent))  # scaleb would round in a context of few digits


Value = str | int | date | Amount | Decimal | None


def ledger_workbook(rows: Iterable[Sequence[Value]], columns: Sequence[Column], title: str) -> bytes:
    """One sheet: a heading that stays in view, a filter on every column, one row for each of `rows`.

    Amounts and Decimals become numbers with all their decimals, days become dates, text stays text: what
    looks like a formula is none. A number of more than 15 digits is written as text, since a spreadsheet
    would round it. ValueError for a row of another length than `columns`, an unknown kind of value, and
    more rows than a sheet holds.
    """
    book = Workbook(write_only=True)
    book.properties.title = _text(title)
    book.properties.creator = "Tallystick"
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_heading(sheet, column) for column in columns])
    held = BytesIO()
    try:
        count = _fill(sheet, rows, len(columns))
    except BaseException:
        book.save(held)  # the library keeps unfinished sheets in temporary files; this closes and removes them
        raise
    if columns:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    book.save(held)
    return held.getvalue()


def _fill(sheet: Any, rows: Iterable[Sequence[Value]], width: int) -> int:
    """How many rows were written."""
    count = 0
    for count, row in enumerate(rows, 1):
        if len(row) != width:
            raise ValueError(f"Row {count} has {len(row)} values, not {width}.")
        if count > ROWS:
            raise ValueError(f"A sheet holds {ROWS:,} rows. Choose fewer with the filters.")
        sheet.append([_cell(sheet, value) for value in row])
    return count


def _heading(sheet: Any, column: Column) -> Any:
    cell = _text_cell(sheet, column.heading)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _cell(sheet: Any, value: Value) -> Any:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _text_cell(sheet, value)
    if isinstance(value, Amount):
        value = value.exact
    if isinstance(value, Decimal) and value.is_finite():
        digits, exponent = value.as_tuple().digits, value.as_tuple().exponent
        places = max(0, -int(exponent))
        return _number(sheet, value, len(digits), "#,##0" + ("." + "0" * places if places else ""))
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(sheet, value, len(str(abs(value))), "#,##0")
    # A datetime is a date to Python, but its zone and time would be lost in a day's cell.
    if isinstance(value, date) and not isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = DAY
        return cell
    raise ValueError(f"{value!r:.60} is no text, whole number, amount or day.")


def _number(sheet: Any, value: int | Decimal, digits: int, shown: str) -> Any:
    if digits > DIGITS:
        return _text_cell(sheet, f"{value:f}" if isinstance(value, Decimal) else str(value))
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = shown
    return cell


def _text_cell(sheet: Any, value: str) -> Any:
    text = _text(value)
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # openpyxl takes "=1+1" for a formula and "#N/A" for an error
    if text.startswith(_like_a_formula):
        cell.quotePrefix = True  # it stays text when somebody edits the cell
    return cell


def _text(value: str) -> str:
    text = _not_in_xml.sub("\N{REPLACEMENT CHARACTER}", value)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _sheet_name(title: str) -> str:
    """A title as a sheet's name may be: at most 31 characters, without brackets, slashes and the like."""
    return _not_in_title.sub(" ", _text(title))[:31].strip(" '") or "Tallystick"
