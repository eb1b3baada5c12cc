"""Auditing a published record from its files alone, and what is told of it."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tallystick.audit.ahead import verify_and_replay
from tallystick.audit.balances import balances, self_check
from tallystick.audit.replay import Lie, Replay
from tallystick.people.rules import Commission, Currency
from tallystick.record import rules as record
from tallystick.record.checkpoint import Checkpoint, open_checkpoint
from tallystick.record.note import NoteError, UnsignedError, Verifier
from tallystick.record.sources import Source
from tallystick.record.tiles import TileReader
from tallystick.record.verify import LogError

Progress = Callable[[int, int], None]


class NoRecord(Exception):
    """The question could not be asked: this place holds no record, or no key to check it by."""


@dataclass
class Report:
    """What an audit found. `checks` are sentences with how each went; `first_bad` names the first wrong entry."""

    ok: bool = True
    where: str = ""
    name: str = ""
    origin: str = ""
    entries: int = 0
    first_bad: dict[str, Any] | None = None
    checks: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, int] = field(default_factory=dict)
    balances: dict[str, Any] = field(default_factory=dict)
    exponents: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "ok": self.ok,
            "origin": self.origin,
            "name": self.name,
            "entries": self.entries,
            "balances": self.balances,
            "claims": self.claims,
            "first_bad": self.first_bad,
            "checks": self.checks,
            "warnings": self.warnings,
        }


def audit(
    source: Source,
    vkeys: Sequence[str] = (),
    seen: Sequence[tuple[str, bytes]] = (),
    progress: Progress | None = None,
) -> tuple[Report, Replay]:
    """Check the record at a source: signature, tree, older checkpoints, canonical form, files, every rule.

    vkeys: keys the caller trusts; without any the record's own `vkey` file is used and the report says so. seen:
    (name, content) of checkpoints that the caller kept. NoRecord when there is nothing to check or nothing to check by.
    """
    report = Report(where=source.where)
    replay = Replay(lambda digest: source.read(f"files/{digest}"))
    if source.read("checkpoint") is None:
        names = source.names()
        if names is None or not any(name.startswith("tile/") for name in names):
            raise NoRecord(f"{source.where} holds no record: a record has a file 'checkpoint' and a folder 'tile'.")
    given = _given(source, vkeys, report)
    try:
        _check_log(source, given, seen, progress, report, replay)
        _check_files(source, report, replay)
        _check_sums(report, replay)
    except Lie as lie:
        report.ok = False
        report.first_bad = {"index": lie.index, "id": lie.id, "act": lie.act, "reason": lie.reason}
        report.checks["rules"] = f"entry {lie.index} is wrong: {lie.reason}"
    except LogError as error:
        report.ok = False
        report.checks["log"] = str(error)
        if error.index is not None:
            report.first_bad = {"index": error.index, "id": "", "act": "", "reason": str(error)}
    _tell(report, replay)
    return report, replay


def _given(source: Source, vkeys: Sequence[str], report: Report) -> list[Verifier]:
    try:
        if vkeys:
            report.checks["key"] = "given by you"
            return [Verifier.parse(vkey) for vkey in vkeys]
        own = source.read("vkey")
        if own is None:
            raise NoRecord(f"{source.where} holds no key: pass the fund's key with --vkey.")
        report.checks["key"] = "from the record itself"
        report.warnings.append(
            "The key came from the record itself: whoever wrote the record could have written the key. "
            "Ask the fund for its key by another way and pass it with --vkey."
        )
        return [Verifier.parse(own.decode().strip())]
    except (NoteError, UnicodeDecodeError) as error:
        raise NoRecord(f"That is no verifier key: {error}") from None


def _all_keys(source: Source, given: list[Verifier]) -> list[Verifier]:
    """The given keys and those of `vkeys`, which count only if the record itself names them (checked later)."""
    listed = source.read("vkeys") or b""
    try:
        more = [Verifier.parse(line) for line in listed.decode().splitlines() if line]
    except (NoteError, UnicodeDecodeError) as error:
        raise LogError(f"vkeys is no list of keys: {error}", "vkeys") from None
    return given + [key for key in more if key not in given]


def _check_log(
    source: Source,
    given: list[Verifier],
    seen: Sequence[tuple[str, bytes]],
    progress: Progress | None,
    report: Report,
    replay: Replay,
) -> None:
    keys = _all_keys(source, given)
    verified = verify_and_replay(source, keys, replay, progress)
    _signed_by_given(source, given)
    report.origin = verified.origin
    report.warnings += [each for each in verified.warnings if "not asked for" not in each]
    report.checks["signature"] = "ok"
    report.checks["tree"] = f"{verified.size} entries under one root"
    report.checks["older_checkpoints"] = verified.older
    report.checks["rules"] = f"{replay.told.entries} entries as the rules say"
    if verified.size == 0:
        raise Lie(0, "the record is empty: its first entry must be the founding")
    if record.log(replay.facts).origin != verified.origin:
        raise Lie(
            0,
            f"its founding names another origin than the checkpoint's {verified.origin}",
            act="people.found",
        )
    named = {each.vkey for each in replay.facts.all(record.LogKey)}
    for key in keys:
        if key.vkey not in named:
            raise LogError(f"the key {key.vkey} is not among those the record names", "vkeys")
    current = open_checkpoint(source.read("checkpoint") or b"", given)
    reader = TileReader(source, current.size, current.root)
    report.checks["seen"] = [_check_seen(name, content, reader, keys, current) for name, content in seen]


def _signed_by_given(source: Source, given: list[Verifier]) -> None:
    try:
        open_checkpoint(source.read("checkpoint") or b"", given)
    except ValueError as error:
        raise LogError(f"checkpoint has the wrong key: {error}; check the vkey you were given", "checkpoint") from None


def _check_seen(name: str, content: bytes, reader: TileReader, keys: list[Verifier], current: Checkpoint) -> str:
    try:
        old = open_checkpoint(content, keys, current.origin)
    except UnsignedError:
        # A fund that tells its history anew under another key must not look like a question badly asked.
        raise LogError(f"{name}, which you kept, is signed by a key that this record does not name", name) from None
    except ValueError as error:
        raise NoRecord(f"{name} is not a checkpoint of this record: {error}") from None
    if old.size > current.size:
        raise LogError(
            f"{name}, which you kept, covers {old.size} entries; the record now has {current.size}: "
            "entries were taken away",
            name,
        )
    if old.size and reader.root_at(old.size) != old.root:
        raise LogError(
            f"{name}, which you kept, has another root for the first {old.size} entries: the record was rewritten. "
            "Keep both and show them",
            name,
        )
    return f"{name}: the first {old.size} entries are as they were"


def _check_files(source: Source, report: Report, replay: Replay) -> None:
    """Every file that an entry names: there with the right content, taken down on the record, or withheld."""
    here = withheld = 0
    taken_down = 0
    for digest, length in replay.told.files.items():
        content = source.read(f"files/{digest}")
        if content is not None:
            replay_digest = hashlib.sha256(content).hexdigest()
            if replay_digest != digest or len(content) != length:
                raise LogError(f"files/{digest} was changed: copy it anew", f"files/{digest}")
            here += 1
        elif replay.facts.find(record.Withdrawn, digest) is not None:
            taken_down += 1
        else:
            withheld += 1
    report.checks["files"] = {"checked": here, "taken_down": taken_down, "withheld": withheld}
    if withheld:
        report.warnings.append(f"{withheld} files that entries name are not published: ask the fund for them.")


def _check_sums(report: Report, replay: Replay) -> None:
    wrong = self_check(replay.facts)
    if wrong:
        raise LogError(f"the accounts do not add up: {wrong[0]}", "")
    report.checks["sums"] = "every transfer stands in two accounts; nothing was made or lost"


def _tell(report: Report, replay: Replay) -> None:
    told, facts = replay.told, replay.facts
    commission = facts.find(Commission, "commission")
    report.name = commission.name if commission else ""
    report.exponents = {each.code: each.exponent for each in facts.all(Currency)}
    report.entries = told.entries
    report.balances = balances(facts)
    report.claims = {
        **{name: told.claims[name] for name in sorted(told.claims)},
        "unsigned_acts": told.unsigned,
    }
    report.checks["signed_acts"] = {"signed": told.signed, "unsigned": told.unsigned}
    report.checks["sealed_fields"] = told.sealed
