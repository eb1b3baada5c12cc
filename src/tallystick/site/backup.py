"""Backups: database, files and published record in one archive; keys in another, kept apart and for 30 days only.

A restored home never signs behind what was published: two histories under one key would prove the fund a liar.
"""

import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from tallystick.record.models import Head
from tallystick.site.home import home

DATABASE = "db.sqlite3"
DUMP = "database.dump"
PARTS = ("files", "record", "founding.json", "demo.json", "rehearsal")
BEHIND = "behind"


class NoBackup(Exception):
    """The backup cannot be made or used; the message says why and what to do."""


def back_up(file: Path) -> int:
    """Write a consistent copy of everything but the keys; returns the number of entries in it."""
    if file.exists():
        raise NoBackup(f"{file} exists already; name a new file.")
    with tempfile.TemporaryDirectory(dir=settings.HOME) as folder:
        draft = Path(folder) / "backup.tar.gz"
        size = Head.objects.get().size
        with tarfile.open(draft, "w:gz", compresslevel=5) as archive:
            name = _copy_database(Path(folder))
            archive.add(Path(folder) / name, name)
            for part in PARTS:
                if (Path(settings.HOME) / part).exists():
                    archive.add(Path(settings.HOME) / part, part)
        shutil.move(draft, file)
    return size


def _copy_database(folder: Path) -> str:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        target = sqlite3.connect(folder / DATABASE)
        with target:
            connection.connection.backup(target)
        target.close()
        return DATABASE
    with open(folder / DUMP, "wb") as out:
        done = subprocess.run(["pg_dump", "-Fc", os.environ["DATABASE_URL"]], stdout=out, check=False)
    if done.returncode:
        raise NoBackup("pg_dump could not read the database; is PostgreSQL's client of the server's version installed?")
    return DUMP


def back_up_keys(file: Path) -> None:
    """Write the keys into an archive that only its owner can read."""
    if file.exists():
        raise NoBackup(f"{file} exists already; name a new file.")
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out, tarfile.open(fileobj=out, mode="w:gz") as archive:
        archive.add(Path(settings.HOME) / "keys", "keys")


def restore(file: Path, keys: Path | None, published: str, nothing_published: bool) -> str:
    """Restore into an empty home; returns what was found. NoBackup, and nothing is written, where it cannot be."""
    where = home()
    if where.exists() and any(where.iterdir()):
        raise NoBackup(f"{where} is not empty. Set TALLYSTICK_HOME to a new folder.")
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        _unpack(file, where)
        if keys:
            _unpack(keys, where)
        size = _bring_back(where)
        return _held_against(where, size, published, nothing_published)
    except BaseException:
        shutil.rmtree(where)
        raise


def _unpack(file: Path, where: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(where, filter="data")
    except (tarfile.TarError, OSError, EOFError) as error:
        raise NoBackup(f"{file} is no backup, or is damaged: {error}") from None


def _bring_back(where: Path) -> int:
    if not (where / DATABASE).exists() and not (where / DUMP).exists():
        raise NoBackup("The archive holds no database: it is no backup of a fund.")
    if (where / DUMP).exists():
        done = subprocess.run(
            ["pg_restore", "--no-owner", "-d", os.environ.get("DATABASE_URL", ""), str(where / DUMP)], check=False
        )
        if done.returncode:
            raise NoBackup("pg_restore failed: DATABASE_URL must name an empty database.")
        (where / DUMP).unlink()
    from tallystick.site.ready import django_ready

    django_ready()
    return Head.objects.get().size


def _held_against(where: Path, size: int, published: str, nothing_published: bool) -> str:
    """Compare with what was published; where that is newer or unknown, mark the home so that it never signs."""
    if nothing_published:
        return f"{size} entries restored."
    if not published:
        (where / BEHIND).write_text("not compared with the published record\n")
        return (
            f"{size} entries restored, but not compared with what was published, so this home will not sign. "
            "Restore with --published ADDRESS, or with --nothing-published."
        )
    from tallystick.record.publishing import covered
    from tallystick.record.sources import open_source

    note = open_source(published).read("checkpoint")
    if note is None:
        raise NoBackup(f"There is no checkpoint at {published}.")
    newest = covered(note)
    if newest.size > size:
        raise NoBackup(
            f"The published record has {newest.size} entries, this backup only {size}. Signing it would tell two "
            "histories. Use a newer backup."
        )
    if newest.size and _root_at(newest.size) != newest.root:
        raise NoBackup("The published record has another history than this backup. It is not restored.")
    return f"{size} entries restored; the published record's {newest.size} are the same."


def _root_at(size: int) -> bytes:
    from tallystick.record.merkle import root
    from tallystick.record.models import EntryRow

    leaves = EntryRow.objects.filter(index__lt=size).order_by("index").values_list("leaf", flat=True)
    return root([bytes(leaf) for leaf in leaves])
