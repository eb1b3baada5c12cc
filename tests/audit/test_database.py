"""The database is compared with the record: whatever row is altered by hand is named, and the page goes red."""

import json
from threading import Thread

import pytest
from django.db import connection
from django.test import Client

from tallystick.audit.acts import look
from tallystick.audit.database import compare
from tallystick.fund.acts import payments, programmes, totals
from tallystick.fund.models import Account, Transfer
from tallystick.record import acts as record
from tallystick.record import clock
from tallystick.record.models import EntryRow, Head, Line
from tallystick.record.tables import fact_tables
from tests.founding import World, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A fund with a payment on its way, a total told, and payments to people that wait."""
    world = found()
    with clock.set_to("2026-03-03T15:00:00Z"):
        world.gift(90_000_00)
        terms = {"from": "bank/storm/USD", "to": "roofer", "minor": 500_00, "currency": "USD",
                 "purpose": "relief.repair", "place": "us.la"}  # fmt: skip
        motion = world.carried("fund.pay", terms)
        payments.pay(world.actor("treasurer"), request=world.approved("fund.pay", terms), motion=motion)
        world.programme()
        for number in range(12):
            programmes.pay_person(world.actor("caseworker"), programme="rent", person=None, minor=100_00 + number,
                                  details={"name": f"Household {number}"})  # fmt: skip
        world.released("rent")
    with clock.set_to("2026-03-06T15:00:00Z"):
        record.close_due_days()
        assert totals.tell_due_totals()
    return world


def test_an_honest_database_agrees_with_its_record(world: World) -> None:
    found = compare()
    assert found.problems == []
    assert found.size == Head.objects.get().size
    assert found.lines["lines"] == 12
    assert set(found.compared) == {kind.KIND for kind in fact_tables()}
    assert "record.VaultValue" in found.private


ALTERED = [
    ("UPDATE fund_account SET posted_in = posted_in + 1 WHERE id = 'bank/storm/USD'", "fund.Account bank/storm/USD"),
    ("UPDATE fund_gift SET minor = minor - 1", "fund.Gift"),
    ("UPDATE fund_pool SET purpose = 'any'", "fund.Pool storm"),
    ("UPDATE people_mandate SET ends = '2099-01-01T00:00:00Z'", "people.Mandate"),
    ("UPDATE decide_motion SET args = '{}'", "decide.Motion"),
    ("UPDATE people_commission SET name = 'Another'", "people.Commission commission: name is 'Another'"),
    ("DELETE FROM fund_approval", "on the record, but not in the database"),
    ("INSERT INTO fund_code (kind, code, label) VALUES ('place', 'x', 'X')", "nothing on the record says so"),
    ("UPDATE record_head SET size = size + 1", "The head row counts"),
    ("DELETE FROM record_line WHERE minor = 10000", "total"),
    ("UPDATE record_line SET minor = minor + 1", "total"),
    ("UPDATE record_line SET told = ''", "total"),
]


@pytest.mark.parametrize(("statement", "words"), ALTERED, ids=[each[0][:40] for each in ALTERED])
def test_an_altered_row_is_named(world: World, statement: str, words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    found = compare()
    assert not found.ok
    assert any(words in problem for problem in found.problems), found.problems


def test_a_changed_entry_is_named(world: World) -> None:
    row = EntryRow.objects.get(index=20)
    EntryRow.objects.filter(index=20).update(data=bytes(row.data).replace(b'"v":1', b'"v":2'))
    assert compare().problems[0].startswith("Entry 20")


def test_a_missing_entry_is_named(world: World) -> None:
    EntryRow.objects.filter(index=5).delete()
    assert "Entry 5" in compare().problems[0]


def test_the_page_goes_red_when_one_row_is_altered(world: World, client: Client) -> None:
    assert look().ok
    before = client.get("/check/").content.decode()
    Account.objects.filter(id="bank/storm/USD").update(posted_in=10**9)
    assert not look().ok
    after = client.get("/check/").content.decode()
    assert "bank/storm/USD" in after
    assert "bank/storm/USD" not in before


def test_what_is_kept_can_be_told_as_json(world: World) -> None:
    said = json.loads(json.dumps(look().plain()))
    assert (said["ok"], said["problems"]) == (True, [])


def test_the_database_itself_refuses_an_overdraft(world: World) -> None:
    from django.db.utils import IntegrityError

    with pytest.raises(IntegrityError):
        Account.objects.filter(id="bank/storm/USD").update(posted_out=10**12)


def test_the_database_itself_refuses_a_motion_used_twice(world: World) -> None:
    from django.db.utils import IntegrityError

    transfer = Transfer.objects.get(act="fund.pay")
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO fund_payment (id, request, motion, organisation, currency, minor, at) "
            "SELECT 'again', request, motion, organisation, currency, minor, at FROM fund_payment WHERE id = %s",
            [transfer.id],
        )


@pytest.mark.django_db(transaction=True)
def test_a_look_does_not_hold_up_those_who_write(monkeypatch: pytest.MonkeyPatch) -> None:
    world = found()
    errors: list[BaseException] = []

    def write() -> None:
        try:
            with clock.set_to("2026-03-05T15:00:00Z"):
                world.gift(5_00)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    def check_while_somebody_writes() -> list[str]:
        writer = Thread(target=write)
        writer.start()
        writer.join()
        return []

    monkeypatch.setattr("tallystick.audit.database.told_totals", check_while_somebody_writes)
    before = Head.objects.get().size
    seen = compare()
    assert errors == []
    assert (seen.problems, seen.size) == ([], before)
    assert Head.objects.get().size == before + 1


def test_lines_are_counted(world: World) -> None:
    assert Line.objects.exclude(told="").count() == 12
