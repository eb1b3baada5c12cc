"""Checkpoints: strict to read, and never taken for another log's."""

from base64 import b64encode

import pytest

from tallystick.record.checkpoint import Checkpoint, CheckpointError, OriginError, open_checkpoint
from tallystick.record.note import Signer, UnsignedError
from tests.record.logs import ORIGIN, SIGNER, STRANGER

ROOT = b64encode(bytes(32)).decode()
POINT = Checkpoint(ORIGIN, 20852163, bytes(range(32)))


def test_the_specifications_example(data):
    text = (data("tlog/spec-examples") / "tlog-checkpoint.md").read_text()
    body = text.split("```\n")[1].split("\n\n")[0] + "\n"
    checkpoint = Checkpoint.parse(body)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.format() == body


def test_there_and_back():
    assert Checkpoint.parse(POINT.format()) == POINT
    assert open_checkpoint(SIGNER.sign(POINT.format()), [SIGNER.verifier]) == POINT


def test_extension_lines_of_other_logs():
    text = POINT.format() + "more\n"
    assert Checkpoint.parse(text) == POINT
    with pytest.raises(CheckpointError, match="line 4 is an extension"):
        Checkpoint.parse(text, extensions=False)
    with pytest.raises(CheckpointError, match="line 5"):
        Checkpoint.parse(text + "\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "three lines"),
        (f"o\n1\n{ROOT}", "three lines"),
        ("o\n1\n", "three lines"),
        (f"\n1\n{ROOT}\n", "line 1"),
        (f"o\n01\n{ROOT}\n", "line 2"),
        (f"o\n-1\n{ROOT}\n", "line 2"),
        (f"o\n+1\n{ROOT}\n", "line 2"),
        (f"o\n1 \n{ROOT}\n", "line 2"),
        (f"o\n١\n{ROOT}\n", "line 2"),
        (f"o\n{2**63}\n{ROOT}\n", "line 2"),
        (f"o\n{10**40}\n{ROOT}\n", "line 2"),
        (f"o\n1\n{ROOT[:-1]}\n", "line 3"),
        (f"o\n1\n{ROOT[:-2]}B=\n", "spare bits"),
        ("o\n1\nAAAA\n", "32 bytes"),
    ],
)
def test_malformed_text(text, message):
    with pytest.raises(CheckpointError, match=message):
        Checkpoint.parse(text)


def test_another_logs_checkpoint():
    data = SIGNER.sign(POINT.format())
    with pytest.raises(OriginError, match="not of 'other'"):
        open_checkpoint(data, [SIGNER.verifier], "other")
    with pytest.raises(UnsignedError):
        open_checkpoint(data, [STRANGER.verifier])
    other = Signer("other.example", bytes(32))
    borrowed = other.sign(POINT.format())
    with pytest.raises(OriginError):
        open_checkpoint(borrowed, [other.verifier, SIGNER.verifier])
    assert open_checkpoint(borrowed, [other.verifier], ORIGIN) == POINT
