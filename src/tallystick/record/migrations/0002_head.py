"""The head row: a record without entries."""

from typing import Any

from django.db import migrations


def make_head(apps: Any, schema_editor: Any) -> None:
    """Entry 0 will be the first."""
    apps.get_model("record", "Head").objects.create(id=1, size=0, at="")


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [migrations.RunPython(make_head, migrations.RunPython.noop)]
