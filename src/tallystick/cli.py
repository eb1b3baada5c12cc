"""The command line: `tallystick <room> <verb>`, and `tallystick audit SOURCE`.

Each room brings its verbs in `commands.py`: a Typer `app`, and WITHOUT_HOME, the verbs that need neither a commission
nor Django. Only the room that is asked for is imported, so that checking a record starts at once.

Every command ends with 0 for yes, 1 when the check failed, 2 when the question could not be asked, which one line on
standard error explains.
"""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

import typer

ROOMS = {
    "record": "The public record: publish it, prove an entry, verify a copy.",
    "people": "The commission, its committees and members, and what they may do.",
    "decide": "Motions and votes.",
    "fund": "Money: what came in, what went out, and why.",
    "aid": "Requests, cases, stock and handing over.",
    "call": "Calls to action.",
    "inquiry": "Testimony and findings.",
    "oversight": "The official money, followed.",
    "site": "Set up, serve, back up and restore a commission.",
}
HELP = {"-h", "--help"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave the process with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        build(given)(args=given, prog_name="tallystick")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if not _is_known(error):
            raise
        print(f"tallystick: {_one_line(error)}", file=sys.stderr)
        sys.exit(2)


def build(given: Sequence[str]) -> typer.Typer:
    """The command line as far as these arguments need it: other rooms appear by name and help only."""
    root = typer.Typer(
        help="Run a relief fund that the people it is for can check, and check the official one the same way.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": sorted(HELP)},
    )
    asked = next((word for word in given if not word.startswith("-")), "")
    _add_audit(root, asked)
    for room, words in ROOMS.items():
        if not _has_commands(room):
            continue
        if room == asked:
            module = importlib.import_module(f"tallystick.{room}.commands")
            root.add_typer(module.app, name=room, help=words, no_args_is_help=True, callback=_prepare(module, given))
        else:
            root.add_typer(_named_only(), name=room, help=words)
    return root


def _add_audit(root: typer.Typer, asked: str) -> None:
    words = "Replay a published record and check every step of it."
    if not _has_commands("audit"):
        return
    if asked != "audit":
        root.command("audit", help=words)(_nothing)
        return
    module = importlib.import_module("tallystick.audit.commands")
    if hasattr(module, "audit"):
        root.command("audit", help=words)(module.audit)
    else:
        root.add_typer(module.app, name="audit", help=words)


def _has_commands(room: str) -> bool:
    return importlib.util.find_spec(f"tallystick.{room}.commands") is not None


def _prepare(module: ModuleType, given: Sequence[str]) -> Callable[[typer.Context], None]:
    """What runs before a verb: Django, unless the verb does without or is only asked for its help."""

    def prepare(context: typer.Context) -> None:
        without: frozenset[str] = getattr(module, "WITHOUT_HOME", frozenset())
        if context.invoked_subcommand not in without and not HELP & set(given):
            from tallystick.site.ready import django_ready

            django_ready()

    return prepare


def _nothing() -> None:
    """Stands for a command that was not asked for."""


def _named_only() -> typer.Typer:
    """A room that was not asked for: its name and help stand in the list, its code is not imported."""
    room = typer.Typer()
    room.callback(invoke_without_command=True)(_nothing)
    return room


def _is_known(error: Exception) -> bool:
    """Errors that this program words itself, files that cannot be had, and a database that is not there."""
    database = sys.modules.get("django.db")
    return (
        type(error).__module__.startswith("tallystick.")
        or (isinstance(error, OSError) and error.filename is not None)
        or (database is not None and isinstance(error, database.Error))
    )


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}"
    words = " ".join(str(error).split())
    if not type(error).__module__.startswith("tallystick."):
        return f"The database cannot be used ({words}). If it is new: tallystick site init"
    return words


if __name__ == "__main__":
    main()
