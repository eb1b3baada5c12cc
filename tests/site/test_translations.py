"""The catalogues: complete, true to their placeholders, and what a visitor reads in each of the five languages.

The desk, the rules and the acts still speak English only: their strings are no part of the catalogues.
"""

import html
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import django
import polib
import pytest
from asgiref.local import Local
from django.conf import settings
from django.template import Engine, TemplateDoesNotExist
from django.test import Client
from django.utils import dates
from django.utils.translation import override, trans_real
from django.utils.translation.template import templatize

from tests.conftest import ROOT
from tests.pages_world import Story, read, story

CODE = ROOT / "src" / "tallystick"
CATALOGUES = sorted(CODE.glob("*/locale/*/LC_MESSAGES/*.po"))
LANGUAGES = [code for code, _name in settings.LANGUAGES]
TRANSLATED = [code for code in LANGUAGES if code != "en"]
PRIVATE = ("desk", "rules", "acts")  # a file or folder whose name begins so speaks to members only

PAGES = ["/", "/money/", "/ledger/", "/people/", "/votes/", "/record/", "/check/", "/sign-in/"]
PERCENT = re.compile(r"%\((\w+)\)[a-z]|%[a-z]")
BRACE = re.compile(r"\{\w*\}")
TAG = re.compile(r"<[^>]*>")


def language_of(path: Path) -> str:
    return path.parts[-3]


def of(language: str) -> Path:
    return next(path for path in CATALOGUES if language_of(path) == language)


def entries(path: Path) -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(path)) if not entry.obsolete]


def placeholders(text: str) -> list[str]:
    return sorted(found.group() for pattern in (PERCENT, BRACE) for found in pattern.finditer(text))


