"""What the site does: sign-ins. They are private; the one entry here is the people room's, by its own act."""

from dataclasses import dataclass

from tallystick.people import acts as people
from tallystick.record.append import Actor, Recorded, batch
from tallystick.site.founding import SignIn, sign_in
from tallystick.site.models import User


@dataclass(frozen=True)
class Admitted:
    """A new member's line in the record, and the sign-in, whose password is shown once and kept nowhere."""

    recorded: Recorded
    sign_in: SignIn


def admit_member(actor: Actor, *, member: str, name: str) -> Admitted:
    """Admit a member by a fresh pseudonym and make the sign-in, both or neither.

    Sent again, it records nothing more; while nobody has signed in, the sign-in gets another first password, so that
    whoever lost the page can be helped.
    """
    with batch():
        recorded = people.admit_member(actor, member=member)
        before = User.objects.filter(member=member).first() if recorded.repeated else None
        if before is not None and before.last_login is not None:
            return Admitted(recorded, SignIn(before.username, "", member))
        if before is not None:
            before.delete()
        return Admitted(recorded, sign_in(name, member))


def choose_password(user: User, password: str) -> None:
    """Give a sign-in the password that its owner chose."""
    user.set_password(password)
    user.save(update_fields=["password"])
