"""The record's own rules: what every entry must satisfy, rule versions, the log's keys, files and the day's close."""

from collections.abc import Iterator

from tallystick.record import days, merkle, shapes
from tallystick.record.entry import Entry
from tallystick.record.facts import RULES, Fact, Facts, Refused, Rule, fact, gettext_noop, replace, require, rule
from tallystick.record.note import NoteError, Verifier, strict_base64
from tallystick.record.seals import digest_bytes
from tallystick.record.signing import verifies

DECOY_STEP = 64


@fact("record.Log", "id")
class Log(Fact):
    """The log itself, one: its origin, the commission's time zone and the last day that was closed."""

    id: str  # always "log"
    origin: str
    timezone: str
    founded: str  # moment of entry 0
    closed_through: str  # the last closed day; the day before founding at first


@fact("record.LogKey", "vkey")
class LogKey(Fact):
    """A key that signs checkpoints, in the signed-note text form."""

    vkey: str
    since: str
    retires: str  # moment from which it no longer signs, "" while it does


@fact("record.Adoption", "act")
class Adoption(Fact):
    """The rule version that this commission follows for an act; 1 where nothing was adopted."""

    act: str
    version: int
    since: str


@fact("record.Key", "id")
class Key(Fact):
    """A member's public signing key."""

    id: str
    member: str
    public_key: str
    registered: str
    revoked: str  # moment, "" while it holds


@fact("record.Withdrawn", "sha256")
class Withdrawn(Fact):
    """A published file that was taken down. Its digest stays in the entries that named it."""

    sha256: str
    reason: str
    since: str


@fact("record.Needed", "sha256")
class Needed(Fact):
    """A file that a rule read: without it nobody could check the entry that rests on it, so it stays."""

    sha256: str
    entry: str


@fact("record.ClosedDay", "day")
class ClosedDay(Fact):
    """One closed day: the Merkle root and number of that day's sealed digests, decoys among them."""

    day: str
    root: str
    number: int
    file: str
    entry: str


def lawful(facts: Facts, entry: Entry, previous_at: str) -> None:
    """What every entry must satisfy, whatever its act: time, id, version, signature, what it corrects."""
    if entry.at < previous_at:
        raise Refused(
            gettext_noop("Its time {at} is before the time of the line above it, {previous}."),
            "at",
            at=entry.at,
            previous=previous_at,
        )
    if facts.entry(entry.id) is not None:
        raise Refused(gettext_noop("There is already a line with the id {id}."), "id", id=entry.id)
    adopted = facts.find(Adoption, entry.act)
    wanted = adopted.version if adopted is not None else 1
    if entry.rules != wanted:
        raise Refused(
            gettext_noop("It follows version {found} of the rules for {act}; this fund follows version {wanted}."),
            "rules",
            found=entry.rules,
            act=entry.act,
            wanted=wanted,
        )
    if entry.files:
        rule_now = RULES.get((entry.act, entry.rules))
        require(rule_now is not None and rule_now.files, gettext_noop("This act lists no files."), "files")
    if entry.corrects:
        require(
            facts.entry(entry.corrects) is not None,
            gettext_noop("It corrects a line {id} that is not on the record."),
            "corrects",
            id=entry.corrects,
        )
    if entry.sig is not None:
        _signed(facts, entry)


def _signed(facts: Facts, entry: Entry) -> None:
    assert entry.sig is not None
    key = facts.get(Key, entry.sig["key"], "sig")
    require(key.member == entry.by, gettext_noop("It is signed with somebody else's key."), "sig")
    require(
        not key.revoked or entry.at < key.revoked,
        gettext_noop("It is signed with a key that was revoked."),
        "sig",
    )
    require(
        verifies(key.public_key, entry.sig["value"], entry.signed_bytes()),
        gettext_noop("Its signature does not fit what it says."),
        "sig",
    )


