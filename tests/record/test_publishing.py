"""Publishing from the database: only what is new, never what contradicts the past, and never half."""

import fcntl
import shutil

import pytest

from tests.record.rows import AT, founded, grow_to, store_file  # isort: skip (it sets Django up)
from tallystick.record import clock, keys, publishing
from tallystick.record.models import EntryRow, Head, LogKey, SignedCheckpoint, StoredFile, Withdrawn
from tallystick.record.note import parse_note
from tallystick.record.publishing import NotPublished, publish, sign_checkpoint
from tallystick.record.sources import FolderSource
from tallystick.record.tiles import LogError, write_log
from tallystick.record.verify import verify_log
from tests.record import logs
from tests.record.logs import files, read_entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def signer(settings, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    return founded(settings, home)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "published"


def holds(folder, signer):
    return verify_log(FolderSource(folder), [signer.verifier])


def tiles(folder):
    return {path: data for path, data in files(folder).items() if path.startswith("tile/")}


def test_a_published_record_verifies_and_is_as_written_from_scratch(signer, folder, tmp_path):
    digest = store_file(b"a notice of relief\n")
    grow_to(1000)
    told = []
    done = publish(folder, lambda *step: told.append(step))
    assert (done.size, done.new_entries, done.new_files, done.older, done.missing) == (1000, 1000, 1, 0, ())
    assert told[-1] == (1000, 1000)
    root = write_log(tmp_path / "scratch", 1000, read_entries)
    assert tiles(folder) == files(tmp_path / "scratch")
    assert len(tiles(folder)) == done.new_tiles
    found = holds(folder, signer)
    assert (found.origin, found.size, found.root, found.warnings) == (logs.ORIGIN, 1000, root, ())
    assert set(files(folder)) - set(tiles(folder)) == {"checkpoint", "vkey", "vkeys", f"files/{digest}"}
    assert (folder / "vkey").read_text() == (folder / "vkeys").read_text() == signer.vkey + "\n"
    assert not list(folder.glob(".writing-*"))


def test_publishing_again_changes_nothing(signer, folder):
    grow_to(300)
    store_file(b"notice")
    publish(folder)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*")}
    done = publish(folder)
    assert (done.size, done.new_entries, done.new_tiles, done.new_files) == (300, 0, 0, 0)
    assert {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.rglob("*")} == before


def test_growth_adds_only_what_is_new_and_keeps_older_checkpoints(signer, folder, monkeypatch):
    sizes = (1, 200, 256, 700, 1100)
    notes, asked = {}, []
    read = publishing.read_entries
    monkeypatch.setattr(publishing, "read_entries", lambda *what: asked.append(what[:2]) or read(*what))
    for size in sizes:
        grow_to(size)
        before = files(folder) if folder.exists() else {}
        done = publish(folder)
        now = files(folder)
        notes[size] = now["checkpoint"]
        assert len(set(tiles(folder)) - set(before)) == done.new_tiles
        assert all(now.get(path, data) == data for path, data in before.items() if path.startswith("tile/"))
    assert asked == [(0, 1), (0, 200), (0, 256), (256, 700), (512, 1100)]
    assert done.older == len(sizes) - 1
    for size in sizes[:-1]:
        assert (folder / f"checkpoint.{size}").read_bytes() == notes[size]
    assert holds(folder, signer).older == len(sizes) - 1


def test_a_second_folder_gets_all_that_was_published_before(signer, folder, tmp_path):
    for size in (10, 300, 310):
        grow_to(size)
        publish(folder)
    publish(tmp_path / "second")
    assert files(tmp_path / "second") == files(folder)


def test_a_folder_that_fell_behind_catches_up(signer, folder, tmp_path):
    for size, place in ((10, folder), (300, tmp_path / "second"), (310, folder)):
        grow_to(size)
        publish(place)
    assert (folder / "checkpoint.300").exists()
    assert holds(folder, signer).older == 2
    publish(tmp_path / "second")
    assert files(tmp_path / "second") == files(folder)


def test_a_folder_ahead_is_left_alone(signer, folder):
    grow_to(300)
    publish(folder)
    before = files(folder)
    EntryRow.objects.filter(index__gte=290).delete()
    Head.objects.update(size=290)
    with pytest.raises(NotPublished, match="is ahead of this database: it holds 300 entries, the database 290"):
        publish(folder)
    with pytest.raises(NotPublished, match="A checkpoint of 300 entries was signed before"):
        publish(folder.with_name("elsewhere"))
    assert files(folder) == before


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_restored_database_that_grew_otherwise_is_not_signed(signer, folder, forgotten):
    """The restored one need not know what was signed after the backup; the folder tells."""
    grow_to(300)
    publish(folder)
    before = files(folder)
    EntryRow.objects.filter(index__gte=100).delete()
    Head.objects.update(size=100)
    grow_to(400, entry=lambda index: b"another history %d" % index)
    if forgotten:
        SignedCheckpoint.objects.all().delete()
        with pytest.raises(NotPublished, match="was signed with other entries"):
            publish(folder)
    else:
        with pytest.raises(LogError, match="entry 256 is no longer the one published"):
            publish(folder)
        with pytest.raises(NotPublished, match="are not those that were signed before"):
            publish(folder.with_name("elsewhere"))
    assert files(folder) == before


def test_a_home_that_published_more_than_its_database_knows_signs_nothing(signer, folder):
    grow_to(300)
    sign_checkpoint()
    SignedCheckpoint.objects.all().delete()
    EntryRow.objects.filter(index__gte=100).delete()
    Head.objects.update(size=100)
    with pytest.raises(NotPublished, match="is ahead"):
        publish(folder)


def test_another_log_or_anything_else_is_not_published_over(signer, folder, tmp_path):
    grow_to(5)
    logs.publish(folder, 3)
    with pytest.raises(NotPublished, match="holds another log"):
        publish(folder)
    (folder / "checkpoint").write_bytes(b"scribble")
    with pytest.raises(NotPublished, match="cannot be read"):
        publish(folder)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/dear.txt").write_text("Dear")
    with pytest.raises(NotPublished, match=r"for it holds dear\.txt"):
        publish(tmp_path / "letters")


def test_a_rehearsal_or_an_unfounded_fund_is_not_published(signer, folder, settings):
    (settings.HOME / "rehearsal").touch()
    with pytest.raises(NotPublished, match="A rehearsal is never published"):
        publish(folder)
    (settings.HOME / "rehearsal").unlink()
    publishing.Log.objects.all().delete()
    with pytest.raises(NotPublished, match="not founded"):
        publish(folder)
    assert not folder.exists()


def test_files_taken_down_go_and_missing_ones_are_told(signer, folder):
    grow_to(5)
    kept, gone = store_file(b"kept"), store_file(b"gone")
    StoredFile.objects.create(sha256="0" * 64, bytes=1, type="text/plain", name="lost.txt")
    done = publish(folder)
    assert (done.new_files, done.withheld, done.missing) == (2, 0, ("0" * 64,))
    Withdrawn.objects.create(sha256=gone, reason="mistake", since=AT)
    done = publish(folder)
    assert (done.new_files, done.withheld) == (0, 1)
    assert [path.name for path in (folder / "files").iterdir()] == [kept]
    publish(folder.with_name("second"))
    assert [path.name for path in (folder.with_name("second") / "files").iterdir()] == [kept]
    holds(folder, signer)


def test_a_changed_tile_is_found_before_anything_is_signed(signer, folder):
    grow_to(300)
    publish(folder)
    path = folder / "tile/0/001.p/44"
    path.write_bytes(b"\0" + path.read_bytes()[1:])
    grow_to(310)
    with pytest.raises(LogError, match="tiles were changed"):
        publish(folder)
    assert SignedCheckpoint.objects.count() == 1


def test_an_interrupted_publishing_is_taken_up_again(signer, folder, monkeypatch, tmp_path):
    grow_to(300)
    publish(folder)
    grow_to(1200)

    def fail(start, stop, progress=None):
        yield from read_entries(start, 900)
        raise OSError("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "read_entries", fail)
        with pytest.raises(OSError, match="went away"):
            publish(folder)
    (folder / "tile/0/002").write_bytes(b"half a ti")
    assert (folder / "tile/0/001.p/44").exists(), "the standing checkpoint still needs it"
    publish(folder)
    root = write_log(tmp_path / "scratch", 300, read_entries, durable=True)
    write_log(tmp_path / "scratch", 1200, read_entries, (300, root))
    assert tiles(folder) == files(tmp_path / "scratch")
    holds(folder, signer)


def test_both_keys_sign_until_the_old_one_retires(signer, folder):
    grow_to(5)
    publish(folder)
    following = keys.make_next_log_key(logs.ORIGIN)
    publish(folder)
    assert len(parse_note((folder / "checkpoint").read_bytes())[1]) == 1, "the record does not name the new key yet"
    LogKey.objects.filter(vkey=signer.vkey).update(retires="2026-12-22T00:00:00Z")
    LogKey.objects.create(vkey=following.vkey, since="2026-11-23T00:00:00Z", retires="")
    grow_to(6)
    with clock.set_to("2026-11-24T00:00:00Z"):
        publish(folder)
    for key in (signer, following):
        assert verify_log(FolderSource(folder), [key.verifier, signer.verifier]).older == 1
    assert (folder / "vkey").read_text() == following.vkey + "\n"
    assert (folder / "vkeys").read_text() == f"{following.vkey}\n{signer.vkey}\n"
    with clock.set_to("2026-12-22T00:00:00Z"):
        publish(folder)
    assert [each.key_id for each in parse_note((folder / "checkpoint").read_bytes())[1]] == [following.verifier.key_id]
    assert [each.vkey for each in keys.log_signers()] == [following.vkey]


def test_a_key_that_the_record_does_not_name_signs_nothing(signer, folder, settings):
    grow_to(5)
    shutil.rmtree(settings.HOME / "keys")
    keys.make_log_key(logs.ORIGIN)
    with pytest.raises(NotPublished, match="is one that the record names"):
        publish(folder)


def test_checkpoints_lie_two_seconds_apart_unless_forced(signer, settings, monkeypatch):
    now = [1_800_000_000.9]  # 2027-01-15T08:00:00.9Z
    monkeypatch.setattr(publishing.time, "time", lambda: now[0])
    grow_to(5)
    with clock.set_to("2027-01-15T08:00:00Z"):
        first = sign_checkpoint()
        assert sign_checkpoint() == first
        grow_to(6)
        now[0] += 1.9
        assert sign_checkpoint() == first
        forced = sign_checkpoint(force=True)
        assert publishing.covered(forced).size == 6
        grow_to(7)
        assert sign_checkpoint() == forced
        now[0] += 0.3
        assert publishing.covered(sign_checkpoint()).size == 7
    assert not (settings.HOME / "record/checkpoint.5").exists(), "nobody published it by name"


def test_a_published_checkpoint_outlives_those_that_the_site_signs(signer, settings):
    for size in (5, 6, 7):
        grow_to(size)
        publish(publishing.record_folder()) if size == 6 else sign_checkpoint(force=True)
    names = [path.name for path in (settings.HOME / "record").glob("checkpoint.*")]
    assert names == ["checkpoint.6"]


def test_who_does_not_wait_gets_what_stands(signer, settings):
    grow_to(5)
    first = sign_checkpoint()
    grow_to(6)
    with open(settings.HOME / "publishing.lock", "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert sign_checkpoint(force=True, wait=False) == first
    assert sign_checkpoint(force=True, wait=False) != first


def test_what_may_still_be_taken_back_is_not_signed(signer, folder):
    grow_to(3)
    with publishing.transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        publish(folder)
    assert not (folder / "checkpoint").exists()
