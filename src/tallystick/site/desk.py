"""The desk: what waits for the member who signed in, what she may decide, what she did lately. And her password."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tallystick.decide.desk import kind_of
from tallystick.decide.models import Ballot, Motion
from tallystick.decide.views import text_of, title_of
from tallystick.fund import desk as money
from tallystick.fund.desk_purses import purse, releases, sees_names
from tallystick.fund.models import Programme, Request, Transfer
from tallystick.fund.names import account_words
from tallystick.fund.rules.approvals import APPROVERS
from tallystick.people.desk import Desk, Job, page
from tallystick.people.desk_forms import NewMember, right_in_words
from tallystick.people.models import Organisation
from tallystick.record.append import Actor
from tallystick.record.desk import DeskForm, member_only
from tallystick.record.entry import decode
from tallystick.record.models import EntryRow
from tallystick.record.words import may, sentence
from tallystick.site import acts
from tallystick.site.models import User

LOOKED_AT = 500  # newest lines in which one's own are looked for
LATELY = 8
MOST = 50


@dataclass(frozen=True)
class Task:
    """Something that waits: what to do, about what, where."""

    verb: str
    about: str
    href: str
    by: str = ""  # a day


# What one can start, by what it is about: (address, words, the right it takes).
STARTS: tuple[tuple[Any, tuple[tuple[str, Any, str], ...]], ...] = (
    (
        gettext_lazy("Money"),
        (
            ("fund_desk:receive_gift", gettext_lazy("Take in a gift"), "fund.receive_gift"),
            ("fund_desk:ask payment", gettext_lazy("Ask for a payment"), "fund.request"),
            ("fund_desk:ask move", gettext_lazy("Ask to move money to another holder"), "fund.request"),
            ("fund_desk:ask exchange", gettext_lazy("Ask to change money into another currency"), "fund.request"),
            ("fund_desk:ask correction", gettext_lazy("Ask to take a wrong line back"), "fund.request"),
        ),
    ),
    (
        gettext_lazy("Votes and rights"),
        (
            ("decide_desk:kinds", gettext_lazy("Propose a vote"), "decide.open_motion"),
            ("people_desk:grant_mandate", gettext_lazy("Let a member decide"), "people.grant_mandate"),
            ("people_desk:seat_member", gettext_lazy("Give a member a seat"), "people.seat_member"),
            ("people_desk:open_committee", gettext_lazy("Open a committee"), "people.open_committee"),
        ),
    ),
    (
        gettext_lazy("Members and organisations"),
        (
            ("site_desk:admit", gettext_lazy("Admit a member"), "people.admit_member"),
            ("people_desk:add_organisation", gettext_lazy("Add an organisation"), "people.add_organisation"),
            (
                "people_desk:name_representative",
                gettext_lazy("Say who speaks for an organisation"),
                "people.name_representative",
            ),
            (
                "people_desk:end_representative",
                gettext_lazy("End that a member speaks for an organisation"),
                "people.end_representative",
            ),
        ),
    ),
    (
        gettext_lazy("Books"),
        (
            ("fund_desk:open_pool", gettext_lazy("Open an appeal"), "fund.open_pool"),
            ("fund_desk:open_account", gettext_lazy("Open an account"), "fund.open_account"),
            ("fund_desk:add_holder", gettext_lazy("Add who has our money"), "fund.add_holder"),
            ("fund_desk:bring_forward", gettext_lazy("Put an opening balance on the record"), "fund.bring_forward"),
            ("fund_desk:label_code", gettext_lazy("Name a purpose or a place"), "fund.label_code"),
        ),
    ),
)


def _address(name: str) -> str:
    view, _space, slug = name.partition(" ")
    return reverse(view, args=[slug] if slug else [])


def starts(desk: Desk) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """What this member can start, in groups: (address, words)."""
    groups = [
        (group, [(_address(name), words) for name, words, needs in listed if desk.may(needs)])
        for group, listed in STARTS
    ]
    return [(group, listed) for group, listed in groups if listed]


def waiting(desk: Desk) -> list[Task]:
    """Everything that waits for this member, what is nearest its end first within each kind."""
    return [
        *votes(desk),
        *to_approve(desk),
        *to_carry(desk),
        *to_settle(desk),
        *to_close(desk),
        *passed(desk),
        *gathered(desk),
    ]


def votes(desk: Desk) -> Iterator[Task]:
    """Open votes on whose roll this member is, not voted yet."""
    mine = Ballot.objects.filter(voter=desk.member, choice="", motion__state="open", motion__closes__gt=desk.now)
    for each in mine.select_related("motion").order_by("motion__closes")[:MOST]:
        yield Task(
            _("Vote"),
            title_of(text_of(each.motion)),
            reverse("decide_desk:vote", args=[each.motion_id]),
            desk.last_day(each.motion.closes),
        )


def _open_requests() -> list[Request]:
    return list(Request.objects.filter(state="open").order_by("at")[:200])


def _asked(desk: Desk, asked: Request) -> str:
    """ "$400.00 USD to Bayou Roofing", or what else is asked for."""
    terms = json.loads(asked.terms)
    if asked.act == "fund.pay":
        to = desk.say.named(Organisation, terms["to"])
        return _("%(money)s to %(to)s") % {"money": desk.say.money(terms["minor"], terms["currency"]), "to": to}
    told = [may(asked.act), desk.say.money(terms["minor"], terms["currency"]) if "minor" in terms else ""]
    return ", ".join(each for each in told if each)


def to_approve(desk: Desk) -> Iterator[Task]:
    """Requests that others asked for and this member may approve and has not."""
    for each in _open_requests():
        if each.asked_by_id == desk.member or not desk.may("fund.approve", each.committee_id):
            continue
        said = {approval.member_id for approval in money.approvals(each)}
        if desk.member not in said and len(said) < APPROVERS:
            yield Task(_("Approve"), _asked(desk, each), reverse("fund_desk:request", args=[each.id]))


def to_carry(desk: Desk) -> Iterator[Task]:
    """Requests approved by two others, and passed by vote where they must be, that this member may carry out."""
    for each in _open_requests():
        said = {approval.member_id for approval in money.approvals(each)}
        voted = each.act != "fund.pay" or money.vote_for(each) is not None
        if len(said) >= APPROVERS and desk.member not in said and voted and desk.may(each.act, each.committee_id):
            yield Task(_("Carry out"), _asked(desk, each), reverse("fund_desk:carry_out", args=[each.id]))


def to_settle(desk: Desk) -> Iterator[Task]:
    """Money on its way whose bank reference is missing."""
    ours = desk.committees("fund.settle")
    pending = Transfer.objects.filter(state="pending", credit__pool__committee__in=ours)
    for each in pending.order_by("at")[:MOST]:
        about = f"{desk.say.money(each.minor, each.currency_id)}, {account_words(each.debit_id, desk.say)}"
        yield Task(_("Enter the bank’s reference"), about, reverse("fund_desk:settle", args=[each.id]))


def to_close(desk: Desk) -> Iterator[Task]:
    """Votes that can be counted now."""
    for each in Motion.objects.filter(state="open").order_by("closes")[:MOST]:
        over = each.closes <= desk.now or each.cast == each.roll
        if over and desk.may("decide.close_motion", each.committee_id):
            yield Task(_("Count the votes"), title_of(text_of(each)), reverse("decide_desk:close", args=[each.id]))


def passed(desk: Desk) -> Iterator[Task]:
    """Passed votes that this member can carry out, or ask for where it is a payment."""
    for each in Motion.objects.filter(state="carried").exclude(act="").order_by("opened")[:MOST]:
        title = title_of(text_of(each))
        found = kind_of(each.act)
        if each.act == "fund.pay":
            known = Request.objects.filter(act=each.act, terms=each.args, state="open").exists()
            if not known and desk.may("fund.request", each.committee_id):
                yield Task(_("Ask for the payment"), title, reverse("fund_desk:ask_as_voted", args=[each.id]))
        elif found is not None and found.do is not None and desk.may(each.act, each.committee_id):
            yield Task(_("Carry out"), title, reverse("decide_desk:carry_out", args=[each.id]))


def gathered(desk: Desk) -> Iterator[Task]:
    """Payments to people that two members have not approved yet, asked for by others."""
    mine = desk.committees("fund.approve_release")
    for programme in Programme.objects.filter(committee__in=mine, ended="").order_by("until"):
        for each in releases(programme, desk):
            if not each.by_me:
                about = f"{purse(programme, desk).name}: {each.words(desk.say)}"
                yield Task(_("Approve"), about, reverse("fund_desk:approve_release", args=[programme.id, each.root]))


def lately(desk: Desk) -> list[dict[str, Any]]:
    """The member's own lines among the newest ones."""
    found = []
    for row in EntryRow.objects.order_by("-index")[:LOOKED_AT]:
        entry = decode(bytes(row.data), row.index)
        if entry.by == desk.member:
            found.append({"index": row.index, "at": row.at, "words": sentence(entry, desk.say)})
            if len(found) == LATELY:
                break
    return found


