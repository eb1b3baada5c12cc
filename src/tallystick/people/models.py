"""The tables of people's facts."""

from django.db import models
from django.db.models import F, Q

from tallystick.people import rules
from tallystick.record.tables import ID, MOMENT, FactTable

ONLY = models.PROTECT


class Commission(FactTable):
    FACT = rules.Commission
    id = models.CharField(max_length=10, primary_key=True)
    name = models.CharField(max_length=120)
    languages = models.TextField()
    timezone = models.CharField(max_length=64)
    year_end = models.CharField(max_length=5)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id="commission"), name="people_one_commission")]


class Currency(FactTable):
    FACT = rules.Currency
    code = models.CharField(max_length=3, primary_key=True)
    exponent = models.SmallIntegerField()


class Committee(FactTable):
    FACT = rules.Committee
    id = models.CharField(max_length=ID, primary_key=True)
    name = models.CharField(max_length=120)
    opened = models.CharField(max_length=MOMENT)
    seats = models.IntegerField()
    seated = models.IntegerField()
    quorum = models.IntegerField()
    majority_num = models.IntegerField()
    majority_den = models.IntegerField()
    notice = models.BigIntegerField()
    parent = models.CharField(max_length=ID, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seats__gte=0), name="people_seats_not_negative"),
            models.CheckConstraint(condition=Q(majority_num__lt=F("majority_den")), name="people_majority_below_one"),
        ]


class Member(FactTable):
    FACT = rules.Member
    id = models.CharField(max_length=ID, primary_key=True)
    since = models.CharField(max_length=MOMENT)
    seats = models.IntegerField()
    left = models.CharField(max_length=MOMENT, blank=True)


class Seat(FactTable):
    FACT = rules.Seat
    pk = models.CompositePrimaryKey("committee", "member")
    committee = models.ForeignKey(Committee, ONLY, db_column="committee", related_name="seat_rows")
    member = models.ForeignKey(Member, ONLY, db_column="member", related_name="seat_rows")
    since = models.CharField(max_length=MOMENT)
    until = models.CharField(max_length=MOMENT, blank=True)


class Organisation(FactTable):
    FACT = rules.Organisation
    id = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=120, db_index=True)
    sector = models.CharField(max_length=240)
    since = models.CharField(max_length=MOMENT)


class Representative(FactTable):
    FACT = rules.Representative
    pk = models.CompositePrimaryKey("organisation", "member")
    organisation = models.ForeignKey(Organisation, ONLY, db_column="organisation", related_name="representatives")
    member = models.ForeignKey(Member, ONLY, db_column="member", related_name="speaks_for")
    since = models.CharField(max_length=MOMENT)
    until = models.CharField(max_length=MOMENT, blank=True)


class Mandate(FactTable):
    FACT = rules.Mandate
    id = models.CharField(max_length=ID, primary_key=True)
    member = models.ForeignKey(Member, ONLY, db_column="member", related_name="mandates")
    committee = models.ForeignKey(Committee, ONLY, db_column="committee", related_name="mandates")
    acts = models.TextField()
    limits = models.TextField()
    starts = models.CharField(max_length=MOMENT)
    ends = models.CharField(max_length=MOMENT)
    given_by = models.CharField(max_length=ID)
    ended = models.CharField(max_length=MOMENT, blank=True)
    ended_by = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="people_mandate_term")]


class Spent(FactTable):
    FACT = rules.Spent
    pk = models.CompositePrimaryKey("member", "currency", "month")
    member = models.ForeignKey(Member, ONLY, db_column="member", related_name="spent")
    currency = models.ForeignKey(Currency, ONLY, db_column="currency", related_name="+")
    month = models.CharField(max_length=7)
    minor = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(minor__gte=0), name="people_spent_not_negative")]
