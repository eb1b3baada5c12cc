"""All that the people room can do. One function, one act, one entry."""

from collections.abc import Sequence
from typing import Any

from tallystick.record.append import Actor, Recorded


def found(
    founder: str,
    *,
    name: str,
    origin: str,
    vkey: str,
    timezone: str,
    languages: Sequence[str],
    year_end: str,
    currencies: Sequence[dict[str, Any]],
    committees: Sequence[dict[str, Any]],
    founders: Sequence[str],
    seats: Sequence[dict[str, str]],
    mandates: Sequence[dict[str, Any]],
) -> Recorded:
    """Found the commission: entry 0. The dictionaries are of the shapes in `rules.FOUND`."""
    return Actor(founder).does(
        "people.found",
        {
            "name": name,
            "origin": origin,
            "vkey": vkey,
            "timezone": timezone,
            "languages": list(languages),
            "year_end": year_end,
            "currencies": list(currencies),
            "committees": list(committees),
            "founders": list(founders),
            "seats": list(seats),
            "mandates": list(mandates),
        },
    )


def open_committee(
    actor: Actor,
    *,
    id: str,
    name: str,
    quorum: int,
    majority_num: int = 1,
    majority_den: int = 2,
    notice: int = 0,
) -> Recorded:
    """Open a committee. notice: seconds that its votes stay open unless all have voted."""
    return actor.does(
        "people.open_committee",
        {
            "id": id,
            "name": name,
            "quorum": quorum,
            "majority_num": majority_num,
            "majority_den": majority_den,
            "notice": notice,
        },
    )


def admit_member(actor: Actor, *, member: str) -> Recorded:
    """Admit a member by a fresh random pseudonym."""
    return actor.does("people.admit_member", {"member": member})


def leave(actor: Actor) -> Recorded:
    """Leave the commission."""
    return actor.does("people.leave", {"member": actor.by})


def seat_member(actor: Actor, *, committee: str, member: str) -> Recorded:
    """Give a member a seat on the actor's committee."""
    return actor.does("people.seat_member", {"committee": committee, "member": member})


def leave_seat(actor: Actor, *, committee: str) -> Recorded:
    """Give up one's own seat."""
    return actor.does("people.leave_seat", {"committee": committee, "member": actor.by})


def grant_mandate(actor: Actor, *, mandate: dict[str, Any]) -> Recorded:
    """Pass on rights one holds; the dictionary is of the shape `rules.MANDATE`."""
    return actor.does("people.grant_mandate", mandate)


def resign_mandate(actor: Actor, *, mandate: str) -> Recorded:
    """Give one's own mandate back."""
    return actor.does("people.resign_mandate", {"mandate": mandate})


def add_organisation(actor: Actor, *, id: str, name: str, sector: str) -> Recorded:
    """Put an organisation on the record under a stable public reference."""
    return actor.does("people.add_organisation", {"id": id, "name": name, "sector": sector})


def name_representative(actor: Actor, *, organisation: str, member: str) -> Recorded:
    """Let a member speak for an organisation."""
    return actor.does("people.name_representative", {"organisation": organisation, "member": member})


def end_representative(actor: Actor, *, organisation: str, member: str) -> Recorded:
    """End that a member speaks for an organisation."""
    return actor.does("people.end_representative", {"organisation": organisation, "member": member})


def register_key(actor: Actor, *, id: str, public_key: str) -> Recorded:
    """Register one's own signing key: 32 bytes of Ed25519 in base64."""
    return actor.does("people.register_key", {"id": id, "public_key": public_key})


def revoke_key(actor: Actor, *, id: str) -> Recorded:
    """Revoke a signing key."""
    return actor.does("people.revoke_key", {"id": id})
