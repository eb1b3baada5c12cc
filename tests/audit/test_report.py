"""The audit's answers: its summary, its exit codes, and one message for each thing that can be wrong."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tallystick.audit.report import NoRecord, audit
from tallystick.cli import build
from tallystick.record.facts import RULES
from tallystick.record.note import Signer
from tallystick.record.sources import open_source
from tests.audit.book import ORIGIN, Book


@pytest.fixture
def book() -> Book:
    book = Book(11)
    book.holdings()
    book.treasurer("fund.settle", {"transfer": book.pay(), "reference": "ACH-1"}, beside={"happened": "2026-03-09"})
    return book


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(build(["audit"]), ["audit", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_a_record_that_holds(book: Book, tmp_path: Path) -> None:
    folder = book.publish(tmp_path / "record")
    code, out, _ = run(str(folder), "--vkey", book.signer.vkey)
    assert code == 0
    assert "Every entry is as the rules say." in out
    assert "10,000.00" in out  # 500,000 cents twice, told in dollars


def test_json_tells_balances_in_minor_units(book: Book, tmp_path: Path) -> None:
    code, out, _ = run(str(book.publish(tmp_path / "record")), "--vkey", book.signer.vkey, "--json")
    said = json.loads(out)
    assert code == 0
    assert (said["ok"], said["entries"], said["first_bad"]) == (True, len(book.entries), None)
    assert said["balances"]["accounts"]["bank/general/USD"]["in_hand"] == 490_000
    assert said["balances"]["pools"]["general"]["USD"] == 490_000
    assert said["balances"]["holders"]["bank"]["USD"] == 990_000
    assert said["balances"]["totals"]["USD"]["in"] == 1_000_000
    assert said["balances"]["totals"]["USD"]["out"] == 10_000
    assert said["claims"]["happened"] == 1
    assert said["claims"]["unsigned_acts"] == len(book.entries)


def test_a_zip_is_read_as_its_folder(book: Book, tmp_path: Path) -> None:
    folder = book.publish(tmp_path / "record")
    packed = tmp_path / "record.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder))
    assert run(str(packed), "--vkey", book.signer.vkey)[0] == 0


def test_without_a_key_the_report_says_where_it_came_from(book: Book, tmp_path: Path) -> None:
    code, out, _ = run(str(book.publish(tmp_path / "record")))
    assert code == 0
    assert "The key came from the record itself" in out


def test_a_kept_checkpoint_is_told(book: Book, tmp_path: Path) -> None:
    folder = book.publish(tmp_path / "record")
    kept = tmp_path / "kept"
    shutil.copy(folder / "checkpoint", kept)
    code, out, _ = run(str(folder), "--vkey", book.signer.vkey, "--seen", str(kept))
    assert code == 0
    assert "are as they were" in out


@pytest.mark.parametrize("what", ["nowhere", "empty folder", "a text"])
def test_what_is_no_record_cannot_be_asked(what: str, tmp_path: Path) -> None:
    place = tmp_path / what
    if what == "empty folder":
        place.mkdir()
    elif what == "a text":
        place.write_text("no record")
    code, _, err = run(str(place))
    assert code == 2
    assert len(err.strip().splitlines()) == 1


def test_a_wrong_key_and_no_key_are_told_apart(book: Book, tmp_path: Path) -> None:
    folder = book.publish(tmp_path / "record")
    code, out, _ = run(str(folder), "--vkey", Book(12).signer.vkey)
    assert (code, "wrong key" in out) == (1, True)
    (folder / "vkey").unlink()
    code, _, err = run(str(folder))
    assert (code, "--vkey" in err) == (2, True)
    code, _, err = run(str(folder), "--vkey", "nonsense")
    assert (code, "no verifier key" in err) == (2, True)


def wrong(book: Book, tmp_path: Path) -> str:
    """The reason that an audit gives for the last entry."""
    report, _ = audit(open_source(book.publish(tmp_path)), [book.signer.vkey])
    assert report.first_bad is not None
    assert report.first_bad["index"] == len(book.entries) - 1
    return str(report.first_bad["reason"])


def test_an_unknown_act(book: Book, tmp_path: Path) -> None:
    book.treasurer("fund.print_money", {"minor": 1})
    assert "does not know the act fund.print_money; use a newer one" in wrong(book, tmp_path)


def test_an_unknown_rule_version(book: Book, tmp_path: Path) -> None:
    book.open()
    book.entries[-1]["rules"] = 9
    assert "version 9" in wrong(book, tmp_path)


def test_a_newer_format(book: Book, tmp_path: Path) -> None:
    book.open()
    book.entries[-1]["v"] = 2
    assert "format 2" in wrong(book, tmp_path)


def test_a_missing_file_that_a_rule_needs(tmp_path: Path) -> None:
    book = Book(3)
    book.wait(days=3)
    book.close("2026-03-01")
    book.files.clear()
    assert "missing" in wrong(book, tmp_path)


def test_a_missing_text_is_withheld_and_a_changed_one_fails(book: Book, tmp_path: Path) -> None:
    folder = book.publish(tmp_path / "record")
    motion = next(path for path in sorted((folder / "files").iterdir()))
    content = motion.read_bytes()
    motion.unlink()
    report, _ = audit(open_source(folder), [book.signer.vkey])
    assert (report.ok, report.checks["files"]["withheld"]) == (True, 1)
    motion.write_bytes(content + b"!")
    report, _ = audit(open_source(folder), [book.signer.vkey])
    assert not report.ok
    assert motion.name in report.checks["log"]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: (folder / "checkpoint").unlink(), "no checkpoint"),
        (lambda folder: (folder / "tile/0/000.p").rename(folder / "gone"), "tile/0/000.p"),
        (lambda folder: shutil.rmtree(folder / "tile/entries"), "tile/entries/000.p"),
        (lambda folder: (folder / "checkpoint").write_bytes(b"not signed"), "checkpoint"),
    ],
)
def test_damage_has_its_own_message(damage, words: str, book: Book, tmp_path: Path) -> None:
    folder = book.publish(tmp_path / "record")
    damage(folder)
    try:
        report, _ = audit(open_source(folder), [book.signer.vkey])
        said = report.checks["log"]
    except NoRecord as error:
        said = str(error)
    assert words in said


def test_another_origin_than_the_founding_names(tmp_path: Path) -> None:
    book = Book(5)
    book.entries[0]["body"]["args"]["origin"] = "elsewhere.example/fund"
    report, _ = audit(open_source(book.publish(tmp_path)), [book.signer.vkey])
    assert report.first_bad is not None
    assert report.first_bad["index"] == 0


def test_every_rule_that_is_released_can_be_replayed() -> None:
    assert {version for _, version in RULES} == {1}


def rotated(book: Book) -> Signer:
    """The book's next key, named by an entry; both sign from now on."""
    following = Signer(ORIGIN, book.rng.randbytes(32))
    book.system("record.rotate_key", {"old": book.signer.vkey, "new": following.vkey, "retires": book.moment(days=30)})
    book.signers = [book.signer, following]
    return following


def test_while_keys_change_either_opens_the_record_and_older_checkpoints_hold(book: Book, tmp_path: Path) -> None:
    folder = book.publish(tmp_path / "record")
    shutil.copy(folder / "checkpoint", tmp_path / "old")
    following = rotated(book)
    folder = book.publish(tmp_path / "new")
    shutil.copy(tmp_path / "old", folder / f"checkpoint.{len(book.entries) - 1}")
    for key in (book.signer, following):
        report, _ = audit(open_source(folder), [key.vkey], [("old", (tmp_path / "old").read_bytes())])
        assert report.ok, report.checks
    book.signers = [following]  # the old key has retired
    folder = book.publish(tmp_path / "later")
    shutil.copy(tmp_path / "old", folder / f"checkpoint.{len(book.entries) - 1}")
    assert audit(open_source(folder), [following.vkey])[0].ok


def test_a_key_that_the_record_does_not_name_is_no_key_of_it(book: Book, tmp_path: Path) -> None:
    stranger = Signer(ORIGIN, book.rng.randbytes(32))
    book.signers = [stranger]
    report, _ = audit(open_source(book.publish(tmp_path)), [stranger.vkey])
    assert not report.ok
    assert "not among those the record names" in report.checks["log"]
