"""Votes at the desk: propose, vote, close, and carry out what was passed."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from tallystick.decide import acts
from tallystick.decide.desk_forms import (
    ProposeForm,
    ProposeMandate,
    ProposeRecall,
    ProposeSeat,
    ProposeUnseat,
    VoteForm,
)
from tallystick.decide.models import Ballot, Motion
from tallystick.decide.views import text_of, title_of
from tallystick.people.desk import ANYBODY, Desk, Job, page
from tallystick.record import shapes
from tallystick.record.append import Actor, Recorded
from tallystick.record.desk import Answer, Confirm, DeskForm, Phrase, happens_next, in_order, member_only
from tallystick.record.words import Say, may

Do = Callable[[Actor, Motion, dict[str, Any]], Recorded]


@dataclass(frozen=True)
class Kind:
    """What a vote can allow. do: carries the passed vote out; None where another page does (a payment's)."""

    slug: str
    title: Phrase
    hint: Phrase
    form: type[ProposeForm]
    do: Do | None = None


KINDS: dict[str, Kind] = {}


def kind(slug: str, title: Phrase, hint: Phrase, form: type[ProposeForm], do: Do | None = None) -> None:
    """Register a kind of vote; rooms above this one do so when their desk is loaded."""
    KINDS[slug] = Kind(slug, title, hint, form, do)


def kind_of(act: str) -> Kind | None:
    """The kind whose votes allow this act."""
    return next((each for each in KINDS.values() if act and each.form.act == act), None)


kind(
    "mandate", gettext_lazy("Let a member decide"), gettext_lazy("Rights, sums and a term."), ProposeMandate,
    lambda actor, motion, args: acts.grant_mandate(actor, motion=motion.id, mandate=args),
)  # fmt: skip
kind(
    "recall", gettext_lazy("Take a member’s rights back"), gettext_lazy("They end when the vote is carried out."),
    ProposeRecall, lambda actor, motion, args: acts.recall_mandate(actor, motion=motion.id, **args),
)  # fmt: skip
kind(
    "new-seat", gettext_lazy("Give a member a seat"), gettext_lazy("From then on the member votes in the committee."),
    ProposeSeat, lambda actor, motion, args: acts.seat_member(actor, motion=motion.id, **args),
)  # fmt: skip
kind(
    "seat", gettext_lazy("End a member’s seat"), gettext_lazy("The member no longer votes in the committee."),
    ProposeUnseat, lambda actor, motion, args: acts.unseat_member(actor, motion=motion.id, **args),
)  # fmt: skip
kind(
    "text",
    gettext_lazy("A text only"),
    gettext_lazy("It says what the committee thinks. It allows nothing."),
    ProposeForm,
)


@member_only
@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """What a vote can be about, each a page of its own."""
    if not Desk.of(request).may("decide.open_motion"):
        raise PermissionDenied
    return render(request, "decide/desk/kinds.html", {"kinds": KINDS.values()})


def _propose(actor: Actor, form: DeskForm, _subject: Any) -> Recorded:
    assert isinstance(form, ProposeForm)
    said = form.cleaned_data
    motion = said["new_id"] if form.act != "decide.grant_mandate" else _other(said["new_id"])
    return acts.open_motion(actor, id=motion, text=form.paper(), closes=form.closing(), act=form.act, args=form.args())


def _other(identifier: str) -> str:
    """A second id made from a first, always the same: the mandate has the first, the vote on it this one."""
    return str(uuid.UUID(bytes=sha256(identifier.encode()).digest()[:16], version=4))


def propose(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The page that proposes a vote of one kind."""
    found = KINDS.get(slug)
    if found is None:
        raise Http404
    job = Job(
        "decide.open_motion",
        found.title,
        found.form,
        _propose,
        lead=gettext_lazy("The committee votes on exactly this. Nothing in it can be changed later."),
        last=gettext_lazy("Open the vote"),
    )
    return page(job)(request)


def motion_at(address: Mapping[str, str], **state: Any) -> Motion:
    """The motion that an address names; 404 without one in this state."""
    if not shapes.identifier(address["motion"]):
        raise Http404
    return get_object_or_404(Motion.objects.select_related("committee"), pk=address["motion"], **state)


def in_words(motion: Motion, say: Say) -> list[Answer]:
    """What a motion allows, as rows."""
    if not motion.act:
        return [Answer(_("It allows"), _("Nothing: it is a text only."))]
    allowed = Answer(_("If it passes, the committee may once"), may(motion.act))
    return [allowed, *in_order(json.loads(motion.args), say)]


def _mine(desk: Desk, address: Mapping[str, str]) -> dict[str, Any]:
    motion = motion_at(address, state="open")
    ballot = Ballot.objects.filter(motion=motion, voter=desk.member).first()
    if ballot is None:
        raise PermissionDenied
    return {"motion": motion, "ballot": ballot}


def _about(desk: Desk, subject: Any) -> dict[str, Any]:
    motion = subject["motion"] if isinstance(subject, dict) else subject
    text = text_of(motion)
    return {"motion": motion, "text": text, "title": title_of(text), "last": desk.last_day(motion.closes)}


VOTE = Job(
    ANYBODY,
    gettext_lazy("Vote"),
    VoteForm,
    lambda actor, form, subject: acts.vote(actor, motion=subject["motion"].id, choice=form.cleaned_data["choice"]),
    last=gettext_lazy("Vote"),
    check=False,
    find=_mine,
    terms=lambda desk, subject: in_words(subject["motion"], desk.say),
    committee_of=lambda subject: str(subject["motion"].committee_id),
    template="decide/desk/motion.html",
    more=_about,
)

CLOSE = Job(
    "decide.close_motion",
    gettext_lazy("Close the vote"),
    Confirm,
    lambda actor, _form, motion: acts.close_motion(actor, motion=motion.id),
    last=gettext_lazy("Count and close"),
    check=False,
    find=lambda _desk, address: motion_at(address),
    terms=lambda desk, motion: in_words(motion, desk.say),
    committee_of=lambda motion: str(motion.committee_id),
    template="decide/desk/motion.html",
    more=_about,
)


def carry_out(request: HttpRequest, motion: str) -> HttpResponseBase:
    """The page that does what a passed vote allows, once."""
    found = kind_of(motion_at({"motion": motion}).act)
    if found is None or found.do is None:
        raise Http404
    do = found.do
    job = Job(
        found.form.act,
        found.title,
        Confirm,
        lambda actor, _form, passed: do(actor, passed, json.loads(passed.args)),
        lead=gettext_lazy("The vote passed. It can be carried out once, exactly so."),
        last=gettext_lazy("Carry it out"),
        check=False,
        find=lambda _desk, address: motion_at(address),
        terms=lambda desk, passed: in_words(passed, desk.say),
        committee_of=lambda passed: str(passed.committee_id),
        currency_of=lambda passed: str(json.loads(passed.args).get("currency", "")),
        template="decide/desk/motion.html",
        more=_about,
    )
    return page(job)(request, motion=motion)


happens_next(
    "decide.open_motion",
    (
        gettext_lazy(
            "Everybody on the committee finds the vote on the desk, until its last day is over or all have voted."
        ),
        "/desk/votes/{id}/",
    ),
    (gettext_lazy("Then the votes are counted, and every one of them is shown."), "/votes/{id}/"),
)  # fmt: skip
happens_next(
    "decide.vote",
    (gettext_lazy("You can change your vote until the vote closes."), "/desk/votes/{motion}/"),
    (
        gettext_lazy("Your vote is public under your random number, so that everybody can count again."),
        "/votes/{motion}/",
    ),
)  # fmt: skip
happens_next(
    "decide.close_motion",
    (gettext_lazy("If it passed, what it allows can now be done, once."), "/votes/{motion}/"),
)
happens_next("decide.grant_mandate", (gettext_lazy("The member finds the rights on the desk."), "/people/"))
happens_next("decide.recall_mandate", (gettext_lazy("The rights are gone at once."), "/people/"))
happens_next("decide.seat_member", (gettext_lazy("The member is on the roll of every new vote."), "/people/"))
happens_next("decide.unseat_member", (gettext_lazy("The member is on no roll of a new vote."), "/people/"))
