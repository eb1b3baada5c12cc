"""The SQLite that Tallystick runs on, chosen before Django loads and asserted when a connection opens.

Versions below 3.51.3 can lose a committed transaction when a WAL file is reset while another connection
checkpoints. Debian 12 carries 3.40, so the `pysqlite3` wheel brings its own; where there is no wheel the
standard library's is used if it is new enough.
"""

import sqlite3
import sys
from typing import Any

OLDEST = (3, 51, 3)

OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
    ),
}


def choose() -> None:
    """Put pysqlite3 in the place of the standard library's sqlite3 where the latter is too old."""
    if sqlite3.sqlite_version_info >= OLDEST:
        return
    try:
        import pysqlite3
        import pysqlite3.dbapi2
    except ImportError as error:
        raise SystemExit(
            f"SQLite {sqlite3.sqlite_version} can lose committed data; Tallystick needs 3.51.3 or newer. "
            "Install the 'pysqlite3' wheel, or a Python built with a newer SQLite, or set DATABASE_URL to PostgreSQL."
        ) from error
    if pysqlite3.sqlite_version_info < OLDEST:
        raise SystemExit(
            f"The pysqlite3 package brings SQLite {pysqlite3.sqlite_version}; Tallystick needs 3.51.3 or newer. "
            "Remove 'pysqlite3-binary' if it is installed and run: pip install 'pysqlite3>=0.6.1'."
        )
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def wrong_settings(connection: Any) -> list[str]:
    """What is not as it must be on an open Django connection to SQLite: a list of sentences, empty when all is well."""
    wrong = []
    with connection.cursor() as cursor:
        for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            cursor.execute(f"PRAGMA {pragma}")
            found = cursor.fetchone()[0]
            if found != wanted:
                wrong.append(f"PRAGMA {pragma} is {found}, not {wanted}.")
        cursor.execute("SELECT sqlite_version()")
        version = cursor.fetchone()[0]
    if tuple(int(part) for part in version.split(".")) < OLDEST:
        wrong.append(f"SQLite is {version}, older than 3.51.3.")
    if connection.settings_dict.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE":
        wrong.append("Transactions do not start IMMEDIATE.")
    return wrong
