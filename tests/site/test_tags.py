"""Sums and days in words: exact to the last minor unit, and as the reader's language writes them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.forms import CharField, ChoiceField, Form, RadioSelect
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from tallystick.site.money import sum_for_picture, sum_in_words
from tallystick.site.templatetags import shell

TIED = "\N{NO-BREAK SPACE}"


@dataclass
class Gift:
    minor: int
    currency: str


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (1_250_000, "USD", "$12,500.00 USD"),
        (1, "USD", "$0.01 USD"),
        (0, "USD", "$0.00 USD"),
        (-5, "USD", "−$0.05 USD"),
        (-1_234_567, "USD", "−$12,345.67 USD"),
        (12_500, "JPY", "¥12,500 JPY"),
        (1_234_567, "BHD", "1,234.567 BHD"),
        (5, "BHD", "0.005 BHD"),
        (2**53, "USD", "$90,071,992,547,409.92 USD"),
        (10**30 + 1, "USD", "$10,000,000,000,000,000,000,000,000,000.01 USD"),
    ],
)
def test_a_sum_is_exact(minor: int, currency: str, words: str) -> None:
    assert sum_in_words(minor, currency).replace(TIED, " ") == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "12,500.05 USD"), ("vi", "12.500,05 USD"), ("fr", "12 500,05 USD"), ("ht", "12,500.05 USD")],
)
def test_a_sum_follows_the_language(language: str, words: str) -> None:
    with translation.override(language):
        found = sum_in_words(1_250_005, "USD")
    assert found.replace(TIED, " ").replace("\N{NARROW NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize("wrong", [12.5, "12", True])
def test_a_sum_refuses_what_is_not_whole(wrong: object) -> None:
    with pytest.raises(TypeError, match="whole number"):
        sum_in_words(wrong, "USD")  # type: ignore[arg-type]


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(ValueError, match="XYQ"):
        sum_in_words(1, "XYQ")


def test_the_commissions_own_exponent_wins() -> None:
    assert sum_in_words(12345, "USD", 3).replace(TIED, " ") == "$12.345 USD"


def test_money_reads_numbers_mappings_and_facts() -> None:
    assert shell.money(125, "USD") == shell.money({"minor": 125, "currency": "USD"}) == shell.money(Gift(125, "USD"))
    assert shell.money(None, "USD") == ""


def test_a_pictures_sum_is_rounded_to_whole_units() -> None:
    assert [sum_for_picture(minor, "USD") for minor in (49, 50, -150, -49)] == ["$0", "$1", "−$2", "$0"]
    assert sum_for_picture(1_234_567, "BHD") == f"1,235{TIED}BHD"


@pytest.mark.parametrize(
    "value",
    ["2026-11-22T10:00:00Z", "2026-11-22", date(2026, 11, 22), datetime(2026, 11, 22, 10, tzinfo=UTC)],
)
def test_a_day_is_written_out(value: object) -> None:
    assert shell.day(value) == "November 22, 2026"


def test_a_day_is_the_fund_s_own_and_a_bare_date_stays() -> None:
    with timezone.override("America/Chicago"):
        assert shell.day("2026-11-22T03:00:00Z") == "November 21, 2026"
        assert shell.moment("2026-11-22T03:00:00Z") == "November 21, 2026, 21:00 CST"
        assert shell.day("2026-11-22") == "November 22, 2026"


def test_a_day_follows_the_language() -> None:
    with translation.override("es"):
        assert shell.day("2026-11-22") == "22 de noviembre de 2026"


def test_no_day_says_nothing() -> None:
    assert shell.day(None) == shell.day("") == ""


def test_an_error_leads_to_the_first_of_a_group() -> None:
    class Ask(Form):
        need = ChoiceField(choices=[("a", "A")], widget=RadioSelect)
        words = CharField()

    form = Ask()
    assert (shell.anchor(form["need"]), shell.anchor(form["words"])) == ("id_need_0", "id_words")
    assert shell.first_anchor(form) == "id_need_0"


def test_paging_keeps_the_rest_of_the_address(rf: RequestFactory) -> None:
    context = Context({"request": rf.get("/ledger/?purpose=roofs&after=9")})
    page = Template("{% load shell %}{% query before=12 after=None %}").render(context)
    assert page == "?purpose=roofs&amp;before=12"
