"""What the worker does by the clock: close votes and days, tell totals, sign, publish, and look for drift.

Each job asks for its own next run, so the schedule lives in the database's queue and survives a restart.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django_tasks import task
from django_tasks_db.models import DBTaskResult

from tallystick.audit.acts import look
from tallystick.decide.acts import close_due_motions
from tallystick.fund.acts.totals import tell_due_totals, tell_ended_totals
from tallystick.record import clock, repeats
from tallystick.record.acts import close_due_days
from tallystick.record.facts import Refused
from tallystick.record.models import Head
from tallystick.record.publishing import NotPublished, sign_checkpoint
from tallystick.site.shell import Check, keep_check

EVERY_MINUTE = 60
EVERY_HOUR = 3600


def _again(job: Any, seconds: int) -> None:
    job.using(run_after=datetime.now(UTC) + timedelta(seconds=seconds)).enqueue()


@task()
def keep_time() -> dict[str, int]:
    """Close due votes and days, tell due totals, destroy old keys, sign a checkpoint. Every minute."""
    try:
        if not Head.objects.filter(size__gt=0).exists():
            return {}
        done: dict[str, int] = {}
        for name, due in _DUE:
            try:
                done[name] = len(due())
            except Refused as refusal:
                done[name] = -1
                print(f"{name}: {refusal}")
        repeats.destroy_old()
        try:
            sign_checkpoint()
        except NotPublished as reason:
            done["unpublished"] = len(str(reason))
        return done
    finally:
        _again(keep_time, EVERY_MINUTE)


_DUE: tuple[tuple[str, Callable[[], list[Any]]], ...] = (
    ("votes closed", lambda: close_due_motions(clock.now())),
    ("days closed", close_due_days),
    ("totals told", tell_due_totals),
    ("last totals told", lambda: tell_ended_totals(at_year_end=True)),
)


@task()
def look_for_drift() -> bool:
    """Compare the database with the record and keep what was found for the page. Every hour."""
    try:
        if not Head.objects.filter(size__gt=0).exists():
            return True
        found = look()
        keep_check(Check(found.ok, clock.now(), found.problems[0] if found.problems else ""))
        return found.ok
    finally:
        _again(look_for_drift, EVERY_HOUR)


def ensure() -> None:
    """Put each job into the queue that is not waiting there."""
    for job in (keep_time, look_for_drift):
        path = f"{job.func.__module__}.{job.func.__name__}"
        if not DBTaskResult.objects.filter(task_path=path, status="READY").exists():
            job.enqueue()
