"""Gifts, and what becomes of money left over."""

from typing import Any

from django.db import transaction

from tallystick.record import vault
from tallystick.record.append import Actor, Batch, Recorded, batch
from tallystick.record.entry import decode
from tallystick.record.models import EntryRow


def receive_gift(
    actor: Actor,
    *,
    account: str,
    minor: int,
    currency: str,
    purpose: str,
    place: str,
    until: str = "",
    giver: str = "",
    donor_name: str = "",
    happened: str = "",
) -> Recorded:
    """Take a gift into an account whose pool keeps its restriction.

    giver: an organisation's reference; donor_name: a person's name, which is sealed and stays in the vault; happened:
    the bank's day, a claim. The same entry_id again gives back the first gift.
    """
    with batch() as now, transaction.atomic():  # a refused gift takes its donor's row back
        donor, sealed = _sealed_donor(now, actor.entry_id, donor_name)
        return actor.does(
            "fund.receive_gift",
            {
                "account": account,
                "minor": minor,
                "currency": currency,
                "purpose": purpose,
                "place": place,
                "until": until,
                "giver": giver,
                "donor": donor,
            },
            beside={"happened": happened},
            sealed=sealed,
            private=donor_name,
        )


def _sealed_donor(now: Batch, entry_id: str, name: str) -> tuple[Any, list[str]]:
    """The donor's place in the arguments, and what the entry seals. A repeated gift keeps its first seal: under a
    fresh salt it would be another gift."""
    if not name:
        return "", []
    donor = _donor_before(now, entry_id)
    if not donor:
        donor = {"sealed": vault.seal(vault.new_person(), "donor", name)}
    return donor, [donor["sealed"]]


def _donor_before(now: Batch, entry_id: str) -> Any:
    if not entry_id:
        return ""
    before = next((each for each in now.entries if each.id == entry_id), None)
    if before is None:
        row = EntryRow.objects.filter(id=entry_id, act="fund.receive_gift").first()
        before = decode(bytes(row.data)) if row else None
    return before.args.get("donor", "") if before else ""


def turn_pool(actor: Actor, *, motion: str, pool: str, purpose: str) -> Recorded:
    """By a carried vote, let what is left in a pool serve the secondary purpose named from the start."""
    return actor.does("fund.turn_pool", {"pool": pool, "purpose": purpose}, under=[motion])
