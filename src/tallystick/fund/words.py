"""Plain words for what the fund puts on the record."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.fund.models import Account, Holder, Pool, Transfer
from tallystick.fund.names import account_words, codes, legal_form, programme_words
from tallystick.people.models import Organisation
from tallystick.record.entry import Entry
from tallystick.record.words import Reference, Say, finds, may, phrase, short, shows, words

VOID = {
    "bank_refused": gettext_lazy("the bank refused it"),
    "payee_closed": gettext_lazy("the payee has closed"),
    "mistake": gettext_lazy("it was a mistake"),
    "court_order": gettext_lazy("a court ordered it"),
    "expired": gettext_lazy("it expired"),
}
REVERSE = {
    "recorded_twice": gettext_lazy("it was recorded twice"),
    "wrong_amount": gettext_lazy("the amount was wrong"),
    "wrong_account": gettext_lazy("the account was wrong"),
    "money_returned": gettext_lazy("the money came back"),
    "mistake": gettext_lazy("it was a mistake"),
}

phrase("fund.pay_person", gettext_lazy("ask for payments to people in a programme"))
phrase("fund.cancel_payment", gettext_lazy("take back payments to people that nobody approved yet"))


def _money(entry: Entry, say: Say) -> str:
    return say.money(entry.args["minor"], entry.args["currency"])


def _keeper(account_id: str, say: Say) -> str:
    """Who has the money of an account."""
    found = Account.objects.filter(pk=account_id).values_list("holder", flat=True).first()
    return say.named(Holder, found) if found else account_id


@finds
def _transfer(identifier: str) -> Reference | None:
    if not Transfer.objects.filter(pk=identifier).exists():
        return None
    return Reference(_("The payment %(id)s") % {"id": short(identifier)}, f"/ledger/{identifier}/")


def _account(value: str, args: dict[str, Any], say: Say) -> str:
    return account_words(value, say)


shows("account", gettext_lazy("Account"))(_account)
shows("from", gettext_lazy("From"))(_account)


@shows("to", gettext_lazy("To"))
def _to(value: str, args: dict[str, Any], say: Say) -> str:
    name = say.named(Organisation, value)
    return name if name != value else account_words(value, say)


@shows("purpose", gettext_lazy("For"))
@shows("secondary", gettext_lazy("Money left over goes to"))
def _purpose(value: str, args: dict[str, Any], say: Say) -> str:
    return codes(say).purpose(value) if value else ""


@shows("place", gettext_lazy("Where"))
def _place(value: str, args: dict[str, Any], say: Say) -> str:
    return codes(say).place(value)


@shows("pool", gettext_lazy("Money for"))
def _pool(value: str, args: dict[str, Any], say: Say) -> str:
    return say.named(Pool, value)


@shows("cap", gettext_lazy("At most for one household"))
@shows("total", gettext_lazy("At most in all"))
def _sum(value: int, args: dict[str, Any], say: Say) -> str:
    return say.money(value, args["currency"])


@shows("criteria", gettext_lazy("Who can get it (file)"))
def _criteria(value: str, args: dict[str, Any], say: Say) -> str:
    return value


@words("fund.label_code", gettext_lazy("name purposes and places"))
def label_code(entry: Entry, say: Say) -> str:
    """A code's label."""
    text = _("We call the purpose “%(code)s”: %(label)s.")
    if entry.args["kind"] == "place":
        text = _("We call the place “%(code)s”: %(label)s.")
    return text % entry.args


@words("fund.add_holder", gettext_lazy("add who has our money"))
def add_holder(entry: Entry, say: Say) -> str:
    """A new holder."""
    return _("%(name)s can now have money for us (%(form)s).") % {
        "name": entry.args["name"],
        "form": legal_form(entry.args["legal_form"]).lower(),
    }


@words("fund.open_pool", gettext_lazy("open appeals for money"))
def open_pool(entry: Entry, say: Say) -> str:
    """An appeal."""
    args = entry.args
    values = {"name": args["name"], "aim": codes(say).aim(args["purpose"], args["place"])}
    if not args["secondary"]:
        return _("We opened “%(name)s”: money %(aim)s.") % values
    values["second"] = codes(say).purpose(args["secondary"])
    return _("We opened “%(name)s”: money %(aim)s; what is left over goes to %(second)s.") % values


@words("fund.open_account", gettext_lazy("open accounts"))
def open_account(entry: Entry, say: Say) -> str:
    """An account."""
    return _("%(holder)s opened an account in %(currency)s for “%(pool)s”.") % {
        "holder": say.named(Holder, entry.args["holder"]),
        "pool": say.named(Pool, entry.args["pool"]),
        "currency": entry.args["currency"],
    }


