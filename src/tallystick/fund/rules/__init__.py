"""The fund's rules: accounts and transfers, gifts, payments, programmes for people, what is brought over."""

from tallystick.fund.rules import accounts, approvals, brought, codes, gifts, payments, programmes, totals

__all__ = ["accounts", "approvals", "brought", "codes", "gifts", "payments", "programmes", "totals"]
