"""Logs as files: paths, bundles, and growing a log step by step or at once."""

import random

import pytest

from tallystick.record import merkle
from tallystick.record.sources import FolderSource
from tallystick.record.tiles import (
    LogError,
    TilePlace,
    TileReader,
    bundle,
    parse_tile_path,
    tile_path,
    unbundle,
    write_log,
)
from tests.record.logs import entry, files, publish, read_entries

SIZES = (0, 1, 2, 255, 256, 257, 511, 512, 513, 1000)


def test_paths_of_the_specification():
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(-1, 0, 8) == "tile/entries/000.p/8"
    assert parse_tile_path("tile/63/x001/x234/067.p/255") == TilePlace(63, 1234067, 255)
    assert parse_tile_path("tile/entries/x001/000") == TilePlace(-1, 1000, 256)
    for place in (TilePlace(1, 999, 1), TilePlace(-1, 1000000, 256)):
        assert parse_tile_path(tile_path(*place)) == place


@pytest.mark.parametrize(
    "path",
    [
        "tile/64/000", "tile/00/000", "tile/0/0000", "tile/0/x000/001", "tile/0/001/000", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p", "tile/x/000", "tile/0/000\n", "/tile/0/000",
    ],
)  # fmt: skip
def test_paths_that_are_none(path):
    assert parse_tile_path(path) is None


def test_bundles():
    entries = [b"", b"a", bytes(65_535)]
    data = bundle(entries)
    assert data[:5] == b"\x00\x00\x00\x01a"
    assert unbundle(data, 3) == entries
    with pytest.raises(LogError, match="b ends early, inside entry 9") as caught:
        unbundle(data[:-1], 3, "b", 7)
    assert caught.value.index == 9
    for short in (b"", b"\x00"):
        with pytest.raises(LogError, match="ends early"):
            unbundle(short, 1)
    with pytest.raises(LogError, match="1 bytes after its last entry"):
        unbundle(data + b"x", 3)
    with pytest.raises(ValueError, match="at most 65535"):
        bundle([bytes(65_536)])


def test_growing_equals_writing_at_once(tmp_path):
    grown, before = tmp_path / "grown", {}
    for size in SIZES:
        root = publish(grown, size)
        once = tmp_path / f"once-{size}"
        assert write_log(once, size, read_entries) == root
        assert root == merkle.root([merkle.leaf_hash(entry(i)) for i in range(size)])
        now, fresh = files(grown), files(once)
        assert {path: now.get(path) for path in fresh} == fresh
        assert all(now[path] == data for path, data in before.items() if path in now and path[:4] == "tile")
        old = {path for path in now if path.startswith("tile/")} - set(fresh)
        assert all(".p/" in path for path in old)
        before = now


def test_partial_tiles_go_once_the_full_one_stands(tmp_path):
    publish(tmp_path, 3, 255)
    assert {"tile/0/000.p/3", "tile/0/000.p/255", "tile/entries/000.p/3"} <= set(files(tmp_path))
    publish(tmp_path, 256)
    assert [path for path in files(tmp_path) if path.startswith("tile/")] == [
        "tile/0/000",
        "tile/1/000.p/1",
        "tile/entries/000",
    ]
    assert not (tmp_path / "tile/0/000.p").exists()


@pytest.mark.parametrize("steps", [(65_535, 65_536, 65_537), (65_280, 65_537), (300, 65_536, 70_000)])
def test_where_a_third_level_begins(tmp_path, steps):
    root = publish(tmp_path / "grown", *steps)
    assert write_log(tmp_path / "once", steps[-1], read_entries) == root
    names = set(files(tmp_path / "once"))
    assert {"tile/1/000", "tile/2/000.p/1"} <= names or steps[-1] < 65_536
    if steps[-1] == 70_000:
        assert {"tile/0/x000", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"} & names == {
            "tile/0/273.p/112",
            "tile/1/001.p/17",
            "tile/2/000.p/1",
        }


def test_only_new_entries_are_read(tmp_path):
    publish(tmp_path, 1000)
    asked = []

    def read(start, stop):
        asked.append((start, stop))
        return read_entries(start, stop)

    write_log(tmp_path, 1000, read)
    assert asked == []
    write_log(tmp_path, 1300, read)
    assert asked == [(768, 1300)]


