"""Go's own transparency-log packages, which nobody here wrote, must accept our logs and refuse damage."""

import os
import random
import subprocess
from pathlib import Path

import pytest

from tests.conftest import absent
from tests.record.logs import SIGNER, STRANGER, publish

PROGRAM = Path(__file__).with_name("tlog_verify.go")
STEPS = (1, 200, 256, 4_000, 9_999, 10_300)
DAMAGED = (
    "checkpoint", "checkpoint.4000", "tile/0/000", "tile/0/040.p/60", "tile/1/000.p/40", "tile/entries/017",
    "tile/entries/040.p/60",
)  # fmt: skip

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def verifier(tmp_path_factory, needs):
    """The compiled program; Go and its x/mod sources come as system packages."""
    go = needs("go")
    folder = tmp_path_factory.mktemp("go")
    environment = os.environ | {
        "GO111MODULE": "off",
        "GOPATH": os.environ.get("TALLYSTICK_GOPATH", "/usr/share/gocode"),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    if not (Path(environment["GOPATH"]) / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        absent("Go's package golang.org/x/mod is not installed (golang-golang-x-mod-dev).")
    program = folder / "tlog_verify"
    built = subprocess.run(
        [go, "build", "-o", str(program), str(PROGRAM)], env=environment, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    return lambda vkey, log: subprocess.run([str(program), vkey, str(log)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    folder = tmp_path_factory.mktemp("log")
    publish(folder, *STEPS)
    (folder / f"checkpoint.{STEPS[-1]}").unlink()
    return folder


def test_go_accepts_a_grown_log(verifier, log):
    result = verifier(SIGNER.vkey, log)
    assert result.returncode == 0, result.stdout
    assert f"entries included: {STEPS[-1]}" in result.stdout
    assert f"consistent with older checkpoints: {len(STEPS) - 1}" in result.stdout


def test_go_refuses_one_changed_byte(verifier, log):
    refuses_damage(verifier, SIGNER.vkey, log)


def refuses_damage(verifier, vkey, log):
    chance = random.Random(1)
    for name in DAMAGED:
        data = (log / name).read_bytes()
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1
        (log / name).write_bytes(changed)
        result = verifier(vkey, log)
        (log / name).write_bytes(data)
        assert result.returncode != 0, name
        assert "FAIL" in result.stdout, name


def test_go_refuses_a_strangers_key(verifier, log):
    assert "FAIL" in verifier(STRANGER.vkey, log).stdout


@pytest.mark.django_db
def test_go_accepts_what_was_published_from_a_database(verifier, settings, tmp_path):
    from tallystick.record.publishing import publish as publish_record
    from tests.record.rows import founded, grow_to

    signer = founded(settings, tmp_path)
    for size in STEPS:
        grow_to(size)
        publish_record(tmp_path / "log")
    result = verifier(signer.vkey, tmp_path / "log")
    assert result.returncode == 0, result.stdout
    assert f"entries included: {STEPS[-1]}" in result.stdout
    assert f"consistent with older checkpoints: {len(STEPS) - 1}" in result.stdout
    refuses_damage(verifier, (tmp_path / "log/vkey").read_text().strip(), tmp_path / "log")
