"""Programmes: how people are paid without anyone of them being named.

Paying a person writes no entry. It seals a line, after the same rule has allowed all that its group has untold; two
members then approve the lines of a release by a sealed root. What was paid is told later (`totals.py`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tallystick.fund import models
from tallystick.fund.rules import programmes as rules
from tallystick.people import rules as people
from tallystick.record import chance, lines, merkle, seals, shapes, vault
from tallystick.record.append import Actor, Batch, Recorded, batch
from tallystick.record.entry import Entry
from tallystick.record.facts import Facts, Refused, gettext_noop, require
from tallystick.record.files import NewFile
from tallystick.record.models import Line, SealedRoot

PAY_PERSON = "fund.pay_person"
CANCEL_PAYMENT = "fund.cancel_payment"
RELEASE = "release"  # what a release's disclosure is called inside


def open_programme(
    actor: Actor,
    *,
    motion: str,
    id: str,
    account: str,
    purpose: str,
    place: str,
    criteria: NewFile,
    cap: int,
    currency: str,
    total: int,
    until: str,
) -> Recorded:
    """Open a programme by a carried vote on exactly these terms. cap: most per household; total: most in all."""
    return actor.does(
        "fund.open_programme",
        {
            "id": id,
            "account": account,
            "purpose": purpose,
            "place": place,
            "criteria": criteria.sha256,
            "cap": cap,
            "currency": currency,
            "total": total,
            "until": until,
        },
        under=[motion],
        files=[criteria],
    )


def set_aside(actor: Actor, *, programme: str, minor: int, currency: str) -> Recorded:
    """Put money into a programme's purse, in public. Set aside for many at once: a sum made for one household would
    show what it gets."""
    return actor.does("fund.set_aside", {"programme": programme, "minor": minor, "currency": currency})


def group(programme: rules.Programme | models.Programme) -> str:
    """The group that a programme's payments to people belong to."""
    committee = programme.committee if isinstance(programme, rules.Programme) else programme.committee_id
    currency = programme.currency if isinstance(programme, rules.Programme) else programme.currency_id
    return lines.group_of(PAY_PERSON, committee, programme.id, rules.purse_id(programme.id), currency)


@contextmanager
def _private() -> Iterator[Batch]:
    """A batch for rows that no entry holds: refused, they are taken back, while an outer batch goes on. What that one
    had queued is written first, so that it is not taken back with them."""
    with batch() as now:
        now.write()
        with transaction.atomic():
            yield now


def pay_person(
    actor: Actor,
    *,
    programme: str,
    person: str | None,
    minor: int,
    details: dict[str, Any] | None = None,
    fields: dict[str, Any] | None = None,
    repeat_id: str = "",
) -> lines.Receipt:
    """Pay a household from a programme's purse, by a sealed line that waits for a release and its day's close.

    person: its vault id, or None to make one with `details` ({"name": …, "phone": …}). fields: JSON values that only
    the line's own disclosure tells. The same repeat_id gives the same receipt. Guards: the mandate's act and limits
    (the month's lines counted privately), the cap per household, and the purse with all that waits.
    """
    with _private() as now:
        before = lines.find_repeat(repeat_id)
        if before is not None and person is None:
            person = before.person_id
            _same_details(before, details or {})
        asked = now.facts.get(rules.Programme, programme, "programme")
        if before is None:
            _may_pay(now, actor, asked, person, minor)
        if person is None:
            person = vault.new_person()
            for name, value in (details or {}).items():
                vault.put(person, name, value)
        return lines.seal_line(
            act=PAY_PERSON, committee=actor.committee, group=group(asked), person=person, author=actor.by,
            fields=fields or {}, minor=minor, repeat_id=repeat_id, mandate=actor.mandate,
        )  # fmt: skip


def _same_details(before: Line, details: dict[str, Any]) -> None:
    """Refuse a repeat for somebody else: the same id once made this person, with these details."""
    try:
        kept = {each.name: each.value for each in vault.values(before.person_id or "") if not each.digest}
    except vault.Erased:
        return
    require(
        all(kept.get(name) == value for name, value in details.items()),
        gettext_noop("Another line already has the id {id}."),
        "repeat_id",
        id=before.repeat,
    )


