"""The record's tables: the head row, entries, files, checkpoints; its own facts; the private vault and lines."""

from django.db import models
from django.db.models import Q

from tallystick.record import rules
from tallystick.record.tables import DAY, ID, MOMENT, FactTable, PrivateTable, RecordTable


class Head(RecordTable):
    """One row: how many entries there are and when the last was made. Whoever writes locks it first."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    size = models.BigIntegerField()
    at = models.CharField(max_length=MOMENT)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="record_one_head")]


class EntryRow(RecordTable):
    """One entry as written, with its leaf hash and the keyed digest by which a repeat is known."""

    index = models.BigIntegerField(primary_key=True)
    id = models.CharField(max_length=ID, unique=True)
    act = models.CharField(max_length=60, db_index=True)
    at = models.CharField(max_length=MOMENT)
    data = models.BinaryField()
    leaf = models.BinaryField(max_length=32)
    repeat_key = models.IntegerField()
    repeat = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(index__gte=0), name="record_index_from_nought")]


class StoredFile(RecordTable):
    """A published file, kept in home/files under its digest."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    bytes = models.BigIntegerField()
    type = models.CharField(max_length=80)
    name = models.CharField(max_length=120)


class SignedCheckpoint(RecordTable):
    """A checkpoint that was signed. `published` ones are kept beside the log as checkpoint.N."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.BinaryField()
    at = models.CharField(max_length=MOMENT)
    published = models.BooleanField(default=False)


class Log(FactTable):
    FACT = rules.Log
    id = models.CharField(max_length=3, primary_key=True)
    origin = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64)
    founded = models.CharField(max_length=MOMENT)
    closed_through = models.CharField(max_length=DAY)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id="log"), name="record_one_log")]


class LogKey(FactTable):
    FACT = rules.LogKey
    vkey = models.CharField(max_length=300, primary_key=True)
    since = models.CharField(max_length=MOMENT)
    retires = models.CharField(max_length=MOMENT, blank=True)


class Adoption(FactTable):
    FACT = rules.Adoption
    act = models.CharField(max_length=60, primary_key=True)
    version = models.IntegerField()
    since = models.CharField(max_length=MOMENT)


class Key(FactTable):
    FACT = rules.Key
    id = models.CharField(max_length=ID, primary_key=True)
    member = models.CharField(max_length=ID, db_index=True)
    public_key = models.CharField(max_length=44)
    registered = models.CharField(max_length=MOMENT)
    revoked = models.CharField(max_length=MOMENT, blank=True)


class Withdrawn(FactTable):
    FACT = rules.Withdrawn
    sha256 = models.CharField(max_length=64, primary_key=True)
    reason = models.CharField(max_length=40)
    since = models.CharField(max_length=MOMENT)


class Needed(FactTable):
    FACT = rules.Needed
    sha256 = models.CharField(max_length=64, primary_key=True)
    entry = models.CharField(max_length=ID)


class ClosedDay(FactTable):
    FACT = rules.ClosedDay
    day = models.CharField(max_length=DAY, primary_key=True)
    root = models.CharField(max_length=64)
    number = models.IntegerField()
    file = models.CharField(max_length=64)
    entry = models.CharField(max_length=ID, unique=True)


class VaultKey(PrivateTable):
    """One person's key, wrapped by the master key that lies outside the database. Erasure empties it."""

    id = models.CharField(max_length=ID, primary_key=True)
    wrapped = models.BinaryField(null=True)
    erased = models.CharField(max_length=MOMENT, blank=True)


class VaultValue(PrivateTable):
    """One private value, encrypted under its person's key: the disclosure of a digest, or a plain personal field."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(VaultKey, models.PROTECT, related_name="values")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=43, unique=True, null=True)
    nonce = models.BinaryField(max_length=12)
    ciphertext = models.BinaryField()


class Line(PrivateTable):
    """One sealed line: what happened for one person. Its amounts carry no name and survive erasure.

    group: act, committee, programme, account, currency joined by spaces; a total is told per group. release: the
    sealed root that two members approve; cancelled: the digest of the line that took this one back before that.
    """

    digest = models.CharField(max_length=43, primary_key=True)
    day = models.CharField(max_length=DAY)
    at = models.CharField(max_length=MOMENT)
    group = models.CharField(max_length=300, db_index=True)
    person = models.ForeignKey(VaultKey, models.PROTECT, null=True, related_name="lines")
    author = models.CharField(max_length=ID)
    mandate = models.CharField(max_length=ID, blank=True, db_index=True)
    minor = models.BigIntegerField(default=0)
    release = models.CharField(max_length=43, blank=True, db_index=True)
    cancelled = models.CharField(max_length=43, blank=True)
    closed = models.CharField(max_length=DAY, blank=True, db_index=True)
    told = models.CharField(max_length=ID, blank=True, db_index=True)
    repeat = models.CharField(max_length=ID, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minor__gte=0), name="record_line_not_negative"),
            models.CheckConstraint(condition=Q(cancelled="") | Q(told=""), name="record_line_cancelled_untold"),
        ]


class Decoy(PrivateTable):
    """A digest among a day's that stands for nothing, with its disclosure: a named auditor can open every digest."""

    digest = models.CharField(max_length=43, primary_key=True)
    day = models.CharField(max_length=DAY, db_index=True)
    disclosure = models.TextField()


class SealedRoot(PrivateTable):
    """What a release's public seal opens to: the root over its lines' digests and their number, under a fresh salt.

    The root alone would not do: its leaves are published in the day's close, so trying small sets would find them.
    """

    digest = models.CharField(max_length=43, primary_key=True)
    group = models.CharField(max_length=300)
    disclosure = models.TextField()