def rule_of(facts: Facts, act: str) -> Rule:
    """The rule that this commission follows for an act now; refuses an act that nobody wrote."""
    adopted = facts.find(Adoption, act)
    found = RULES.get((act, adopted.version if adopted is not None else 1))
    if found is None:
        raise Refused(gettext_noop("There is no act {act}."), "act", act=act)
    return found


def needed(facts: Facts, digest: str, entry: Entry) -> Needed:
    """A file that the entry rests on; refuses one that was taken down, for nobody could check the entry."""
    require(
        facts.find(Withdrawn, digest) is None,
        gettext_noop("The file {digest} was taken down, so nothing can rest on it."),
        "files",
        digest=digest,
    )
    return Needed(digest, entry.id)


def sealed_here(entry: Entry, digest: str, field: str) -> None:
    """Refuse unless the entry lists a digest that it seals among its `sealed`."""
    require(digest in entry.sealed, gettext_noop("The line does not list what it keeps private."), field)


def by_system(entry: Entry) -> None:
    """Refuse unless the program itself does this, by its schedule or at its keeper's command."""
    require(entry.by == "system" and not entry.for_, gettext_noop("Only the program itself can do this."), "by")
    require(not entry.under, gettext_noop("The program acts under no mandate."), "under")


def _key_of(origin: str, vkey: str, field: str) -> None:
    """Refuse a key that could never sign for this origin."""
    try:
        named = Verifier.parse(vkey).name
    except NoteError:
        raise Refused(gettext_noop("That is no verifier key."), field) from None
    require(named == origin, gettext_noop("The key must carry the origin's name."), field)


def log(facts: Facts) -> Log:
    """The log's fact; refuses before the commission is founded."""
    found = facts.find(Log, "log")
    if found is None:
        raise Refused(gettext_noop("The fund is not founded: the first line must be its founding."))
    return found


def founded(facts: Facts, entry: Entry, origin: str, timezone: str, vkey: str) -> Iterator[Fact]:
    """The log's first facts, for the founding act of the room above."""
    require(facts.find(Log, "log") is None, gettext_noop("The fund is already founded."))
    try:
        first_day = days.local_day(entry.at, timezone)
        days.zone(timezone)
    except ValueError:
        raise Refused(gettext_noop("There is no time zone {zone}."), "timezone", zone=timezone) from None
    _key_of(origin, vkey, "vkey")
    yield Log("log", origin, timezone, entry.at, days.previous_day(first_day))
    yield LogKey(vkey, entry.at, "")


