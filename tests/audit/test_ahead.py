"""A large record is read by two processes: what they find, and the order in which they find it, is what one finds."""

import os
import signal
from pathlib import Path

import pytest

from tallystick.audit import ahead
from tallystick.audit.report import audit
from tallystick.record.sources import open_source
from tests.audit import lies_of_money, lies_of_people, lies_of_programmes, lies_of_tables, lies_of_votes
from tests.audit.book import Book, canonical
from tests.audit.lies import LIES

REGISTERED = (lies_of_money, lies_of_people, lies_of_programmes, lies_of_tables, lies_of_votes)


def check(folder: Path, book: Book) -> dict:
    return audit(open_source(folder), [book.signer.vkey])[0].plain()


@pytest.fixture
def by_two(monkeypatch: pytest.MonkeyPatch):
    """Audit with a second process, however small the record is; counts how often one was started."""
    started = []

    def check_by_two(folder: Path, book: Book) -> dict:
        with monkeypatch.context() as patch:
            patch.setattr(ahead, "LARGE", 1)
            patch.setattr(ahead, "_can_fork", lambda source: started.append(source) or True)
            found = check(folder, book)
        assert started
        return found

    return check_by_two


def long_book(gifts: int = 700) -> Book:
    """Three bundles, the last one partial."""
    book = Book(5)
    book.holdings()
    for number in range(gifts):
        book.gift("bank/general/USD", 100 + number)
    return book


def test_a_record_that_holds(by_two, tmp_path: Path) -> None:
    book = long_book()
    folder = book.publish(tmp_path)
    found = by_two(folder, book)
    assert found["ok"]
    assert found == check(folder, book)


@pytest.mark.parametrize("name", sorted(LIES))
def test_lies_are_found_at_the_same_entry_for_the_same_reason(name: str, by_two, tmp_path: Path) -> None:
    book = Book(3)
    LIES[name][1](book, True)
    folder = book.publish(tmp_path)
    found = by_two(folder, book)
    assert not found["ok"]
    assert found == check(folder, book)


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry["body"]["args"].update(minor=0),
        lambda entry: entry["body"]["args"].update(minor="1"),
        lambda entry: entry["body"].update(more=1),
        lambda entry: entry.update(act="fund.unheard_of"),
        lambda entry: entry.update(at="2020-01-01T00:00:00Z"),
        lambda entry: entry.update(id="no id"),
        lambda entry: entry.update(v=2),
        lambda entry: entry.update({"for": "nobody"}),
    ],
)
@pytest.mark.parametrize("index", [300, 256, 511])
def test_what_is_wrong_in_the_middle_stops_both_there(change, index: int, by_two, tmp_path: Path) -> None:
    book = long_book()
    change(book.entries[index])
    folder = book.publish(tmp_path)
    found = by_two(folder, book)
    assert found["first_bad"]["index"] == index
    assert found == check(folder, book)


def test_a_changed_byte_is_found_before_what_comes_after_it(by_two, tmp_path: Path) -> None:
    book = long_book()
    book.entries[600]["body"]["args"]["minor"] = 0
    folder = book.publish(tmp_path)
    bundle = next(folder.glob("tile/entries/001"))
    data = bytearray(bundle.read_bytes())
    place = data.index(canonical(book.entries[300])) + 20
    data[place] ^= 1
    bundle.write_bytes(data)
    found = by_two(folder, book)
    assert found["first_bad"]["index"] == 300
    assert found == check(folder, book)


def test_a_reader_that_is_killed_is_no_answer(by_two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = long_book()
    folder = book.publish(tmp_path)
    monkeypatch.setattr(ahead, "verify_log", lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(ahead.Stopped):
        by_two(folder, book)
