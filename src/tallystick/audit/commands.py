"""`tallystick audit`: check a record, ours or another's, from its files alone; `--database` checks our own tables."""

import gc
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tallystick.audit.ahead import Stopped
from tallystick.audit.report import NoRecord, Report
from tallystick.audit.report import audit as audit_record
from tallystick.record.sources import SourceError, open_source

REFRESH = 20 * 256  # entries from one look at the progress bar to the next, whole bundles


def audit(
    source: Annotated[str, typer.Argument(help="A folder, a .zip file or an http(s) address.")] = "",
    vkey: Annotated[list[str] | None, typer.Option(help="The fund's key, as you got it from the fund.")] = None,
    seen: Annotated[list[Path] | None, typer.Option(help="A checkpoint you kept from an earlier day.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
    database: Annotated[bool, typer.Option("--database", help="Compare this home's tables with its record.")] = False,
) -> None:
    """Check every step of a fund's record with the fund's own rules. Exit 0: all is well; 1: not; 2: no record."""
    if database:
        raise typer.Exit(_audit_database(as_json))
    if not source:
        _cannot("name the record: a folder, a .zip file or an address (or --database for this home's own tables)")
    gc.disable()  # what is replayed only grows and holds no circles; looking for them takes a tenth of the time
    try:
        kept = [(path.name, path.read_bytes()) for path in seen or ()]
        with _bar(as_json) as bar:
            task = bar.add_task("Checking", total=None)
            report, _ = audit_record(
                open_source(source),
                vkey or (),
                kept,
                lambda done, total: bar.update(
                    task, completed=done, total=total, refresh=done % REFRESH == 0 and not bar.disable
                ),
            )
    except (NoRecord, SourceError, Stopped, OSError) as error:
        _cannot(str(error))
    finally:
        gc.enable()
    if as_json:
        print(json.dumps(report.plain(), ensure_ascii=False, indent=2))
    else:
        show(report, Console())
    raise typer.Exit(0 if report.ok else 1)


def _cannot(why: str) -> None:
    print(f"tallystick audit: {why}", file=sys.stderr)
    raise typer.Exit(2)


def _bar(quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,  # no thread: a large record is read by a copy of this process
        disable=quiet or not sys.stderr.isatty(),
    )


def _audit_database(as_json: bool) -> int:
    from tallystick.site.ready import django_ready

    django_ready()
    from tallystick.audit.acts import look

    found = look()
    if as_json:
        print(json.dumps(found.plain(), ensure_ascii=False, indent=2))
    else:
        console = Console()
        for problem in found.problems[:20]:
            console.print(f"[red]✗[/] {problem}", highlight=False)
        count = sum(found.compared.values())
        console.print(
            f"{'✓' if found.ok else '✗'} {found.size} entries replayed, {count} rows in {len(found.compared)} tables "
            f"compared; private and not compared: {', '.join(found.private)}.",
            highlight=False,
            soft_wrap=True,
        )
    return 0 if found.ok else 1


def show(report: Report, console: Console) -> None:
    """The audit's summary as a treasurer can read it."""

    def say(text: str) -> None:
        console.print(text, highlight=False, soft_wrap=True)

    say(f"[bold]{report.name or 'A record'}[/] · {report.origin or report.where} · {report.entries} entries")
    say(f"  key: {report.checks.get('key', '-')}")
    for name, words in _CHECKED:
        if name in report.checks:
            say(f"  ✓ {words.format(value=_readable(report.checks[name]))}")
    for each in report.checks.get("seen", ()):
        say(f"  ✓ {each}")
    _show_money(report, console)
    _show_trust(report, say)
    for warning in report.warnings:
        say(f"[yellow]![/] {warning}")
    if report.ok:
        say("[bold green]Every entry is as the rules say.[/]")
        return
    if report.first_bad:
        bad = report.first_bad
        say(f"[bold red]✗ Entry {bad['index']}[/] {bad['act']} {bad['id']}")
        say(f"  {bad['reason']}")
    elif "log" in report.checks:
        say(f"[bold red]✗[/] {report.checks['log']}")
    say("[bold red]This record does not hold.[/]")


WIDEST = 140  # characters: five sums of the largest fund and their headings

_CHECKED = (
    ("signature", "the newest checkpoint is signed with that key"),
    ("tree", "{value}"),
    ("older_checkpoints", "{value} older checkpoints agree"),
    ("files", "files: {value}"),
    ("sums", "{value}"),
)


def _readable(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in value.items())
    return str(value)


def _amount(minor: int, exponent: int) -> str:
    sign, minor = ("-", -minor) if minor < 0 else ("", minor)
    whole, part = divmod(minor, 10**exponent)
    return f"{sign}{whole:,}" + (f".{part:0{exponent}d}" if exponent else "")


def _show_money(report: Report, console: Console) -> None:
    totals = report.balances.get("totals", {})
    if not totals:
        return
    table = Table(box=None, padding=(0, 2))
    for heading in ("", "came in", "went out", "in hand", "set aside", "on its way"):
        table.add_column(heading, justify="right" if heading else "left")
    for currency, total in sorted(totals.items()):
        exponent = report.exponents.get(currency, 2)
        names = ("in", "out", "in_hand", "set_aside", "pending")
        table.add_row(currency, *(_amount(total[name], exponent) for name in names))
    # A sum is never cut short, however narrow the window: wider than it, the row wraps.
    Console(file=console.file, width=max(console.width, WIDEST)).print(table, soft_wrap=True)


def _show_trust(report: Report, say: Any) -> None:
    signed = report.checks.get("signed_acts", {})
    say("Taken on trust, because a record cannot show it:")
    say(f"  {signed.get('unsigned', 0)} acts are unsigned: the server vouches for who did them.")
    for name, count in report.claims.items():
        if name != "unsigned_acts" and count:
            say(f"  {count} × {_CLAIMS.get(name, name)}")
    withheld = report.checks.get("files", {}).get("withheld", 0)
    if withheld:
        say(f"  {withheld} texts are withheld.")
    if not report.checks.get("seen"):
        say("  That nothing was rewritten before today: keep the file 'checkpoint' and pass it with --seen next time.")


_CLAIMS = {
    "happened": "a day on which something happened, as told by who wrote it down",
    "computed": "sums computed from a table that others published",
    "not_the_asker": "the program said that an approver had asked for none of the payments approved",
    "within_cap": "the program said that no household got more than the programme's cap",
    "within_limit": "the program said that no payment was above the approver's limit",
    "nothing_unapproved": "the program said that no payment of an ended programme waited for approval",
}