def forms(entry: polib.POEntry) -> list[str]:
    """Every text a reader may get for this message."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def wrong_placeholders(entry: polib.POEntry) -> bool:
    """A text that loses, doubles or invents a placeholder.

    Of a plural, a form may say a number in words ("one day") only where the English has such a form as well.
    """
    allowed = [placeholders(entry.msgid)]
    if entry.msgid_plural:
        allowed.append(placeholders(entry.msgid_plural))
    return any(placeholders(text) not in allowed for text in forms(entry))


def test_every_language_but_english_has_a_catalogue() -> None:
    assert sorted(language_of(path) for path in CATALOGUES) == sorted(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated(language: str) -> None:
    found = entries(of(language))
    assert len(found) > 500
    assert [entry.msgid for entry in found if entry.fuzzy] == []
    assert [entry.msgid for entry in found if not all(text.strip() for text in forms(entry))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_tags_and_ends_survive(language: str) -> None:
    found = entries(of(language))
    assert [entry.msgid for entry in found if wrong_placeholders(entry)] == []
    for entry in found:
        for text in forms(entry):
            assert sorted(TAG.findall(text)) == sorted(TAG.findall(entry.msgid)), entry.msgid
            assert text.count("\n") == entry.msgid.count("\n"), entry.msgid
            assert text == text.strip(), f"{entry.msgid!r} has no space at its ends; its translation has"
            # Many stand in a template's attribute, where a plain quotation mark would end it.
            assert '"' not in TAG.sub("", text), f"{entry.msgid!r}: use the language's own quotation marks"


@pytest.mark.parametrize("language", TRANSLATED)
def test_plural_forms_are_as_many_as_the_header_says(language: str) -> None:
    catalogue = polib.pofile(str(of(language)))
    header = re.fullmatch(r"nplurals=(\d); plural=[\dn ?:!=<>%&|()]+;", catalogue.metadata["Plural-Forms"])
    assert header, catalogue.metadata["Plural-Forms"]
    for entry in catalogue:
        if entry.msgid_plural and not entry.obsolete:
            assert sorted(entry.msgstr_plural) == list(range(int(header[1]))), entry.msgid


def test_a_lost_placeholder_is_found() -> None:
    """The check itself: what it must catch, and what it must let pass."""
    assert wrong_placeholders(polib.POEntry(msgid="line %(index)s", msgstr="línea"))
    assert wrong_placeholders(polib.POEntry(msgid="line %(index)s", msgstr="línea %(indice)s"))
    assert wrong_placeholders(polib.POEntry(msgid="{size} bytes", msgstr="{size} {size}"))
    plural = {"msgid": "one of %(name)s", "msgid_plural": "%(n)s of %(name)s"}
    assert wrong_placeholders(polib.POEntry(**plural, msgstr_plural={0: "uno de %(name)s", 1: "%(n)s"}))
    assert not wrong_placeholders(polib.POEntry(**plural, msgstr_plural={0: "uno de %(name)s", 1: "%(name)s: %(n)s"}))
    assert not wrong_placeholders(polib.POEntry(msgid="%(yes)s to %(no)s", msgstr="%(no)s; %(yes)s"))


def public_sources() -> Iterator[Path]:
    """Every file whose words a visitor may read."""
    for path in sorted(CODE.rglob("*")):
        inside = path.relative_to(CODE)
        if path.suffix not in {".py", ".html", ".txt"} or "migrations" in inside.parts:
            continue
        if not any(part.startswith(PRIVATE) for part in inside.parts):
            yield path


def extracted(xgettext: str, folder: Path) -> set[tuple[str, str, str]]:
    """What `manage.py makemessages` would find: context, message and plural of every marked string."""
    names = []
    for path in public_sources():
        name = path.relative_to(CODE)
        text = path.read_text()
        copy = folder / f"{name}.py"
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text if path.suffix == ".py" else templatize(text, origin=str(name)))
        names.append(f"{name}.py")
    keywords = [
        "gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "npgettext:1c,2,3",
        "pgettext_lazy:1c,2", "npgettext_lazy:1c,2,3",
    ]  # fmt: skip
    answer = subprocess.run(
        [xgettext, "--language=Python", "--from-code=UTF-8", "--output=-", "--force-po", "--files-from=-"]
        + [f"--keyword={each}" for each in keywords],
        input="\n".join(names), cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return keys(polib.pofile(answer.stdout))


def keys(found: list[polib.POEntry]) -> set[tuple[str, str, str]]:
    return {(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "") for entry in found}


def of_django() -> set[tuple[str, str, str]]:
    """Django's own words, such as months: a catalogue may hold them in a language that Django does not speak."""
    folder = Path(django.__file__).parent
    found = set()
    for room in ("conf", "contrib/auth"):
        found |= keys(polib.pofile(str(folder / room / "locale/en/LC_MESSAGES/django.po")))
    return found


def test_the_catalogues_know_every_public_string(needs: Callable[[str], str], tmp_path: Path) -> None:
    public = extracted(needs("xgettext"), tmp_path)
    assert len(public) > 500
    own = of_django()
    for path in CATALOGUES:
        known = keys(entries(path))
        assert sorted(public - known) == [], f"{language_of(path)}: not in its catalogue"
        assert sorted(known - public - own) == [], f"{language_of(path)}: no page says this any more"


def test_no_public_string_is_a_word_of_the_calendar(needs: Callable[[str], str], tmp_path: Path) -> None:
    """Our catalogues go before Django's: "May" for what a member may do would stand in every date of that month."""
    with override("en"):
        calendar = {str(each) for each in (*dates.MONTHS.values(), *dates.WEEKDAYS.values())}
    assert "May" in calendar
    said = {message for context, message, _plural in extracted(needs("xgettext"), tmp_path) if not context}
    assert said & calendar == set()


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """Compile what is older than its catalogue, and let Django read it anew."""
    stale = [
        path
        for path in CATALOGUES
        if not path.with_suffix(".mo").exists() or path.with_suffix(".mo").stat().st_mtime < path.stat().st_mtime
    ]
    if stale:
        subprocess.run([sys.executable, str(ROOT / "tools" / "compile_messages.py")], check=True)
        trans_real._translations.clear()  # type: ignore[attr-defined]
        trans_real._default = None  # type: ignore[attr-defined]
        trans_real._active = Local()  # type: ignore[attr-defined]
        trans_real.reset_cache(setting="LANGUAGES")