def test_an_interrupted_publishing_is_taken_up_again(tmp_path):
    publish(tmp_path / "log", 300)

    def failing(start, stop):
        yield from read_entries(start, 900)
        raise OSError("the database went away")

    with pytest.raises(OSError, match="went away"):
        write_log(tmp_path / "log", 1200, failing)
    root = publish(tmp_path / "log", 1100)
    assert root == write_log(tmp_path / "once", 1100, read_entries)


def test_what_is_not_published_over(tmp_path):
    root = publish(tmp_path, 300)
    before = files(tmp_path)
    with pytest.raises(LogError, match="never shrinks"):
        write_log(tmp_path, 299, read_entries)
    with pytest.raises(LogError, match="checkpoint signs the root"):
        write_log(tmp_path, 400, read_entries, (300, bytes(32)))
    with pytest.raises(LogError, match="entry 260 is no longer the one published") as caught:
        write_log(tmp_path, 400, lambda a, b: (entry(i + (i == 260)) for i in range(a, b)))
    assert caught.value.index == 260
    with pytest.raises(LogError, match="400 entries are due, but they end at 350"):
        write_log(tmp_path, 400, lambda a, b: read_entries(a, 350))
    assert {path: files(tmp_path).get(path) for path in before} == before
    (tmp_path / "tile/0/001.p/44").unlink()
    with pytest.raises(LogError, match=r"tile/0/001.p/44 is missing"):
        write_log(tmp_path, 400, read_entries)
    (tmp_path / "checkpoint").write_bytes(b"nothing")
    with pytest.raises(LogError, match="cannot be read"):
        write_log(tmp_path, 400, read_entries)
    assert write_log(tmp_path, 300, read_entries, (0, merkle.EMPTY_ROOT), durable=True) == root


def test_proofs_from_tiles(tmp_path):
    size = 66_000
    root = publish(tmp_path, size)
    leaves = [merkle.leaf_hash(entry(i)) for i in range(size)]
    reader = TileReader(FolderSource(tmp_path), size, root)
    chance = random.Random(5)
    for index in [0, 255, 256, 65_535, 65_536, size - 1, *chance.sample(range(size), 10)]:
        proof = merkle.inclusion_proof(index, size, reader.subtree)
        merkle.verify_inclusion(index, size, leaves[index], proof, root)
        assert reader.entry(index) == entry(index)
    for older in [1, 255, 256, 257, 65_536, 65_537, size, *chance.sample(range(1, size), 10)]:
        proof = merkle.consistency_proof(older, size, reader.subtree)
        assert reader.root_at(older) == merkle.root(leaves[:older])
        merkle.verify_consistency(older, size, proof, reader.root_at(older), root)
    with pytest.raises(IndexError):
        reader.entry(size)


def test_a_reader_reads_little_and_believes_nothing(tmp_path):
    root = publish(tmp_path, 66_000)
    read = []

    class Watched(FolderSource):
        def read(self, path):
            read.append(path)
            return super().read(path)

    TileReader(Watched(tmp_path), 66_000, root).entry(300)
    assert sorted(read) == [
        "tile/0/001", "tile/0/257.p/208", "tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1",
        "tile/entries/001",
    ]  # fmt: skip
    for path in ("tile/0/001", "tile/1/000", "tile/2/000.p/1", "tile/entries/001"):
        data = (tmp_path / path).read_bytes()
        (tmp_path / path).write_bytes(bytes([data[0] ^ 1]) + data[1:])
        with pytest.raises(LogError):
            TileReader(FolderSource(tmp_path), 66_000, root).entry(256)
        (tmp_path / path).write_bytes(data)


def test_a_full_tile_stands_in_for_a_partial_one_that_is_gone(tmp_path):
    root = publish(tmp_path, 200)
    write_log(tmp_path, 300, read_entries)
    assert not (tmp_path / "tile/0/000.p").exists()
    reader = TileReader(FolderSource(tmp_path), 200, root)
    assert reader.entry(199) == entry(199)
