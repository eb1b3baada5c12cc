"""Who the commission is: its committees, members, organisations, and the mandates that say who may do what."""

from tallystick.people.rules import founding, members
from tallystick.people.rules.committees import (
    SEAT,
    Commission,
    Committee,
    Currency,
    Member,
    Seat,
    ours,
    seated,
    sits,
    unseated,
)
from tallystick.people.rules.mandates import MANDATE, Mandate, Spent, ended, holds, in_force, limit, new_mandate
from tallystick.people.rules.organisations import Organisation, Representative, new_organisation

__all__ = [
    "MANDATE", "SEAT", "Commission", "Committee", "Currency", "Mandate", "Member", "Organisation", "Representative",
    "Seat", "Spent", "ended", "founding", "holds", "in_force", "limit", "members", "new_mandate", "new_organisation",
    "ours", "seated", "sits", "unseated",
]  # fmt: skip
