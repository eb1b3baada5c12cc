"""Liars are caught. (a) Without the key, any changed byte or entry fails. (b) Signed anew with the key, any change
before a checkpoint that somebody kept fails. (c) Signed anew with nothing kept, a lie about what may be done fails at
the entry that tells it. What only (b) or a witness can show is said in docs/trust.md."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tallystick.audit.report import NoRecord, Report, audit
from tallystick.record.facts import RULES
from tallystick.record.sources import open_source
from tests.audit import lies_of_money, lies_of_people, lies_of_programmes, lies_of_tables, lies_of_votes
from tests.audit.book import Book
from tests.audit.lies import LIES

REGISTERED = (lies_of_money, lies_of_people, lies_of_programmes, lies_of_tables, lies_of_votes)
SEEDS = 20
RANDOM_CASES = 500


def check(folder: Path, book: Book, seen: bytes | None = None) -> Report:
    kept = [("kept", seen)] if seen is not None else []
    return audit(open_source(folder), [book.signer.vkey], kept)[0]


def story(seed: int) -> Book:
    """An honest history with something of everything."""
    book = Book(seed)
    book.holdings()
    book.pay(minor=12_000)
    book.treasurer("fund.settle", {"transfer": book.pay(), "reference": "ACH-9"}, beside={"happened": "2026-03-09"})
    book.programme()
    release = book.release()
    last = book.close_through(40)
    book.system("fund.tell_total", book.total([release], last))
    return book


@pytest.mark.parametrize("name", sorted(LIES))
def test_a_lie_fails_at_the_entry_that_tells_it(name: str, tmp_path: Path) -> None:
    act, tell = LIES[name]
    for seed in range(SEEDS):
        book = Book(seed)
        tell(book, True)
        report = check(book.publish(tmp_path / f"lie{seed}"), book)
        assert not report.ok, seed
        assert report.first_bad is not None
        assert (report.first_bad["index"], report.first_bad["act"]) == (len(book.entries) - 1, act), report.first_bad
        shutil.rmtree(tmp_path / f"lie{seed}")


@pytest.mark.parametrize("name", sorted(LIES))
def test_its_honest_twin_holds(name: str, tmp_path: Path) -> None:
    _, tell = LIES[name]
    book = Book(1)
    tell(book, False)
    report = check(book.publish(tmp_path), book)
    assert report.ok, (report.first_bad, report.checks)


def test_every_act_has_a_lie_that_is_caught() -> None:
    assert {act for act, _ in RULES} - {act for act, _ in LIES.values()} == set()
    assert len(LIES) >= 25


def tampered(folder: Path, rng: random.Random) -> str:
    """Change one thing in a published folder without the key; returns what was done."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "vkey")
    path = rng.choice(files)
    how = rng.choice(["flip a bit", "drop a byte", "double a byte", "cut the end", "remove", "swap halves"])
    data = bytearray(path.read_bytes())
    place = rng.randrange(len(data))
    if how == "flip a bit":
        data[place] ^= 1 << rng.randrange(8)
    elif how == "drop a byte":
        del data[place]
    elif how == "double a byte":
        data.insert(place, data[place])
    elif how == "cut the end":
        del data[place:]
    elif how == "swap halves":
        data = data[place:] + data[:place]
    if how == "remove":
        path.unlink()
    elif bytes(data) == path.read_bytes():
        return ""
    else:
        path.write_bytes(bytes(data))
    return f"{how} in {path.relative_to(folder)}"


def test_without_the_key_no_byte_can_be_changed(tmp_path: Path) -> None:
    book = story(7)
    honest = book.publish(tmp_path / "honest")
    assert check(honest, book).ok
    rng = random.Random(42)
    cases = 0
    while cases < RANDOM_CASES:
        forged = tmp_path / "forged"
        shutil.copytree(honest, forged)
        done = tampered(forged, rng)
        if done:
            cases += 1
            report = caught(forged, book)
            # A file taken away cannot be forged, only withheld: the audit counts it instead of failing.
            assert report is None or not report.ok or report.checks["files"]["withheld"] == 1, done
        shutil.rmtree(forged)


def caught(folder: Path, book: Book) -> Report | None:
    """The report, None where the folder is no record any more."""
    try:
        return check(folder, book)
    except NoRecord:
        return None


def _drop(entries: list[object], rng: random.Random) -> None:
    del entries[rng.randrange(len(entries))]


def _double(entries: list[object], rng: random.Random) -> None:
    place = rng.randrange(len(entries))
    entries.insert(place, entries[place])


def _swap(entries: list[object], rng: random.Random) -> None:
    first, second = rng.sample(range(len(entries)), 2)
    entries[first], entries[second] = entries[second], entries[first]


@pytest.mark.parametrize("change", [_drop, _double, _swap])
def test_signed_anew_any_change_before_a_kept_checkpoint_fails(
    change: Callable[[list[object], random.Random], None], tmp_path: Path
) -> None:
    for seed in range(SEEDS):
        book = story(seed)
        kept = (book.publish(tmp_path / f"kept{seed}") / "checkpoint").read_bytes()
        change(book.entries, random.Random(seed))  # type: ignore[arg-type]
        book.vote_afterwards()
        report = check(book.publish(tmp_path / f"anew{seed}"), book, seen=kept)
        assert not report.ok, seed
        shutil.rmtree(tmp_path / f"anew{seed}")


def test_signed_anew_a_changed_gift_is_shown_by_a_kept_checkpoint_alone(tmp_path: Path) -> None:
    # A smaller gift is as lawful as a larger one: nothing but a kept checkpoint can tell.
    for seed in range(SEEDS):
        book = Book(seed)
        book.holdings()
        kept = (book.publish(tmp_path / f"kept{seed}") / "checkpoint").read_bytes()
        book.entries[-1]["body"]["args"]["minor"] -= 1
        book.publish(tmp_path / f"anew{seed}")
        assert check(tmp_path / f"anew{seed}", book).ok
        report = check(tmp_path / f"anew{seed}", book, seen=kept)
        assert not report.ok
        assert "rewritten" in report.checks["log"]


def test_a_record_cut_short_is_shown_by_a_kept_checkpoint(tmp_path: Path) -> None:
    book = story(3)
    kept = (book.publish(tmp_path / "kept") / "checkpoint").read_bytes()
    del book.entries[-5:]
    report = check(book.publish(tmp_path / "short"), book, seen=kept)
    assert not report.ok
    assert "taken away" in report.checks["log"]


def test_another_funds_key_fails(tmp_path: Path) -> None:
    book = story(3)
    folder = book.publish(tmp_path)
    report = audit(open_source(folder), [Book(4).signer.vkey])[0]
    assert not report.ok
    assert "wrong key" in report.checks["log"]
