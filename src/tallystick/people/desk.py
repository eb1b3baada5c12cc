"""A member's seat at the desk: what she may decide now, and one view for every act that is a form.

Decide and fund describe their acts as `Job`s too. A job says which right it needs; whoever lacks it gets the page
that says so. Nothing here decides: the act asks the rules, and what they refuse comes back beside its field.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tallystick.people.models import Commission, Committee, Currency, Mandate, Member, Seat, Spent
from tallystick.people.words import limits_in_words, row_limits
from tallystick.record import clock, days, lines, vault
from tallystick.record.append import Actor, Recorded
from tallystick.record.desk import Answer, DeskForm, Phrase, View, done, member_of, member_only, with_query
from tallystick.record.entry import decode
from tallystick.record.facts import Refused
from tallystick.record.models import EntryRow
from tallystick.record.words import Say, short

GO_ON, RECORD = gettext_lazy("Go on"), gettext_lazy("Put it on the record")
ANYBODY = ""  # a job that any member may do by their own word


@dataclass(frozen=True)
class Right:
    """One mandate in force. limits: (currency, most at once, most a month, left this month) in minor units."""

    id: str
    committee: str
    committee_name: str
    acts: frozenset[str]
    limits: tuple[tuple[str, int, int, int], ...]
    ends: str


class Desk:
    """Who sits here, and under which mandates she may act at this moment."""

    def __init__(self, member: str, request: HttpRequest | None = None) -> None:
        self.member, self.request = member, request
        self.now = clock.now()
        self.say = Say()
        self.right: Right | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> "Desk":
        """The desk of whoever signed in; only behind `member_only`."""
        return cls(member_of(request), request)

    @cached_property
    def zone(self) -> str:
        """The commission's time zone."""
        return str(Commission.objects.values_list("timezone", flat=True).get())

    @cached_property
    def today(self) -> str:
        """The commission's day."""
        return days.local_day(self.now, self.zone)

    @cached_property
    def exponents(self) -> dict[str, int]:
        """Every currency the commission keeps, with its decimal places."""
        return dict(Currency.objects.order_by("code").values_list("code", "exponent"))

    def exponent(self, currency: str) -> int:
        """A currency's decimal places."""
        return self.exponents[currency]

    @cached_property
    def rights(self) -> list[Right]:
        """Mandates in force now, in order of their committees' names; none once the member has left."""
        if not Member.objects.filter(pk=self.member, left="").exists():
            return []
        held = Mandate.objects.filter(member=self.member, starts__lte=self.now, ends__gt=self.now, ended="")
        return [self._right(each) for each in held.select_related("committee").order_by("committee__name", "id")]

    def _right(self, row: Mandate) -> Right:
        month = self.today[:7]
        spent = dict(Spent.objects.filter(member=row.member_id, month=month).values_list("currency", "minor"))
        limits = tuple(
            (code, at_once, a_month, a_month - spent.get(code, 0) - lines.disposed(row.member_id, code, month))
            for code, at_once, a_month in row_limits(row.limits)
        )
        return Right(row.id, row.committee_id, row.committee.name, frozenset(json.loads(row.acts)), limits, row.ends)

    def holding(self, act: str, committee: str = "") -> list[Right]:
        """The mandates that cover an act, of one committee where it is named."""
        return [each for each in self.rights if act in each.acts and committee in ("", each.committee)]

    def may(self, act: str, committee: str = "") -> bool:
        """Whether some mandate covers the act; an act by one's own word everybody may."""
        return act == ANYBODY or bool(self.holding(act, committee))

    def ours(self) -> list[Committee]:
        """The committee that this page acts for, and those that it opened."""
        assert self.right is not None
        found = Committee.objects.filter(Q(pk=self.right.committee) | Q(parent=self.right.committee))
        return sorted(found, key=lambda each: (each.parent != "", each.name))

    def committees(self, act: str) -> set[str]:
        """The committees for which this member may do the act."""
        return {each.committee for each in self.holding(act)}

    @cached_property
    def seats(self) -> list[Committee]:
        """The committees on which this member has a seat."""
        held = Seat.objects.filter(member=self.member, until="").values("committee")
        return list(Committee.objects.filter(pk__in=held).order_by("name"))

    @cached_property
    def _names(self) -> dict[str, str]:
        kept = get_user_model()._default_manager.exclude(member=None).values_list("member", "name")
        return {str(member): str(name) for member, name in kept if name}

    def who(self, member: str) -> str:
        """A member as members know each other: the private name with the public pseudonym, "Ana (3f2a9c1e)"."""
        name = self._names.get(member)
        if member == self.member:
            return _("you (%(short)s)") % {"short": short(member)}
        return f"{name} ({short(member)})" if name else str(self.say.member(member))

    def members(self, *but: str) -> list[tuple[str, str]]:
        """Choices of members who have not left."""
        rows = Member.objects.filter(left="").exclude(pk__in=but).order_by("since", "id").values_list("id", flat=True)
        return sorted(((each, self.who(each)) for each in rows), key=lambda choice: choice[1].casefold())

    def last_day(self, closes: str) -> str:
        """The day on which something that closes at a moment is last open."""
        return days.local_day(days.moment(days.parse(closes) - timedelta(seconds=1)), self.zone)

    def me(self) -> str:
        """The member's own name with the pseudonym, "Ana (3f2a9c1e)"."""
        name = self._names.get(self.member)
        return f"{name} ({short(self.member)})" if name else str(self.say.member(self.member))

    def moment_of(self, day: str) -> str:
        """The moment at which a day begins where the commission is."""
        return days.moment(datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(self.zone)))


