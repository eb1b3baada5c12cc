"""Backup and restore: all comes back, the keys apart, and a restored home never signs behind what was published."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.site.test_founding import FOUNDERS, run

GROW = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tallystick.site.settings"
from tallystick.site.ready import django_ready
django_ready()
from tallystick.people.acts import admit_member
from tallystick.people.models import Mandate
from tallystick.record.append import Actor
from tallystick.record.chance import new_id
mandate = next(each for each in Mandate.objects.all() if "people.admit_member" in each.acts)
admit_member(Actor(mandate.member_id, mandate.committee_id, mandate.id), member=new_id())
"""


def grow(home: Path) -> None:
    environment = {**os.environ, "TALLYSTICK_HOME": str(home), "DATABASE_URL": ""}
    subprocess.run([sys.executable, "-c", GROW], env=environment, check=True)


@pytest.fixture(scope="module")
def fund(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fund with three entries, the first two in the backup `early`, all in `late`; keys apart."""
    place = tmp_path_factory.mktemp("backup")
    home = place / "home"
    made = run(home, "site", "init", "--name", "Elm Street Fund", "--origin", "elm.example/record", *FOUNDERS)
    assert made.returncode == 0, made.stderr
    grow(home)
    early = run(home, "site", "backup", str(place / "early.tar.gz"), "--keys", str(place / "keys.tar.gz"))
    assert early.returncode == 0, early.stderr
    grow(home)
    assert run(home, "record", "publish", str(place / "published")).returncode == 0
    assert run(home, "site", "backup", str(place / "late.tar.gz")).returncode == 0
    return place


def restore(fund: Path, to: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(to, "site", "restore", str(fund / name), "--keys", str(fund / "keys.tar.gz"), *arguments)


def test_the_keys_are_not_in_the_backup(fund: Path) -> None:
    with tarfile.open(fund / "late.tar.gz") as archive:
        assert not [name for name in archive.getnames() if name.startswith("keys")]
    assert (fund / "keys.tar.gz").stat().st_mode & 0o077 == 0


def test_all_comes_back_and_goes_on(fund: Path, tmp_path: Path) -> None:
    done = restore(fund, tmp_path / "home", "late.tar.gz", "--published", str(fund / "published"))
    assert done.returncode == 0, done.stderr
    assert "the published record's 3 are the same" in done.stdout
    assert run(tmp_path / "home", "audit", "--database").returncode == 0
    grow(tmp_path / "home")
    assert run(tmp_path / "home", "record", "publish", str(fund / "published")).returncode == 0
    assert run(tmp_path / "home", "audit", str(fund / "published")).returncode == 0


def test_an_older_backup_is_refused(fund: Path, tmp_path: Path) -> None:
    done = restore(fund, tmp_path / "home", "early.tar.gz", "--published", str(fund / "published"))
    assert (done.returncode, "two histories" in done.stderr) == (2, True)
    assert not (tmp_path / "home").exists()


def test_uncompared_it_does_not_sign(fund: Path, tmp_path: Path) -> None:
    assert restore(fund, tmp_path / "home", "early.tar.gz").returncode == 0
    done = run(tmp_path / "home", "record", "publish", str(tmp_path / "out"))
    assert (done.returncode, "not compared" in done.stderr) == (2, True)


def test_never_published_it_may_sign(fund: Path, tmp_path: Path) -> None:
    assert restore(fund, tmp_path / "home", "early.tar.gz", "--nothing-published").returncode == 0
    assert run(tmp_path / "home", "record", "publish", str(tmp_path / "out")).returncode == 0


def test_a_home_in_use_is_not_overwritten(fund: Path) -> None:
    done = restore(fund, fund / "home", "late.tar.gz")
    assert (done.returncode, "not empty" in done.stderr) == (2, True)
    assert run(fund / "home", "audit", "--database").returncode == 0


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00broken"])
def test_what_is_no_backup_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "broken.tar.gz").write_bytes(content)
    done = run(tmp_path / "home", "site", "restore", str(tmp_path / "broken.tar.gz"))
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
    assert not (tmp_path / "home").exists()


def test_an_existing_file_is_not_overwritten(fund: Path) -> None:
    done = run(fund / "home", "site", "backup", str(fund / "late.tar.gz"))
    assert (done.returncode, "exists already" in done.stderr) == (2, True)
