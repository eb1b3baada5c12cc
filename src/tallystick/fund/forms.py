"""Forms of the fund's public pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.fund.ledger import KINDS, STATES
from tallystick.fund.models import Holder, Pool
from tallystick.record.form_fields import DayField


class LedgerFilter(forms.Form):
    """Which lines of the ledger to show. Every field may stay empty."""

    words = forms.CharField(
        label=gettext_lazy("Organisation’s name, or part of it"), required=False, max_length=120, strip=True
    )
    kind = forms.ChoiceField(label=gettext_lazy("What kind of line"), required=False)
    pool = forms.ChoiceField(label=gettext_lazy("Money for"), required=False)
    holder = forms.ChoiceField(label=gettext_lazy("Who has the money"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("How it stands"), required=False)
    first = DayField(label=gettext_lazy("From this day on"), required=False)
    last = DayField(label=gettext_lazy("Until this day"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        wrong = {"invalid_choice": _("Choose one of the list.")}
        choices = {
            "kind": [(key, label) for key, (label, _acts) in KINDS.items()],
            "pool": list(Pool.objects.order_by("name").values_list("id", "name")),
            "holder": list(Holder.objects.order_by("name").values_list("id", "name")),
            "state": [(key, label) for key, (label, _condition) in STATES.items()],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("All")), *listed]
            field.error_messages |= wrong

    def clean_words(self) -> str:
        """The words, without what no database can look for."""
        return str(self.cleaned_data["words"]).replace("\0", "")

    def clean(self) -> dict[str, Any]:
        """The days must be in order."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day is before the day from which you look. Enter a later one."))
        return cleaned
