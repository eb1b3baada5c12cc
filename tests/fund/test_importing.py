"""Grants brought over from a small made-up table: once, twice, after a broken-off run, with rows that are broken."""

import json

import pytest
from django.db import connection
from typer.testing import CliRunner

from tallystick.audit.balances import self_check
from tallystick.audit.replay import Lie, Replay
from tallystick.fund import importing
from tallystick.fund.commands import app
from tallystick.fund.grants import GrantsError, table
from tallystick.fund.importing import NEEDED, acting, bring_grants, plan
from tallystick.fund.rules.accounts import Account, Pool
from tallystick.fund.rules.brought import Brought
from tallystick.people.rules import Organisation
from tallystick.record.entry import canonical
from tallystick.record.facts import Refused
from tallystick.record.files import read_file
from tallystick.record.store import stored
from tests.founding import found
from tests.fund.test_grants import table as written

OCHA = "ocha_pooled_funds"
ROWS = (
    {"Budget": "100.00"},
    {"Budget": "250.505", "OrganizationName": "Oxfam"},
    {"Budget": "0"},
    {"Budget": "70", "FundType": "CBPF", "AllocationYear": "2019", "ApprovedDate": "3/20/2019"},
    {"Budget": "30.25", "FundType": "CBPF", "AllocationYear": "2019", "ApprovedDate": "1/1/0001"},
)
TOTAL = 100_00 + 250_50 + 70_00 + 30_25

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return found(acts={"chair": NEEDED}, books_too=False)


def bring(content, **more):
    return bring_grants(acting(), content, OCHA, "grants.csv", **more)


def entries():
    with connection.cursor() as cursor:
        cursor.execute('SELECT data FROM record_entryrow ORDER BY "index"')
        return [bytes(row[0]) for row in cursor.fetchall()]


def replayed(lines):
    replay = Replay(read_file)
    replay.bundle(0, lines)
    return replay


def test_each_grant_is_paid_out_of_its_funds_year(world):
    content = written(*ROWS)
    done = bring(content)
    assert (done.new, done.already, done.minor, done.currency) == (4, 0, TOTAL, "USD")
    assert [each.row for each in done.zero] == [3]
    assert [each.row for each in done.notes] == [2, 5]
    assert done.errors == []
    assert {each.id: each.name for each in stored(Pool)} == {"cerf-2018": "CERF 2018", "somalia-2019": "Somalia 2019"}
    assert {each.name for each in stored(Organisation)} == {"World Food Programme", "Oxfam"}
    held = {each.id: each for each in stored(Account) if each.kind == "held"}
    assert held["ocha/cerf-2018/USD"].posted_in == held["ocha/cerf-2018/USD"].posted_out == 350_50
    assert held["ocha/somalia-2019/USD"].posted_in == 100_25


def test_the_record_says_the_same_as_the_tables(world):
    bring(written(*ROWS))
    facts = replayed(entries()).facts
    assert self_check(facts) == []
    for kind in (Account, Pool, Organisation, Brought):
        assert sorted(facts.all(kind), key=kind.key_of) == sorted(stored(kind), key=kind.key_of)


def test_twice_changes_nothing(world):
    content = written(*ROWS)
    bring(content)
    before = entries()
    again = bring(content)
    assert (again.new, again.already, again.acts, again.minor) == (0, 4, 0, TOTAL)
    assert entries() == before


@pytest.mark.parametrize("step", range(10))
def test_a_run_that_broke_off_is_gone_on_with(world, monkeypatch, step):
    content = written(*ROWS)
    monkeypatch.setattr(importing, "BATCH", 1)

    def stop(done, total):
        if done == step + 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(content, progress=stop)
    there = entries()
    bring(content)
    whole = entries()
    assert whole[: len(there)] == there
    assert len({json.loads(each)["id"] for each in whole}) == len(whole) == 1 + 1 + 1 + 2 + 6 + 4
    assert sum(each.posted_out for each in stored(Account) if each.kind == "held") == TOTAL
    replayed(whole)


def test_the_ids_come_from_the_table(world):
    bring(written(*ROWS))
    first = [json.loads(each)["id"] for each in entries()][1:]
    actor = importing._Import(acting(), plan(written(*ROWS), OCHA), "ocha", OCHA)._act("row/1")
    assert actor.entry_id in first


