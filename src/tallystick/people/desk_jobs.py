"""The people room's acts as pages of the desk."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.people import acts
from tallystick.people.desk import ANYBODY, Desk, Job
from tallystick.people.desk_forms import (
    MandateForm,
    NameRepresentative,
    NewCommittee,
    NewOrganisation,
    Pick,
    RegisterKey,
    SeatMember,
    key_in_words,
    right_in_words,
)
from tallystick.people.models import Committee, Organisation, Representative
from tallystick.record.append import Actor, Recorded
from tallystick.record.desk import Answer, Confirm, DeskForm, happens_next
from tallystick.record.models import Key

LONGEST = 300  # rows of a list to choose from


def _open_committee(actor: Actor, form: DeskForm, subject: Any) -> Recorded:
    said = form.cleaned_data
    num, den = map(int, said["majority"].split("/"))
    return acts.open_committee(
        actor, id=said["new_id"], name=said["name"], quorum=said["quorum"], majority_num=num, majority_den=den,
        notice=said["notice"] * 3600,
    )  # fmt: skip


OPEN_COMMITTEE = Job(
    "people.open_committee",
    gettext_lazy("Open a committee"),
    NewCommittee,
    _open_committee,
    lead=gettext_lazy("It starts without members. Rights for it are given by those who found it or by its own votes."),
)

SEAT_MEMBER = Job(
    "people.seat_member",
    gettext_lazy("Give a member a seat"),
    SeatMember,
    lambda actor, form, _subject: acts.seat_member(
        actor, committee=form.cleaned_data["committee"], member=form.cleaned_data["member"]
    ),
    lead=gettext_lazy(
        "A new committee gets its first members this way, until it can vote. From then on it votes on who joins it."
    ),
)

GRANT_MANDATE = Job(
    "people.grant_mandate",
    gettext_lazy("Let a member decide"),
    MandateForm,
    lambda actor, form, _subject: acts.grant_mandate(actor, mandate=form.mandate()),  # type: ignore[attr-defined]
    lead=gettext_lazy("You can pass on what you may decide yourself, and no more. Wider rights need a vote."),
)


def _own_right(desk: Desk, address: Mapping[str, str]) -> Any:
    for each in desk.rights:
        if each.id == address["mandate"]:
            return each
    raise Http404


RESIGN_MANDATE = Job(
    ANYBODY,
    gettext_lazy("Give these rights back"),
    Confirm,
    lambda actor, _form, right: acts.resign_mandate(actor, mandate=right.id),
    lead=gettext_lazy(
        "You can no longer decide these things. Only another member or a vote can give the rights again."
    ),
    last=gettext_lazy("Give them back"),
    check=False,
    grave=True,
    find=_own_right,
    terms=lambda desk, right: right_in_words(right, desk.say),
)


def _own_seat(desk: Desk, address: Mapping[str, str]) -> Committee:
    for each in desk.seats:
        if each.id == address["committee"]:
            return each
    raise Http404


LEAVE_SEAT = Job(
    ANYBODY,
    gettext_lazy("Give up your seat"),
    Confirm,
    lambda actor, _form, committee: acts.leave_seat(actor, committee=committee.id),
    lead=gettext_lazy("You no longer vote in this committee. Votes that are open keep you on their roll."),
    last=gettext_lazy("Give up the seat"),
    check=False,
    grave=True,
    find=_own_seat,
    terms=lambda _desk, committee: [Answer(_("Committee"), committee.name)],
)

LEAVE = Job(
    ANYBODY,
    gettext_lazy("Leave the fund"),
    Confirm,
    lambda actor, _form, _subject: acts.leave(actor),
    lead=gettext_lazy("What you did stays on the record under your random number. Give up your seats first."),
    last=gettext_lazy("Leave"),
    check=False,
    grave=True,
)

ADD_ORGANISATION = Job(
    "people.add_organisation",
    gettext_lazy("Add an organisation"),
    NewOrganisation,
    lambda actor, form, _subject: acts.add_organisation(
        actor, **{name: form.cleaned_data[name] for name in ("id", "name", "sector")}
    ),
    lead=gettext_lazy(
        "Before it can be paid or give, an organisation stands on our public list. Never add a person or a family."
    ),
)

NAME_REPRESENTATIVE = Job(
    "people.name_representative",
    gettext_lazy("Say who speaks for an organisation"),
    NameRepresentative,
    lambda actor, form, _subject: acts.name_representative(
        actor, organisation=form.cleaned_data["organisation"], member=form.cleaned_data["member"]
    ),
    lead=gettext_lazy("Whoever speaks for an organisation can neither approve nor make a payment to it."),
)


def _speaking(desk: Desk, _address: Mapping[str, str]) -> list[tuple[str, str]]:
    """Who speaks for what: all for whoever may end it, else only one's own."""
    rows = Representative.objects.filter(until="").order_by("organisation__name")
    if not desk.may("people.end_representative"):
        rows = rows.filter(member=desk.member)
    return [
        (
            f"{each.member_id} {each.organisation_id}",
            f"{desk.who(each.member_id)}, {desk.say.named(Organisation, each.organisation_id)}",
        )
        for each in rows[:LONGEST]
    ]  # fmt: skip


