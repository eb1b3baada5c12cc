"""Filters and tags for every page: {% load shell %}."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.utils import formats, timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from tallystick.site import charts
from tallystick.site.money import grouped, sum_for_picture, sum_in_words

register = template.Library()


@register.filter
def money(amount: Any, currency: str = "") -> str:
    """{{ gift.minor|money:gift.currency }}, or {{ sum|money }} for {"minor": …, "currency": …} or the like.

    Nothing (None) gives nothing, so that an empty cell stays empty.
    """
    if amount is None or amount == "":
        return ""
    if currency:
        return sum_in_words(amount, currency)
    if isinstance(amount, Mapping):
        return sum_in_words(amount["minor"], amount["currency"])
    return sum_in_words(amount.minor, amount.currency)


@register.simple_tag
def amount(minor: int, currency: str, exponent: int | None = None) -> str:
    """{% amount minor currency exponent %} where the commission fixed an exponent of its own in entry 0."""
    return sum_in_words(minor, currency, exponent)


@register.filter
def count(number: int) -> str:
    """A whole number as the language writes it: 12,500."""
    return grouped(number)


def to_moment(value: Any) -> datetime | date | None:
    """A date or a moment from what the record or a model holds; moments without a zone are UTC."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return timezone.localtime(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, date):
        return value
    raise TypeError(f"Not a day: {value!r}. Give an ISO 8601 string, a date or a datetime.")


def day_format() -> str:
    """American English writes months in full; Django's own English shortens some of them."""
    return "F j, Y" if (get_language() or "en").startswith("en") else "DATE_FORMAT"


@register.filter
def day(value: Any) -> str:
    """{{ entry.at|day }}: "2026-11-22T10:00:00Z" gives "November 22, 2026", in the active time zone."""
    found = to_moment(value)
    return formats.date_format(found, day_format()) if found else ""


@register.filter
def moment(value: Any) -> str:
    """{{ entry.at|moment }}: the day with the minute and the zone, "November 22, 2026, 10:00 UTC"."""
    found = to_moment(value)
    if not isinstance(found, datetime):
        return day(found)
    return f"{formats.date_format(found, day_format())}, {found:%H:%M} {found.tzname()}"


@register.filter
def anchor(field: BoundField) -> str:
    """Where a link from the summary of errors lands: the control, or the first of a group of controls."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def first_anchor(form: Any) -> str:
    """Where an error about the form as a whole lands: its first visible field."""
    visible = form.visible_fields()
    return anchor(visible[0]) if visible else "main"


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """This page's address with its query changed: {% query after=last.index %}. None takes a key away."""
    kept = context["request"].GET.dict() | changes
    return "?" + urlencode({key: value for key, value in kept.items() if value is not None})


@register.simple_tag
def flow_chart(links: Any, name: str, title: str, desc: str, currency: str) -> SafeString:
    """{% flow_chart links "flow" title desc "USD" %}: links are (from, to, minor). See charts.flow."""

    def say(minor: int) -> str:
        return sum_for_picture(minor, currency)

    return _drawn(lambda width: charts.flow(links, name=name, title=title, desc=desc, width=width, say=say))


@register.simple_tag
def timeline_chart(months: Any, name: str, title: str, desc: str, currency: str, came: str, went: str) -> SafeString:
    """{% timeline_chart months "months" title desc "USD" in_words out_words %}: months (label, in, out)."""
    return _drawn(
        lambda width: charts.timeline(
            months, name=name, title=title, desc=desc, came=came, went=went, width=width, say=_say(currency)
        )
    )


@register.simple_tag
def bars_chart(rows: Any, name: str, title: str, desc: str, currency: str = "") -> SafeString:
    """{% bars_chart rows "need" title desc "USD" %}: rows (label, number); without a currency, counts."""
    return _drawn(lambda width: charts.bars(rows, name=name, title=title, desc=desc, width=width, say=_say(currency)))


def _say(currency: str) -> Callable[[int], str]:
    return (lambda minor: sum_in_words(minor, currency)) if currency else grouped


def _drawn(draw: Callable[[int], str]) -> SafeString:
    # Safe: charts escapes every word it is given.
    return mark_safe(charts.both(draw))
