"""The record as served: the addresses and headers of tlog-tiles, and files that can harm no browser."""

import pytest
from django.urls import include, path

from tests.record.rows import AT, founded, grow_to, store_file  # isort: skip (it sets Django up)
from tallystick.record.files import keep_file
from tallystick.record.models import SignedCheckpoint, Withdrawn
from tallystick.record.note import Verifier
from tallystick.record.publishing import publish, record_folder
from tallystick.record.tile_files import LogError, bundle
from tallystick.record.verify import verify_log
from tests.record.logs import entry

urlpatterns = [path("", include("tallystick.record.urls")), path("", include("tallystick.site.urls"))]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

YEAR = "public, max-age=31536000, immutable"


@pytest.fixture
def signer(settings, tmp_path):
    return founded(settings, tmp_path)


@pytest.fixture
def log(signer):
    """A record of 300 entries whose folder is served."""
    grow_to(300)
    publish(record_folder())
    return record_folder()


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def age_checkpoints():
    SignedCheckpoint.objects.update(at="2026-11-22T09:00:00Z")


def test_the_checkpoint(client, log):
    answer = client.get("/record/checkpoint")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer["Cache-Control"] == "public, max-age=1"
    assert answer.content == (log / "checkpoint").read_bytes()
    assert not answer.cookies


@pytest.mark.parametrize(
    "name", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"]
)
def test_tiles(client, log, name):
    answer = client.get(f"/record/{name}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/octet-stream")
    assert answer["Cache-Control"] == YEAR
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.content == (log / name).read_bytes()
    head = client.head(f"/record/{name}")
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(len(answer.content)), b"")
    known = client.get(f"/record/{name}", headers={"If-None-Match": answer["ETag"]})
    assert (known.status_code, known.content) == (304, b"")


@pytest.mark.parametrize(
    "name",
    [
        "tile/0/002", "tile/0/001", "tile/0/001.p/45", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/0", "tile/64/000",
        "tile/2/000", "tile/2/000.p/1", "tile/00/000", "tile/0/x000/000", "tile/entries/../../checkpoint", "tile/",
        "tile/0/000.p", "tile/0/..%2f..%2fcheckpoint", "tile/%2e%2e/checkpoint", "tile/0/000%00", "tile/0/000%0a",
        "tile//etc/passwd", "files/..%2f..%2fkeys%2flog.key", "files/" + "0" * 64, "files/" + "A" * 64, "keys/log.key",
        "checkpoint.7", "checkpoint.0300", "checkpoint.../vkey", "checkpoint.1%2f..%2fvkey", "vkeyss", "checkpoint.",
    ],
)  # fmt: skip
def test_what_is_not_there(client, log, name):
    assert client.get(f"/record/{name}").status_code == 404


def test_nothing_but_reading(client, log):
    for name in ("checkpoint", "tile/0/000", "vkey"):
        assert client.post(f"/record/{name}").status_code == 405


def test_a_tile_that_no_checkpoint_covers_is_not_served(client, log):
    (log / "tile/0/001").write_bytes(b"half a til")
    (log / "tile/entries/001").write_bytes(b"half a bundle")
    assert client.get("/record/tile/0/001").status_code == 404
    assert client.get("/record/tile/entries/001").status_code == 404


def test_partial_tiles_are_served_for_ever(client, log):
    grow_to(600)
    publish(log)
    assert not (log / "tile/0/001.p").exists()
    assert len(client.get("/record/tile/0/001.p/44").content) == 44 * 32
    expected = bundle([entry(index) for index in range(256, 300)])
    assert client.get("/record/tile/entries/001.p/44").content == expected


def test_the_checkpoint_follows_the_head(client, log):
    before = client.get("/record/checkpoint").content
    grow_to(310)
    assert client.get("/record/checkpoint").content == before, "the last is not two seconds old"
    assert client.get("/record/tile/0/001.p/54").status_code == 404
    age_checkpoints()
    assert client.get("/record/checkpoint").content.splitlines()[1] == b"310"
    assert client.get("/record/tile/0/001.p/54").status_code == 200
    age_checkpoints()
    same = client.get("/record/checkpoint").content
    assert client.get("/record/checkpoint").content == same
    assert client.get("/record/checkpoint.300").content == before
    assert client.get("/record/checkpoint.300")["Cache-Control"] == YEAR


def test_the_first_visitor_needs_no_publisher(client, signer):
    assert client.get("/record/vkey").status_code == 404
    grow_to(3)
    assert client.get("/record/checkpoint").status_code == 200
    assert client.get("/record/vkey").content == f"{signer.vkey}\n".encode()
    assert client.get("/record/vkeys")["Content-Type"] == "text/plain; charset=utf-8"
    assert client.get("/record/tile/entries/000.p/3").status_code == 200


def test_where_nothing_can_be_signed_the_last_one_stands(client, log, settings):
    grow_to(310)
    age_checkpoints()
    (settings.HOME / "keys/log.key").unlink()
    assert client.get("/record/checkpoint").content == (log / "checkpoint").read_bytes()
    (log / "checkpoint").unlink()
    answer = client.get("/record/checkpoint")
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")


def test_the_served_record_verifies(client, log, signer):
    class Served:
        where = "the site"

        def read(self, path):
            answer = client.get(f"/record/{path}")
            return body(answer) if answer.status_code == 200 else None

        def names(self):
            return None

    key = Verifier.parse(client.get("/record/vkey").content.decode().strip())
    assert verify_log(Served(), [key]).size == 300
    (log / "tile/entries/000").write_bytes(b"\0\0")
    with pytest.raises(LogError):
        verify_log(Served(), [key])


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("text/plain", True), ("text/csv", True), ("application/json", True), ("image/png", True),
        ("text/html", False), ("image/svg+xml", False), ("application/xhtml+xml", False), ("text/javascript", False),
        ("application/pdf", False), ("TEXT/HTML; charset=utf-8", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_files_run_nothing(client, signer, kind, shown):
    digest = store_file(b"<script>alert(1)</script>", kind, 'a "name".html')
    answer = client.get(f"/record/files/{digest}")
    assert body(answer) == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"].startswith(kind.partition(";")[0].lower())
    assert client.get(f"/record/files/{digest}", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_file_taken_down_is_gone(client, signer):
    digest = store_file(b"a name")
    assert "immutable" not in client.get(f"/record/files/{digest}")["Cache-Control"]
    Withdrawn.objects.create(sha256=digest, reason="names_a_person", since=AT)
    answer = client.get(f"/record/files/{digest}")
    assert (answer.status_code, b"a name" in answer.content) == (410, False)


def test_a_stored_file_that_no_row_names_is_private(client, signer):
    digest = keep_file(b"never named")
    assert client.get(f"/record/files/{digest}").status_code == 404
