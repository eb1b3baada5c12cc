from django.apps import AppConfig


class Site(AppConfig):
    name = "tallystick.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"
