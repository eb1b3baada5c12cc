"""What the replayed facts say about money: balances by account, pool and holder, totals in and out. Pure."""

from typing import Any

from tallystick.fund.rules.accounts import Account, Transfer, in_hand
from tallystick.record.facts import Facts


def balances(facts: Facts) -> dict[str, Any]:
    """Minor units: {"accounts": {id: …}, "pools": {pool: {currency: …}}, "holders": …, "totals": {currency: …}}.

    in: gifts, opening balances and what was brought over, less what was taken back; out: to organisations and people,
    likewise; exchanged: what exchanges took (negative) or gave; set_aside: in purses; pending: on its way out.
    """
    accounts: dict[str, dict[str, Any]] = {}
    pools: dict[str, dict[str, int]] = {}
    holders: dict[str, dict[str, int]] = {}
    totals: dict[str, dict[str, int]] = {}
    for account in sorted(facts.all(Account), key=lambda each: each.id):
        accounts[account.id] = {
            "currency": account.currency,
            "posted_in": account.posted_in,
            "posted_out": account.posted_out,
            "pending_out": account.pending_out,
            "in_hand": in_hand(account),
        }
        total = totals.setdefault(
            account.currency,
            {"in": 0, "out": 0, "exchanged": 0, "in_hand": 0, "set_aside": 0, "pending": 0},
        )
        _add(total, account)
        if account.kind in ("held", "purse", "ended"):
            _sum(pools, account.pool, account)
            _sum(holders, account.holder, account)
    return {"accounts": accounts, "pools": pools, "holders": holders, "totals": totals}


def _sum(into: dict[str, dict[str, int]], name: str, account: Account) -> None:
    by_currency = into.setdefault(name, {})
    by_currency[account.currency] = by_currency.get(account.currency, 0) + in_hand(account)


def _add(total: dict[str, int], account: Account) -> None:
    net = account.posted_in - account.posted_out
    if account.kind == "held":
        total["in_hand"] += in_hand(account)
        total["pending"] += account.pending_out
    elif account.kind in ("purse", "ended"):
        total["set_aside"] += in_hand(account)
    elif account.kind == "payee" or account.id.startswith("outside/persons/"):
        total["out"] += net
    elif account.id.startswith("outside/exchange/"):
        total["exchanged"] -= net
    else:
        total["in"] -= net


def self_check(facts: Facts) -> list[str]:
    """The money's own invariants, told apart from the rules: each transfer twice in the accounts, nothing made or lost.

    Re-adds every transfer into fresh sums and compares them with the accounts. A list of sentences, empty when well.
    """
    sums: dict[str, list[int]] = {}
    for transfer in facts.all(Transfer):
        for account_id, place in ((transfer.credit, 1), (transfer.debit, 0)):
            line = sums.setdefault(account_id, [0, 0, 0, 0])
            if transfer.state == "posted":
                line[place] += transfer.minor
            elif transfer.state == "pending":
                line[2 + place] += transfer.minor
    wrong = []
    made: dict[str, int] = {}
    for account in facts.all(Account):
        found = [account.posted_in, account.posted_out, account.pending_in, account.pending_out]
        if found != sums.get(account.id, [0, 0, 0, 0]):
            wrong.append(f"{account.id} says {found}; its transfers add up to {sums.get(account.id)}.")
        made[account.currency] = made.get(account.currency, 0) + account.posted_in - account.posted_out
    wrong += [f"{amount} minor units of {currency} came from nowhere." for currency, amount in made.items() if amount]
    return wrong
