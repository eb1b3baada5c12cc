"""`tallystick fund <verb>`: bring over grants that were decided elsewhere, and take the books to other programs."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tallystick.fund.grants import FORMATS, GrantsError

if TYPE_CHECKING:
    from tallystick.fund.importing import Imported, Note, Plan

app = typer.Typer()

SHOWN = 20  # notes and errors told one by one; all of them with --json
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@app.command("import-grants")
def import_grants(
    file: Annotated[Path, typer.Argument(help="The publisher's table, plain or gzipped.")],
    table_format: Annotated[str, typer.Option("--format", help="How to read it.")] = FORMATS[0],
    holder: Annotated[str, typer.Option(help="Who held the money: a holder's short name.")] = "",
    by: Annotated[str, typer.Option(help="The member who brings it over; the first founder when left out.")] = "",
    mandate: Annotated[str, typer.Option(help="Under which mandate; the first that covers it when left out.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and do nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Bring over grants decided elsewhere. Again changes nothing. Exit 1: some rows cannot be read and are left out."""
    from tallystick.fund import importing

    if table_format not in FORMATS:
        _cannot(f"there is no reader for {table_format}; there is {', '.join(FORMATS)}")
    try:
        content = file.read_bytes()
        if dry_run:
            found = importing.plan(content, table_format, holder)
            _answer(_planned(found) if as_json else None, lambda: _tell_plan(found))
            raise typer.Exit(1 if found.errors else 0)
        actor = importing.acting(by, mandate)
        with _bar("Bringing over") as progress:
            done = importing.bring_grants(actor, content, table_format, file.name, holder, progress)
    except GrantsError as error:
        _cannot(f"{file}: {error}")
    except OSError as error:
        _cannot(f"{file}: {error.strerror}")
    _answer(_imported(done) if as_json else None, lambda: _tell_import(done))
    raise typer.Exit(1 if done.errors else 0)


@app.command("export-journal")
def export_journal(
    hledger: Annotated[bool, typer.Option("--hledger", help="As an hledger journal.")] = False,
    beancount: Annotated[bool, typer.Option("--beancount", help="As a Beancount file.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write to this file, not to standard output.")] = None,
) -> None:
    """Write the books for another program, so that it can check our sums."""
    if hledger == beancount:
        _cannot("say which: --hledger or --beancount")
    from django.db import transaction

    with transaction.atomic():  # accounts and transfers as they stood at one moment
        lines = _journal(hledger)
        if out is None:
            sys.stdout.writelines(lines)
            return
        try:
            with out.open("w", encoding="utf-8") as target:
                target.writelines(lines)
        except OSError as error:
            _cannot(f"{out}: {error.strerror}")


def _journal(hledger: bool) -> Iterator[str]:
    from tallystick.fund import writers
    from tallystick.fund.rules.accounts import Account, Transfer
    from tallystick.fund.writers import beancount
    from tallystick.fund.writers import hledger as ledger
    from tallystick.people.rules import Commission, Currency
    from tallystick.record.store import stored

    title = next((each.name for each in stored(Commission)), "")
    exponents = {each.code: each.exponent for each in stored(Currency)}
    transfers = sorted(stored(Transfer), key=writers.day)
    write = ledger.journal if hledger else beancount.journal
    return write(list(stored(Account)), transfers, exponents, title)


def _cannot(why: str) -> NoReturn:
    print(f"tallystick fund: {why}", file=sys.stderr)
    raise typer.Exit(2)


@contextmanager
def _bar(what: str) -> Iterator[Any]:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _answer(plain: dict[str, Any] | None, tell: Any) -> None:
    if plain is None:
        tell()
    else:
        print(json.dumps(plain, ensure_ascii=False, indent=2))


def _listed(notes: "list[Note]") -> list[dict[str, Any]]:
    return [{"row": each.row, "text": each.text} for each in notes]


def _about(found: "Plan | Imported") -> dict[str, Any]:
    return {
        "ok": not found.errors,
        "minor": found.minor,
        "currency": found.currency,
        "already": found.already,
        "zero": _listed(found.zero),
        "notes": _listed(found.notes),
        "errors": [
            {"row": each.row, "line": each.line, "column": each.column, "text": str(each)} for each in found.errors
        ],
    }


def _planned(found: "Plan") -> dict[str, Any]:
    more = {"source": found.source, "rows": found.rows, "pools": found.pools, "new": len(found.payments)}
    return _about(found) | more


def _imported(done: "Imported") -> dict[str, Any]:
    return _about(done) | {"source": done.source, "new": done.new, "acts": done.acts}


def _tell_plan(found: "Plan") -> None:
    print(f"{found.rows:,} rows of {len(found.pools):,} funds and years, {_sum(found)} in all.")
    for pool, minor in sorted(found.pools.items()):
        print(f"  {pool:<44} {_amount(minor, found.currency):>24}")
    print(f"{len(found.payments):,} payments would be brought over; {found.already:,} were already.")
    _tell_rows(found)


def _tell_import(done: "Imported") -> None:
    if done.acts:
        print(f"{done.new:,} payments brought over with {done.acts:,} entries; {done.already:,} were there already.")
    else:
        print(f"Nothing new: all {done.already:,} payments were brought over before.")
    print(f"Together {_sum(done)}.")
    _tell_rows(done)


def _sum(found: "Plan | Imported") -> str:
    return _amount(found.minor, found.currency)


def _amount(minor: int, currency: str) -> str:
    return f"{currency} {minor // 100:,}.{minor % 100:02d}"  # every table read so far is in US dollars


def _tell_rows(found: "Plan | Imported") -> None:
    if found.zero:
        print(f"{len(found.zero):,} rows without a sum, not brought over:")
        _first(f"row {each.row}: {each.text}" for each in found.zero)
    if found.notes:
        print(f"{len(found.notes):,} rows with a note:")
        rows: dict[str, list[int]] = {}
        for each in found.notes:
            rows.setdefault(each.text, []).append(each.row)
        _first(f"{_rows(numbers)}: {text}" for text, numbers in sorted(rows.items(), key=lambda item: len(item[1])))
    if found.errors:
        print(f"{len(found.errors):,} could not be brought over:")
        _first(str(each) for each in found.errors)


def _rows(numbers: list[int]) -> str:
    return f"row {numbers[0]}" if len(numbers) == 1 else f"row {numbers[0]} and {len(numbers) - 1:,} more"


def _first(lines: Iterable[str]) -> None:
    count = 0
    for count, line in enumerate(lines, 1):
        if count <= SHOWN:
            print(f"  {line}")
    if count > SHOWN:
        print(f"  … and {count - SHOWN:,} more; --json lists them all")
