"""Facts, rules and refusals: what every room's `rules.py` is made of. No Django, no clock, no chance.

A *fact* is a frozen dataclass with a key; what the commission knows is one fact per kind and key. A *rule* is a
generator: facts and an entry go in, whole facts come out as they will stand once the entry is on the record. Acts and
audit run the same rule; they differ only in where `Facts` looks things up (rows or replayed dictionaries).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast, dataclass_transform

if TYPE_CHECKING:
    from tallystick.record.entry import Entry
    from tallystick.record.shapes import Shape

Key = Any
F = TypeVar("F", bound="Fact")


class Refused(Exception):
    """The rules do not allow this. `message` says what was wrong and how to mend it; `values` fill its braces.

    field: the argument that was wrong, "" when it is the act as a whole.
    """

    def __init__(self, message: str, field: str = "", **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.values = values

    def __str__(self) -> str:
        return self.message.format(**self.values)


def gettext_noop(message: str) -> str:
    """Mark a message for translation: rules speak English, pages look the words up."""
    return message


def require(condition: object, message: str, field: str = "", **values: Any) -> None:
    """Refuse unless the condition holds. Where entries come by the hundred thousand, `if …: raise Refused` is
    quicker, since it makes the message only when it is needed."""
    if not condition:
        raise Refused(message, field, **values)


class Fact:
    """Base of all facts. KIND is "<room>.<Name>"; KEY names the fields that tell one fact from another."""

    __slots__ = ()
    KIND: ClassVar[str]
    KEY: ClassVar[tuple[str, ...]]
    FIELDS: ClassVar[tuple[str, ...]]
    key_of: ClassVar[Callable[[Any], Key]]
    values_of: ClassVar[Callable[[Any], tuple[Any, ...]]]
    copy_of: ClassVar[Callable[[Any], Any]]


C = TypeVar("C")


def quick_init(cls: type[C]) -> type[C]:
    """A frozen dataclass with slots, its `__init__` filling them directly; defaults are plain values.

    The one that `dataclasses` writes looks each field up by name, which takes twice as long, and an audit makes
    several of these for each entry. It is written out as source, as `dataclasses` itself does it.
    """
    listed = fields(cls)  # type: ignore[arg-type]
    known: dict[str, Any] = {f"set_{each.name}": getattr(cls, each.name).__set__ for each in listed}
    known |= {f"default_{each.name}": each.default for each in listed if each.default is not MISSING}
    named = [f"{each.name}={text}" if (text := f"default_{each.name}") in known else each.name for each in listed]
    filled = "".join(f" set_{each.name}(self, {each.name})\n" for each in listed)
    exec(f"def __init__(self, {', '.join(named)}):\n{filled}", known)
    cls.__init__ = known["__init__"]  # type: ignore[method-assign]
    return cls


FACTS: dict[str, type[Fact]] = {}


@dataclass_transform(frozen_default=True)
def fact(kind: str, *key: str) -> Callable[[type[F]], type[F]]:
    """Declare a fact: `@fact("fund.Pool", "id")`. Its fields are str, int, bool or (nested) tuples of those."""

    def declare(cls: type[F]) -> type[F]:
        made = quick_init(dataclass(frozen=True, slots=True)(cls))
        made.KIND = kind
        made.KEY = key or ("id",)
        made.FIELDS = tuple(field.name for field in fields(made))  # type: ignore[arg-type]
        made.key_of = staticmethod(attrgetter(*made.KEY))
        made.values_of = staticmethod(attrgetter(*made.FIELDS))
        made.copy_of = staticmethod(_copier(made))
        if kind in FACTS:
            raise ValueError(f"Two facts are called {kind}.")
        FACTS[kind] = made
        return made

    return declare


def _copier(kind: type[Any]) -> Callable[[Any], Any]:
    names = [each.name for each in fields(kind)]
    known: dict[str, Any] = {f"set_{name}": getattr(kind, name).__set__ for name in names}
    known |= {"kind": kind, "new": object.__new__}
    copied = "".join(f" set_{name}(made, fact.{name})\n" for name in names)
    exec(f"def copy_of(fact):\n made = new(kind)\n{copied} return made", known)
    copier: Callable[[Any], Any] = known["copy_of"]
    return copier


_set_field = object.__setattr__


def replace(fact: F, **changes: Any) -> F:
    """The fact with some fields changed: `dataclasses.replace`, four times as fast."""
    changed: F = type(fact).copy_of(fact)
    for name, value in changes.items():
        _set_field(changed, name, value)
    return changed


class Facts:
    """What is known. `get` and `find` look up by key; `keep` runs a rule and takes what it yields.

    Audit uses this class as it is: dictionaries. The database's version (`record/store.py`) loads a row where
    the dictionary has none and remembers what must be written.
    """

    def __init__(self) -> None:
        self._rows: defaultdict[type[Fact], dict[Key, Any]] = defaultdict(dict)
        self._journal: list[tuple[dict[Key, Any], Key, Fact | None]] = []

    def find(self, kind: type[F], key: Key) -> F | None:
        """The fact of this kind and key (a tuple where KEY has several fields), or None."""
        found: F | None = self._rows[kind].get(key)
        return found

    def get(self, kind: type[F], key: Key, field: str = "") -> F:
        """The fact of this kind and key; refuses when there is none."""
        found = self.find(kind, key)
        if found is None:
            raise Refused(
                gettext_noop("There is no {kind} {key} on the record."),
                field,
                kind=kind.__name__.lower(),
                key=key if isinstance(key, str) else "/".join(map(str, key)),
            )
        return found

    def entry(self, entry_id: str) -> int | None:
        """The index of the entry with this id, or None."""
        raise NotImplementedError(f"{type(self).__name__} does not look entries up.")

    def file(self, digest: str) -> bytes:
        """The content of a published file by its SHA-256 in hex; refuses when it is missing."""
        raise NotImplementedError(f"{type(self).__name__} does not look files up.")

    def keep(self, facts: Iterable[Fact]) -> None:
        """Take a rule's facts one by one, so that its later steps see the earlier ones; all or none stay."""
        mark = len(self._journal)
        journal = self._journal
        try:
            for new in facts:
                kind = type(new)
                rows = self._rows[kind]
                key = kind.key_of(new)
                journal.append((rows, key, rows.get(key)))
                rows[key] = new
        except BaseException:
            self.undo(mark)
            raise
        if mark == 0:
            self.settled()

    def settled(self) -> None:
        """Called when an outermost `keep` has gone through: audit need not be able to go back further."""
        self._journal.clear()

    def undo(self, mark: int) -> None:
        """Take back everything kept since the journal had `mark` lines."""
        while len(self._journal) > mark:
            rows, key, before = self._journal.pop()
            if before is None:
                rows.pop(key, None)
            else:
                rows[key] = before

    def all(self, kind: type[F]) -> Iterator[F]:
        """Every fact of a kind, for reports. Rules must not use it: they look up by key."""
        return cast("Iterator[F]", iter(self._rows[kind].values()))