def _may_pay(now: Batch, actor: Actor, programme: rules.Programme, person: str | None, minor: int) -> None:
    """The guards of a payment to a person. Nothing of it is written; the release's approvers look at the same."""
    require(shapes.amount(minor), gettext_noop("{name} cannot be {value}."), "minor", name="minor", value=minor)
    at, day = lines.present(now)
    mandate = _holds(now.facts, actor, PAY_PERSON, at)
    require(programme.committee == actor.committee, gettext_noop("That programme is another committee's."), "for")
    _within(now.facts, mandate, programme.currency, minor, day[:7])
    has = lines.received(person, group(programme)) if person else 0
    require(
        has + minor <= programme.cap,
        gettext_noop("One household may have {cap} from this programme; with this it would be {total}."),
        "minor",
        cap=programme.cap,
        total=has + minor,
    )
    rules.total_allowed(now.facts, programme.id, lines.untold(group(programme)).minor + minor, at)


def _holds(facts: Facts, actor: Actor, act: str, at: str) -> people.Mandate:
    """The actor's mandate, which allows this act now; asked for an entry that is never written."""
    under = (actor.mandate,) if actor.mandate else ()
    entry = Entry(chance.new_id(), at, act, 1, actor.by, actor.committee, under, {"args": {}})
    for _ in people.holds(facts, entry):
        raise AssertionError("Nothing is disposed of, so nothing is spent.")
    return facts.get(people.Mandate, actor.mandate)


def _within(facts: Facts, mandate: people.Mandate, currency: str, minor: int, month: str) -> None:
    """Refuse above the mandate's limits: what it disposed of in public this month and by lines, together."""
    per_act, per_month = people.limit(mandate, currency)
    require(
        minor <= per_act,
        gettext_noop("That mandate allows {limit} at once, not {minor}."),
        "minor",
        limit=per_act,
        minor=minor,
    )
    spent = facts.find(people.Spent, (mandate.member, currency, month))
    total = (spent.minor if spent else 0) + lines.disposed(mandate.member, currency, month) + minor
    require(
        total <= per_month,
        gettext_noop("That mandate allows {limit} a month; with this it would be {total}."),
        "minor",
        limit=per_month,
        total=total,
    )


def cancel_payment(actor: Actor, *, line: str, reason: str, repeat_id: str = "") -> lines.Receipt:
    """Take back a payment that two members have not approved yet: by a line of its own that names it.

    reason: a code. The other lines of its release are free again, for a release without it.
    """
    with _private() as now:
        before = lines.find_repeat(repeat_id)
        wrong = Line.objects.filter(pk=line).first()
        if wrong is None or not wrong.group.startswith(f"{PAY_PERSON} {actor.committee} "):
            raise Refused(gettext_noop("There is no such payment of this committee."), "line")
        require(shapes.code(reason), gettext_noop("{name} cannot be {value}."), "reason", name="reason", value=reason)
        if before is None:
            at, _ = lines.present(now)
            _holds(now.facts, actor, PAY_PERSON, at)
            require(not wrong.cancelled, gettext_noop("That payment was already taken back."), "line")
            require(not _approved(now.facts, wrong.release), gettext_noop("Two members have approved it."), "line")
        receipt = lines.seal_line(
            act=CANCEL_PAYMENT, committee=actor.committee, group=wrong.group.replace(PAY_PERSON, CANCEL_PAYMENT, 1),
            person=wrong.person_id or "", author=actor.by, fields={"line": line, "reason": reason}, minor=0,
            repeat_id=repeat_id, mandate=actor.mandate,
        )  # fmt: skip
        if wrong.release:
            Line.objects.filter(release=wrong.release).update(release="")
        Line.objects.filter(pk=line).update(cancelled=receipt.digest, release="")
        return receipt


