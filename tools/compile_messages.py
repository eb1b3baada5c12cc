"""Compile every translation (.po) to the .mo that Django reads; with --check, compile nothing and report.

`make install` runs the first, `make check` the second. polib does it, so no program of gettext is needed.
"""

import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogues() -> list[Path]:
    """Every .po file of the rooms, sorted."""
    return sorted((ROOT / "src").glob("tallystick/*/locale/*/LC_MESSAGES/*.po"))


def faults(path: Path) -> list[str]:
    """What is wrong in one .po file, a sentence each: unreadable, doubled, a placeholder lost on the way."""
    where = path.relative_to(ROOT)
    try:
        catalogue = polib.pofile(str(path), check_for_duplicates=True)
    except (OSError, ValueError) as error:
        return [f"{where}: {error}"]
    found = []
    for entry in catalogue:
        if entry.obsolete or entry.fuzzy:
            continue
        if entry.msgid_plural:
            # A singular or dual form may leave out its number ("one day"); it may not invent a placeholder.
            allowed = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
            for number, text in entry.msgstr_plural.items():
                extra = set(PLACEHOLDER.findall(text)) - allowed
                if extra:
                    found.append(f"{where}:{entry.linenum}: form {number} has {', '.join(sorted(extra))}")
            continue
        if entry.msgstr and sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr)):
            found.append(f"{where}:{entry.linenum}: placeholders differ from those of {entry.msgid!r}")
    return found


def main() -> int:
    """Compile or check; 0 when all is well, else 1 with each fault on standard error."""
    wrong = [fault for path in catalogues() for fault in faults(path)]
    for fault in wrong:
        print(fault, file=sys.stderr)
    if wrong:
        return 1
    if "--check" in sys.argv[1:]:
        print(f"Translations: {len(catalogues())} files, all well.")
        return 0
    for path in catalogues():
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
