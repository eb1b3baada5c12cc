"""What was decided elsewhere and is brought over, row by row of a published file."""

from tallystick.fund.grants import table
from tallystick.record.append import Actor, Recorded
from tallystick.record.files import NewFile


def add_source(actor: Actor, *, content: bytes, format: str, name: str) -> Recorded:
    """Publish the table that later entries rest on. format: one of fund.grants.FORMATS; name: the file's name."""
    paper = NewFile(content, "application/gzip" if content[:2] == b"\x1f\x8b" else "text/csv", name)
    rows = len(table(format, content))
    return actor.does("fund.add_source", {"sha256": paper.sha256, "format": format, "rows": rows}, files=[paper])


def bring_over(
    actor: Actor,
    *,
    source: str,
    kind: str,
    account: str,
    minor: int,
    currency: str,
    row: int = 0,
    organisation: str = "",
    happened: str = "",
) -> Recorded:
    """Bring one part of a source over. kind: "payment" (a row, counted from 1, to an organisation) or "gift" (the sum
    of the rows of the account's pool, computed)."""
    return actor.does(
        "fund.bring_over",
        {
            "source": source,
            "kind": kind,
            "row": row,
            "account": account,
            "organisation": organisation,
            "minor": minor,
            "currency": currency,
        },
        beside={"happened": happened, "computed": kind == "gift"},
    )
