"""A PostgreSQL to measure on: the one that TALLYSTICK_TEST_POSTGRES names, else a throw-away one if it can be started.

The throw-away one keeps PostgreSQL's own settings (fsync on): what is measured is durable.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

BINARIES = Path("/usr/lib/postgresql")  # where Debian puts them; elsewhere they are on the PATH


@contextmanager
def postgres() -> Iterator[str | None]:
    """The URL of a fresh database, gone afterwards; None where there is no PostgreSQL."""
    given = os.environ.get("TALLYSTICK_TEST_POSTGRES")
    if given:
        with _database(given) as url:
            yield url
        return
    found = sorted(BINARIES.glob("*/bin/pg_ctl")) or [Path(path) for path in [shutil.which("pg_ctl")] if path]
    if not found or (os.geteuid() == 0 and not shutil.which("runuser")):
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="tallystick-postgres-"))
    try:
        with _cluster(found[-1].parent, folder) as server, _database(server) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _cluster(binaries: Path, folder: Path) -> Iterator[str]:
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
        shutil.chown(folder / "password", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
    how = ["-U", "tallystick", f"--pwfile={folder}/password", "--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"]
    _run(binaries / "initdb", "-D", folder / "data", *how)
    _run(binaries / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "start", "-o", options)
    try:
        yield f"postgresql://tallystick:{password}@127.0.0.1:{port}/postgres"
    finally:
        _run(binaries / "pg_ctl", "-D", folder / "data", "-m", "fast", "-w", "stop")


def _run(*command: str | Path) -> None:
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*before, *map(str, command)], check=True, cwd="/", stdout=subprocess.DEVNULL)


@contextmanager
def _database(server: str) -> Iterator[str]:
    import psycopg

    name = f"bench_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]
