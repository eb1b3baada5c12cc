"""Grants decided elsewhere, read from their publisher's table. Pure: the rules ask it, in acts and in audit.

One format so far. `ocha_pooled_funds`: project allocations of the CERF and of the country-based pooled
funds (CBPF) as OCHA publishes them: CSV in UTF-8, plain or gzipped, one grant a row, budgets in US dollars,
American dates in the rows of CBPF and ISO dates in those of CERF. Days are taken as written; the table
names no time zone.
"""

import csv
import gzip
import hashlib
import io
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from tallystick.record import shapes

FORMATS: tuple[str, ...] = ("ocha_pooled_funds",)
LARGEST_TABLE = 256 * 1024 * 1024  # bytes once unpacked; a small gzip file can unpack to fill any memory
LONGEST_SLUG = 40
HELD = 4  # tables kept in memory, or objects with the same content
NEEDED = (
    "AllocationYear", "ChfProjectCode", "ProjectTitle", "PooledFundName", "CountryCode", "OrganizationName",
    "Budget", "ApprovedDate", "FundType",
)  # fmt: skip


class GrantsError(ValueError):
    """The table, or one row of it, cannot be read; the message says where, what is wrong and how to mend it.

    row: the data row, from 1; 0 when it is the table as a whole. column: its heading, "" when it is the
    whole row.
    """

    def __init__(self, message: str, row: int = 0, column: str = "", line: int = 0) -> None:
        place = ", ".join(
            part for part in (f"row {row}" if row else "", f"line {line}" if line else "", column) if part
        )
        super().__init__(f"{place}: {message}" if place else message)
        self.row = row
        self.column = column
        self.line = line


@dataclass(frozen=True, slots=True)
class Grant:
    """One row. minor: whole minor units of currency, rounded half to even.

    pool, pool_name: fund and year, "somalia-2016" and "Somalia 2016". payee: at most 120 printable
    characters; payee_ref: the same for the same name, in any table. day: "2018-03-20", or "" where the
    table has none. title: as written, with its line breaks. project: the publisher's own code. place: ISO
    3166-1 alpha-3, or "". notes: what was rounded or odd, in words. A broken row has its number and a note of
    what is wrong, nothing else.
    """

    row: int
    minor: int
    currency: str
    pool: str
    pool_name: str
    payee: str
    payee_ref: str
    day: str
    title: str
    project: str
    place: str
    notes: tuple[str, ...]

    @property
    def broken(self) -> bool:
        """Whether the row cannot be read. It then fits no entry: it has no sum, pool or payee."""
        return not self.pool


@dataclass(frozen=True, slots=True)
class _Held:
    format: str
    content: bytes
    digest: bytes
    rows: tuple[Grant, ...]  # broken ones in their places
    errors: tuple[GrantsError, ...]


# Rules ask for the same table once an entry, thousands of times, and almost always with the very same object.
_held: tuple[_Held, ...] = ()


def grants(format: str, content: bytes) -> tuple[Grant, ...]:
    """All rows of a table without fault, row n at index n - 1. GrantsError, the first, if any row is broken."""
    held = _hold(format, content)
    if held.errors:
        raise held.errors[0]
    return held.rows


def table(format: str, content: bytes) -> tuple[Grant, ...]:
    """All rows of a table, row n at index n - 1, broken ones in their places. GrantsError if it is no table at all.

    The last few tables are kept: the same object is known again at once, equal content by its SHA-256.
    """
    held = _hold(format, content)
    for error in held.errors:
        if not error.row:
            raise error
    return held.rows


def _hold(format: str, content: bytes) -> _Held:
    global _held
    for held in _held:
        if held.content is content and held.format == format:
            return held
    digest = hashlib.sha256(content).digest()
    equal = [held for held in _held if (held.format, held.digest) == (format, digest)]
    if equal:
        rows, errors = equal[0].rows, equal[0].errors
    else:
        found, wrong = read(format, content)
        rows, errors = _in_places(found, wrong), tuple(wrong)
    # bytes(content) is the same object unless somebody hands in a bytearray, which could change under us.
    # The tuple is replaced whole, so that threads need no lock; a race costs a second reading at most.
    held = _Held(format, bytes(content), digest, rows, errors)
    _held = (held, *_held[: HELD - 1])
    return held


def _in_places(found: list[Grant], errors: list[GrantsError]) -> tuple[Grant, ...]:
    broken = [Grant(each.row, 0, "", "", "", "", "", "", "", "", "", (str(each),)) for each in errors if each.row]
    return tuple(sorted([*found, *broken], key=lambda each: each.row)) if broken else tuple(found)


