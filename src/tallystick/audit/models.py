"""The audit's own private table: what each scheduled look at the database found."""

from django.db import models

from tallystick.record.tables import MOMENT, PrivateTable


class Look(PrivateTable):
    """One `audit --database` by the worker. ok: whether every table was as the record says."""

    at = models.CharField(max_length=MOMENT, db_index=True)
    size = models.BigIntegerField()
    ok = models.BooleanField()
    report = models.JSONField()
