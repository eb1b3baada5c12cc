"""`tallystick record <verb>`: publish the record, prove what is on it, verify a copy, and what its keeper may do.

Django is imported inside the verbs that need a commission: whoever checks a copy needs neither.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from tallystick.record import proofs, verify
from tallystick.record.checkpoint import CheckpointError
from tallystick.record.merkle import ProofError
from tallystick.record.note import NoteError, Verifier
from tallystick.record.sources import Source, open_source
from tallystick.record.tile_files import LogError

app = typer.Typer()

WITHOUT_HOME = frozenset({"verify", "check-proof", "check-line"})

Keys = Annotated[list[str] | None, typer.Option("--vkey", help="A verifier key, <name>+<id>+<base64>.")]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Out = Annotated[Path | None, typer.Option(help="Write to this file, not to standard output.")]


class CannotAsk(ValueError):
    """The question cannot be asked like this; the message says what is missing."""


@app.command("publish")
def publish_record(
    directory: Annotated[Path | None, typer.Argument(help="Where to; the home's own folder when left out.")] = None,
    as_json: Json = False,
) -> None:
    """Write the record as plain files that anyone can copy. Again adds only what is new."""
    from tallystick.record.publishing import publish, record_folder

    folder = directory or record_folder()
    with _progress("Publishing") as progress:
        done = publish(folder, progress)
    for digest in done.missing:
        _say(f"The file {digest} is on the record, but not kept here: restore it from a backup.")
    _answer(
        as_json,
        {"ok": True, "directory": str(folder), "entries": done.size, "new_entries": done.new_entries,
         "new_tiles": done.new_tiles, "new_files": done.new_files, "older_checkpoints": done.older,
         "withheld": done.withheld, "missing": list(done.missing)},
        f"Published {done.size} entries in {folder}: {done.new_entries} new, with {done.new_tiles} tiles and "
        f"{done.new_files} files; {done.older} older checkpoints stand beside them.",
    )  # fmt: skip


@app.command("prove")
def prove(
    entry: Annotated[str, typer.Argument(help="The entry's index, or its id.")],
    out: Out = None,
) -> None:
    """Write the proof that an entry is on the record, as a file that anyone can check offline."""
    from tallystick.record.models import EntryRow
    from tallystick.record.proving import prove_entry

    if not entry.isdecimal():
        row = EntryRow.objects.filter(id=entry).first()
        if row is None:
            raise CannotAsk(f"There is no entry {entry} on the record.")
        entry = str(row.index)
    _write(prove_entry(int(entry)), out)


@app.command("check-proof")
def check_proof(
    file: Annotated[Path, typer.Argument(help="The .tlog-proof file.")],
    vkey: Keys = None,
    entry: Annotated[Path | None, typer.Option(help="The entry that it should prove; else the one in it.")] = None,
    as_json: Json = False,
) -> None:
    """Check the proof of an entry, without a server."""
    data, content = file.read_bytes(), entry.read_bytes() if entry else None
    _expect(data, proofs.HEADER, file)
    keys = _verifiers(vkey)
    with _failing(as_json, ProofError, NoteError, CheckpointError):
        found = proofs.check(data, content, keys)
    answer = {
        "ok": True,
        "index": found.index,
        "origin": found.checkpoint.origin,
        "size": found.checkpoint.size,
        "entry": found.entry.decode("utf-8", "replace"),
    }
    _answer(as_json, answer, f"Proven: entry {found.index} of {found.checkpoint.origin}, one of its first "
            f"{found.checkpoint.size}, reads\n{answer['entry']}")  # fmt: skip


# One digest in 64 begins with a hyphen and would be taken for an option.
@app.command("prove-line", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
def prove_line(
    digest: Annotated[str, typer.Argument(help="The line's digest, as its receipt says.")], out: Out = None
) -> None:
    """Write the proof that a sealed line stands under its day's close."""
    from tallystick.record import proving

    _write(proving.prove_line(digest), out)


@app.command("check-line")
def check_line(
    file: Annotated[Path, typer.Argument(help="The proof file.")],
    disclosure: Annotated[Path, typer.Argument(help="The file with what was sealed, from the receipt.")],
    vkey: Keys = None,
    as_json: Json = False,
) -> None:
    """Check the proof of one's own line, without a server."""
    from tallystick.record import line_proofs

    data, sealed = file.read_bytes(), disclosure.read_bytes().decode("ascii", "replace").strip()
    _expect(data, line_proofs.HEADER, file)
    keys = _verifiers(vkey)
    with _failing(as_json, ProofError, NoteError, CheckpointError):
        found = line_proofs.check(data, sealed, keys)
    said = json.dumps(found.value, ensure_ascii=False)
    _answer(
        as_json,
        {"ok": True, "day": found.day, "name": found.name, "value": found.value},
        f"Proven: sealed with the close of {found.day}, {found.name}: {said}",
    )


