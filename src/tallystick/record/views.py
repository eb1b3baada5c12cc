"""The published record, served: what c2sp.org/tlog-tiles asks for at the prefix /record, and the files beside it.

All but withheld files is open to every other site, so that anybody's page can check us in its visitor's browser.
"""

import logging
import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from tallystick.record.files import file_path
from tallystick.record.merkle import HASH_BYTES
from tallystick.record.models import StoredFile, Withdrawn
from tallystick.record.publishing import NotPublished, covered, record_folder, sign_checkpoint
from tallystick.record.tile_files import WIDTH, TilePlace, bundle_prefix, parse_tile_path, tile_path

FOR_EVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=1"
A_WHILE = "public, max-age=300"  # a file may be taken down, and a key may change
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"

# What a browser shows in a sandbox without running anything; every other type is saved instead.
SHOWN = {"text/plain", "text/csv", "application/json", "image/png", "image/jpeg", "image/webp"}

log = logging.getLogger(__name__)


def open_to_all(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """GET and HEAD alone; other sites may read the answer, and no browser guesses at what it is."""

    @wraps(view)
    def opened(request: HttpRequest, **parts: str) -> HttpResponseBase:
        response = view(request, **parts)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    return require_safe(opened)


def _answer(request: HttpRequest, content: bytes, kind: str, cache: str) -> HttpResponseBase:
    response = HttpResponse(content, content_type=kind, headers={"Cache-Control": cache})
    return _unless_known(request, response, sha256(content).hexdigest())


def _unless_known(request: HttpRequest, response: HttpResponse | FileResponse, tag: str) -> HttpResponseBase:
    """The response, or 304 for a reader who has it already."""
    etag = quote_etag(tag)
    response.headers["ETag"] = etag
    known: HttpResponseBase | None = get_conditional_response(request, etag=etag, response=response)  # type: ignore[arg-type]
    return known or response


def _none(what: str, status: int = 404) -> HttpResponse:
    return HttpResponse(f"{what}\n", status=status, content_type=TEXT, headers={"Cache-Control": "no-store"})


@open_to_all
def checkpoint(request: HttpRequest) -> HttpResponseBase:
    """The newest checkpoint, at most a few seconds behind the head. Where none can be signed the last one stands."""
    try:
        note = sign_checkpoint(wait=False)
    except Exception as error:
        log.warning("No checkpoint could be signed: %s", error, exc_info=not isinstance(error, NotPublished))
        standing = _read("checkpoint")
        if standing is None:
            return _none("There is no checkpoint yet.", 503)
        note = standing
    return _answer(request, note, TEXT, A_MOMENT)


@open_to_all
def older_checkpoint(request: HttpRequest, size: str) -> HttpResponseBase:
    """The checkpoint of an earlier publishing, named by its size."""
    note = _read(f"checkpoint.{size}") if re.fullmatch("0|[1-9][0-9]{0,18}", size) else None
    if note is None:
        return _none("There was no publishing of that size.")
    return _answer(request, note, TEXT, FOR_EVER)


@open_to_all
def verifier_keys(request: HttpRequest, name: str) -> HttpResponseBase:
    """`vkey`, the key that signs now, or `vkeys`, all that ever did, one a line."""
    content = _read(name)
    if content is None:
        return _none("There is no key yet.")
    return _answer(request, content, TEXT, A_WHILE)


@open_to_all
def tile(request: HttpRequest, rest: str) -> HttpResponseBase:
    """A tile or bundle that the checkpoint covers. What lies beyond may be half written, so there is none."""
    place = parse_tile_path(f"tile/{rest}")
    if place is None:
        return _none("That is no tile's address.")
    note = _read("checkpoint")
    size = covered(note).size if note is not None else 0
    if place.number * WIDTH + place.width > size >> 8 * max(place.level, 0):
        return _none("The checkpoint does not reach so far.")
    content = _tile(place)
    if content is None:
        return _none("That tile is missing.")
    return _answer(request, content, BYTES, FOR_EVER)


def _tile(place: TilePlace) -> bytes | None:
    """The tile's bytes; a partial tile that has gone is cut from the full one."""
    content = _read(tile_path(*place))
    if content is not None or place.width == WIDTH:
        return content
    full = _read(tile_path(place.level, place.number))
    if full is None:
        return None
    return full[: bundle_prefix(full, place.width) if place.level < 0 else place.width * HASH_BYTES]


@open_to_all
def file(request: HttpRequest, digest: str) -> HttpResponseBase:
    """A published file by its SHA-256. 410 once it was taken down."""
    if Withdrawn.objects.filter(sha256=digest).exists():
        return _none("This file was taken down.", 410)
    row = StoredFile.objects.filter(sha256=digest).first()
    try:
        content = open(file_path(digest), "rb") if row is not None else None  # noqa: SIM115 (the response closes it)
    except FileNotFoundError:
        content = None
    if row is None or content is None:
        return _none("There is no such file.")
    plain = row.type.partition(";")[0].strip().lower()
    kind = f"{plain}; charset=utf-8" if plain.startswith("text/") else plain
    response = FileResponse(content, as_attachment=plain not in SHOWN, filename=row.name, content_type=kind)
    response.headers["Cache-Control"] = A_WHILE
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _unless_known(request, response, digest)


def _read(name: str) -> bytes | None:
    try:
        return (record_folder() / name).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
