"""`tallystick record`: what each verb answers, and that 0 means yes, 1 failed, 2 not asked, with one line why."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.record.rows import AT, founded, grow_to, store_file  # isort: skip (it sets Django up)
from tallystick import cli
from tallystick.record import clock, keys, lines, vault
from tallystick.record.models import EntryRow, LogKey, Withdrawn
from tallystick.record.publishing import publish
from tests.record.logs import STRANGER, entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def signer(settings, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    return founded(settings, home)


@pytest.fixture
def log(signer, tmp_path):
    grow_to(300)
    publish(tmp_path / "log")
    return tmp_path / "log"


@pytest.fixture
def run(capfdbinary):
    """run("record", "verify", …): exit code, standard output, standard error."""

    def command(*arguments):
        with pytest.raises(SystemExit) as left:
            cli.main([str(each) for each in arguments])
        out, err = capfdbinary.readouterr()
        return left.value.code or 0, out, err.decode()

    return command


def refused(answer, code, *words):
    """One clear line on standard error, and nothing on standard output."""
    assert (answer[0], answer[1]) == (code, b"")
    assert answer[2].startswith("tallystick: ")
    assert answer[2].count("\n") == 1
    assert all(word in answer[2] for word in words), answer[2]


def change(path):
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])


def test_verify(run, log, signer):
    code, out, err = run("record", "verify", log, "--vkey", signer.vkey)
    assert (code, err) == (0, "")
    assert b"300 entries" in out
    assert b"came from the record itself" not in out
    code, out, _ = run("record", "verify", log)
    assert (code, b"came from the record itself" in out) == (0, True)
    code, out, _ = run("record", "verify", log, "--json")
    answer = json.loads(out)
    assert (code, answer["ok"], answer["entries"], answer["key_from_record"]) == (0, True, 300, True)


def test_verify_a_zip(run, log, signer, tmp_path):
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", log)
    assert run("record", "verify", packed, "--vkey", signer.vkey)[0] == 0
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    refused(run("record", "verify", tmp_path / "empty.zip"), 2, "no checkpoint")


def test_verify_says_what_is_wrong(run, log, signer):
    refused(run("record", "verify", log, "--vkey", STRANGER.vkey), 1, "wrong key")
    change(log / "tile/entries/000")
    refused(run("record", "verify", log, "--vkey", signer.vkey), 1, "tile/entries/000")
    code, out, err = run("record", "verify", log, "--json")
    answer = json.loads(out)
    assert (code, answer["ok"], answer["file"]) == (1, False, "tile/entries/000")
    assert err.count("\n") == 1
    (log / "vkey").write_text("scribble")
    refused(run("record", "verify", log), 1, "vkey")


def test_verify_cannot_ask(run, log, tmp_path):
    refused(run("record", "verify", tmp_path / "none"), 2, "no folder or zip")
    refused(run("record", "verify", tmp_path), 2, "no checkpoint")
    refused(run("record", "verify", log, "--vkey", "scribble"), 2, "verifier key")
    refused(run("record", "verify", "http://localhost:1/"), 2, "cannot be reached")
    (log / "vkey").unlink()
    (log / "vkeys").unlink()
    refused(run("record", "verify", log), 2, "--vkey")
    assert run("record", "verify")[0] == 2
    assert run("record", "nonsense")[0] == 2
    assert run("nonsense")[0] == 2


def test_a_checker_needs_neither_django_nor_a_home(log, signer, tmp_path):
    program = (
        "import sys; from tallystick.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: assert 'django' not in sys.modules"
    )
    environment = os.environ | {"TALLYSTICK_HOME": str(tmp_path / "none"), "TALLYSTICK_TESTING": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    for arguments in (["verify", str(log), "--vkey", signer.vkey], ["--help"], ["publish", "--help"]):
        done = subprocess.run(
            [sys.executable, "-c", program, "record", *arguments], env=environment, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(
        [sys.executable, "-m", "tallystick.cli", "record", "publish"], env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "There is no fund in" in done.stderr
    assert not (tmp_path / "none").exists()


def test_help_names_every_verb(run):
    assert b"record" in run("--help")[1]
    code, out, _ = run("record", "--help")
    assert code == 0
    for verb in ("publish", "prove", "check-proof", "prove-line", "check-line", "verify", "take-down", "adopt",
                 "rotate-key", "close-days"):  # fmt: skip
        assert verb.encode() in out


def test_publish(run, signer, tmp_path, settings):
    grow_to(10)
    digest = store_file(b"notice")
    code, out, err = run("record", "publish", tmp_path / "log", "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    assert (answer["entries"], answer["new_entries"], answer["new_files"], answer["missing"]) == (10, 10, 1, [])
    assert run("record", "verify", tmp_path / "log", "--vkey", signer.vkey)[0] == 0
    assert b"10 entries" in run("record", "publish")[1]
    assert (settings.HOME / "record/files" / digest).exists()


def test_publish_refuses(run, signer, tmp_path, settings):
    grow_to(10)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/dear.txt").write_text("Dear")
    refused(run("record", "publish", tmp_path / "letters"), 2, "dear.txt")
    refused(run("record", "publish", tmp_path / "letters/dear.txt"), 2, "dear.txt")
    (settings.HOME / "rehearsal").touch()
    refused(run("record", "publish", tmp_path / "log"), 2, "rehearsal")
    (settings.HOME / "rehearsal").unlink()
    (settings.HOME / "keys/log.key").write_text("scribble")
    refused(run("record", "publish", tmp_path / "log"), 2, "log.key")


def test_prove_and_check(run, log, signer, tmp_path):
    proof, key = tmp_path / "5.tlog-proof", ("--vkey", signer.vkey)
    assert run("record", "prove", "5", "--out", proof) == (0, b"", "")
    assert run("record", "prove", EntryRow.objects.get(index=5).id)[1] == proof.read_bytes()
    code, out, _ = run("record", "check-proof", proof, *key, "--json")
    assert (code, json.loads(out)["index"], json.loads(out)["size"]) == (0, 5, 300)
    (tmp_path / "entry").write_bytes(entry(5))
    assert run("record", "check-proof", proof, *key, "--entry", tmp_path / "entry")[0] == 0
    (tmp_path / "entry").write_bytes(entry(6))
    refused(run("record", "check-proof", proof, *key, "--entry", tmp_path / "entry"), 1, "another root")
    refused(run("record", "check-proof", proof, "--vkey", STRANGER.vkey), 1, "not by a key")
    code, out, err = run("record", "check-proof", proof, "--vkey", STRANGER.vkey, "--json")
    assert (code, json.loads(out)["ok"], err.count("\n")) == (1, False, 1)


def test_prove_and_check_cannot_ask(run, log, signer, tmp_path):
    refused(run("record", "prove", "300"), 2, "no entry 300")
    refused(run("record", "prove", "nobody"), 2, "no entry nobody")
    refused(run("record", "check-proof", tmp_path / "none", "--vkey", signer.vkey), 2, "none")
    (tmp_path / "note").write_text("Dear")
    refused(run("record", "check-proof", tmp_path / "note", "--vkey", signer.vkey), 2, "no proof")
    run("record", "prove", "5", "--out", tmp_path / "proof")
    refused(run("record", "check-proof", tmp_path / "proof"), 2, "--vkey")
    refused(run("record", "check-proof", tmp_path / "proof", "--vkey", "scribble"), 2, "verifier key")


def test_an_entry_newer_than_the_last_checkpoint_is_proved(run, log, signer, tmp_path):
    grow_to(310)
    assert run("record", "prove", "309", "--out", tmp_path / "proof")[0] == 0
    assert run("record", "check-proof", tmp_path / "proof", "--vkey", signer.vkey)[0] == 0


def test_days_are_closed_and_a_line_is_proved(run, signer, tmp_path):
    proof, sealed, key = tmp_path / "line.proof", tmp_path / "sealed", ("--vkey", signer.vkey)
    with clock.set_to("2026-11-22T12:00:00Z"):
        digest = lines.seal_line(
            act="aid.ask", committee="", group="aid.ask", person=vault.new_person(), author="public",
            fields={"need": "water"}, minor=0,
        ).digest  # fmt: skip
    refused(run("record", "prove-line", digest), 2, "once that day is closed")
    for none in ("nothing", "-hello", "-" + "A" * 42):  # base64url may begin with a hyphen
        refused(run("record", "prove-line", none), 2, f"no line with the digest {none}")
    with clock.set_to("2026-11-25T12:00:00Z"):
        code, out, _ = run("record", "close-days")
        days = [line.split()[0] for line in out.decode().splitlines()]
        assert (code, days) == (0, ["2026-11-22", "2026-11-23", "2026-11-24"])
        assert run("record", "close-days") == (0, b"", "")
    assert run("record", "prove-line", digest, "--out", proof) == (0, b"", "")
    sealed.write_text(vault.disclosure(digest) + "\n")
    code, out, _ = run("record", "check-line", proof, sealed, *key, "--json")
    answer = json.loads(out)
    assert (code, answer["day"], answer["value"]["fields"]) == (0, "2026-11-22", {"need": "water"})
    assert b"2026-11-22" in run("record", "check-line", proof, sealed, *key)[1]
    refused(run("record", "check-line", proof, sealed, "--vkey", STRANGER.vkey), 1, "not by a key")
    refused(run("record", "check-line", proof, proof, *key), 1)
    refused(run("record", "check-line", sealed, sealed, *key), 2, "no proof")
    refused(run("record", "check-line", proof, sealed), 2, "--vkey")


def test_take_down(run, signer, tmp_path):
    digest = store_file(b"a name")
    refused(run("record", "take-down", digest, "--reason", "boredom"), 2)
    assert run("record", "take-down", digest, "--reason", "names_a_person")[0] == 0
    assert Withdrawn.objects.get().sha256 == digest
    refused(run("record", "take-down", digest, "--reason", "mistake"), 2, "already taken down")


def test_adopt_refuses_a_version_that_there_is_not(run, signer):
    refused(run("record", "adopt", "record.adopt", "2"), 2, "no version 2")
    assert run("record", "adopt", "record.adopt", "two")[0] == 2


def test_rotate_key(run, log, signer, tmp_path):
    code, out, _ = run("record", "rotate-key", "--retire-in", "7")
    new = out.decode().strip()
    assert (code, new) == (0, keys.log_signers()[-1].vkey)
    assert LogKey.objects.get(vkey=signer.vkey).retires > AT
    assert run("record", "publish", log)[0] == 0
    assert run("record", "verify", log)[0] == 0
    assert run("record", "verify", log, "--vkey", new, "--vkey", signer.vkey)[0] == 0
    refused(run("record", "rotate-key"), 2, "Two keys sign already")
    assert run("record", "rotate-key", "--retire-in", "0")[0] == 2


def test_a_rotation_that_broke_off_is_taken_up(run, signer):
    waiting = keys.make_next_log_key(signer.name)
    assert run("record", "rotate-key")[1].decode().strip() == waiting.vkey
