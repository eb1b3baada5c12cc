"""A page with every part once: tests draw it, and whoever changes the look looks at it. Not on the site."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from tallystick.site.shell import Check, Notch, Shell
from tallystick.site.urls import handler400, handler403, handler404, handler500  # noqa: F401
from tallystick.site.urls import urlpatterns as shared

ROOMS = [
    "fund",
    "people",
    "decide",
    "fund",
    "record",
    "fund",
    "aid",
    "aid",
    "call",
    "oversight",
    "inquiry",
    "audit",
]


class Ask(forms.Form):
    help_with = forms.ChoiceField(
        label="What do you need first?",
        choices=[("roof", "A roof that keeps the rain out"), ("food", "Food"), ("else", "Something else")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you need first."},
    )
    people = forms.IntegerField(
        label="How many people live with you?",
        help_text="Count children too.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter how many people live with you."},
    )
    words = forms.CharField(label="Anything else we should know?", widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label="You may call me", required=False)


@dataclass
class Answer:
    label: str
    value: str
    href: str = ""


class Busy(Shell):
    """The shell of a fund with a record, whatever the database holds."""

    name = "Bayou Mutual Aid Fund"  # type: ignore[assignment]

    @property
    def strip(self) -> list[Notch]:  # type: ignore[override]
        return [Notch(1145 + n, ROOMS[n * 7 % len(ROOMS)], "fund.pay", "2026-11-21T10:00:00Z") for n in range(60)]

    @property
    def check(self) -> Check | None:  # type: ignore[override]
        known = {"broken": Check(False, "2026-11-21T10:00:00Z", "Line 1180 was changed after it was published.")}
        return known.get(self.request.GET.get("halves", ""), Check(True, "2026-11-21T10:00:00Z"))


LINKS = [
    ("Gifts from people", "Any need", 3_412_500),
    ("Bayou Foundation", "Roofs only", 2_500_000),
    ("Church collections", "Any need", 912_500),
    ("Any need", "Food and water", 1_100_000),
    ("Any need", "Boats", 512_500),
    ("Any need", "Roof repairs", 400_000),
    ("Roofs only", "Roof repairs", 1_250_000),
]


def content() -> dict[str, Any]:
    return {
        "links": LINKS,
        "heads": ["From", "To", "Sum"],
        "rows": [[source, target, f"${minor / 100:,.2f} USD"] for source, target, minor in LINKS],
        "numbers": [2],
        "months": [("Jul", 120_000, 0), ("Aug", 2_412_500, 312_000), ("Sep", 3_100_000, 1_500_000),
                   ("Oct", 800_000, 1_200_050), ("Nov", 393_000, 250_450)],
        "waits": [("Terrebonne Parish", 41), ("Lafourche Parish", 17), ("Jefferson Parish, Grand Isle", 9)],
        "answers": [Answer("What you need first", "A roof that keeps the rain out", "/"),
                    Answer("People", "5", "/"), Answer("Anything else", "", "/")],
    }  # fmt: skip


def guide(request: HttpRequest) -> HttpResponse:
    form = Ask({} if "wrong" in request.GET else None)
    template = engines["django"].from_string((Path(__file__).parent / "guide.html").read_text())
    return HttpResponse(template.render({**content(), "form": form, "shell": Busy(request)}, request))


urlpatterns = [path("guide/", guide), *shared]