@words("fund.bring_forward", gettext_lazy("put opening balances on the record"))
def bring_forward(entry: Entry, say: Say) -> str:
    """An opening balance."""
    return _("%(holder)s already had %(money)s when these books began. It was brought in, not decided here.") % {
        "holder": _keeper(entry.args["account"], say),
        "money": _money(entry, say),
    }


@words("fund.receive_gift", gettext_lazy("take in gifts"))
def receive_gift(entry: Entry, say: Say) -> str:
    """A gift."""
    args = entry.args
    values = {
        "holder": _keeper(args["account"], say),
        "money": _money(entry, say),
        "aim": codes(say).aim(args["purpose"], args["place"]),
        "giver": say.named(Organisation, args["giver"]) if args["giver"] else "",
    }
    if args["giver"]:
        return _("%(holder)s received a gift of %(money)s %(aim)s from %(giver)s.") % values
    return _("%(holder)s received a gift of %(money)s %(aim)s.") % values


@words("fund.turn_pool", gettext_lazy("turn money left over to its second purpose"))
def turn_pool(entry: Entry, say: Say) -> str:
    """Money left over."""
    return _("“%(pool)s” has done what it was for. What is left goes to %(purpose)s, as was said from the start.") % {
        "pool": say.named(Pool, entry.args["pool"]),
        "purpose": codes(say).purpose(entry.args["purpose"]),
    }


def _asked(entry: Entry, say: Say, terms: dict[str, Any]) -> dict[str, str]:
    minor, currency = terms.get("minor"), terms.get("currency")
    to = terms.get("to", "")
    return {
        "member": say.member(entry.by),
        "act": may(entry.args["act"]),
        "money": say.money(minor, currency) if isinstance(minor, int) and isinstance(currency, str) else "",
        "to": _to(to, {}, say) if isinstance(to, str) and to else "",
    }


def _about_request(entry: Entry, say: Say, with_payee: str, without: str) -> str:
    values = _asked(entry, say, entry.args["terms"])
    return (with_payee if values["money"] and values["to"] else without) % values


@words("fund.request", gettext_lazy("ask for payments"))
def request(entry: Entry, say: Say) -> str:
    """Somebody asked."""
    return _about_request(
        entry, say, _("%(member)s asked that %(money)s go to %(to)s."), _("%(member)s asked to %(act)s.")
    )


@words("fund.change_request")
def change_request(entry: Entry, say: Say) -> str:
    """Terms changed."""
    return _about_request(
        entry,
        say,
        _("%(member)s changed what was asked: %(money)s to %(to)s. Earlier approvals no longer count."),
        _("%(member)s changed what was asked. Earlier approvals no longer count."),
    )


@words("fund.withdraw_request")
def withdraw_request(entry: Entry, say: Say) -> str:
    """Taken back."""
    return _("%(member)s took back what was asked for.") % {"member": say.member(entry.by)}


@words("fund.approve", gettext_lazy("approve payments that others asked for"))
def approve(entry: Entry, say: Say) -> str:
    """An approval."""
    return _about_request(
        entry, say, _("%(member)s approved %(money)s to %(to)s."), _("%(member)s approved a request to %(act)s.")
    )


@words("fund.pay", gettext_lazy("pay organisations"))
def pay(entry: Entry, say: Say) -> str:
    """A payment."""
    args = entry.args
    return _("We sent %(money)s to %(to)s %(aim)s, after a vote and two approvals.") % {
        "money": _money(entry, say),
        "to": say.named(Organisation, args["to"]),
        "aim": codes(say).aim(args["purpose"], args["place"]),
    }


@words("fund.move", gettext_lazy("move money between those who have it"))
def move(entry: Entry, say: Say) -> str:
    """Between holders."""
    return _("%(money)s goes from %(from)s to %(to)s. It stays money for the same purpose.") % {
        "money": _money(entry, say),
        "from": _keeper(entry.args["from"], say),
        "to": _keeper(entry.args["to"], say),
    }


@words("fund.exchange", gettext_lazy("change money into another currency"))
def exchange(entry: Entry, say: Say) -> str:
    """Another currency."""
    args = entry.args
    return _("We changed %(money)s into %(other)s.") % {
        "money": _money(entry, say),
        "other": say.money(args["minor_to"], args["currency_to"]),
    }


def _of_transfer(entry: Entry, say: Say) -> dict[str, str]:
    found = Transfer.objects.filter(pk=entry.args["transfer"]).select_related("debit").first()
    if found is None:
        return {"money": "?", "to": "?"}
    return {"money": say.money(found.minor, found.currency_id), "to": account_words(found.debit_id, say)}