@cache
def english(language: str) -> list[tuple[str, re.Pattern[str]]]:
    """The messages that a page in this language must not show, each with how to find it.

    Three words or more, and translated by something else: shorter ones may be the same word in both languages.
    """
    found = []
    for entry in entries(of(language)):
        for message in {entry.msgid, entry.msgid_plural} - {"", None}:
            parts = [plain(part) for part in re.split(r"%\(\w+\)s|\{\w*\}", message)]
            if len(re.findall(r"[A-Za-z’']{2,}", " ".join(parts))) >= 3 and message not in forms(entry):
                # A placeholder is filled by some words of the same sentence or list.
                pattern = r"[^.;!?]{1,120}?".join(re.escape(part) for part in parts)
                start, end = (r"(?<!\w)" if parts[0] else "", r"(?!\w)" if parts[-1] else "")
                found.append((message, re.compile(start + pattern + end)))
    return found


def plain(text: str) -> str:
    """What a reader reads, or is read aloud: no tags, but what their attributes say."""
    said = re.findall(r'(?:content|title|aria-label|data-label|placeholder|alt)="([^"]*)"', text)
    bare = re.sub(r"<(script|style)\b.*?</\1>|<pre\b.*?</pre>", " ", text, flags=re.DOTALL)
    # Tags become a mark that no sentence holds; inside a message the same happens to its own tags.
    return html.unescape("\n".join([TAG.sub("\n", bare), *said])).replace("\u00a0", " ")


def left(text: str, language: str) -> list[str]:
    read_aloud = plain(text)
    return [message for message, pattern in english(language) if pattern.search(read_aloud)]


@pytest.fixture
def told() -> Story:
    return story()


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_page_speaks_the_language(client: Client, told: Story, language: str) -> None:
    more = [
        f"/ledger/{told.payment}/", f"/ledger/{told.wrong}/", f"/ledger/{told.brought}/", f"/ledger/{told.gift}/",
        f"/votes/{told.motion}/", f"/votes/{told.failed}/", f"/votes/{told.open}/",
        "/people/organisations/", "/record/entry/0/", "/record/entry/12/", "/ledger/?kind=gifts",
    ]  # fmt: skip
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    sentences = 0
    for path in PAGES + more:
        text = read(client, path)
        assert f'<html lang="{language}"' in text, path
        if language == "en":
            sentences += len(left(text, "es"))
        else:
            assert left(text, language) == [], path
    missing = client.get("/nowhere/")
    assert missing.status_code == 404
    assert f'<html lang="{language}"' in missing.content.decode()
    # The English pages show that what is looked for would be found.
    assert sentences > 150 or language != "en"


@pytest.mark.django_db
@pytest.mark.parametrize("language", TRANSLATED)
def test_the_language_switch_brings_you_back_in_the_language(client: Client, language: str) -> None:
    answer = client.post("/language/", {"language": language, "next": "/sign-in/"}, follow=True)
    assert answer.redirect_chain == [("/sign-in/", 302)]
    text = answer.content.decode()
    assert f'<html lang="{language}"' in text
    assert re.search(rf"</svg> {dict(settings.LANGUAGES)[language]}</summary>", text)
    assert left(text, language) == []


def test_a_page_without_its_own_template_is_not_ours() -> None:
    """Sign-in's templates are ours, not allauth's, whose words our catalogues do not hold."""
    for name in ("account/login.html", "account/logout.html", "account/account_inactive.html"):
        try:
            template = Engine.get_default().get_template(name)
        except TemplateDoesNotExist:
            pytest.fail(name)
        assert CODE in Path(template.origin.name).parents