def read(format: str, content: bytes) -> tuple[list[Grant], list[GrantsError]]:
    """The good rows and what is wrong with the others, both in the table's order. It raises nothing."""
    if format not in FORMATS:
        return [], [GrantsError(f"There is no reader for {format!r}; there is {', '.join(FORMATS)}.")]
    try:
        text, damaged = _text(content)
    except GrantsError as error:
        return [], [error]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        heading = next(reader, [])
    except csv.Error as error:
        return [], [GrantsError(f"The heading is no CSV ({error}). Save the table as CSV again.", line=1)]
    missing = [name for name in NEEDED if heading.count(name) != 1]
    if missing:
        return [], [_missing(name, heading) for name in missing]
    return _rows(reader, heading, damaged)


def _missing(name: str, heading: list[str]) -> GrantsError:
    many = heading.count(name)
    wrong = f"There are {many} columns {name}; keep one." if many else f"The column {name} is missing."
    return GrantsError(f"{wrong} Take the table with all its publisher's columns.", column=name)


def _text(content: bytes) -> tuple[str, bool]:
    """The table's text, and whether some of its bytes are no UTF-8 (they stand as lone surrogates then)."""
    if content[:2] == b"\x1f\x8b":
        content = _unpacked(content)
    if len(content) > LARGEST_TABLE:
        raise GrantsError(f"The table is larger than {LARGEST_TABLE:,} bytes. Split it by years.")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise GrantsError("The table is in UTF-16. Save it as CSV in UTF-8.")
    if not content.strip():
        raise GrantsError("The table is empty. Fetch it again.")
    try:
        return content.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        return content.decode("utf-8-sig", "surrogateescape"), True