def test_a_broken_row_stays_behind_alone(world):
    content = written(ROWS[0], {"Budget": "much"}, ROWS[1], {"ApprovedDate": "2018-13-01"})
    done = bring(content)
    assert done.new == 2
    assert [(each.row, each.column) for each in done.errors] == [(2, "Budget"), (4, "ApprovedDate")]
    assert [each.broken for each in table(OCHA, content)] == [False, True, False, True]
    replayed(entries())


def test_what_is_no_table_is_refused_before_anything_is_written(world):
    before = entries()
    with pytest.raises(GrantsError, match="is missing"):
        bring(written(heading=("AllocationYear",)))
    assert entries() == before


def test_another_table_cannot_add_to_a_fund_that_was_brought_over(world):
    bring(written(*ROWS))
    more = bring(written(*ROWS, {"AllocationYear": "2020"}))
    assert more.new == 1
    assert len(more.errors) == 2
    assert "another table" in str(more.errors[0])


def test_a_table_is_gone_on_with_under_the_holder_it_was_begun_with(world):
    content = written(*ROWS)
    bring(content)
    with pytest.raises(Refused, match="ocha"):
        bring(content, holder="somebody")


def test_nobody_without_a_mandate_brings_anything(world):
    with pytest.raises(Refused, match="No mandate"):
        acting(by=world.members["ama"], mandate=world.mandates["chair"])
    assert acting(mandate=world.mandates["chair"]).by == world.members["chair"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"minor": 99_99}, "something else"),
        ({"row": 2}, "something else"),
        ({"row": 9}, "no row 9"),
        ({"row": 3, "minor": 1}, "something else"),
    ],
)
def test_a_changed_entry_is_found(world, change, reason):
    bring(written(*ROWS))
    lines = entries()
    index = next(n for n, line in enumerate(lines) if json.loads(line)["body"]["args"].get("row") == 1)
    plain = json.loads(lines[index])
    plain["body"]["args"] |= change
    lines[index] = canonical(plain)
    with pytest.raises(Lie, match=reason) as found_out:
        replayed(lines)
    assert found_out.value.index == index


def test_a_changed_gift_and_a_broken_row_are_found(world):
    bring(written(ROWS[0], {"Budget": "much"}))
    lines = entries()
    gift, payment = lines[-2:]
    plain = json.loads(gift)
    plain["body"]["args"]["minor"] += 1
    with pytest.raises(Lie, match="add up to 10000, not 10001"):
        replayed([*lines[:-2], canonical(plain), payment])
    plain = json.loads(payment)
    plain["body"]["args"]["row"] = 2
    with pytest.raises(Lie, match="cannot be read"):
        replayed([*lines[:-1], canonical(plain)])


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_the_command_answers(world, tmp_path):
    path = tmp_path / "grants.csv"
    path.write_bytes(written(*ROWS))
    planned = run("import-grants", path, "--dry-run", "--json")
    assert planned.exit_code == 0, planned.output
    assert json.loads(planned.stdout)["pools"] == {"cerf-2018": 350_50, "somalia-2019": 100_25}
    assert "4 payments" in run("import-grants", path).stdout
    assert "Nothing new" in run("import-grants", path).stdout
    path.write_bytes(written({"AllocationYear": "2001"}, {"Budget": "much"}))
    broken = run("import-grants", path, "--json")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["errors"][0]["row"] == 2
    path.write_bytes(b"nothing")
    nothing = run("import-grants", path)
    assert nothing.exit_code == 2
    assert len(nothing.stderr.splitlines()) == 1
    assert run("import-grants", tmp_path / "absent").exit_code == 2


def test_the_books_can_be_exported(world, tmp_path):
    bring(written(*ROWS))
    assert "assets:ocha:cerf-2018:USD" in run("export-journal", "--hledger").stdout
    out = tmp_path / "books.beancount"
    assert run("export-journal", "--beancount", "--out", out).exit_code == 0
    assert "Assets:Ocha" in out.read_text()
    assert run("export-journal").exit_code == 2
