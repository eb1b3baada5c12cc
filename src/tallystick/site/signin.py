"""Signing in: by username and password, never by address.

Failed attempts are counted per name, in this process's memory, under a key that dies with the process. No
network address is read, compared or kept, so none can leak. The price: somebody who knows a member's username
can hold her sign-in shut for a few minutes at a time; a member shut out can wait or ask to be renamed.
"""

import hashlib
import hmac
import secrets
import unicodedata
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

FORGOTTEN_AT_EXIT = secrets.token_bytes(32)


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """How Tallystick differs from allauth's defaults: no sign-up, no mail, no addresses, plainer words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The username and the password do not match. Check both and try again."),
        "too_many_login_attempts": _("Too many wrong passwords for this username. Wait five minutes, then try again."),
        "username_taken": _("Someone already has this username. Choose another one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: the fund gives sign-ins to its members."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same word for everybody, so that nothing in allauth can count or keep by address."""
        return "not-kept"

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return "not-kept"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What failed attempts are counted under; allauth's own bare hash would open to a word list."""
        return attempts_key(str(credentials.get("username", "")))

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        return render(request, "account/account_inactive.html", status=403)


def attempts_key(username: str) -> str:
    """A keyed hash of the name as sign-in compares it: case, width and outer spaces make no new name."""
    name = unicodedata.normalize("NFKC", username).strip().casefold()
    return hmac.new(FORGOTTEN_AT_EXIT, name.encode(), hashlib.sha256).hexdigest()


class SignIn(LoginForm):  # type: ignore[misc]
    """allauth's form in our words: labels that stay visible, no placeholders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, missing in (
            ("login", _("Username"), _("Enter your username.")),
            ("password", _("Password"), _("Enter your password.")),
        ):
            field = self.fields[name]
            field.label, field.help_text = label, ""
            field.error_messages["required"] = missing
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs.update({"autocapitalize": "none", "spellcheck": "false"})
