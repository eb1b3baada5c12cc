"""Check the documentation: links inside it resolve, every page can be reached, no file names a private place.

Each check returns sentences, empty when all is well. `make check` runs them all; tests/test_house.py too.
"""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
NAMED = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)

# A package index or its mirror in a lock file, or somebody's home folder, says where a file was made.
PRIVATE = [
    re.compile(r"--(?:extra-)?index-url|--find-links|--trusted-host"),
    re.compile(r"https?://[^\s/]+/(?:[\w.-]+/)*simple(?:/|\b)"),
    re.compile(r"(?<![\w.])/(?:home|Users)/[a-z][\w.-]*/"),
]
TEXT = {
    ".cfg",
    ".css",
    ".html",
    ".ini",
    ".js",
    ".json",
    ".lock",
    ".md",
    ".po",
    ".py",
    ".sh",
    ".svg",
    ".toml",
    ".txt",
}


def tracked() -> list[Path]:
    """Files that are or would be in the repository. Without git: all but hidden folders."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split("\0")
        found = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        found = [
            path
            for path in ROOT.rglob("*")
            if not any(part.startswith(".") and part != ".ci" for part in path.relative_to(ROOT).parts)
        ]
    return sorted(path for path in found if path.is_file())


def pages() -> list[Path]:
    """Every Markdown page of the repository."""
    return [path for path in tracked() if path.suffix == ".md"]


def anchors(text: str) -> set[str]:
    """The #anchors a page offers, made from its headings as the common code hosts make them."""
    found: dict[str, int] = {}
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        seen = found.get(slug)
        found[slug] = 0 if seen is None else seen + 1
        if seen is not None:
            found[f"{slug}-{seen + 1}"] = 0
    return set(found) | set(NAMED.findall(text))


def links(text: str) -> list[str]:
    """The targets of a page's links and pictures, code left out."""
    return LINK.findall(CODE.sub("", FENCE.sub("", text)))


def broken_links() -> list[str]:
    """Links between the repository's own files that lead nowhere."""
    wrong = []
    for page in pages():
        where = page.relative_to(ROOT)
        for target in links(page.read_text(encoding="utf-8")):
            if ELSEWHERE.match(target):
                continue
            name, _, anchor = unquote(target).partition("#")
            aim = (page.parent / name).resolve() if name else page
            if not aim.is_relative_to(ROOT):
                wrong.append(f"{where}: {target} leads out of the repository")
            elif not aim.exists():
                wrong.append(f"{where}: {target} does not exist")
            elif anchor and aim.suffix == ".md" and anchor not in anchors(aim.read_text(encoding="utf-8")):
                wrong.append(f"{where}: {target} names no heading there")
    return wrong


def unreachable_pages() -> list[str]:
    """Pages under docs/ that no chain of links from docs/index.md reaches through other index pages."""
    folder = ROOT / "docs"
    reached: set[Path] = set()
    waiting = [folder / "index.md"]
    while waiting:
        index = waiting.pop()
        if index in reached or not index.exists():
            continue
        reached.add(index)
        for target in links(index.read_text(encoding="utf-8")):
            aim = (index.parent / unquote(target).partition("#")[0]).resolve()
            if aim.name == "index.md":
                waiting.append(aim)
            else:
                reached.add(aim)
    return [
        f"{page.relative_to(ROOT)} is not linked from docs/index.md"
        for page in pages()
        if page.is_relative_to(folder) and page not in reached
    ]


def private_places() -> list[str]:
    """Lines that name a folder of one machine, or the host or options of a package index."""
    patterns = list(PRIVATE)
    if len(ROOT.parts) > 2:
        patterns.append(re.compile(re.escape(str(ROOT)) + r"(?![\w-])"))
    wrong = []
    for path in tracked():
        if path.suffix not in TEXT and path.name not in {"Makefile", "run"}:
            continue
        if path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            wrong += [
                f"{path.relative_to(ROOT)}:{number}: {found.group()} names a private place"
                for pattern in patterns
                if (found := pattern.search(line))
            ]
    return wrong


def main() -> int:
    """Run every check; 0 when all is well, else 1 with each fault on standard error."""
    wrong = broken_links() + unreachable_pages() + private_places()
    for fault in wrong:
        print(fault, file=sys.stderr)
    if not wrong:
        print(f"Documentation: {len(pages())} pages, all links lead somewhere.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