Run = Callable[[Actor, DeskForm, Any], Recorded | HttpResponseBase]
Find = Callable[[Desk, Mapping[str, str]], Any]


@dataclass(frozen=True)
class Job:
    """One act as a page. needs: the act a mandate must cover, or ANYBODY. run: does it, gives what was recorded or
    the answer itself. find: what the page is about, from its address; it raises Http404 or PermissionDenied.

    terms: what is shown before the questions. committee_of, currency_of: of what the page is about.
    """

    needs: str
    title: Phrase
    form: type[DeskForm]
    run: Run
    lead: Phrase = ""
    button: Phrase = GO_ON
    last: Phrase = RECORD
    check: bool = True
    grave: bool = False
    private: bool = False
    find: Find | None = None
    terms: Callable[[Desk, Any], list[Answer]] | None = None
    committee_of: Callable[[Any], str] | None = None
    currency_of: Callable[[Any], str] | None = None
    template: str = "record/desk/form.html"
    more: Callable[[Desk, Any], dict[str, Any]] | None = None
    kept: dict[str, Any] = field(default_factory=dict)

    def of(self, subject: Any) -> str:
        """The committee for which it must be done, "" where any will do."""
        return self.committee_of(subject) if self.committee_of and subject is not None else ""


@dataclass
class _Work:
    """One request for one job."""

    request: HttpRequest
    job: Job
    desk: Desk
    subject: Any
    right: Right | None

    def form(self, data: Any = None, files: Any = None) -> DeskForm:
        self.desk.right = self.right  # forms offer what this mandate covers
        form = self.job.form(data, files, desk=self.desk, subject=self.subject, initial=self.request.GET.dict())
        form.of_currency = self.job.currency_of(self.subject) if self.job.currency_of else ""
        return form

    def actor(self, entry_id: str) -> Actor:
        if self.right is None:
            return Actor(self.desk.member, self.job.of(self.subject), "", entry_id)
        return Actor(self.desk.member, self.right.committee, self.right.id, entry_id)

    def said(self, **more: Any) -> dict[str, Any]:
        job = self.job
        return {
            "title": job.title,
            "lead": job.lead,
            "grave": job.grave,
            "private": job.private,
            "committee": self.right.committee_name if self.right else "",
            "back": "/desk/",
            "subject": self.subject,
            **job.kept,
            **(job.more(self.desk, self.subject) if job.more else {}),
            **more,
        }

    def ask(self, form: DeskForm) -> HttpResponse:
        job = self.job
        if job.check:
            form.hold_late()
        terms = job.terms(self.desk, self.subject) if job.terms else []
        button = job.button if job.check else job.last
        said = self.said(form=form, terms=terms, button=button)
        return render(self.request, job.template, said, status=422 if form.errors else 200)

    def checked(self, form: DeskForm, mentions: list[str]) -> HttpResponse:
        terms = self.job.terms(self.desk, self.subject) if self.job.terms else []
        asking = form if form.errors else self.form()  # what was not asked before does not complain yet
        asking.ask_sure(bool(mentions))
        late = [asking[name] for name in (*form.LATE, *(["sure"] if mentions else []))]
        said = self.said(
            form=form,
            answers=[*terms, *form.answers(self.desk.say)],
            carried=form.carried(),
            late=late,
            mentions=mentions,
            button=self.job.last,
        )
        return render(self.request, "record/desk/check.html", said, status=422 if form.errors else 200)


