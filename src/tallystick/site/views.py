"""The pages that belong to no room: the first page, what a visitor sees when something went wrong, a word to robots."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.i18n import set_language

from tallystick.fund import figures
from tallystick.record.models import EntryRow
from tallystick.record.pages import told
from tallystick.record.words import Say

# Choosing a language changes nothing but the words, so it needs no token; and a page without a token sets no
# cookie, can be kept by any cache and works from a saved copy.
language = csrf_exempt(set_language)

ROBOTS = """User-agent: *
Disallow: /desk/
Disallow: /sign-in/
Disallow: /sign-out/
Disallow: /language/
"""


LATELY = 6  # lines on the first page


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The fund's name, its five numbers, what happened lately, and the way to check."""
    # Closing the day is a line every day; what people did is what a visitor comes for.
    latest = EntryRow.objects.exclude(act="record.close_day").order_by("-index").values("index", "data")[:LATELY]
    return render(request, "site/home.html", {"totals": figures.totals(), "lines": told(latest, Say())})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What robots are asked to leave alone."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be answered."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page that this visitor may not see."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere."""
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Drawn without the request, so without the database: it may be what broke."""
    return HttpResponse(render_to_string("500.html"), status=500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came back without its token: mostly a page left open too long or a browser without cookies."""
    return render(request, "403_form.html", status=403)