@rule("record.adopt", takes=shapes.Shape(act=shapes.act_name, version=shapes.amount))
def adopt(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Move on to a later rule version of one act, for all entries from the next on."""
    by_system(entry)
    log(facts)
    act, version = entry.args["act"], entry.args["version"]
    require(
        (act, version) in RULES,
        gettext_noop("There is no version {version} of the rules for {act}."),
        "version",
        version=version,
        act=act,
    )
    now = facts.find(Adoption, act)
    require(
        version > (now.version if now else 1),
        gettext_noop("This fund already follows that version or a later one."),
        "version",
    )
    yield Adoption(act, version, entry.at)


@rule(
    "record.rotate_key",
    takes=shapes.Shape(old=shapes.verifier_key, new=shapes.verifier_key, retires=shapes.moment),
)
def rotate_key(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """A new key signs beside the old one until the old one retires."""
    by_system(entry)
    origin = log(facts).origin
    old = facts.get(LogKey, entry.args["old"], "old")
    require(not old.retires, gettext_noop("That key already retires."), "old")
    new = entry.args["new"]
    require(facts.find(LogKey, new) is None, gettext_noop("That key was already in use."), "new")
    _key_of(origin, new, "new")
    require(entry.args["retires"] > entry.at, gettext_noop("Both keys must sign for a time."), "retires")
    yield replace(old, retires=entry.args["retires"])
    yield LogKey(new, entry.at, "")


@rule(
    "record.take_down",
    takes=shapes.Shape(
        sha256=shapes.digest_hex,
        reason=shapes.one_of("names_a_person", "court_order", "copyright", "danger", "mistake"),
    ),
)
def take_down(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """Withhold a published file from now on. Its digest stays, so a copy can still be told from a forgery."""
    by_system(entry)
    log(facts)
    require(
        facts.find(Needed, entry.args["sha256"]) is None,
        gettext_noop("The record cannot be checked without that file, so it cannot be taken down."),
        "sha256",
    )
    require(
        facts.find(Withdrawn, entry.args["sha256"]) is None,
        gettext_noop("That file is already taken down."),
        "sha256",
    )
    yield Withdrawn(entry.args["sha256"], entry.args["reason"], entry.at)


@rule(
    "record.close_day",
    files=True,
    takes=shapes.Shape(day=shapes.day, root=shapes.digest_hex, number=shapes.amount, file=shapes.digest_hex),
)
def close_day(facts: Facts, entry: Entry) -> Iterator[Fact]:
    """One entry a day: the root of all that was sealed on it, hidden among decoys."""
    by_system(entry)
    now = log(facts)
    args = entry.args
    require(days.is_day(args["day"]), gettext_noop("The calendar has no {day}."), "day", day=args["day"])
    require(
        args["day"] == days.next_day(now.closed_through),
        gettext_noop("The next day to close is {next}, not {day}."),
        "day",
        next=days.next_day(now.closed_through),
        day=args["day"],
    )
    require(
        args["day"] < days.local_day(entry.at, now.timezone),
        gettext_noop("{day} is not over."),
        "day",
        day=args["day"],
    )
    require(
        [args["file"]] == [each["sha256"] for each in entry.files],
        gettext_noop("It must name its file."),
        "file",
    )
    digests = read_digests(facts.file(args["file"]))
    require(
        len(digests) == args["number"] and args["number"] % DECOY_STEP == 0,
        gettext_noop("The file holds {found} digests; {number} were announced, in steps of 64."),
        "number",
        found=len(digests),
        number=args["number"],
    )
    require(
        close_root(digests).hex() == args["root"],
        gettext_noop("The digests in the file do not add up to the root."),
        "root",
    )
    yield needed(facts, args["file"], entry)
    yield ClosedDay(args["day"], args["root"], args["number"], args["file"], entry.id)
    yield replace(now, closed_through=args["day"])


def read_digests(content: bytes) -> list[str]:
    """The digests of a close's file: one a line, each 43 characters of base64url, none twice."""
    lines = content.decode("ascii", "replace").split("\n")
    if lines.pop() != "" or not all(map(shapes.digest64, lines)):
        raise Refused(gettext_noop("The file of sealed digests must hold one digest a line."), "file")
    try:
        for line in lines:
            digest_bytes(line)
    except ValueError:
        raise Refused(gettext_noop("The file of sealed digests must hold one digest a line."), "file") from None
    if len(set(lines)) != len(lines):
        raise Refused(gettext_noop("The file of sealed digests holds one digest twice."), "file")
    return lines


def close_root(digests: list[str]) -> bytes:
    """RFC 6962 root over the digests' bytes in the file's order."""
    return merkle.root([merkle.leaf_hash(digest_bytes(digest)) for digest in digests])


def register_key(facts: Facts, entry: Entry, key_id: str, member: str, public_key: str) -> Iterator[Fact]:
    """A member's key, for the act of the room above."""
    require(facts.find(Key, key_id) is None, gettext_noop("There is already a key with that id."), "id")
    try:
        length = len(strict_base64(public_key))
    except ValueError:
        length = 0
    require(length == 32, gettext_noop("A public key is 32 bytes in base64."), "public_key")
    yield Key(key_id, member, public_key, entry.at, "")


def revoke_key(facts: Facts, entry: Entry, key_id: str) -> Iterator[Fact]:
    """Revoke a member's key, for the act of the room above."""
    key = facts.get(Key, key_id, "id")
    require(not key.revoked, gettext_noop("That key was already revoked."), "id")
    yield replace(key, revoked=entry.at)