def page(job: Job) -> View:
    """The view of a job: its questions, the answers once more, then the act, then the page that says it worked."""

    @member_only
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, **address: str) -> HttpResponseBase:
        desk = Desk.of(request)
        try:
            subject, rights = _allowed(desk, job, address)
        except (Http404, PermissionDenied):
            before = _before(request, desk)
            if before is None:
                raise
            return before
        chosen = request.GET.get("mandate", "")
        if len(rights) > 1:
            rights = [each for each in rights if each.id == chosen] or rights
        if len(rights) > 1:
            return _which(request, job, desk, rights)
        work = _Work(request, job, desk, subject, rights[0] if rights else None)
        return _answered(work) if request.method == "POST" else work.ask(work.form())

    return view


def _allowed(desk: Desk, job: Job, address: Mapping[str, str]) -> tuple[Any, list[Right]]:
    """What the job is about and the mandates it can be done under; PermissionDenied without one."""
    if not desk.may(job.needs):
        raise PermissionDenied
    subject = job.find(desk, address) if job.find else None
    rights = desk.holding(job.needs, job.of(subject)) if job.needs else []
    if job.needs and not rights:
        raise PermissionDenied
    return subject, rights


def _before(request: HttpRequest, desk: Desk) -> HttpResponse | None:
    """Where a form leads that was sent twice, when the first time took away what it was about."""
    row = EntryRow.objects.filter(id=request.POST.get("entry_id", "")[:36]).first()
    if row is None or decode(bytes(row.data), row.index).by != desk.member:
        return None
    return done(row.index)


def _which(request: HttpRequest, job: Job, desk: Desk, rights: list[Right]) -> HttpResponse:
    """Ask first for which committee, where several mandates cover the act."""
    query = request.GET.dict()
    listed = [
        {
            "committee": each.committee_name,
            "limits": "; ".join(
                limits_in_words([[code, once, month] for code, once, month, _left in each.limits], desk.say)
            ),
            "href": with_query(request.path, **{**query, "mandate": each.id}),
        }
        for each in rights
    ]
    return render(request, "record/desk/which.html", {"title": job.title, "mandates": listed})


def _answered(work: _Work) -> HttpResponseBase:
    """What was sent: asked again where something is wrong, checked once more, or done."""
    job, step = work.job, work.request.POST.get("step", "")
    form = work.form(work.request.POST, work.request.FILES)
    last = step == "send" or (not job.check and step != "change")
    if not last:
        form.hold_late()
    valid = form.is_valid()
    if step == "change":
        form.errors.clear()
        return work.ask(form)
    if not valid:
        return work.checked(form, []) if last and job.check and set(form.errors) <= set(form.LATE) else work.ask(form)
    mentions = _mentions(form)
    if mentions and last and not form.cleaned_data["sure"]:
        form.add_error("sure", str(form.fields["sure"].error_messages["required"]))
        return work.checked(form, mentions)
    return _done(work, form) if last else work.checked(form, mentions)


def _mentions(form: DeskForm) -> list[str]:
    """Stored names, numbers and addresses that occur in what everybody would read."""
    texts = "\n".join(str(form.cleaned_data.get(name) or "") for name in form.PUBLIC)
    return sorted({each.value for each in vault.mentions(texts)}) if texts.strip() else []


def _done(work: _Work, form: DeskForm) -> HttpResponseBase:
    try:
        found = work.job.run(work.actor(form.cleaned_data["entry_id"]), form, work.subject)
    except Refused as refused:
        form.refuse(refused, work.desk.say)
        return work.ask(form)
    return done(found.index) if isinstance(found, Recorded) else found
