"""What the desk's forms are made of: sums typed by people, days as three fields, short answers. For every room."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.record.shapes import LARGEST

EARLIEST, LATEST = 1900, 2200
LARGEST_PAPER = 10 * 1024 * 1024
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f'’]")
_SIGNS = re.compile(r"^[$€£¥₱]|[$€£¥₱]$")

# What a published paper may be: types that a browser shows or saves without running anything, by their first bytes.
PAPERS = {b"%PDF-": "application/pdf", b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def typed_sum(text: str) -> Decimal:
    """A sum as people type it in the page's language: "1,250.00", "1250", "$1,250", "1 250,00". Exact.

    ValidationError for what could be read two ways, as thousands that are not in threes.
    """
    point, mark = str(get_format("DECIMAL_SEPARATOR")), str(get_format("THOUSAND_SEPARATOR"))
    bare = _SPACES.sub("", _SIGNS.sub("", text.strip()))
    whole, _point, part = bare.partition(point)
    grouped = re.fullmatch(rf"\d{{1,3}}({re.escape(mark)}\d{{3}})+", whole, re.ASCII) if mark.strip() else None
    figures = whole.replace(mark, "") if grouped else whole
    if not re.fullmatch(r"\d{1,16}", figures, re.ASCII) or (_point and not re.fullmatch(r"\d{1,6}", part, re.ASCII)):
        raise forms.ValidationError(
            _("Write the amount in figures, for example %(example)s."),
            params={"example": f"1{mark}250{point}00"},
        )
    return Decimal(f"{figures}.{part or 0}")


def minor_units(amount: Decimal, currency: str, exponent: int) -> int:
    """The sum in the currency's minor units, exactly; ValidationError for finer parts than the currency has."""
    minor = amount.scaleb(exponent)
    if minor != minor.to_integral_value():
        if exponent == 0:
            raise forms.ValidationError(
                _("%(currency)s has no smaller unit: write a whole amount."), params={"currency": currency}
            )
        raise forms.ValidationError(
            ngettext(
                "%(currency)s has %(places)s figure after the point. Write no more.",
                "%(currency)s has %(places)s figures after the point. Write no more.",
                exponent,
            ),
            params={"currency": currency, "places": exponent},
        )
    if minor > LARGEST:
        raise forms.ValidationError(_("That is more than the books can hold. Check the figures."))
    return int(minor)


def written_sum(minor: int, exponent: int) -> str:
    """Minor units as one would type them, for a field that is filled in already."""
    whole, part = divmod(minor, 10**exponent)
    return f"{whole}{get_format('DECIMAL_SEPARATOR')}{part:0{exponent}d}" if exponent else str(whole)


class MoneyField(forms.CharField):
    """A sum as typed; `DeskForm.exact` turns it into minor units once the currency is known."""

    def __init__(self, *, nothing: bool = False, **kwargs: Any) -> None:
        self.nothing = nothing
        kwargs.setdefault("error_messages", {"required": gettext_lazy("Enter an amount.")})
        super().__init__(max_length=40, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        """The sum, exact; None where it may stay empty and does."""
        text = super().clean(value)
        if not text:
            return None
        amount = typed_sum(text)
        if not amount and not self.nothing:
            raise forms.ValidationError(_("Enter an amount of more than nothing."))
        return amount


class DayInput(forms.MultiWidget):
    """A day as three fields with labels of their own, month first as in American English."""

    template_name = "record/day.html"
    use_fieldset = True

    def __init__(self) -> None:
        number = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__({part: forms.TextInput(attrs=number) for part in ("month", "day", "year")})

    def decompress(self, value: Any) -> list[Any]:
        """The parts of an ISO day."""
        return [int(value[5:7]), int(value[8:]), value[:4]] if value else ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Each part with its label."""
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], (_("Month"), _("Day"), _("Year")), strict=True):
            part["label"] = label
        return context


class DayField(forms.MultiValueField):
    """A day from three fields as ISO text, "" where all may stay empty and do. Says what is missing or wrong."""

    widget = DayInput

    def __init__(self, *, required: bool = True, **kwargs: Any) -> None:
        self.asked = required
        parts = [forms.CharField(required=False, max_length=4) for _part in range(3)]
        super().__init__(fields=parts, require_all_fields=False, required=False, **kwargs)
        self.required = required  # for the page's "(if you like)"; MultiValueField must not ask part by part

    def clean(self, value: Any) -> Any:
        """The day; ValidationError says how to mend it."""
        parts = [str(part or "").strip() for part in (value or ["", "", ""])]
        if not any(parts):
            if self.asked:
                raise forms.ValidationError(_("Enter a month, a day and a year, for example 11 22 2026."))
            return ""
        if not all(parts):
            raise forms.ValidationError(_("Enter a month, a day and a year, for example 11 22 2026."))
        try:
            month, day, year = map(int, parts)
            found = date(year, month, day)
        except ValueError:
            raise forms.ValidationError(_("Enter a day that is in the calendar, for example 11 22 2026.")) from None
        if not EARLIEST <= found.year <= LATEST:
            raise forms.ValidationError(_("Enter the year with four figures, for example 2026."))
        return found.isoformat()


class OneField(forms.ChoiceField):
    """One of a short list; an empty first line, so that nothing is chosen by accident."""

    def __init__(self, *, missing: Any = "", **kwargs: Any) -> None:
        wrong = missing or gettext_lazy("Choose one of the list.")
        kwargs.setdefault("error_messages", {"required": wrong, "invalid_choice": wrong})
        super().__init__(**kwargs)


class NameField(forms.CharField):
    """A public name on one line. What the record's own shape would refuse is said here in the page's words."""

    def __init__(self, *, missing: Any = "", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault("error_messages", {"required": missing or gettext_lazy("Enter a name.")})
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def clean(self, value: Any) -> Any:
        """The name, with single spaces."""
        text = " ".join(str(super().clean(value)).split())
        if not text.isprintable():
            raise forms.ValidationError(_("Write plain letters only; something here cannot be shown."))
        return text


class WholeField(forms.IntegerField):
    """A whole number typed by people."""

    def __init__(self, *, missing: Any = "", **kwargs: Any) -> None:
        wrong = missing or gettext_lazy("Enter a whole number, for example 3.")
        kwargs.setdefault("error_messages", {"required": wrong, "invalid": wrong, "min_value": wrong})
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(**kwargs)


class PaperField(forms.FileField):
    """A paper that will be published: a PDF, a photo, or plain text. Its type is told from its content."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": gettext_lazy("Choose the file with the paper.")})
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = ".pdf,.png,.jpg,.jpeg,.txt"

    def clean(self, data: Any, initial: Any = None) -> Any:
        """(content, media type)."""
        uploaded: UploadedFile[bytes] | None = super().clean(data, initial)
        if uploaded is None:
            return None
        if (uploaded.size or 0) > LARGEST_PAPER:
            raise forms.ValidationError(
                _("The file is larger than 10 megabytes. Save it smaller, or only its pages that matter.")
            )
        content = uploaded.read()
        return content, paper_type(content)


def paper_type(content: bytes) -> str:
    """The media type of a paper by its first bytes; ValidationError for what we do not publish."""
    for start, kind in PAPERS.items():
        if content.startswith(start):
            return kind
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise forms.ValidationError(_("Use a PDF, a PNG or JPEG picture, or a plain text file."))
    return "text/plain"


def paper_name(kind: str, stem: str) -> str:
    """What a published paper is called: never by the name it had on somebody's computer, which may name a person."""
    ends = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
    return f"{stem}.{ends.get(kind, 'txt')}"
