from django.apps import AppConfig


class Decide(AppConfig):
    name = "tallystick.decide"
    label = "decide"
    default_auto_field = "django.db.models.BigAutoField"
