"""The tables of the fund's facts, with what one row or one key can say about money as database constraints."""

from django.db import models
from django.db.models import F, Q

from tallystick.decide.models import Motion
from tallystick.fund import rules
from tallystick.people.models import Committee, Currency, Mandate, Member
from tallystick.record.tables import DAY, ID, MOMENT, FactTable

ONLY = models.PROTECT
ACCOUNT = 120
TRANSFER = 40


class Code(FactTable):
    FACT = rules.codes.Code
    pk = models.CompositePrimaryKey("kind", "code")
    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=250)
    label = models.CharField(max_length=120)


class Holder(FactTable):
    FACT = rules.accounts.Holder
    id = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)
    legal_form = models.CharField(max_length=250)
    since = models.CharField(max_length=MOMENT)


class Pool(FactTable):
    FACT = rules.accounts.Pool
    id = models.CharField(max_length=40, primary_key=True)
    committee = models.ForeignKey(Committee, ONLY, db_column="committee", related_name="pools")
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=250)
    place = models.CharField(max_length=250)
    until = models.CharField(max_length=DAY, blank=True)
    secondary = models.CharField(max_length=250, blank=True)
    turned = models.CharField(max_length=MOMENT, blank=True)
    since = models.CharField(max_length=MOMENT)


class Account(FactTable):
    FACT = rules.accounts.Account
    id = models.CharField(max_length=ACCOUNT, primary_key=True)
    kind = models.CharField(max_length=10, db_index=True)
    holder = models.ForeignKey(Holder, ONLY, db_column="holder", null=True, related_name="accounts")
    pool = models.ForeignKey(Pool, ONLY, db_column="pool", null=True, related_name="accounts")
    owner = models.CharField(max_length=64, blank=True)
    currency = models.ForeignKey(Currency, ONLY, db_column="currency", related_name="+")
    floor = models.BigIntegerField(null=True)
    posted_in = models.BigIntegerField()
    posted_out = models.BigIntegerField()
    pending_in = models.BigIntegerField()
    pending_out = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                # An account may open below its floor; nothing leaves it before it is above.
                condition=Q(floor__isnull=True)
                | Q(posted_out=0, pending_out=0)
                | Q(posted_in__gte=F("floor") + F("posted_out") + F("pending_out")),
                name="fund_not_below_floor",
            ),
            models.CheckConstraint(
                condition=Q(posted_in__gte=0, posted_out__gte=0, pending_in__gte=0, pending_out__gte=0),
                name="fund_sums_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["payee", "outside"]) | Q(floor__isnull=False),
                name="fund_ours_has_a_floor",
            ),
            models.UniqueConstraint(
                fields=["holder", "pool", "currency"], condition=Q(kind="held"), name="fund_one_account_each"
            ),
        ]


class Transfer(FactTable):
    FACT = rules.accounts.Transfer
    id = models.CharField(max_length=TRANSFER, primary_key=True)
    act = models.CharField(max_length=60)
    credit = models.ForeignKey(Account, ONLY, db_column="credit", related_name="given")
    debit = models.ForeignKey(Account, ONLY, db_column="debit", related_name="received")
    currency = models.ForeignKey(Currency, ONLY, db_column="currency", related_name="+")
    minor = models.BigIntegerField()
    purpose = models.CharField(max_length=250, blank=True)
    place = models.CharField(max_length=250, blank=True)
    state = models.CharField(max_length=7)
    at = models.CharField(max_length=MOMENT, db_index=True)
    ended = models.CharField(max_length=MOMENT, blank=True)
    entry = models.CharField(max_length=ID, db_index=True)
    corrects = models.CharField(max_length=TRANSFER, unique=True, null=True)
    reversed_by = models.CharField(max_length=TRANSFER, unique=True, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minor__gt=0), name="fund_transfer_moves_something"),
            models.CheckConstraint(condition=~Q(credit=F("debit")), name="fund_transfer_between_two"),
            models.CheckConstraint(condition=Q(state__in=["pending", "posted", "void"]), name="fund_transfer_state"),
        ]


class BankReference(FactTable):
    FACT = rules.accounts.BankReference
    pk = models.CompositePrimaryKey("holder", "currency", "reference")
    holder = models.ForeignKey(Holder, ONLY, db_column="holder", related_name="bank_references")
    currency = models.ForeignKey(Currency, ONLY, db_column="currency", related_name="+")
    reference = models.CharField(max_length=64)
    transfer = models.CharField(max_length=TRANSFER, unique=True)


class Gift(FactTable):
    FACT = rules.gifts.Gift
    id = models.CharField(max_length=ID, primary_key=True)
    account = models.ForeignKey(Account, ONLY, db_column="account", related_name="gifts")
    currency = models.ForeignKey(Currency, ONLY, db_column="currency", related_name="+")
    minor = models.BigIntegerField()
    purpose = models.CharField(max_length=250)
    place = models.CharField(max_length=250)
    until = models.CharField(max_length=DAY, blank=True)
    giver = models.CharField(max_length=64, blank=True, db_index=True)
    at = models.CharField(max_length=MOMENT)


