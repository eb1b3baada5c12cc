from django.apps import AppConfig


class Fund(AppConfig):
    name = "tallystick.fund"
    label = "fund"
    default_auto_field = "django.db.models.BigAutoField"
