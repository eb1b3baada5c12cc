"""Where a published log is read from: a folder, a zip file, or a web address.

All three give the same files by the same paths, slash-separated and relative to the log's prefix. They
are read as strangers' data: no path leads out of the log, and no file is read beyond MAX_FILE_BYTES.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterable
from http.client import HTTPException, HTTPMessage
from pathlib import Path, PurePosixPath
from typing import IO, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

MAX_FILE_BYTES = 256 * 1024 * 1024
TIMEOUT_SECONDS = 30.0


class SourceError(ValueError):
    """A place that cannot be read as a published log; the message says what to do."""


class Source(Protocol):
    """A place that holds the files of a log."""

    where: str

    def read(self, path: str) -> bytes | None:
        """The file's bytes, or None where there is no such file. SourceError when it cannot be read."""

    def names(self) -> Iterable[str] | None:
        """The paths of all files, sorted, or None where they cannot be listed."""


def open_source(where: str | os.PathLike[str]) -> Source:
    """The log at `where`: a folder, a .zip file, or an http(s):// address (the log's prefix).

    SourceError when there is nothing of the kind.
    """
    text = os.fspath(where)
    if "://" in text:
        return UrlSource(text)
    path = Path(text)
    if path.is_dir():
        return FolderSource(path)
    if path.is_file():
        return ZipSource(path)
    raise SourceError(f"there is no folder or zip file {text}: give the place of a published record")


def check_path(path: str) -> str:
    """The path itself; SourceError unless it is relative, canonical, and stays inside."""
    parts = path.split("/")
    if not all(parts) or "." in parts or ".." in parts or "\\" in path or "\0" in path or ":" in parts[0]:
        raise SourceError(f"{path!r} is no path inside a log")
    return path


def _bounded(file: IO[bytes], path: str) -> bytes:
    data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise SourceError(f"{path} is larger than {MAX_FILE_BYTES} bytes, which no file of a log is")
    return data


class FolderSource:
    """A log in a folder."""

    def __init__(self, folder: Path) -> None:
        self.where = str(folder)
        self._folder = folder
        if not folder.is_dir():
            raise SourceError(f"there is no folder {folder}")

    def read(self, path: str) -> bytes | None:
        """See Source.read."""
        try:
            with open(f"{self.where}/{check_path(path)}", "rb") as file:
                return _bounded(file, path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise SourceError(f"{path} in {self.where} cannot be read: {error.strerror}") from None

    def names(self) -> list[str]:
        """See Source.names. A folder reached by a link is named, not entered, so that it cannot hide."""
        found = []
        for folder, inner, files in os.walk(self._folder):
            links = [name for name in inner if os.path.islink(os.path.join(folder, name))]
            base = PurePosixPath(Path(folder).relative_to(self._folder).as_posix())
            found += [str(base / name) for name in files + links]
        return sorted(found)


class ZipSource:
    """A log in a zip file, at its top or inside one common top folder."""

    def __init__(self, path: Path) -> None:
        self.where = str(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
            raise SourceError(f"{path} is not a zip file that can be read ({error})") from None
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}") from None
        members = [info for info in self._zip.infolist() if not info.is_dir()]
        names = [check_path(info.filename) for info in members]
        if len(set(names)) != len(names):
            raise SourceError(f"{path} holds two files of one name")
        top = _common_top(names)
        self._members = {name[len(top) :]: info for name, info in zip(names, members, strict=True)}

    def read(self, path: str) -> bytes | None:
        """See Source.read."""
        info = self._members.get(check_path(path))
        if info is None:
            return None
        try:
            with self._zip.open(info) as file:
                return _bounded(file, path)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
            raise SourceError(f"{path} in {self.where} cannot be unpacked: {error}") from None

    def names(self) -> list[str]:
        """See Source.names."""
        return sorted(self._members)


def _common_top(names: list[str]) -> str:
    """`folder/` when every file lies in that one folder and the log does not begin above it."""
    tops = {name.partition("/")[0] for name in names}
    if len(tops) != 1 or any("/" not in name for name in names) or tops & {"tile", "files"}:
        return ""
    return tops.pop() + "/"


class _WebRedirects(HTTPRedirectHandler):
    """Follows redirects to web addresses only: urllib by itself would follow one to ftp."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl).scheme not in ("http", "https"):
            raise SourceError(f"{req.full_url} redirects to {newurl}, which is no web address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class UrlSource:
    """A log at a web address. Its files cannot be listed."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise SourceError(f"{url} is no web address: it begins with http:// or https://")
        if parts.query or parts.fragment:
            raise SourceError(f"{url}: give the log's address without ? or #")
        self.where = url.rstrip("/")
        self._opener = build_opener(_WebRedirects)

    def read(self, path: str) -> bytes | None:
        """See Source.read. None for the answers 404 and 410."""
        url = f"{self.where}/{quote(check_path(path))}"
        request = Request(url, headers={"Accept-Encoding": "gzip, identity", "User-Agent": "tallystick"})
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                data = _bounded(answer, url)
                packed = answer.headers.get("Content-Encoding", "identity").lower()
        except HTTPError as error:
            if error.code in (404, 410):
                return None
            raise SourceError(f"{url} answers {error.code} {error.reason}") from None
        except (URLError, HTTPException, OSError) as error:
            raise SourceError(f"{url} cannot be reached: {getattr(error, 'reason', error)}") from None
        if packed == "gzip":
            return _unpack(data, url)
        if packed != "identity":
            raise SourceError(f"{url} comes packed as {packed}, which was not asked for")
        return data

    def names(self) -> None:
        """See Source.names."""
        return None


def _unpack(data: bytes, url: str) -> bytes:
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = unpacker.decompress(data, MAX_FILE_BYTES + 1)
    except zlib.error as error:
        raise SourceError(f"{url} cannot be unpacked: {error}") from None
    if len(plain) > MAX_FILE_BYTES or not unpacker.eof or unpacker.unused_data:
        raise SourceError(f"{url} unpacks to too much, or ends early")
    return plain