@words("fund.settle", gettext_lazy("say that the bank has paid"))
def settle(entry: Entry, say: Say) -> str:
    """The bank has paid."""
    return _("The bank has paid %(money)s to %(to)s.") % _of_transfer(entry, say)


@words("fund.void", gettext_lazy("free a payment that will not be made"))
def void(entry: Entry, say: Say) -> str:
    """Not paid after all."""
    values = _of_transfer(entry, say) | {"reason": str(VOID[entry.args["reason"]])}
    return _("%(money)s to %(to)s will not be paid: %(reason)s.") % values


@words("fund.reverse", gettext_lazy("correct a wrong line"))
def reverse(entry: Entry, say: Say) -> str:
    """A correction."""
    values = _of_transfer(entry, say) | {"reason": str(REVERSE[entry.args["reason"]])}
    return _("We corrected %(money)s to %(to)s: %(reason)s. The wrong line stays in sight.") % values


@words("fund.open_programme", gettext_lazy("open programmes for people"))
def open_programme(entry: Entry, say: Say) -> str:
    """Help for people."""
    args = entry.args
    return _(
        "We opened “%(programme)s” for people, %(aim)s, until %(day)s: at most %(cap)s for a household and "
        "%(total)s in all."
    ) % {
        "programme": programme_words(args["id"]),
        "aim": codes(say).aim(args["purpose"], args["place"]),
        "cap": say.money(args["cap"], args["currency"]),
        "total": say.money(args["total"], args["currency"]),
        "day": say.day(args["until"]),
    }


@words("fund.set_aside", gettext_lazy("set money aside for people"))
def set_aside(entry: Entry, say: Say) -> str:
    """Money in a purse."""
    return _("We set %(money)s aside for people in “%(programme)s”.") % {
        "money": _money(entry, say),
        "programme": programme_words(entry.args["programme"]),
    }


@words("fund.approve_release", gettext_lazy("approve payments to people"))
def approve_release(entry: Entry, say: Say) -> str:
    """One of two."""
    return _("%(member)s approved payments to people in “%(programme)s”. Nobody is named.") % {
        "member": say.member(entry.by),
        "programme": programme_words(entry.args["programme"]),
    }


@words("fund.end_programme", gettext_lazy("end programmes"))
def end_programme(entry: Entry, say: Say) -> str:
    """No more payments."""
    return _("We ended “%(programme)s”.") % {"programme": programme_words(entry.args["programme"])}


def _told(entry: Entry, say: Say) -> dict[str, str]:
    args = entry.args
    return {
        "money": _money(entry, say),
        "people": args["people"].replace("-", "–"),
        "first": say.day(args["first_day"]),
        "last": say.day(args["last_day"]),
    }


@words("fund.tell_total")
def tell_total(entry: Entry, say: Say) -> str:
    """What people received."""
    values = _told(entry, say) | {"programme": programme_words(entry.args["programme"])}
    return _("“%(programme)s” paid %(money)s to %(people)s people between %(first)s and %(last)s.") % values


@words("fund.tell_ended")
def tell_ended(entry: Entry, say: Say) -> str:
    """The same for ended programmes."""
    text = _("Ended programmes paid %(money)s to %(people)s people between %(first)s and %(last)s.")
    if not entry.args["people"]:
        text = _("Ended programmes paid %(money)s to a few people between %(first)s and %(last)s.")
    return text % _told(entry, say)


@words("fund.add_source", gettext_lazy("publish tables of what was decided elsewhere"))
def add_source(entry: Entry, say: Say) -> str:
    """A table that was brought over."""
    return _("We published a table of %(rows)s grants that were decided elsewhere.") % {
        "rows": say.count(entry.args["rows"])
    }


@words("fund.bring_over", gettext_lazy("bring over what was decided elsewhere"))
def bring_over(entry: Entry, say: Say) -> str:
    """Decided elsewhere."""
    args = entry.args
    if args["kind"] == "gift":
        pool = Account.objects.filter(pk=args["account"]).values_list("pool", flat=True).first() or args["account"]
        return _(
            "Brought over: %(money)s came in for “%(pool)s”, the sum of its rows. Decided elsewhere, not by us."
        ) % {
            "money": _money(entry, say),
            "pool": say.named(Pool, pool),
        }
    return _("Brought over: %(money)s to %(to)s, row %(row)s of the table. Decided elsewhere, not by us.") % {
        "money": _money(entry, say),
        "to": say.named(Organisation, args["organisation"]),
        "row": args["row"],
    }
