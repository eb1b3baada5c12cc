"""The real table of OCHA's pooled funds, 16,571 grants: brought over to the cent, once, and replayed."""

import time

import pytest
from django.db import connection

from tallystick.audit.balances import balances, self_check
from tallystick.audit.replay import Replay
from tallystick.fund.importing import NEEDED, acting, bring_grants, plan
from tallystick.fund.rules.accounts import Account
from tallystick.fund.rules.brought import Brought
from tallystick.record.files import read_file
from tallystick.record.models import EntryRow
from tallystick.record.store import stored
from tests.founding import found

OCHA = "ocha_pooled_funds"
FILE = "community/ocha_pooled_fund_allocations_2006_2021.csv.gz"
GRANTS, ZERO = 16_571, 3
TOTAL = 12_344_609_941_79  # as the publisher's table adds up, in cents
CERF_2018 = 500_508_073_00

pytestmark = [pytest.mark.peer, pytest.mark.django_db]


def test_every_grant_comes_over_to_the_cent(data, record_property):
    found(acts={"chair": NEEDED}, books_too=False)
    content = data(FILE).read_bytes()
    actor = acting()

    begin = time.perf_counter()
    done = bring_grants(actor, content, OCHA, "grants.csv.gz")
    record_property("acts_per_second", done.acts / (time.perf_counter() - begin))

    assert (done.new, done.already, done.minor) == (GRANTS - ZERO, 0, TOTAL)
    assert (len(done.zero), done.errors) == (ZERO, [])
    assert sum("no" in each.text and "0001" in each.text for each in done.notes) == 98
    assert sum("fractions of a cent" in each.text for each in done.notes) == 1
    size = EntryRow.objects.count()

    again = bring_grants(actor, content, OCHA, "grants.csv.gz")
    assert (again.new, again.already, again.acts, again.minor) == (0, GRANTS - ZERO, 0, TOTAL)
    assert EntryRow.objects.count() == size
    assert plan(content, OCHA).rows == GRANTS

    facts = _replayed(size)
    assert self_check(facts) == []
    totals = balances(facts)["totals"]["USD"]
    assert (totals["in"], totals["out"], totals["in_hand"]) == (TOTAL, TOTAL, 0)
    assert facts.get(Account, "ocha/cerf-2018/USD").posted_out == CERF_2018
    for kind in (Account, Brought):
        assert sorted(facts.all(kind), key=kind.key_of) == sorted(stored(kind), key=kind.key_of)


def _replayed(size):
    replay = Replay(read_file)
    with connection.cursor() as cursor:
        cursor.execute('SELECT data FROM record_entryrow ORDER BY "index"')
        replay.bundle(0, [bytes(row[0]) for row in cursor.fetchall()])
    assert replay.told.entries == size
    return replay.facts
