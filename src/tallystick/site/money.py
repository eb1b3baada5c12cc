"""Sums in words for a page: exact, from whole minor units, as the reader's language writes numbers."""

from django.utils.formats import get_format
from django.utils.translation import get_language
from iso4217 import Currency

MINUS = "\N{MINUS SIGN}"
TIED = "\N{NO-BREAK SPACE}"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "$", "AUD": "$", "MXN": "$", "PHP": "₱"}


def exponent_of(currency: str) -> int:
    """How many decimals ISO 4217 gives a currency: 2 for USD, 0 for JPY, 3 for BHD. Unknown: ValueError."""
    return int(Currency(currency).exponent or 0)


def grouped(number: int) -> str:
    """A whole number with the language's mark between thousands: 12,500 in English, 12.500 in Vietnamese."""
    # Django groups by zero digits in languages that say nothing; people everywhere here read threes.
    mark = str(get_format("THOUSAND_SEPARATOR"))
    return (MINUS if number < 0 else "") + f"{abs(number):,}".replace(",", mark)


def sum_in_words(minor: int, currency: str, exponent: int | None = None) -> str:
    """12500 and "USD" give "$125.00 USD" in English and "125,00 USD" in French. Integers only, no floats.

    The code always stands, because $ alone may be several moneys. Spaces do not break: a sum stays on a line.
    """
    if isinstance(minor, bool) or not isinstance(minor, int):
        raise TypeError(f"A sum is a whole number of minor units, not {minor!r}.")
    places = exponent_of(currency) if exponent is None else exponent
    whole, part = divmod(abs(minor), 10**places)
    figures = grouped(whole)
    if places:
        figures += f"{get_format('DECIMAL_SEPARATOR')}{part:0{places}d}"
    sign = MINUS if minor < 0 else ""
    symbol = SYMBOLS.get(currency, "") if (get_language() or "en").startswith("en") else ""
    return f"{sign}{symbol}{figures}{TIED}{currency}"


def sum_for_picture(minor: int, currency: str) -> str:
    """The sum rounded to whole units, "$12,500": for a label in a picture whose table beneath is exact."""
    unit = 10 ** exponent_of(currency)
    whole = (abs(minor) + unit // 2) // unit
    sign = MINUS if minor < 0 and whole else ""
    symbol = SYMBOLS.get(currency, "") if (get_language() or "en").startswith("en") else ""
    return f"{sign}{symbol}{grouped(whole)}" if symbol else f"{sign}{grouped(whole)}{TIED}{currency}"