@app.command("verify")
def verify_record(
    place: Annotated[str, typer.Argument(metavar="DIR|URL|ZIP", help="A published log, this program's or another's.")],
    vkey: Keys = None,
    as_json: Json = False,
) -> None:
    """Verify every file of a published log: signature, tiles, entries, older checkpoints."""
    source = open_source(place)
    if source.read("checkpoint") is None:
        raise CannotAsk(f"{source.where} holds no checkpoint, so it is no published log.")
    keys = _verifiers(vkey) if vkey else None
    with _failing(as_json, LogError), _progress("Verifying") as progress:
        found = verify.verify_log(source, keys or _own_keys(source), progress)
    warnings = list(found.warnings)
    if keys is None:
        warnings.insert(0, "The key came from the record itself; only a key from elsewhere (--vkey) shows whose it is.")
    answer = {"ok": True, "origin": found.origin, "entries": found.size, "root": found.root.hex(),
              "older_checkpoints": found.older, "key_from_record": keys is None, "warnings": warnings}  # fmt: skip
    _answer(as_json, answer, "\n".join([
        f"All of {found.origin} holds: {found.size} entries, {found.older} older checkpoints agree.", *warnings
    ]))  # fmt: skip


@app.command("take-down")
def take_down(
    sha256: Annotated[str, typer.Argument(help="The file's digest, 64 hex digits.")],
    reason: Annotated[str, typer.Option(help="names_a_person, court_order, copyright, danger or mistake.")],
) -> None:
    """Withhold a published file from the next publishing on. Its digest stays on the record."""
    from tallystick.record import acts

    print(acts.take_down(sha256, reason).entry.id)


@app.command("adopt")
def adopt(act: str, version: int) -> None:
    """Follow a later version of an act's rules from the next entry on."""
    from tallystick.record import acts

    print(acts.adopt(act, version).entry.id)


@app.command("rotate-key")
def rotate_key(
    retire_in: Annotated[int, typer.Option(min=1, help="Days for which both keys sign.")] = 30,
) -> None:
    """Make a new key for the log. Both sign until the old one retires; the new one is printed: tell everybody."""
    from tallystick.record import acts, clock, days
    from tallystick.record.models import Log, LogKey

    log, old = Log.objects.first(), LogKey.objects.filter(retires="").order_by("-since").first()
    if log is None or old is None:
        raise CannotAsk("The fund is not founded, so it has no key to change.")
    retires = days.moment(days.parse(clock.now()) + timedelta(days=retire_in))
    new = _next_key(log.origin)
    acts.rotate_key(old.vkey, new, retires)
    print(new)


@app.command("close-days")
def close_days() -> None:
    """Close every day that is over: one entry each, with all that was sealed on it."""
    from tallystick.record import acts

    for each in acts.close_due_days():
        print(each.entry.args["day"], each.entry.id)


def _next_key(origin: str) -> str:
    """A new key beside the present one, or the one that an earlier try made and did not put on the record."""
    from tallystick.record import keys
    from tallystick.record.models import LogKey

    try:
        return keys.make_next_log_key(origin).vkey
    except keys.KeyExists:
        waiting = keys.log_signers()[-1].vkey
        if LogKey.objects.filter(vkey=waiting).exists():
            raise CannotAsk("Two keys sign already: publish once the old one has retired, then change again.") from None
        return waiting


def _verifiers(vkeys: list[str] | None) -> list[Verifier]:
    if not vkeys:
        raise CannotAsk("Give the log's verifier key with --vkey; take it from somewhere else than the proof.")
    return [Verifier.parse(each.strip()) for each in vkeys]


def _own_keys(source: Source) -> list[Verifier]:
    """The keys that the record itself names. LogError when they cannot be read."""
    found = {}
    for name in ("vkey", "vkeys"):
        try:
            lines = (source.read(name) or b"").decode("utf-8").split("\n")
            found.update({line: Verifier.parse(line) for line in lines if line})
        except ValueError as error:
            raise LogError(f"{name} holds no verifier key: {error}; copy it anew or give --vkey", name) from None
    if not found:
        raise CannotAsk(f"{source.where} has no file vkey: give the log's verifier key with --vkey.")
    return list(found.values())


def _expect(data: bytes, header: str, file: Path) -> None:
    if not data.startswith(header.encode() + b"\n"):
        raise CannotAsk(f"{file} is no proof: its first line is not {header}.")


@contextmanager
def _failing(as_json: bool, *errors: type[Exception]) -> Iterator[None]:
    """These errors inside mean that the check failed: exit 1. Any other goes on, to exit 2."""
    try:
        yield
    except errors as error:
        _fail(as_json, error)


def _fail(as_json: bool, error: Exception) -> NoReturn:
    if as_json:
        where = {"file": getattr(error, "path", None), "index": getattr(error, "index", None)}
        print(json.dumps({"ok": False, "error": str(error), **where}))
    _say(str(error))
    raise typer.Exit(1)


def _answer(as_json: bool, answer: dict[str, Any], words: str) -> None:
    print(json.dumps(answer, ensure_ascii=False) if as_json else words)


def _say(words: str) -> None:
    print(f"tallystick: {words}", file=sys.stderr)


def _write(content: bytes, out: Path | None) -> None:
    if out is not None:
        out.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()


@contextmanager
def _progress(words: str) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on standard error, None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