@member_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The desk's first page."""
    desk = Desk.of(request)
    acts_for_people = ("fund.pay_person", "fund.approve_release", "fund.set_aside", "fund.end_programme")
    committees = set().union(*(desk.committees(act) for act in acts_for_people))
    running = Programme.objects.filter(committee__in=committees, ended="").order_by("until", "id")
    mine = Request.objects.filter(asked_by=desk.member, state="open").order_by("-at")
    return render(
        request,
        "site/desk/home.html",
        {
            "me": desk.me(),
            "tasks": waiting(desk),
            "mine": [(each.id, _asked(desk, each)) for each in mine[:MOST]],
            "programmes": [(purse(each, desk), sees_names(desk, each)) for each in running],
            "handles_people": bool(committees),
            "starts": starts(desk),
            "rights": [(each, right_in_words(each, desk.say)) for each in desk.rights],
            "seats": desk.seats,
            "lately": lately(desk),
        },
    )


def _admit(actor: Actor, form: DeskForm, _subject: Any) -> HttpResponseBase:
    assert isinstance(form, NewMember)
    admitted = acts.admit_member(actor, member=form.fresh(), name=form.cleaned_data["name"])
    said = {"sign_in": admitted.sign_in, "entry": admitted.recorded.entry, "name": form.cleaned_data["name"]}
    return render(form.desk.request, "site/desk/admitted.html", said)


