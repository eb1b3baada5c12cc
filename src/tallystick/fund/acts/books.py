"""Holders, pools, accounts, codes, opening balances."""

from tallystick.record.append import Actor, Recorded
from tallystick.record.files import NewFile


def label_code(actor: Actor, *, kind: str, code: str, label: str) -> Recorded:
    """Say what a purpose or place is called. kind: "purpose" or "place"."""
    return actor.does("fund.label_code", {"kind": kind, "code": code, "label": label})


def add_holder(actor: Actor, *, id: str, name: str, legal_form: str) -> Recorded:
    """Add somebody who has money for the commission."""
    return actor.does("fund.add_holder", {"id": id, "name": name, "legal_form": legal_form})


def open_pool(
    actor: Actor, *, id: str, name: str, purpose: str, place: str, until: str = "", secondary: str = ""
) -> Recorded:
    """Open a pool under one restriction. until: last day or ""; secondary: needed unless the purpose is any."""
    return actor.does(
        "fund.open_pool",
        {"id": id, "name": name, "purpose": purpose, "place": place, "until": until, "secondary": secondary},
    )


def open_account(actor: Actor, *, holder: str, pool: str, currency: str, floor: int = 0) -> Recorded:
    """Open a holder's account in one pool and currency. floor: minor units that must always stay."""
    return actor.does("fund.open_account", {"holder": holder, "pool": pool, "currency": currency, "floor": floor})


def bring_forward(actor: Actor, *, account: str, minor: int, currency: str, paper: NewFile) -> Recorded:
    """Put an opening balance on the record with the paper it comes from."""
    return actor.does(
        "fund.bring_forward",
        {"account": account, "minor": minor, "currency": currency, "source": paper.sha256},
        files=[paper],
    )
