"""A record in the test database without any rules: a log's name and key, and small entries as rows."""

import django

django.setup()  # these modules import models at their top, so Django must stand before they are read

from tallystick.record import keys  # noqa: E402
from tallystick.record.merkle import leaf_hash  # noqa: E402
from tallystick.record.models import EntryRow, Head, Log, LogKey, StoredFile  # noqa: E402
from tallystick.record.note import Signer  # noqa: E402
from tests.record import logs  # noqa: E402

AT = "2026-11-22T10:00:00Z"


def founded(settings, home) -> Signer:
    """An empty founded record in `home`, with a fresh key. Gives the signer."""
    settings.HOME = home
    signer = keys.make_log_key(logs.ORIGIN)
    Log.objects.create(id="log", origin=logs.ORIGIN, timezone="UTC", founded=AT, closed_through="2026-11-21")
    LogKey.objects.create(vkey=signer.vkey, since=AT, retires="")
    Head.objects.update_or_create(id=1, defaults={"size": 0, "at": ""})
    return signer


def grow_to(size: int, entry=logs.entry) -> None:
    """Rows for the entries up to `size`, as `record` would have left them."""
    first = Head.objects.get().size
    EntryRow.objects.bulk_create(
        (
            EntryRow(index=i, id=f"entry-{i}", act="test.add", at=AT, data=data, leaf=leaf_hash(data), repeat_key=0,
                     repeat=b"")
            for i, data in ((i, entry(i)) for i in range(first, size))
        ),
        batch_size=2000,
    )  # fmt: skip
    Head.objects.update(size=size, at=AT)


def store_file(content: bytes, kind: str = "text/plain", name: str = "notice.txt") -> str:
    """A published file with its row. Gives its digest."""
    from tallystick.record.files import keep_file

    digest = keep_file(content)
    StoredFile.objects.create(sha256=digest, bytes=len(content), type=kind, name=name)
    return digest
