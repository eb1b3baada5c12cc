"""The desk's frame, for every room: who may sit here, forms that record once, refusals in the page's words, and the
page that says it worked.

An act's form carries two ids that were made when the page was first shown. Whoever clicks twice, or sends again
because the line broke, sends the same ids, and the record knows the act by them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tallystick.record import shapes
from tallystick.record.chance import new_id
from tallystick.record.entry import decode
from tallystick.record.facts import Refused
from tallystick.record.form_fields import minor_units
from tallystick.record.models import EntryRow
from tallystick.record.words import Say, arguments, may, sentence

Phrase = str | Promise
View = Callable[..., HttpResponseBase]
Next = tuple[Phrase, str]
"""What happens next: a sentence, and the page where one does it ("" where nobody need do anything)."""

# Values of refusals that are sums in minor units once the form knows a currency.
SUMS = {"limit", "minor", "available", "left", "cap", "aside", "total"}
# Values that some room knows how to write: what they are called there.
WRITTEN = {
    "account": "account", "purpose": "purpose", "place": "place", "until": "until", "ends": "ends", "day": "until",
    "member": "member", "secondary": "purpose",
}  # fmt: skip

# Arguments that a reader wants first. All others follow in their own order.
FIRST = ("member", "to", "minor", "cap", "total", "acts", "limits", "purpose", "place", "from", "account", "starts")

_NEXT: dict[str, tuple[Next, ...]] = {}


@dataclass(frozen=True)
class Answer:
    """One row of "check your answers"."""

    label: Phrase
    value: str
    href: str = ""


def member_only(view: View) -> View:
    """For members who signed in. Others are sent to sign in; a sign-in that is no member's sees why it cannot."""

    @never_cache
    @login_required
    @wraps(view)
    def seated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not getattr(request.user, "member", None):
            return render(request, "record/desk/no_member.html", status=403)
        return view(request, *args, **kwargs)

    return seated


def member_of(request: HttpRequest) -> str:
    """The pseudonym of whoever signed in; only behind `member_only`."""
    return str(request.user.member)  # type: ignore[union-attr]


def happens_next(act: str, *following: Next) -> None:
    """Say what happens after an act, for the page that confirms it."""
    _NEXT[act] = following


def shown(name: str, value: Any, args: dict[str, Any], say: Say) -> str:
    """A value as the rooms write an act's argument of this name."""
    rows = arguments({name: value, **args}, say)
    return rows[0][1] if rows else str(value)


def in_order(args: dict[str, Any], say: Say) -> list[Answer]:
    """An act's arguments as rows: to whom and how much before what for and out of what."""
    known = {name: number for number, name in enumerate(FIRST)}
    ordered = sorted(args, key=lambda name: known.get(name, len(known)))
    return [Answer(label, value) for label, value in arguments({name: args[name] for name in ordered}, say)]


def refusal(refused: Refused, say: Say, currency: str = "") -> str:
    """A refusal in the page's language: sums as sums, codes, days and members in words."""
    told = dict(refused.values)
    for name, value in refused.values.items():
        if name in SUMS and type(value) is int and currency:
            told[name] = say.money(value, currency)
        elif name == "act":
            told[name] = may(str(value))
        elif name == "bound":
            told[name] = shown("place" if refused.field == "place" else "purpose", value, {}, say)
        elif name in WRITTEN and isinstance(value, str):
            told[name] = shown(WRITTEN[name], value, {}, say)
    return _(refused.message).format(**told)


def _id_field() -> forms.CharField:
    return forms.CharField(widget=forms.HiddenInput, max_length=36, required=False)