def _acting(form: DeskForm, actor: Actor, act: str, member: str) -> Actor:
    """The actor by her own word where it is about herself, else under the mandate that covers the act."""
    if member == actor.by:
        return actor
    right = next(iter(form.desk.holding(act)), None)
    if right is None:
        raise PermissionDenied
    return Actor(actor.by, right.committee, right.id, actor.entry_id)


def _end_representative(actor: Actor, form: DeskForm, subject: Any) -> Recorded:
    member, _space, organisation = form.cleaned_data["picked"].partition(" ")
    acting = _acting(form, actor, "people.end_representative", member)
    return acts.end_representative(acting, organisation=organisation, member=member)


END_REPRESENTATIVE = Job(
    ANYBODY,
    gettext_lazy("End that a member speaks for an organisation"),
    Pick,
    _end_representative,
    find=_speaking,
)

REGISTER_KEY = Job(
    ANYBODY,
    gettext_lazy("Register a key to sign with"),
    RegisterKey,
    lambda actor, form, _subject: acts.register_key(
        actor, id=form.cleaned_data["new_id"], public_key=form.cleaned_data["public_key"]
    ),
    lead=gettext_lazy("With a key of your own, nobody can act in your name, not even who runs this site."),
)


def _keys(desk: Desk, _address: Mapping[str, str]) -> list[tuple[str, str]]:
    rows = Key.objects.filter(revoked="").order_by("-registered", "id")
    if not desk.may("people.revoke_key"):
        rows = rows.filter(member=desk.member)
    return [(each.id, key_in_words(each, desk)) for each in rows[:LONGEST]]


def _revoke_key(actor: Actor, form: DeskForm, subject: Any) -> Recorded:
    key = Key.objects.get(pk=form.cleaned_data["picked"])
    return acts.revoke_key(_acting(form, actor, "people.revoke_key", key.member), id=key.id)


REVOKE_KEY = Job(
    ANYBODY,
    gettext_lazy("Revoke a key"),
    Pick,
    _revoke_key,
    lead=gettext_lazy("A lost or copied key signs nothing any more. What it signed before stays valid."),
    grave=True,
    find=_keys,
)

happens_next(
    "people.open_committee", (gettext_lazy("Give members a seat on it by a vote or under a mandate for it."), "")
)
happens_next("people.seat_member", (gettext_lazy("From now on the member is on the roll of every new vote."), ""))
happens_next(
    "people.grant_mandate",
    (gettext_lazy("The member finds the rights on the desk. Everybody sees them under Who decides."), "/people/"),
)
happens_next("people.resign_mandate", (gettext_lazy("The rights are gone at once."), "/people/"))
happens_next(
    "people.leave", (gettext_lazy("Your sign-in still opens the desk, but nothing can be decided with it."), "")
)
happens_next(
    "people.add_organisation", (gettext_lazy("It can be paid now, after a vote and two approvals."), "/desk/votes/new/")
)
happens_next(
    "people.name_representative",
    (gettext_lazy("The member can no longer approve payments to this organisation, or make them."), ""),
)
happens_next("people.register_key", (gettext_lazy("Keep the secret half where only you can use it."), ""))
