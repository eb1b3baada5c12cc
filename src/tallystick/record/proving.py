"""Proofs to take away: for one entry, and for one's own line under a day's close."""

from tallystick.record import line_proofs, proofs, publishing, rules
from tallystick.record.files import read_file
from tallystick.record.merkle import ProofError
from tallystick.record.models import ClosedDay, EntryRow, Line
from tallystick.record.sources import FolderSource
from tallystick.record.tiles import TileReader


def prove_entry(index: int) -> bytes:
    """The tlog-proof of the entry at `index`, its bytes in the extra line, under the newest checkpoint.

    A checkpoint is signed when none covers the entry yet. ProofError when there is no such entry; errors as in
    `publishing.sign_checkpoint` and, where published tiles were changed, LogError.
    """
    note = publishing.sign_checkpoint()
    if publishing.covered(note).size <= index < publishing.head_size():
        note = publishing.sign_checkpoint(force=True)
    covered = publishing.covered(note)
    reader = TileReader(FolderSource(publishing.record_folder()), covered.size, covered.root)
    return proofs.prove(reader, index, note).format()


def prove_line(digest: str) -> bytes:
    """The proof that a line's digest stands under its day's close, in the signed log.

    ProofError when there is no such line, or while its day is still open.
    """
    line = Line.objects.filter(digest=digest).first()
    if line is None:
        raise ProofError(f"there is no line with the digest {digest}")
    if not line.closed:
        raise ProofError(f"the line of {line.day} can be proven once that day is closed, the day after")
    close = ClosedDay.objects.get(day=line.closed)
    content = read_file(close.file)
    if content is None:
        raise ProofError(f"the file of {close.day}, {close.file}, is not kept here: restore it")
    index = EntryRow.objects.values_list("index", flat=True).get(id=close.entry)
    return line_proofs.prove(digest, rules.read_digests(content), prove_entry(index)).format()
