"""Reading ahead: of a large record, a second process verifies, decodes and checks shapes; this one replays.

What is found, and in which order, is the same as in one process: bundles arrive one after another, each proved and
strictly decoded, and the first thing that is wrong stops both. It only takes half as long.
"""

import marshal
import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from tallystick.audit.replay import Lie, Replay, well_shaped
from tallystick.record.entry import Entry, NotAnEntry, decode
from tallystick.record.note import Verifier
from tallystick.record.sources import FolderSource, Source, SourceError, UrlSource, ZipSource, open_source
from tallystick.record.verify import LogError, VerifiedLog, verify_log

LARGE = 20_000  # entries from which a second process is worth its start

Progress = Callable[[int, int], None]


class Stopped(Exception):
    """The process that read ahead ended before its work was done: out of memory, or somebody stopped it."""


def verify_and_replay(
    source: Source, verifiers: Sequence[Verifier], replay: Replay, progress: Progress | None = None
) -> VerifiedLog:
    """Verify a log and replay every entry; raises Lie or LogError, whichever comes first in the log."""
    size = _claimed_size(source)
    if size < LARGE or not _can_fork(source):
        return verify_log(source, verifiers, progress, on_bundle=replay.bundle)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    reader = context.Process(target=_read, args=(source.where, verifiers, there), daemon=True)
    reader.start()
    there.close()
    try:
        while bundle := here.recv_bytes():
            first, decoded, shaped = marshal.loads(bundle)
            replay.decoded((Entry(*values) for values in decoded), shaped)
            if progress is not None:
                progress(first + len(decoded), size)
        return _outcome(*here.recv())
    except EOFError:
        raise Stopped("The process that reads the record was stopped; is there enough memory? Run it again.") from None
    finally:
        here.close()
        reader.terminate()
        reader.join()


def _claimed_size(source: Source) -> int:
    """How many entries the checkpoint speaks of, not yet verified; 0 for one that cannot be read."""
    try:
        return int((source.read("checkpoint") or b"").split(b"\n", 2)[1])
    except (ValueError, IndexError, SourceError):
        return 0


def _can_fork(source: Source) -> bool:
    """Whether a copy of this process can open the source for itself, and is safe: a thread's locks would stay shut."""
    return (
        isinstance(source, FolderSource | ZipSource | UrlSource)
        and hasattr(os, "fork")
        and (os.cpu_count() or 1) > 1
        and threading.active_count() == 1
    )


def _read(where: str, verifiers: Sequence[Verifier], out: Connection) -> None:
    """The other process: bundles go out proved and decoded, then nothing, then how it ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process hears it too, and ends this one

    def send(first: int, bundle: list[bytes]) -> None:
        decoded: list[tuple[Any, ...]] = []
        shaped = True  # where one is not, the first process looks at all of this bundle again, in its own order
        try:
            for index, data in enumerate(bundle, first):
                entry = decode(data, index)
                decoded.append(entry.values())
                shaped = shaped and well_shaped(entry)
        except NotAnEntry as error:
            raise Lie(first + len(decoded), str(error)) from None
        finally:
            if decoded:
                out.send_bytes(marshal.dumps((first, decoded, shaped)))

    try:
        ended: tuple[str, Any] = ("held", verify_log(open_source(where), verifiers, on_bundle=send))
    except Lie as lie:
        ended = ("lie", (lie.index, lie.reason))
    except LogError as error:
        ended = ("log", (str(error), error.path, error.index))
    except SourceError as error:
        ended = ("source", str(error))
    except Exception:
        ended = ("broke", traceback.format_exc())
    out.send_bytes(b"")
    out.send(ended)


def _outcome(how: str, what: Any) -> VerifiedLog:
    if how == "lie":
        raise Lie(*what)
    if how == "log":
        raise LogError(*what)
    if how == "source":
        raise SourceError(what)
    if how != "held":
        raise Stopped(f"The process that reads the record failed:\n{what}")
    verified: VerifiedLog = what
    return verified