ADMIT = Job(
    "people.admit_member",
    gettext_lazy("Admit a member"),
    NewMember,
    _admit,
    lead=gettext_lazy("The record gets a random number. The name stays here, for members only."),
    last=gettext_lazy("Admit the member"),
)

admit = page(ADMIT)


class ChoosePassword(forms.Form):
    """A new password for one's own sign-in."""

    now = forms.CharField(
        label=gettext_lazy("Your password now"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Enter the password you signed in with.")},
    )  # fmt: skip
    new = forms.CharField(
        label=gettext_lazy("New password"), strip=False,
        help_text=gettext_lazy("At least 12 letters, for example four words that only you would put together."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Enter a new password.")},
    )  # fmt: skip

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data, use_required_attribute=False)
        self.user = user

    def clean_now(self) -> str:
        """The password as it is."""
        if not self.user.check_password(self.cleaned_data["now"]):
            raise forms.ValidationError(_("That is not your password. Try again."))
        return str(self.cleaned_data["now"])

    def clean_new(self) -> str:
        """A password that is hard to guess."""
        password_validation.validate_password(self.cleaned_data["new"], self.user)
        return str(self.cleaned_data["new"])


@sensitive_post_parameters()
@member_only
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponseBase:
    """Choose another password; other places where one is signed in are signed out."""
    assert isinstance(request.user, User)
    form = ChoosePassword(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        acts.choose_password(request.user, form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your new password holds from now on."))
        return redirect("site_desk:home")
    return render(request, "site/desk/password.html", {"form": form}, status=422 if form.errors else 200)