def _unpacked(content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            return packed.read(LARGEST_TABLE + 1)
    except EOFError:
        raise GrantsError("The gzip file is cut short. Fetch it again.") from None
    except (OSError, zlib.error) as error:
        raise GrantsError(f"The gzip file is damaged ({error}). Fetch it again.") from None


def _rows(reader: Iterator[list[str]], heading: list[str], damaged: bool) -> tuple[list[Grant], list[GrantsError]]:
    found: list[Grant] = []
    errors: list[GrantsError] = []
    funds: dict[str, str] = {}
    organisations: dict[str, str] = {}
    make = _maker(heading, funds, organisations)
    row = 0
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(reader)
        except StopIteration:
            return found, errors
        except csv.Error as error:
            # Where a quotation mark is lost, nobody can say where the next row begins.
            wrong = f"From here on it is no CSV ({error}); is a quotation mark not closed?"
            return found, [*errors, GrantsError(wrong, row + 1, line=line)]
        if not cells:
            continue
        row += 1
        try:
            if len(cells) != len(heading):
                raise _Wrong("", f"It has {len(cells)} cells, not {len(heading)}. Mend its commas.")
            if damaged:
                _whole_characters(cells, heading)
            found.append(make(row, cells))
        except _Wrong as wrong_cell:
            errors.append(GrantsError(wrong_cell.message, row, wrong_cell.column, line))


class _Wrong(Exception):
    """What is wrong with one cell; the reader of rows knows where it stands."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column = column
        self.message = message


def _whole_characters(cells: list[str], heading: list[str]) -> None:
    for column, cell in zip(heading, cells, strict=True):
        try:
            cell.encode("utf-8")
        except UnicodeEncodeError:
            raise _Wrong(column, "It is not in UTF-8. Save the table as CSV in UTF-8.") from None


def _maker(
    heading: list[str], funds: dict[str, str], organisations: dict[str, str]
) -> Callable[[int, list[str]], Grant]:
    """A function from a row's number and cells to its Grant. funds, organisations: names by reference."""
    year, project, title, fund, place, organisation, budget, approved, kind = map(heading.index, NEEDED)

    def make(row: int, cells: list[str]) -> Grant:
        pool, pool_name = _pool(cells[kind], cells[fund], cells[year])
        _one_name(funds, pool, pool_name, "PooledFundName")
        payee, payee_ref = _organisation(cells[organisation])
        _one_name(organisations, payee_ref, payee, "OrganizationName")
        minor, about_budget = _budget(cells[budget])
        day, about_day = _day(cells[approved])
        country, about_place = _country(cells[place])
        return Grant(
            row, minor, "USD", pool, pool_name, payee, payee_ref, day, cells[title], cells[project].strip(),
            country, about_budget + about_day + about_place,
        )  # fmt: skip

    return make


def _one_name(names: dict[str, str], reference: str, name: str, column: str) -> None:
    """Refuse the second of two names that came out as the same reference: their money would be mixed."""
    if names.setdefault(reference, name) != name:
        raise _Wrong(column, f"{name!r} and {names[reference]!r} look the same. Write one of them.")


def tidy(name: str) -> str:
    """A name on one line, single spaces, in Unicode's composed form (NFC)."""
    return unicodedata.normalize("NFC", " ".join(name.split()))


def _plain_letters(name: str) -> str:
    """Lower-case ASCII letters, digits and hyphens: "Côte d'Ivoire" gives "cote-d-ivoire"."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


@lru_cache(maxsize=16_384)
def _organisation(written: str) -> tuple[str, str]:
    payee = tidy(written)
    if not payee:
        raise _Wrong("OrganizationName", "It is empty. Say who received the grant.")
    if not shapes.name(payee):
        wrong = f"It has {len(payee)} characters, " + ("" if payee.isprintable() else "some of which do not show, ")
        raise _Wrong("OrganizationName", f"{wrong}and the record takes 120 printable ones. Mend it.")
    return payee, organisation_reference(payee)


def organisation_reference(payee: str) -> str:
    """The public reference of an organisation: its name's beginning, and 64 bits of the SHA-256 of all of it.

    The digest tells "CARE" from "Care" and is the same in every table. Within one table the reader refuses
    two names with one reference, should anybody ever find such a pair.
    """
    mark = hashlib.sha256(payee.encode("utf-8")).hexdigest()[:16]
    beginning = _plain_letters(payee)[:32].strip("-")
    return f"org-{beginning}-{mark}" if beginning else f"org-{mark}"


@lru_cache(maxsize=4_096)
def _pool(kind: str, fund: str, year: str) -> tuple[str, str]:
    if kind not in ("CERF", "CBPF"):
        raise _Wrong("FundType", f"{kind!r:.40} is neither CERF nor CBPF.")
    if not re.fullmatch(r"(19|20)[0-9]{2}", year):
        raise _Wrong("AllocationYear", f"{year!r:.40} is no year; write four digits.")
    name = "CERF" if kind == "CERF" else tidy(fund)
    letters = _plain_letters(name)
    if not letters or not name.isprintable() or len(name) > shapes.LONGEST_NAME - 5:
        raise _Wrong("PooledFundName", f"{name!r:.40} is no name of a fund: at most 115 characters, some a-z.")
    if kind == "CBPF" and letters == "cerf":
        raise _Wrong("PooledFundName", "A country-based fund cannot be called CERF. Put its FundType right.")
    if len(letters) > LONGEST_SLUG - 5:
        mark = hashlib.sha256(name.encode("utf-8")).hexdigest()[:8]
        letters = f"{letters[: LONGEST_SLUG - 14].strip('-')}-{mark}"
    return f"{letters}-{year}", f"{name} {year}"


_number = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,40}))?").fullmatch


def _budget(written: str) -> tuple[int, tuple[str, ...]]:
    """Cents of a sum in dollars, exact or rounded half to even, with a note where rounded or nought."""
    written = written.strip()
    match = _number(written)
    if match is None:
        wrong = f"{written!r:.60} is no sum. Write digits, and a point before the cents: 1234.50."
        raise _Wrong("Budget", wrong)
    minus, whole, part = match.groups(default="")
    if minus:
        raise _Wrong("Budget", f"{written} is negative. A grant is nought or more; ask the publisher.")
    if len(part) <= 2:
        minor = int(whole + part.ljust(2, "0"))
        notes: tuple[str, ...] = ()
    else:
        exact = Fraction(written) * 100
        minor = round(exact)  # Fraction rounds half to even, without a float in between
        notes = ()
        if minor != exact:
            rounded = f"{minor // 100}.{minor % 100:02d}"
            notes = (f"The budget {written} has fractions of a cent; rounded to {rounded}.",)
    if minor > shapes.LARGEST:
        raise _Wrong("Budget", f"{written} is more than the record can hold. Check its digits.")
    return minor, notes if minor or notes else ("The budget is zero.",)


_iso = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.]{5,15}Z?)?").fullmatch
_american = re.compile(
    r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?: [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: [AP]M)?)?"
).fullmatch


@lru_cache(maxsize=16_384)
def _day(written: str) -> tuple[str, tuple[str, ...]]:
    written = written.strip()
    if not written:
        return "", ("It has no date of approval.",)
    if match := _iso(written):
        year, month, day = match.groups()
    elif match := _american(written):
        month, day, year = match.groups()
    else:
        wrong = f"{written!r:.60} is no date. Write 2018-03-20 or, month first, 3/20/2018."
        raise _Wrong("ApprovedDate", wrong)
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        hint = "Write the month first, or 2018-03-20." if "/" in written else "Check month and day."
        raise _Wrong("ApprovedDate", f"The calendar has no {written[:60]}. {hint}") from None
    if found == date.min:  # how the publisher's database writes "not known"
        return "", (f"The date of approval is {month}/{day}/{year}, which stands for none.",)
    return found.isoformat(), ()


@lru_cache(maxsize=1_024)
def _country(written: str) -> tuple[str, tuple[str, ...]]:
    code = written.strip()
    if not code:
        return "", ("It has no country code.",)
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise _Wrong("CountryCode", f"{code!r:.40} is no country code: three capital letters, or nothing.")
    return code, ()
