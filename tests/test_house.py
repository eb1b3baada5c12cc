"""The rules of the house, as tests: what a reviewer would otherwise have to look for in every change.

import-linter checks which room may import which (see pyproject.toml); here is what it cannot see.
"""

import ast
import importlib
import importlib.util
import inspect
import pkgutil
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from tools import check_docs, compile_messages

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "src" / "tallystick"
ROOMS = ("record", "people", "decide", "fund", "aid", "call", "inquiry", "oversight", "audit", "site")
BESIDE_ROOMS = {"__init__.py", "__main__.py", "cli.py", "py.typed"}
VAGUE = {"base", "common", "core", "handlers", "helpers", "lib", "managers", "misc", "tools", "util", "utils"}

# Who else may write rows, and why. Everything else goes through a room's acts.
WRITERS = {
    "record/append.py": "puts an entry and its rows on the record; acts call it",
    "record/keys.py": "the log's own keys and the keys that spot repeated acts",
    "record/lines.py": "sealed lines wait here for the day's close",
    "record/publishing.py": "remembers what was signed, so that nothing behind it is signed again",
    "record/store.py": "stores what rules yield, as rows",
    "record/tables.py": "stores what rules yield, as rows",
    "record/vault.py": "personal values, which are never on the record",
    "site/founding.py": "makes the founders' sign-ins, which are private and no act",
    "site/models.py": "sign-ins are private and no act",
    "site/opening.py": "wipes a rehearsal, which was never published",
    "site/signin.py": "sign-ins are private and no act",
}

# A rule reads only what is on the record: no clock, no chance, no input or output.
NOT_IN_RULES = {
    "asyncio", "django", "http", "io", "logging", "os", "pathlib", "random", "secrets", "shutil", "socket",
    "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
NOT_ASKED_IN_RULES = {"now", "utcnow", "today", "all"}  # facts.all: a rule looks facts up by key

ALWAYS_WRITES = {
    "abulk_create", "acreate", "adelete", "asave", "aupdate", "bulk_create", "bulk_update",
    "create_superuser", "create_user", "get_or_create", "update_or_create",
}  # fmt: skip
QUERY = {"objects", "_base_manager", "_default_manager", "all", "exclude", "filter", "select_for_update"}


def sources() -> list[Path]:
    """Every module of the house but migrations."""
    return sorted(path for path in HOUSE.rglob("*.py") if "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """A module's syntax."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def inside(path: Path) -> str:
    """A module's place within the house: fund/acts.py."""
    return path.relative_to(HOUSE).as_posix()


def is_part(path: Path, name: str) -> bool:
    """Whether a module is a room's NAME.py or in its folder NAME/."""
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return len(parts) > 1 and parts[1] == name


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module) for every import of a module, those inside functions too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def test_the_house_has_ten_rooms_and_nothing_else() -> None:
    beside = {path.name for path in HOUSE.iterdir() if not path.name.startswith("__pycache__")}
    assert beside - BESIDE_ROOMS == set(ROOMS)


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [inside(path) for path in HOUSE.rglob("*.py") if {path.stem, path.parent.name} & VAGUE] == []


def pure_modules() -> list[Path]:
    """The rules and engines that pyproject.toml keeps from Django, as far as they exist."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    listed = next(contract["source_modules"] for contract in contracts if contract["type"] == "forbidden")
    found = [path for path in sources() if is_part(path, "rules")]
    for name in listed:
        if "*" not in name:
            place = HOUSE.joinpath(*name.split(".")[1:])
            found += [place.with_suffix(".py")] if place.with_suffix(".py").exists() else place.rglob("*.py")
    return sorted(found)


def test_rules_and_engines_do_not_import_django() -> None:
    wrong = [
        f"{inside(path)}:{line} imports {name}"
        for path in pure_modules()
        for line, name in imported(path)
        if name.split(".")[0] == "django"
    ]
    assert wrong == []


def test_rules_have_no_clock_no_chance_and_no_input_or_output() -> None:
    wrong = []
    for path in (path for path in sources() if is_part(path, "rules")):
        wrong += [
            f"{inside(path)}:{line} imports {name}"
            for line, name in imported(path)
            if name.split(".")[0] in NOT_IN_RULES
        ]
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"}:
                wrong.append(f"{inside(path)}:{node.lineno} calls {node.func.id}()")
            if isinstance(node.func, ast.Attribute) and node.func.attr in NOT_ASKED_IN_RULES:
                wrong.append(f"{inside(path)}:{node.lineno} calls .{node.func.attr}()")
    assert wrong == []


def writes(call: ast.Call) -> bool:
    """Whether a call looks like one that writes rows: Django's writing methods, or SQL that does."""
    if not isinstance(call.func, ast.Attribute):
        return False
    method, receiver = call.func.attr, call.func.value
    within = {node.attr for node in ast.walk(receiver) if isinstance(node, ast.Attribute)}
    if method in ALWAYS_WRITES:
        return True
    if method == "create":
        return bool(within & QUERY)
    if method == "update":  # a dictionary's or a hash's takes a positional argument
        return bool(within & QUERY) and not call.args
    if method in {"save", "delete"}:  # a workbook's or a cache's takes a positional argument
        return not call.args
    if method in {"execute", "executemany"} and call.args:
        text = call.args[0]
        words = [node.value for node in ast.walk(text) if isinstance(node, ast.Constant)]
        first = str(words[0]).split() if words else []
        return bool(first) and first[0].upper() in {"INSERT", "UPDATE", "DELETE", "REPLACE"}
    return False


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("gift.save()", True),
        ("gift.save(update_fields=['note'])", True),
        ("workbook.save(path)", False),
        ("Gift.objects.create(minor=1)", True),
        ("Gift.objects.filter(id=1).update(minor=1)", True),
        ("seen.update(other)", False),
        ("digest.update(b'')", False),
        ("Gift.objects.bulk_create(rows)", True),
        ("cursor.execute('INSERT INTO gift VALUES (1)')", True),
        ("cursor.execute('SELECT 1')", False),
    ],
)
def test_writing_is_recognised(code: str, expected: bool) -> None:
    expression = ast.parse(code, mode="eval").body
    assert isinstance(expression, ast.Call)
    assert writes(expression) is expected


