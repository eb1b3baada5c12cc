"""hledger and Beancount, which nobody here wrote, must come to our totals and refuse books that do not add up."""

import csv
import io
import subprocess
from dataclasses import replace
from decimal import Decimal

import pytest

from tallystick.fund import writers
from tallystick.fund.writers import beancount, hledger
from tests.fund.test_writers import EXPONENTS, books

pytestmark = pytest.mark.peer


def written(path, writer, accounts, transfers):
    with path.open("w", encoding="utf-8") as file:
        file.writelines(writer.journal(accounts, transfers, EXPONENTS, title="Fictional relief fund"))
    return path


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True)


def hledger_totals(program, path, *options):
    """Account id to its balance, as hledger adds it up."""
    result = run(program, "-f", path, "bal", "--flat", "--no-total", "--empty", "-O", "csv", *options)
    assert result.returncode == 0, result.stderr
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    return {hledger.account_id(row["account"]): Decimal(row["balance"].split()[0]) for row in rows}


def ours(accounts, sum_of):
    return {each.id: Decimal(writers.decimal(sum_of(each), EXPONENTS[each.currency])) for each in accounts}


@pytest.fixture(scope="module")
def made():
    return books(2_000)


@pytest.mark.parametrize("check", [("check",), ("check", "--strict"), ("check", "-s", "ordereddates", "-V")])
def test_hledger_accepts_the_books(needs, tmp_path, made, check):
    accounts, transfers = made
    transfers = sorted(transfers, key=writers.day)
    path = written(tmp_path / "books.journal", hledger, accounts, transfers)
    result = run(needs("hledger"), "-f", path, *check)
    assert result.returncode == 0, result.stderr


def test_hledger_comes_to_our_totals(needs, tmp_path, made):
    accounts, transfers = made
    program = needs("hledger")
    path = written(tmp_path / "books.journal", hledger, accounts, transfers)
    assert hledger_totals(program, path) == ours(accounts, writers.balance)
    cleared = hledger_totals(program, path, "--cleared")
    assert cleared == ours(accounts, lambda each: each.posted_in - each.posted_out)
    pending = hledger_totals(program, path, "--pending")
    expected = ours(accounts, lambda each: each.pending_in - each.pending_out)
    assert pending == {account_id: expected[account_id] for account_id in pending}


def test_bean_check_accepts_the_books(needs, tmp_path, made):
    path = written(tmp_path / "books.beancount", beancount, *made)
    result = run(needs("bean-check"), path)
    assert (result.returncode, result.stderr) == (0, "")


def test_beancount_comes_to_our_totals(tmp_path, made):
    loader = pytest.importorskip("beancount.loader")
    realization = pytest.importorskip("beancount.core.realization")
    accounts, _ = made
    entries, errors, _ = loader.load_file(str(written(tmp_path / "books.beancount", beancount, *made)))
    assert errors == []
    root = realization.realize(entries)
    found = {
        each.id: realization.get(root, beancount.account_name(each)).balance.get_currency_units(each.currency).number
        for each in accounts
    }
    assert found == ours(accounts, writers.balance)


@pytest.mark.parametrize(("writer", "name"), [(hledger, "hledger"), (beancount, "bean-check")])
def test_one_minor_unit_too_many_is_refused(needs, tmp_path, made, writer, name):
    accounts, transfers = made
    program = needs(name)
    for number in range(0, len(accounts), 7):
        wrong = list(accounts)
        wrong[number] = replace(wrong[number], posted_in=wrong[number].posted_in + 1)
        path = written(tmp_path / "wrong", writer, wrong, transfers)
        check = (program, "-f", path, "check") if name == "hledger" else (program, path)
        assert run(*check).returncode != 0, wrong[number].id


@pytest.mark.parametrize(("writer", "name"), [(hledger, "hledger"), (beancount, "bean-check")])
def test_books_without_a_transfer_are_books(needs, tmp_path, made, writer, name):
    accounts = [replace(each, posted_in=0, posted_out=0, pending_in=0, pending_out=0) for each in made[0]]
    program = needs(name)
    for each in (accounts, []):
        path = written(tmp_path / "empty", writer, each, [])
        check = (program, "-f", path, "check") if name == "hledger" else (program, path)
        result = run(*check)
        assert result.returncode == 0, result.stderr