RuleFunction = Callable[[Facts, "Entry"], Iterator[Fact]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one act's rule: the shape of what it takes and what follows from it."""

    act: str
    version: int
    takes: "Shape"
    beside: "Shape | None"
    follow: RuleFunction
    vouches: bool = False
    everywhere: bool = False
    files: bool = False

    def __call__(self, facts: Facts, entry: "Entry") -> Iterator[Fact]:
        """Facts as they will stand; refuses where the body's shape or the rule itself says no."""
        self.check(entry.body)
        return self.follow(facts, entry)

    def check(self, body: dict[str, Any]) -> None:
        """Refuse a body that is not of this act's shape."""
        self.takes.check(body.get("args"), "args")
        if self.beside is None:
            require(len(body) == 1, gettext_noop("This act says nothing beside its arguments."), "body")
        elif len(body) == len(self.beside.fields) + 1 and self.beside.fields.keys() <= body.keys():
            self.beside.check_values(body)
        else:
            self.beside.check({name: value for name, value in body.items() if name != "args"}, "body")


RULES: dict[tuple[str, int], Rule] = {}


def rule(
    act: str,
    *,
    takes: "Shape",
    beside: "Shape | None" = None,
    version: int = 1,
    vouches: bool = False,
    everywhere: bool = False,
    files: bool = False,
) -> Callable[[RuleFunction], RuleFunction]:
    """Register a rule: `@rule("fund.pay", takes=PAY)`. A released version is never changed, only joined by a next.

    vouches: by this act a member says yes to what another does, so the right to it comes from a vote or the founding
    and is never passed on: else one person could be all who must agree. everywhere: the act concerns the whole fund, so
    only a founding committee gives the right to it. files: the act's entries may list files.
    """

    def register(function: RuleFunction) -> RuleFunction:
        if (act, version) in RULES:
            raise ValueError(f"{act} has two rules of version {version}.")
        RULES[act, version] = Rule(act, version, takes, beside, function, vouches, everywhere, files)
        return function

    return register
