from django.apps import AppConfig


class Record(AppConfig):
    name = "tallystick.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
