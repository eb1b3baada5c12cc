"""Replaying a record: the other half of the stick. Reads published files only; needs no database and no Django.

Every entry is decoded strictly, held against the rule version it names, and its facts are kept in dictionaries. The
first entry that lies stops the replay: what follows it would rest on it.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tallystick.decide import rules as decide
from tallystick.fund import rules as fund
from tallystick.people import rules as people
from tallystick.record import rules as record
from tallystick.record.entry import Entry, NotAnEntry, decode
from tallystick.record.facts import RULES, Facts, Refused, gettext_noop

ROOMS = (record, people, decide, fund)  # importing them registers every rule

ReadFile = Callable[[str], bytes | None]


class Lie(Exception):
    """An entry that is not as it must be: the first one, with its index and what was wrong."""

    def __init__(self, index: int, reason: str, entry_id: str = "", act: str = "") -> None:
        super().__init__(f"entry {index} ({act or 'unreadable'}): {reason}")
        self.index = index
        self.id = entry_id
        self.act = act
        self.reason = reason


class Missing(Refused):
    """A rule needs a file that the record does not hold."""


class Replayed(Facts):
    """Facts in dictionaries, files from wherever the record lies."""

    def __init__(self, read_file: ReadFile) -> None:
        super().__init__()
        self._read_file = read_file
        self._entries: dict[str, int] = {}
        self._content: tuple[str, bytes] = ("", b"")

    def entry(self, entry_id: str) -> int | None:
        """The index of the replayed entry with this id."""
        return self._entries.get(entry_id)

    def entered(self, entry: Entry) -> None:
        """Remember an entry whose facts were kept."""
        self._entries[entry.id] = entry.index

    def file(self, digest: str) -> bytes:
        """A published file. The last one is kept at hand: many entries in a row rest on one."""
        if self._content[0] == digest:
            return self._content[1]
        content = self._read_file(digest)
        if content is None:
            raise Missing(gettext_noop("It rests on the file {digest}, which is missing."), "files", digest=digest)
        if hashlib.sha256(content).hexdigest() != digest:
            raise Missing(gettext_noop("The file {digest} was changed."), "files", digest=digest)
        self._content = (digest, content)
        return content


@dataclass
class Told:
    """What the replay counted on its way."""

    entries: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    claims: Counter[str] = field(default_factory=Counter)
    signed: int = 0
    unsigned: int = 0
    files: dict[str, int] = field(default_factory=dict)
    sealed: int = 0


def well_shaped(entry: Entry) -> bool:
    """Whether an entry's act is known and its body of that act's shape: the part of a rule that needs no facts."""
    try:
        RULES[entry.act, entry.rules].check(entry.body)
    except Exception:  # whatever it was, the replay will come upon it again and say it
        return False
    return True


class Replay:
    """A replay under way: give it the entries in order, then read `facts` and `told`."""

    def __init__(self, read_file: ReadFile) -> None:
        self.facts = Replayed(read_file)
        self.told = Told()
        self._at = ""

    def bundle(self, first: int, entries: Iterable[bytes]) -> None:
        """Replay the entries from index `first` on. Raises Lie at the first that is not as it must be."""
        for index, data in enumerate(entries, first):
            self.one(index, data)

    def one(self, index: int, data: bytes) -> None:
        """Replay one entry."""
        try:
            entry = decode(data, index)
        except NotAnEntry as error:
            raise Lie(index, str(error)) from error
        self.decoded((entry,))

    def decoded(self, entries: Iterable[Entry], shaped: bool = False) -> None:
        """Replay entries that were strictly decoded. shaped: `well_shaped` said yes to all of them."""
        for entry in entries:
            self._follow(entry, shaped)

    def _follow(self, entry: Entry, shaped: bool) -> None:
        index = entry.index
        rule = RULES.get((entry.act, entry.rules))
        if rule is None:
            raise Lie(index, self._unknown(entry), entry.id, entry.act)
        try:
            if index and not self._at:
                raise Refused(gettext_noop("The lines before it are missing."))
            record.lawful(self.facts, entry, self._at)
            self.facts.keep(rule.follow(self.facts, entry) if shaped else rule(self.facts, entry))
        except Refused as refusal:
            raise Lie(index, str(refusal), entry.id, entry.act) from refusal
        except Exception as error:
            # No entry may stop an audit: what the rules cannot digest is not as it must be.
            why = f"the rules cannot make sense of it ({type(error).__name__}: {error})"
            raise Lie(index, why, entry.id, entry.act) from error
        self.facts.entered(entry)
        self._at = entry.at
        self._count(entry)

    @staticmethod
    def _unknown(entry: Entry) -> str:
        if any(act == entry.act for act, _ in RULES):
            return (
                f"it follows version {entry.rules} of the rules for {entry.act}, which this program does not know; "
                "use a newer one"
            )
        return f"this program does not know the act {entry.act}; use a newer one"

    def _count(self, entry: Entry) -> None:
        told = self.told
        told.entries += 1
        told.acts[entry.act] += 1
        body = entry.body
        if len(body) > 1:
            for claim in body.get("claims", ()):
                told.claims[claim] += 1
            if body.get("happened"):
                told.claims["happened"] += 1
            if body.get("computed"):
                told.claims["computed"] += 1
        if entry.by != "system":
            if entry.sig is None:
                told.unsigned += 1
            else:
                told.signed += 1
        for each in entry.files:
            if told.files.setdefault(each["sha256"], each["bytes"]) != each["bytes"]:
                raise Lie(entry.index, f"it gives {each['sha256']} another length than before", entry.id, entry.act)
        told.sealed += len(entry.sealed)
