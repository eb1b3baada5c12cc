"""Django made ready for a command: settings loaded, the home there, the database's set-up as it must be."""

import os

import django
from django.apps import apps


class NotReady(Exception):
    """There is no commission here, or its database is not set up as it must be; the message says what to do."""


def django_ready() -> None:
    """Set Django up on the commission in TALLYSTICK_HOME. NotReady when there is none. Twice is harmless."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallystick.site.settings")
    if not apps.ready:
        django.setup()
    from django.conf import settings
    from django.db import connection

    from tallystick.site.sqlite import wrong_settings

    if not settings.HOME.is_dir():
        raise NotReady(f"There is no fund in {settings.HOME}. Make one: tallystick site init, or set TALLYSTICK_HOME.")
    if connection.vendor == "sqlite" and (wrong := wrong_settings(connection)):
        raise NotReady("The database is not set up as it must be: " + " ".join(wrong))
