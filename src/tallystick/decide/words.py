"""Plain words for what the decide room puts on the record."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.decide.models import Motion
from tallystick.people.models import Committee, Mandate
from tallystick.people.words import granted
from tallystick.record.entry import Entry
from tallystick.record.words import Reference, Say, finds, may, short, words


@finds
def _motion(identifier: str) -> Reference | None:
    if not Motion.objects.filter(pk=identifier).exists():
        return None
    return Reference(_("The vote %(id)s") % {"id": short(identifier)}, f"/votes/{identifier}/")


@words("decide.open_motion", gettext_lazy("open votes"))
def open_motion(entry: Entry, say: Say) -> str:
    """A vote opened."""
    args = entry.args
    values = {
        "committee": say.named(Committee, entry.for_),
        "day": say.day(args["closes"]),
        "act": may(args["act"]) if args["act"] else "",
    }
    if args["act"]:
        return _("The %(committee)s opened a vote, until %(day)s, to %(act)s.") % values
    return _("The %(committee)s opened a vote on a text, until %(day)s.") % values


@words("decide.vote", gettext_lazy("vote"))
def vote(entry: Entry, say: Say) -> str:
    """One vote."""
    text = {
        "yes": _("%(member)s voted yes."),
        "no": _("%(member)s voted no."),
        "abstain": _("%(member)s abstained."),
    }[entry.args["choice"]]
    return text % {"member": say.member(entry.by)}


@words("decide.close_motion", gettext_lazy("close votes"))
def close_motion(entry: Entry, say: Say) -> str:
    """The outcome."""
    args = entry.args
    text = _("The vote passed: %(yes)s yes, %(no)s no, %(abstain)s abstained.")
    if args["state"] != "carried":
        text = _("The vote failed: %(yes)s yes, %(no)s no, %(abstain)s abstained.")
    return text % {choice: args[choice] for choice in ("yes", "no", "abstain")}


@words("decide.grant_mandate", gettext_lazy("let a member act for the committee"))
def grant_mandate(entry: Entry, say: Say) -> str:
    """Rights given by vote."""
    text = _("By a vote, %(member)s may act for the %(committee)s until %(day)s: %(acts)s.")
    return granted(entry, say, text)


@words("decide.recall_mandate", gettext_lazy("recall a member's rights"))
def recall_mandate(entry: Entry, say: Say) -> str:
    """Rights taken back by vote."""
    member = say.named(Mandate, entry.args["mandate"], "member_id")
    return _("By a vote, the %(committee)s took rights back from member %(member)s.") % {
        "committee": say.named(Committee, entry.for_),
        "member": short(member),
    }


@words("decide.seat_member", gettext_lazy("give members a seat by vote"))
def seat_member(entry: Entry, say: Say) -> str:
    """A seat given by vote."""
    return _("By a vote, %(member)s got a seat on the %(committee)s.") % {
        "member": say.member(entry.args["member"]),
        "committee": say.named(Committee, entry.args["committee"]),
    }


@words("decide.unseat_member", gettext_lazy("end a member's seat"))
def unseat_member(entry: Entry, say: Say) -> str:
    """A seat taken by vote."""
    return _("By a vote, %(member)s lost the seat on the %(committee)s.") % {
        "member": say.member(entry.args["member"]),
        "committee": say.named(Committee, entry.args["committee"]),
    }
