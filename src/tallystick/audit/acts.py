"""What the audit writes: its own private notes of each look at the database. It never touches the record."""

from tallystick.audit.database import Comparison, compare
from tallystick.audit.models import Look
from tallystick.record import clock

KEPT = 500


def look() -> Comparison:
    """Compare database and record, and keep what was found for the page that shows it."""
    found = compare()
    Look.objects.create(at=clock.now(), size=found.size, ok=found.ok, report=found.plain())
    for old in Look.objects.order_by("-id")[KEPT:]:
        old.delete()
    return found
