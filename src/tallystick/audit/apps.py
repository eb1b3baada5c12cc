from django.apps import AppConfig


class Audit(AppConfig):
    name = "tallystick.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
