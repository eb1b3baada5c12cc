"""Founding: from a rehearsal that can be wiped to a record that is for good."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tallystick.site.founding import CannotFound, Founding, exponent

FOUNDERS = ["--founder", "Ana Baptiste", "--founder", "Bo Tran", "--founder", "Cleo Reyes"]


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TALLYSTICK_HOME": str(home), "DATABASE_URL": ""}
    return subprocess.run(
        [sys.executable, "-m", "tallystick.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_fund_is_founded_published_and_audited(tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    done = run(home, "site", "init", "--name", "Elm Street Fund", "--origin", "elm.example/record", *FOUNDERS)
    assert done.returncode == 0, done.stderr
    assert "ana" in done.stdout
    assert run(home, "record", "publish", str(out)).returncode == 0
    assert run(home, "audit", str(out)).returncode == 0
    assert "elm.example/record" in (out / "checkpoint").read_text()
    assert run(home, "audit", "--database").returncode == 0


def test_a_rehearsal_is_never_published_and_is_wiped_by_opening(tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "out"
    assert run(home, "site", "init", "--name", "Elm Street Fund", *FOUNDERS).returncode == 0
    refused = run(home, "record", "publish", str(out))
    assert (refused.returncode, "rehearsal" in refused.stderr) == (2, True)
    assert not out.exists() or not list(out.iterdir())
    practised = (home / "keys/log.key").read_text()
    opened = run(home, "site", "open", "--origin", "elm.example/record", "--yes")
    assert opened.returncode == 0, opened.stderr
    assert (home / "keys/log.key").read_text() != practised
    assert run(home, "record", "publish", str(out)).returncode == 0
    again = run(home, "site", "open", "--origin", "oak.example/record", "--yes")
    assert (again.returncode, "open already" in again.stderr) == (2, True)


def test_a_second_founding_is_refused(tmp_path: Path) -> None:
    arguments = ("site", "init", "--name", "Elm Street Fund", "--origin", "elm.example/record", *FOUNDERS)
    assert run(tmp_path / "home", *arguments).returncode == 0
    again = run(tmp_path / "home", *arguments)
    assert (again.returncode, "already a fund" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"founders": ["Ana", "Bo"]}, "three founders"),
        ({"founders": ["Ana", "Ana", "Bo"]}, "three founders"),
        ({"timezone": "Mars/Olympus"}, "no time zone"),
        ({"currencies": ["XYZ"]}, "no currency XYZ"),
    ],
)
def test_what_is_not_enough_is_said(change: dict[str, object], words: str) -> None:
    said = Founding(**{"name": "Elm", "founders": ["Ana", "Bo", "Cleo"], **change})  # type: ignore[arg-type]
    with pytest.raises(CannotFound, match=words):
        said.check()


@pytest.mark.parametrize(("code", "places"), [("USD", 2), ("JPY", 0), ("BHD", 3), ("HTG", 2)])
def test_minor_units_are_those_of_iso_4217(code: str, places: int) -> None:
    assert exponent(code) == places