class DeskForm(forms.Form):
    """A form whose answers become one act.

    LATE: fields asked beside the checked answers (a file cannot wait in a page). PUBLIC: free text that everybody
    will read, looked through for stored names first. MEANT: an act's arguments by this form's own names.
    """

    LATE: tuple[str, ...] = ()
    PUBLIC: tuple[str, ...] = ()
    MEANT: dict[str, str] = {}
    of_currency = ""  # where nothing is asked, the currency of what the page is about

    entry_id = _id_field()
    new_id = _id_field()
    sure = forms.BooleanField(
        required=False,
        label=gettext_lazy("I read it again. It names nobody who did not want to be named."),
        error_messages={"required": gettext_lazy("Tick the box if everybody may read this, or change the text.")},
    )

    def __init__(self, data: Any = None, files: Any = None, *, desk: Any, subject: Any = None, **rest: Any) -> None:
        self.desk, self.subject = desk, subject
        initial = {**rest.pop("initial", {}), **self.filled(), "entry_id": new_id(), "new_id": new_id()}
        super().__init__(data, files, initial=initial, use_required_attribute=False, **rest)
        self.order_fields([*[name for name in self.fields if name != "sure"], "sure"])
        self.ask_sure(False)
        self.prepare()

    def filled(self) -> dict[str, Any]:
        """What the fields hold when the page is first shown."""
        return {}

    def prepare(self) -> None:
        """Fill in choices; the seat at the desk is `self.desk`, what the page is about `self.subject`."""

    def ask_sure(self, asked: bool) -> None:
        """Show or hide the box that says: everybody may read this."""
        field = self.fields["sure"]
        field.widget = forms.CheckboxInput() if asked else forms.HiddenInput()

    def hold_late(self) -> None:
        """Leave the late fields for the page of checked answers."""
        for name in self.LATE:
            self.fields.pop(name, None)

    def clean_entry_id(self) -> str:
        """An id of the right shape, else a fresh one: an act without one could not be told from its repeat."""
        return self._id("entry_id")

    def clean_new_id(self) -> str:
        """The same for the id of what is made."""
        return self._id("new_id")

    def _id(self, name: str) -> str:
        value = str(self.cleaned_data[name])
        return value if shapes.identifier(value) else new_id()

    def one_of(self, name: str, choices: Iterable[tuple[Any, Any]], empty: Phrase | None = None) -> None:
        """Give a field its choices; `empty`: the words for none, where there is such a line."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*([("", empty)] if empty is not None else []), *choices]

    def exact(self, name: str, currency: str) -> int | None:
        """Turn a sum into minor units of its currency, in place; an error goes to its field."""
        amount = self.cleaned_data.get(name)
        if not isinstance(amount, Decimal):
            return amount
        try:
            self.cleaned_data[name] = minor_units(amount, currency, self.desk.exponent(currency))
        except forms.ValidationError as error:
            self.add_error(name, error)
            return None
        return int(self.cleaned_data[name])

    def in_currency(self) -> str:
        """The currency that this form is about, for sums in answers and refusals; "" without one."""
        said = str(self.cleaned_data.get("currency", "")) if hasattr(self, "cleaned_data") else ""
        return said or self.of_currency

    def refuse(self, refused: Refused, say: Say) -> None:
        """Put a refusal where it belongs."""
        name = self.MEANT.get(refused.field, refused.field)
        field = self.fields.get(name)
        visible = field is not None and not field.widget.is_hidden
        self.add_error(name if visible else None, refusal(refused, say, self.in_currency()))

    def answers(self, say: Say) -> list[Answer]:
        """What was answered, to be read once more."""
        told = []
        for bound in self.visible_fields():
            if bound.name in self.cleaned_data and bound.name not in self.LATE and bound.name != "sure":
                told.append(Answer(bound.label, self.answer(bound.name, self.cleaned_data[bound.name], say)))
        return told

    def answer(self, name: str, value: Any, say: Say) -> str:
        """One answer in words."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            return _chosen(field, value)
        if type(value) is bool:
            return _("Yes") if value else _("No")
        if type(value) is int and self.in_currency() and field.widget.attrs.get("inputmode") == "decimal":
            return say.money(value, self.in_currency())
        if isinstance(value, str) and shapes.day(value):
            return say.day(value)
        return "" if value is None else str(value)

    def carried(self) -> list[tuple[str, str]]:
        """Every answer as sent, for the hidden fields of the page where they are checked."""
        kept = []
        for name in self.data:
            if name not in ("csrfmiddlewaretoken", "step", "sure", *self.LATE):
                values = self.data.getlist(name) if hasattr(self.data, "getlist") else [self.data[name]]
                kept += [(name, each) for each in values]
        return kept


def _chosen(field: forms.ChoiceField, value: Any) -> str:
    labels: dict[str, str] = {}
    offered: Any = field.choices
    for key, label in offered:
        if isinstance(label, list | tuple):
            labels |= {str(inner): str(words) for inner, words in label}
        else:
            labels[str(key)] = str(label)
    if isinstance(value, list):
        return "\n".join(labels.get(str(each), str(each)) for each in value)
    return labels.get(str(value), "") if value != "" or not field.required else ""


class Confirm(DeskForm):
    """A form without questions: the page says what will happen, the button does it."""


def done(index: int) -> HttpResponse:
    """Lead to the page that says it worked; loading that page again records nothing."""
    return redirect("desk:done", index=index)


@member_only
@require_safe
def confirmation(request: HttpRequest, index: int) -> HttpResponse:
    """What the reader just put on the record, what happens next, and where to check it. Only for who did it."""
    row = EntryRow.objects.filter(index=index).first()
    if row is None:
        raise Http404
    entry = decode(bytes(row.data), index)
    if entry.by != member_of(request):
        raise Http404
    return render(
        request,
        "record/desk/done.html",
        {
            "entry": entry,
            "sentence": sentence(entry, Say()),
            "following": [(words, href.format(**_places(entry))) for words, href in _NEXT.get(entry.act, ())],
        },
    )


def _places(entry: Any) -> dict[str, Any]:
    """What an address of a next step may name: the line, its id, and its plain arguments."""
    plain = {name: value for name, value in entry.args.items() if isinstance(value, str)}
    return {**plain, "entry": entry.id, "index": entry.index}


def with_query(path: str, **values: str) -> str:
    """An address with a query, without empty values."""
    kept = {name: value for name, value in values.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path
