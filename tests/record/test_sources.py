"""Places to read a log from: the same files from a folder, a zip and a web address; no way out of any."""

import gzip
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tallystick.record import sources
from tallystick.record.sources import SourceError, open_source
from tallystick.record.verify import verify_log
from tests.record.logs import SIGNER, files, publish


@pytest.fixture
def folder(tmp_path):
    publish(tmp_path / "log", 100, 300)
    return tmp_path / "log"


def pack(path, content):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def test_a_folder(folder):
    source = open_source(folder)
    assert source.where == str(folder)
    assert list(source.names()) == sorted(files(folder))
    assert source.read("checkpoint") == (folder / "checkpoint").read_bytes()
    for nothing in ("tile/9/000", "checkpoint/x"):
        assert source.read(nothing) is None
    with pytest.raises(SourceError, match="cannot be read"):
        source.read("tile")


def test_a_linked_folder_cannot_hide(folder, tmp_path):
    (folder / "more").symlink_to(tmp_path)
    assert "more" in open_source(folder).names()


@pytest.mark.parametrize("top", ["", "my-record/"])
def test_a_zip_file(folder, tmp_path, top):
    path = pack(tmp_path / "log.zip", {top + name: data for name, data in files(folder).items()})
    source = open_source(path)
    assert list(source.names()) == sorted(files(folder))
    assert source.read("nothing") is None
    assert verify_log(source, [SIGNER.verifier]).older == 2


def test_nowhere(tmp_path):
    with pytest.raises(SourceError, match="there is no folder or zip file"):
        open_source(tmp_path / "nowhere")
    (tmp_path / "text").write_text("text")
    with pytest.raises(SourceError, match="not a zip file"):
        open_source(tmp_path / "text")
    for url in ("ftp://relief.example/log", "http://", "https://relief.example/?a=b", "file:///etc"):
        with pytest.raises(SourceError):
            open_source(url)


@pytest.mark.parametrize("name", ["../checkpoint", "/checkpoint", "a/../../b", "a\\b", "c:/b", "a//b", "./a"])
def test_paths_that_lead_out(folder, tmp_path, name):
    with pytest.raises(SourceError, match="no path inside a log"):
        open_source(folder).read(name)
    with pytest.raises(SourceError, match="no path inside a log"):
        open_source(pack(tmp_path / "bad.zip", {"checkpoint": b"", name: b""}))


def test_zips_that_are_refused(folder, tmp_path, monkeypatch):
    pack(tmp_path / "two.zip", {"checkpoint": b"a", "checkpoinX": b"b"})
    twice = (tmp_path / "two.zip").read_bytes().replace(b"checkpoinX", b"checkpoint")
    (tmp_path / "two.zip").write_bytes(twice)
    with pytest.raises(SourceError, match="two files of one name"):
        open_source(tmp_path / "two.zip")
    path = pack(tmp_path / "log.zip", {"checkpoint": b"content" * 100, "big": bytes(10_000)})
    data = bytearray(path.read_bytes())
    data[data.index(b"checkpoint") + 12] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(data)
    with pytest.raises(SourceError, match="cannot be unpacked"):
        open_source(tmp_path / "damaged.zip").read("checkpoint")
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 9_999)
    with pytest.raises(SourceError, match="larger than"):
        open_source(path).read("big")


@pytest.fixture
def web(folder):
    """A web server of the folder: some files packed, some addresses strange."""
    content = files(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.removeprefix("/log/")
            special = {"gone": 410, "broken": 500, "away": 302}
            data = content.get(name)
            packed = data is not None and name.startswith("tile/entries")
            self.send_response(special.get(name, 404 if data is None else 200))
            if name == "away":
                self.send_header("Location", "ftp://relief.example/")
            if packed:
                self.send_header("Content-Encoding", "gzip")
                data = gzip.compress(data)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/log/"
    server.shutdown()
    server.server_close()


def test_a_web_address(web, folder):
    source = open_source(web)
    assert source.names() is None
    assert source.read("checkpoint") == (folder / "checkpoint").read_bytes()
    assert source.read("nothing") is None
    assert source.read("gone") is None
    log = verify_log(source, [SIGNER.verifier])
    assert (log.size, log.older) == (300, 0)
    assert "cannot be listed" in log.warnings[0]


def test_a_web_address_that_fails(web, monkeypatch):
    with pytest.raises(SourceError, match="answers 500"):
        open_source(web).read("broken")
    with pytest.raises(SourceError, match="no web address"):
        open_source(web).read("away")
    monkeypatch.setattr(sources, "MAX_FILE_BYTES", 400)
    with pytest.raises(SourceError, match=r"larger than|unpacks to too much"):
        open_source(web).read("tile/entries/000")
    monkeypatch.setattr(sources, "TIMEOUT_SECONDS", 0.5)
    with pytest.raises(SourceError, match="cannot be reached"):
        open_source("http://127.0.0.1:9/").read("checkpoint")
