"""Sign-ins. They are private: none of this is on the record, and the record never needs it."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tallystick.record.tables import PrivateTable


class UserManager(BaseUserManager["User"]):
    """Makes and finds sign-ins, by names in any case."""

    def create_user(self, username: str, password: str | None = None, **rest: Any) -> "User":
        """A new sign-in, saved. Without a password nobody can use it until one is set."""
        if not username:
            raise ValueError("A sign-in needs a username.")
        user = self.model(username=self.model.normalize_username(username), **rest)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)


class User(AbstractBaseUser, PrivateTable):
    """Who may sign in. What she may decide is not kept here but in her mandates, which are public.

    `member` is the one tie to the record: the member's random public pseudonym. Names stay in this table.
    """

    username_validator = UnicodeUsernameValidator()

    username = models.CharField(
        _("username"),
        max_length=150,
        unique=True,
        validators=[username_validator],
        error_messages={"unique": _("Someone already has this username. Choose another one.")},
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    member = models.CharField(_("public pseudonym"), max_length=36, unique=True, null=True, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    made = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            # Sign-in ignores case, so "Ana" and "ana" must not be two people.
            models.UniqueConstraint(Lower("username"), name="site_user_username_any_case"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