def _approved(facts: Facts, root: str) -> bool:
    found = facts.find(rules.Release, root) if root else None
    return found is not None and found.second != ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A release ready for its two approvers. root: its seal, as the record will name it; digests: its lines."""

    root: str
    digests: tuple[str, ...]
    minor: int


def release(actor: Actor, *, programme: str) -> Prepared:
    """Gather all payments of a programme that stand in no release yet, for two members to approve.

    Writes no entry: what its seal opens to (root of the lines, their number) is kept here under a fresh salt.
    """
    with _private() as now:
        at, _ = lines.present(now)
        _holds(now.facts, actor, PAY_PERSON, at)
        asked = now.facts.get(rules.Programme, programme, "programme")
        require(asked.committee == actor.committee, gettext_noop("That programme is another committee's."), "for")
        require(not asked.ended, gettext_noop("That programme has ended."), "programme")
        gathered = list(lines.untold_lines(group(asked)).filter(release="").order_by("digest"))
        require(gathered, gettext_noop("No payment of this programme waits for approval."), "programme")
        digests = tuple(each.digest for each in gathered)
        salt = chance.random_bytes(seals.SALT_BYTES)
        disclosed = seals.disclosure(salt, RELEASE, {"root": root_of(digests), "number": len(digests)})
        seal = seals.digest(disclosed)
        SealedRoot.objects.create(digest=seal, group=group(asked), disclosure=disclosed)
        Line.objects.filter(digest__in=digests).update(release=seal)
        return Prepared(seal, digests, sum(each.minor for each in gathered))


def root_of(digests: Sequence[str]) -> str:
    """The RFC 6962 root over digests in their sorted order, as hex."""
    return merkle.root([merkle.leaf_hash(seals.digest_bytes(each)) for each in sorted(digests)]).hex()


def released(root: str) -> list[Line]:
    """The lines of a release; refuses unless they are exactly those that its seal opens to."""
    kept = SealedRoot.objects.filter(pk=root).first()
    found = list(Line.objects.filter(release=root).order_by("digest"))
    if kept is None or not found:
        raise Refused(gettext_noop("There is no such release, or its payments were gathered anew."), "release")
    name, value = seals.open_disclosure(kept.disclosure)
    opened = {"root": root_of([each.digest for each in found]), "number": len(found)}
    require(
        seals.digest(kept.disclosure) == root and name == RELEASE and value == opened,
        gettext_noop("The payments of this release are not those that its seal was made over."),
        "release",
    )
    return found


def approve_release(actor: Actor, *, programme: str, root: str) -> Recorded:
    """Approve a release's payments, by one of two members who asked for none of them, each within the limit at once
    and under the cap."""
    with batch() as now:
        now.write()
        asked = now.facts.get(rules.Programme, programme, "programme")
        mandate = now.facts.get(people.Mandate, actor.mandate, "under")
        found = released(root)
        require(
            all(each.group == group(asked) for each in found),
            gettext_noop("That release is another programme's."),
            "release",
        )
        _none_of_their_own(actor, found)
        per_act, _ = people.limit(mandate, asked.currency)
        most = max(each.minor for each in found)
        require(most <= per_act, gettext_noop("That mandate allows {limit} at once, not {minor}."), "release",
                limit=per_act, minor=most)  # fmt: skip
        for person in {each.person_id for each in found if each.person_id}:
            require(
                lines.received(person, group(asked)) <= asked.cap,
                gettext_noop("A household would have more than the cap from this programme."),
                "release",
            )
        return actor.does(
            "fund.approve_release",
            {"programme": programme, "release": {"sealed": root}},
            beside={"claims": ["not_the_asker", "within_cap", "within_limit"]},
            sealed=[root],
        )


def _none_of_their_own(actor: Actor, found: Sequence[Line]) -> None:
    require(
        all(each.author != actor.by for each in found),
        gettext_noop("Whoever asks for a payment cannot approve it."),
        "by",
    )


def end_programme(actor: Actor, *, programme: str) -> Recorded:
    """End a programme. Payments that wait for approval must be approved or taken back first."""
    with batch() as now:
        now.write()
        asked = now.facts.get(rules.Programme, programme, "programme")
        roots = set(lines.untold_lines(group(asked)).values_list("release", flat=True))
        require(
            all(_approved(now.facts, root) for root in roots),
            gettext_noop("Payments of this programme wait for approval. Approve them or take them back first."),
            "programme",
        )
        return actor.does("fund.end_programme", {"programme": programme}, beside={"claims": ["nothing_unapproved"]})
