"""Writers that can be killed: a program of its own, with its own home and database, led by lines on standard input.

    found            a small commission; answers {"size": …}
    write HOW [N]    a new process that gives gifts, for ever or N of them, HOW "single" or "batch"; answers its id
    wait             until all those processes have ended; answers how each did
    check            answers {"size": …, "problems": […]}: the entries, replayed, against every table of facts

Processes are forked from this one, which has everything loaded and never opens the database itself: a kill costs
milliseconds, not the start of a program.
"""

# ruff: noqa: E402 — settings must be named before Django is set up, and Django before models are imported

import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tallystick.site.settings"

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from tallystick.audit.balances import self_check
from tallystick.audit.replay import Lie, Replay
from tallystick.fund.acts import books
from tallystick.people import acts as people
from tallystick.record.append import Actor, batch
from tallystick.record.facts import Refused
from tallystick.record.files import read_file
from tallystick.record.note import Signer
from tallystick.record.store import stored
from tallystick.record.tables import fact_tables

MEMBER, COMMITTEE, MANDATE = (f"{n * 8}-0000-4000-8000-000000000000" for n in "123")
ACTS = ["fund.add_holder", "fund.open_pool", "fund.open_account", "fund.receive_gift", "people.admit_member"]
IN_BATCH = 40
ACTOR = Actor(MEMBER, COMMITTEE, MANDATE)


def found() -> dict[str, Any]:
    """A fresh database with a commission that has two accounts."""
    call_command("migrate", verbosity=0)
    origin = "kills.example/fund"
    people.found(
        MEMBER,
        name="Killed and risen",
        origin=origin,
        vkey=Signer(origin, bytes(32)).vkey,
        timezone="UTC",
        languages=["en"],
        year_end="12-31",
        currencies=[{"code": "USD", "exponent": 2}],
        committees=[
            {"id": COMMITTEE, "name": "All", "quorum": 1, "majority_num": 1, "majority_den": 2, "notice": 0}
        ],
        founders=[MEMBER],
        seats=[{"committee": COMMITTEE, "member": MEMBER}],
        mandates=[
            {"id": MANDATE, "member": MEMBER, "committee": COMMITTEE, "acts": ACTS, "limits": [],
             "starts": "2020-01-01T00:00:00Z", "ends": "2099-01-01T00:00:00Z"}
        ],
    )  # fmt: skip
    books.add_holder(ACTOR, id="bank", name="Bank", legal_form="bank")
    for pool in ("one", "two"):
        books.open_pool(ACTOR, id=pool, name=pool.title(), purpose="any", place="any")
        books.open_account(ACTOR, holder="bank", pool=pool, currency="USD")
    return {"size": _size()}


def give(number: int, account: str = "") -> None:
    """One gift; every seventh time a new member instead."""
    if number % 7 == 6 and not account:
        people.admit_member(ACTOR, member=f"{os.getpid():08x}-0000-4000-8000-{time.time_ns() % 16**12:012x}")
        return
    account = account or f"bank/{('one', 'two')[number % 2]}/USD"
    args = {"account": account, "minor": 100 + number, "currency": "USD", "purpose": "any", "place": "any"}
    ACTOR.does("fund.receive_gift", args | {"until": "", "giver": "", "donor": ""}, beside={"happened": ""})


def write(how: str, count: int) -> None:
    """Give gifts one by one, or many to a transaction with one refused among them; count 0: for ever."""
    done = 0
    while not count or done < count:
        if how == "single":
            give(done)
            done += 1
            continue
        with batch():
            for _ in range(min(IN_BATCH, count - done) if count else IN_BATCH):
                give(done)
                done += 1
            try:
                with batch():
                    give(0)
                    give(0, "bank/none/USD")
            except Refused:
                pass


def check() -> dict[str, Any]:
    """What is wrong with the record and its tables, by this program's own comparison."""
    problems = []
    with connection.cursor() as cursor:
        cursor.execute('SELECT "index", id, data FROM record_entryrow ORDER BY "index"')
        rows = cursor.fetchall()
    if [row[0] for row in rows] != list(range(_size())):
        problems.append(f"{len(rows)} entries do not run from 0 to {_size() - 1}")
    if len({row[1] for row in rows}) != len(rows):
        problems.append("an id stands twice")
    replay = Replay(read_file)
    try:
        replay.bundle(0, [bytes(row[2]) for row in rows])
    except Lie as lie:
        return {"size": len(rows), "problems": [*problems, str(lie)]}
    problems += self_check(replay.facts)
    for kind in fact_tables():
        told = {kind.key_of(each): each for each in replay.facts.all(kind)}
        there = {kind.key_of(each): each for each in stored(kind)}
        wrong = [key for key in told.keys() | there.keys() if told.get(key) != there.get(key)]
        problems += [f"{kind.KIND} {key}: {there.get(key)}, not {told.get(key)}" for key in wrong[:3]]
    return {"size": len(rows), "problems": problems}


def _size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT size FROM record_head")
        return int(cursor.fetchone()[0])


def _fork(work: Callable[[], Any]) -> int:
    """Do some work in a process of its own, which answers with what the work gives back."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        answer = work()
        if answer is not None:
            print(json.dumps(answer), flush=True)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Do what each line says."""
    writers: list[int] = []
    for line in sys.stdin:
        verb, *rest = line.split()
        if verb == "write":
            how, count = rest[0], int(rest[1]) if len(rest) > 1 else 0
            writers.append(_fork(lambda how=how, count=count: write(how, count)))  # type: ignore[misc]
            print(writers[-1], flush=True)
        elif verb == "wait":
            print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in writers]), flush=True)
            writers.clear()
        elif os.waitpid(_fork({"found": found, "check": check}[verb]), 0)[1]:
            sys.exit(f"{verb} failed")  # whoever asked reads the end of the file, not an answer


if __name__ == "__main__":
    main()
