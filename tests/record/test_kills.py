"""Writers killed at any moment, and many at once: no gap, no double, no entry without its facts or the reverse."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

WRITER = Path(__file__).with_name("writer.py")
TOGETHER = ("single", "batch", "single")  # written at once, killed one after another
ROUNDS_BETWEEN_CHECKS = 4
PATIENCE = 120  # seconds for one answer


class Writers:
    """The program in writer.py, on a home of its own."""

    def __init__(self, home: Path, database: str) -> None:
        environment = {**os.environ, "TALLYSTICK_HOME": str(home), "DATABASE_URL": database}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.program = subprocess.Popen(
            [sys.executable, str(WRITER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self.founded = self.ask("found")["size"]

    def ask(self, line: str):
        """Say a line and read the answer."""
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        patience = threading.Timer(PATIENCE, self.program.kill)
        patience.start()
        self.program.stdin.write(line + "\n")
        self.program.stdin.flush()
        answer = self.program.stdout.readline()
        patience.cancel()
        assert answer, f"no answer to {line!r}"
        return json.loads(answer)

    def kill_round(self, chance: random.Random) -> None:
        """Let some write at once, and kill each at its own moment."""
        writers = [self.ask(f"write {how}") for how in TOGETHER]
        for writer in chance.sample(writers, len(writers)):
            time.sleep(chance.uniform(0, 0.08))
            os.kill(writer, signal.SIGKILL)
        assert self.ask("wait") == [-signal.SIGKILL] * len(writers)

    def size(self) -> int:
        """The number of entries, once everything was compared and nothing was wrong."""
        found = self.ask("check")
        assert found["problems"] == []
        return int(found["size"])


@contextmanager
def running(home: Path, database: str = ""):
    """Writers, ended whatever happens."""
    home.mkdir(exist_ok=True)
    writers = Writers(home, database)
    try:
        yield writers
    finally:
        writers.program.stdin.close()
        writers.program.wait(timeout=60)
        writers.program.stdout.close()


@contextmanager
def a_database(url: str):
    """The URL of a fresh database on a PostgreSQL, dropped afterwards."""
    name = f"kills_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(url)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def kill(writers: Writers, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    before = writers.size()
    for number in range(1, -(-kills // len(TOGETHER)) + 1):
        writers.kill_round(chance)
        if number % ROUNDS_BETWEEN_CHECKS == 0:
            assert writers.size() >= before
    assert writers.size() > before, "the writers were killed before they wrote anything"


def write_at_once(writers: Writers) -> None:
    for how in ("single", "batch", "single", "batch"):
        writers.ask(f"write {how} 120")
    assert writers.ask("wait") == [0] * 4
    assert writers.size() == writers.founded + 4 * 120


def test_fifty_kills(tmp_path):
    with running(tmp_path) as writers:
        kill(writers, 50, seed=1)


def test_fifty_kills_on_postgresql(tmp_path, postgres):
    with a_database(postgres) as url, running(tmp_path, url) as writers:
        kill(writers, 50, seed=2)


@pytest.mark.soak
def test_five_hundred_kills(tmp_path):
    for part in range(10):
        with running(tmp_path / str(part)) as writers:
            kill(writers, 50, seed=100 + part)


def test_four_writers_at_once(tmp_path):
    with running(tmp_path) as writers:
        write_at_once(writers)


def test_four_writers_at_once_on_postgresql(tmp_path, postgres):
    with a_database(postgres) as url, running(tmp_path, url) as writers:
        write_at_once(writers)