class Request(FactTable):
    FACT = rules.approvals.Request
    id = models.CharField(max_length=ID, primary_key=True)
    committee = models.ForeignKey(Committee, ONLY, db_column="committee", related_name="requests")
    act = models.CharField(max_length=60)
    terms = models.TextField()
    asked_by = models.ForeignKey(Member, ONLY, db_column="asked_by", related_name="+")
    at = models.CharField(max_length=MOMENT)
    state = models.CharField(max_length=10, db_index=True)
    round = models.IntegerField()


class Approval(FactTable):
    FACT = rules.approvals.Approval
    pk = models.CompositePrimaryKey("request", "member")
    request = models.ForeignKey(Request, ONLY, db_column="request", related_name="approvals")
    member = models.ForeignKey(Member, ONLY, db_column="member", related_name="+")
    mandate = models.ForeignKey(Mandate, ONLY, db_column="mandate", related_name="+")
    terms = models.TextField()
    at = models.CharField(max_length=MOMENT)
    round = models.IntegerField()


class Payment(FactTable):
    FACT = rules.payments.Payment
    id = models.CharField(max_length=TRANSFER, primary_key=True)
    request = models.OneToOneField(Request, ONLY, db_column="request", related_name="payment")
    motion = models.OneToOneField(Motion, ONLY, db_column="motion", related_name="payment")
    organisation = models.CharField(max_length=64, db_index=True)
    currency = models.ForeignKey(Currency, ONLY, db_column="currency", related_name="+")
    minor = models.BigIntegerField()
    at = models.CharField(max_length=MOMENT)


class Programme(FactTable):
    FACT = rules.programmes.Programme
    id = models.CharField(max_length=40, primary_key=True)
    motion = models.OneToOneField(Motion, ONLY, db_column="motion", related_name="programme")
    committee = models.ForeignKey(Committee, ONLY, db_column="committee", related_name="programmes")
    account = models.ForeignKey(Account, ONLY, db_column="account", related_name="programmes")
    purpose = models.CharField(max_length=250)
    place = models.CharField(max_length=250)
    criteria = models.CharField(max_length=64)
    cap = models.BigIntegerField()
    currency = models.ForeignKey(Currency, ONLY, db_column="currency", related_name="+")
    total = models.BigIntegerField()
    until = models.CharField(max_length=DAY)
    set_aside = models.BigIntegerField()
    told = models.BigIntegerField()
    untold = models.IntegerField()
    opened = models.CharField(max_length=MOMENT)
    ended = models.CharField(max_length=MOMENT, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(set_aside__lte=F("total")), name="fund_programme_within_total"),
            models.CheckConstraint(condition=Q(told__lte=F("set_aside")), name="fund_told_within_set_aside"),
        ]


class Gathering(FactTable):
    FACT = rules.programmes.Gathering
    account = models.OneToOneField(Account, ONLY, db_column="account", primary_key=True, related_name="gathering")
    untold = models.IntegerField()


class Release(FactTable):
    FACT = rules.programmes.Release
    id = models.CharField(max_length=43, primary_key=True)
    programme = models.ForeignKey(Programme, ONLY, db_column="programme", related_name="releases")
    first = models.ForeignKey(Member, ONLY, db_column="first", related_name="+")
    first_mandate = models.ForeignKey(Mandate, ONLY, db_column="first_mandate", related_name="+")
    first_at = models.CharField(max_length=MOMENT)
    second = models.ForeignKey(Member, ONLY, db_column="second", null=True, related_name="+")
    second_mandate = models.ForeignKey(Mandate, ONLY, db_column="second_mandate", null=True, related_name="+")
    second_at = models.CharField(max_length=MOMENT, blank=True)
    told_in = models.CharField(max_length=ID, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(first=F("second")), name="fund_release_by_two"),
        ]


class Total(FactTable):
    FACT = rules.totals.Total
    id = models.CharField(max_length=ID, primary_key=True)
    programmes = models.TextField()
    account = models.ForeignKey(Account, ONLY, db_column="account", related_name="totals")
    currency = models.ForeignKey(Currency, ONLY, db_column="currency", related_name="+")
    minor = models.BigIntegerField()
    people = models.CharField(max_length=10, blank=True)
    first_day = models.CharField(max_length=DAY)
    last_day = models.CharField(max_length=DAY)
    releases = models.TextField()
    at = models.CharField(max_length=MOMENT)


class Source(FactTable):
    FACT = rules.brought.Source
    sha256 = models.CharField(max_length=64, primary_key=True)
    format = models.CharField(max_length=40)
    rows = models.IntegerField()
    brought = models.IntegerField()
    since = models.CharField(max_length=MOMENT)


class Brought(FactTable):
    FACT = rules.brought.Brought
    pk = models.CompositePrimaryKey("source", "part")
    source = models.ForeignKey(Source, ONLY, db_column="source", related_name="parts")
    part = models.CharField(max_length=160)
    transfer = models.CharField(max_length=TRANSFER, unique=True)
