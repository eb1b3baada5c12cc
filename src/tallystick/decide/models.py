"""The tables of decide's facts."""

from django.db import models
from django.db.models import F, Q

from tallystick.decide import rules
from tallystick.people.models import Committee, Member
from tallystick.record.tables import ID, MOMENT, FactTable


class Motion(FactTable):
    FACT = rules.Motion
    id = models.CharField(max_length=ID, primary_key=True)
    committee = models.ForeignKey(Committee, models.PROTECT, db_column="committee", related_name="motions")
    text = models.CharField(max_length=64)
    act = models.CharField(max_length=60, blank=True)
    args = models.TextField()
    opened = models.CharField(max_length=MOMENT, db_index=True)
    opened_by = models.CharField(max_length=ID)
    closes = models.CharField(max_length=MOMENT)
    quorum = models.IntegerField()
    majority_num = models.IntegerField()
    majority_den = models.IntegerField()
    roll = models.IntegerField()
    cast = models.IntegerField()
    state = models.CharField(max_length=10)
    yes = models.IntegerField()
    no = models.IntegerField()
    abstain = models.IntegerField()
    used_by = models.CharField(max_length=ID, unique=True, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cast__lte=F("roll")), name="decide_no_more_votes_than_voters"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "carried", "failed", "used"]), name="decide_motion_state"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(cast=F("yes") + F("no") + F("abstain")),
                name="decide_all_votes_counted",
            ),
            models.CheckConstraint(
                condition=Q(state="used", used_by__isnull=False) | ~Q(state="used") & Q(used_by__isnull=True),
                name="decide_used_once_by_one",
            ),
        ]


class Ballot(FactTable):
    FACT = rules.Ballot
    pk = models.CompositePrimaryKey("motion", "voter")
    motion = models.ForeignKey(Motion, models.PROTECT, db_column="motion", related_name="ballots")
    voter = models.ForeignKey(Member, models.PROTECT, db_column="voter", related_name="ballots")
    choice = models.CharField(max_length=7, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(choice__in=["", "yes", "no", "abstain"]), name="decide_ballot_choice")
        ]
