"""Plain words for what the people room puts on the record."""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.people.models import Committee, Mandate, Organisation
from tallystick.record.entry import Entry
from tallystick.record.words import Reference, Say, finds, may, short, shows, words


def limits_in_words(limits: list[dict[str, Any]] | list[list[Any]], say: Say) -> list[str]:
    """A mandate's limits, one sentence for each currency; from an entry (objects) or a row (lists)."""
    told = []
    for each in limits:
        currency, per_act, per_month = (
            (each["currency"], each["per_act"], each["per_month"]) if isinstance(each, dict) else each
        )
        told.append(
            _("%(act)s at once, %(month)s a month")
            % {"act": say.money(per_act, currency), "month": say.money(per_month, currency)}
        )
    return told


@finds
def _mandate(identifier: str) -> Reference | None:
    found = Mandate.objects.filter(pk=identifier).values_list("member", flat=True).first()
    if found is None:
        return None
    label = _("What member %(member)s may decide") % {"member": short(found)}
    return Reference(label, f"/people/#mandate-{identifier}")


@shows("committee", gettext_lazy("Committee"))
def _committee(value: str, args: dict[str, Any], say: Say) -> str:
    return say.named(Committee, value)


@shows("member", gettext_lazy("Member"))
def _member(value: str, args: dict[str, Any], say: Say) -> str:
    return say.member(value)


@shows("organisation", gettext_lazy("Organisation"))
def _organisation(value: str, args: dict[str, Any], say: Say) -> str:
    return say.named(Organisation, value) if value else ""


@shows("acts", gettext_lazy("May do"))
def _acts(value: list[str], args: dict[str, Any], say: Say) -> str:
    return say.listed(map(may, value))


@shows("limits", gettext_lazy("Up to"))
def _limits(value: list[dict[str, Any]], args: dict[str, Any], say: Say) -> str:
    return "; ".join(limits_in_words(value, say))


@shows("mandate", gettext_lazy("Rights"))
def _mandate_shown(value: str, args: dict[str, Any], say: Say) -> str:
    member = Mandate.objects.filter(pk=value).values_list("member", flat=True).first()
    return _("What member %(member)s may decide") % {"member": short(member)} if member else value


@words("people.found")
def found(entry: Entry, say: Say) -> str:
    """Entry 0."""
    founders = len(entry.args["founders"])
    text = ngettext("%(name)s was founded by one member.", "%(name)s was founded by %(founders)s members.", founders)
    return text % {"name": entry.args["name"], "founders": say.count(founders)}


@words("people.open_committee", gettext_lazy("open committees"))
def open_committee(entry: Entry, say: Say) -> str:
    """A new committee."""
    return _("A new committee was opened: %(name)s.") % {"name": entry.args["name"]}


@words("people.admit_member", gettext_lazy("admit members"))
def admit_member(entry: Entry, say: Say) -> str:
    """A new member."""
    return _("%(member)s joined.") % {"member": say.member(entry.args["member"])}


@words("people.leave")
def leave(entry: Entry, say: Say) -> str:
    """A member who left."""
    return _("%(member)s left.") % {"member": say.member(entry.args["member"])}


def _at_committee(text: str, entry: Entry, say: Say) -> str:
    return text % {
        "member": say.member(entry.args["member"]),
        "committee": say.named(Committee, entry.args["committee"]),
    }


@words("people.seat_member", gettext_lazy("give members a seat"))
def seat_member(entry: Entry, say: Say) -> str:
    """A seat given."""
    return _at_committee(_("%(member)s got a seat on the %(committee)s."), entry, say)


@words("people.leave_seat")
def leave_seat(entry: Entry, say: Say) -> str:
    """A seat given up."""
    return _at_committee(_("%(member)s gave up the seat on the %(committee)s."), entry, say)


def granted(entry: Entry, say: Say, text: str) -> str:
    """A sentence about a new mandate, with what it covers and until when."""
    args = entry.args
    return text % {
        "by": say.member(entry.by),
        "member": say.member(args["member"]),
        "acts": say.listed(map(may, args["acts"])),
        "committee": say.named(Committee, args["committee"]),
        "day": say.day(args["ends"]),
    }


@words("people.grant_mandate", gettext_lazy("pass on rights they hold"))
def grant_mandate(entry: Entry, say: Say) -> str:
    """Rights passed on."""
    return granted(
        entry,
        say,
        _("%(by)s let %(member)s act for the %(committee)s until %(day)s: %(acts)s."),
    )


@words("people.resign_mandate")
def resign_mandate(entry: Entry, say: Say) -> str:
    """Rights given back."""
    return _("%(member)s gave rights back.") % {"member": say.member(entry.by)}


@words("people.add_organisation", gettext_lazy("add organisations"))
def add_organisation(entry: Entry, say: Say) -> str:
    """An organisation on the record."""
    return _("%(name)s is now on our list of organisations.") % {"name": entry.args["name"]}


def _speaks(text: str, entry: Entry, say: Say) -> str:
    return text % {
        "member": say.member(entry.args["member"]),
        "organisation": say.named(Organisation, entry.args["organisation"]),
    }


@words("people.name_representative", gettext_lazy("name who speaks for an organisation"))
def name_representative(entry: Entry, say: Say) -> str:
    """Somebody who speaks for an organisation."""
    text = _("%(member)s speaks for %(organisation)s and so cannot approve a payment to it.")
    return _speaks(text, entry, say)


@words("people.end_representative", gettext_lazy("end that somebody speaks for an organisation"))
def end_representative(entry: Entry, say: Say) -> str:
    """No longer."""
    return _speaks(_("%(member)s no longer speaks for %(organisation)s."), entry, say)


@words("people.register_key")
def register_key(entry: Entry, say: Say) -> str:
    """A member's signing key."""
    return _("%(member)s registered a key to sign with.") % {"member": say.member(entry.by)}


@words("people.revoke_key", gettext_lazy("revoke members' keys"))
def revoke_key(entry: Entry, say: Say) -> str:
    """A key that no longer signs."""
    return _("%(member)s revoked a key. It signs nothing from now on.") % {"member": say.member(entry.by)}


def row_limits(limits: str) -> list[list[Any]]:
    """A mandate row's limits: lists of (currency, most per act, most per month)."""
    return list(json.loads(limits))
