"""From rehearsal to record: a rehearsal signs with a throw-away key and is never published; opening is for good."""

import shutil
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from tallystick.record.chance import new_id
from tallystick.record.models import Head
from tallystick.record.tables import FactTable, PrivateTable, RecordTable
from tallystick.site.founding import Founding, SignIn, found

MARKER = "rehearsal"


class NoRehearsal(Exception):
    """This fund is open already: its record is for good."""


def _marker() -> Path:
    return Path(settings.HOME) / MARKER


def is_rehearsal() -> bool:
    """Whether this home is a rehearsal."""
    return _marker().exists()


def must_be_rehearsal() -> None:
    """NoRehearsal where the record is open."""
    if not is_rehearsal():
        raise NoRehearsal("This fund is open already; its record cannot be wiped or renamed.")


def rehearse(said: Founding) -> list[SignIn]:
    """Found a rehearsal under a name that can never be published."""
    _marker().touch()
    return found(said, f"rehearsal.invalid/{new_id()}")[1]


def open_for_good(said: Founding, origin: str) -> list[SignIn]:
    """Wipe a rehearsal, if there is one, and found the record under this origin."""
    said.check()
    if is_rehearsal():
        wipe()
        _marker().unlink()
    return found(said, origin)[1]


def wipe() -> None:
    """Take back everything practised: tables, keys, files. Only ever a rehearsal's."""
    must_be_rehearsal()
    ours = [model for model in apps.get_models() if issubclass(model, FactTable | RecordTable | PrivateTable)]
    with transaction.atomic(), connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in ours)
            cursor.execute(f"TRUNCATE {names} CASCADE")
        else:
            for model in ours:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
        Head.objects.create(id=1, size=0, at="")
    for name in ("keys", "files", "record"):
        shutil.rmtree(Path(settings.HOME) / name, ignore_errors=True)