def test_acts_are_the_only_writers() -> None:
    wrong = [
        f"{inside(path)}:{node.lineno} writes: move it to the room's acts, or give its reason in WRITERS"
        for path in sources()
        if not is_part(path, "acts") and inside(path) not in WRITERS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and writes(node)
    ]
    assert wrong == []


def mirrors_a_fact(path: Path, name: str) -> bool:
    """Whether a model is the table of a fact, which the room's rules explain under the same name."""
    if not is_part(path, "models"):
        return False
    room = HOUSE / path.relative_to(HOUSE).parts[0]
    return any(
        isinstance(node, ast.ClassDef) and node.name == name
        for rules in (path for path in sources() if path.is_relative_to(room) and is_part(path, "rules"))
        for node in tree(rules).body
    )


def test_every_public_function_and_class_says_what_it_promises() -> None:
    wrong = [
        f"{inside(path)}:{node.lineno} {node.name} has no docstring"
        for path in sources()
        if path.name not in {"apps.py", "urls.py", "admin.py"}
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not mirrors_a_fact(path, node.name)
    ]
    assert wrong == []


def acts_of(room: str) -> list[ModuleType]:
    """A room's acts: acts.py, or each file of a folder of that name."""
    package = importlib.import_module(f"tallystick.{room}.acts")
    inner = pkgutil.iter_modules(getattr(package, "__path__", ()), f"{package.__name__}.")
    return [package, *(importlib.import_module(each.name) for each in inner)]


def test_every_rule_belongs_to_an_act_that_its_room_explains() -> None:
    """No act in RULES, which acts and audit share, is without a function and a place in docs/<room>.md."""
    for room in ROOMS:
        if importlib.util.find_spec(f"tallystick.{room}.rules"):
            importlib.import_module(f"tallystick.{room}.rules")
    facts = pytest.importorskip("tallystick.record.facts")
    wrong = []
    for act in sorted({act for act, _ in facts.RULES}):
        room, _, name = act.partition(".")
        page = ROOT / "docs" / f"{room}.md"
        if room not in ROOMS:
            wrong.append(f"{act} names no room")
            continue
        if f"`{act}`" not in (page.read_text(encoding="utf-8") if page.exists() else ""):
            wrong.append(f"{act} is not explained in docs/{room}.md")
        if not any(inspect.isroutine(getattr(module, name, None)) for module in acts_of(room)):
            wrong.append(f"{act} is no function of {room}/acts")
    assert wrong == []


def test_links_between_pages_lead_somewhere() -> None:
    assert check_docs.broken_links() == []


def test_every_page_can_be_reached_from_the_index() -> None:
    assert check_docs.unreachable_pages() == []


def test_no_file_names_a_private_place() -> None:
    assert check_docs.private_places() == []


def test_translations_keep_their_placeholders() -> None:
    assert [fault for path in compile_messages.catalogues() for fault in compile_messages.faults(path)] == []


def test_anchors_are_made_as_code_hosts_make_them() -> None:
    page = "# One rule, run twice\n## `fund.pay` & co.\n```\n# not a heading\n```\n## Twice\n## Twice\n"
    assert check_docs.anchors(page) == {"one-rule-run-twice", "fundpay--co", "twice", "twice-1"}
