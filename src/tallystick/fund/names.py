"""What the fund's codes and accounts are called on a page."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.fund.models import Account, Code, Holder, Pool
from tallystick.people.models import Organisation
from tallystick.record.words import Say

OUTSIDE = {
    "gifts": gettext_lazy("Gifts"),
    "opening": gettext_lazy("Opening balance"),
    "brought": gettext_lazy("Brought over, decided elsewhere"),
    "exchange": gettext_lazy("Exchange of money"),
    "persons": gettext_lazy("People helped"),
}
FORMS = {
    "bank": gettext_lazy("Bank account"),
    "bank_account": gettext_lazy("Bank account"),
    "fiscal_sponsor": gettext_lazy("Fiscal sponsor"),
    "association": gettext_lazy("Association"),
    "charity": gettext_lazy("Charity"),
    "trust": gettext_lazy("Trust"),
    "church": gettext_lazy("Church"),
    "credit_union": gettext_lazy("Credit union"),
    "cooperative": gettext_lazy("Cooperative"),
    "cash": gettext_lazy("Cash box"),
    "un_agency": gettext_lazy("United Nations"),
}


@dataclass(frozen=True)
class Named:
    """What a page calls something, and where it leads ("" where nowhere)."""

    label: str
    href: str = ""


def legal_form(code: str) -> str:
    """A legal form in words; a code that has none as it stands, without its marks."""
    return str(FORMS.get(code) or _spelt(code))


def _spelt(code: str) -> str:
    return code.rsplit(".", 1)[-1].replace("_", " ").capitalize()


class Codes:
    """Purposes and places by their labels. Looked up once for a page."""

    def __init__(self) -> None:
        self._labels = {(each.kind, each.code): each.label for each in Code.objects.all()}

    def purpose(self, code: str) -> str:
        """ "rent", or "any need"."""
        return self._labels.get(("purpose", code)) or (_("any need") if code == "any" else _spelt(code).lower())

    def place(self, code: str) -> str:
        """ "Orleans Parish", or "any place"."""
        return self._labels.get(("place", code)) or (_("any place") if code == "any" else _spelt(code))

    def aim(self, purpose: str, place: str) -> str:
        """What money is for and where: "for rent in Orleans Parish"; "" where nothing is said."""
        if not purpose and not place:
            return ""
        if place in ("", "any"):
            return _("for %(purpose)s") % {"purpose": self.purpose(purpose)}
        return _("for %(purpose)s in %(place)s") % {
            "purpose": self.purpose(purpose),
            "place": self.place(place),
        }


def codes(say: Say) -> Codes:
    """The codes that go with a page's other words."""
    if "codes" not in say.kept:
        say.kept["codes"] = Codes()
    return say.kept["codes"]  # type: ignore[no-any-return]


def account_named(account: Account, say: Say) -> Named:
    """Whose account it is, in words."""
    if account.kind == "held":
        label = _("%(holder)s, %(pool)s") % {
            "holder": say.named(Holder, account.holder_id or ""),
            "pool": say.named(Pool, account.pool_id or ""),
        }
        return Named(label, f"/ledger/?pool={account.pool_id}&holder={account.holder_id}")
    if account.kind == "purse":
        return Named(_("Set aside for people: %(programme)s") % {"programme": _spelt(account.owner.replace("-", " "))})
    if account.kind == "ended":
        return Named(_("Set aside for people in ended programmes"))
    if account.kind == "payee":
        return Named(say.named(Organisation, account.owner), f"/ledger/organisations/{account.owner}/")
    return Named(str(OUTSIDE.get(account.id.split("/")[1], account.id)))


def account_words(account_id: str, say: Say) -> str:
    """The same for an id that an entry names; the id where there is no such account."""
    known: dict[str, str] = say.kept.setdefault("accounts", {})
    if account_id not in known:
        account = Account.objects.filter(pk=account_id).first()
        known[account_id] = account_named(account, say).label if account else account_id
    return known[account_id]


def programme_words(programme: Any) -> str:
    """A programme's short public name as words: "rent-help" gives "Rent help"."""
    return _spelt(str(programme).replace("-", " "))
