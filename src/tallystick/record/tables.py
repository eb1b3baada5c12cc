"""Fact tables: the Django side of a fact. Each fact's table has the fact's fields, no more and no fewer."""

from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.core import checks
from django.db import models

from tallystick.record.facts import FACTS, Fact

ID = 36  # a UUID's text
MOMENT = 20
DAY = 10


class FactTable(models.Model):
    """A table of one kind of fact. FACT is its dataclass; a nullable text column holds "" as NULL."""

    FACT: ClassVar[type[Fact]]

    class Meta:
        abstract = True

    @classmethod
    def check(cls, **kwargs: Any) -> list[checks.CheckMessage]:
        """Django's checks, and that table and fact have the same fields."""
        found = super().check(**kwargs)
        names = tuple(field.name for field in cls._meta.concrete_fields)
        if set(names) != set(cls.FACT.FIELDS):
            found.append(
                checks.Error(
                    f"{cls.__name__} has {sorted(names)}; its fact has {sorted(cls.FACT.FIELDS)}.",
                    hint="Give the table exactly the fields of its fact.",
                    obj=cls,
                    id="record.E001",
                )
            )
        return found


class PrivateTable(models.Model):
    """A table that is no part of the record: sign-ins, drafts, the vault, waiting lines. Audit lists it by name."""

    class Meta:
        abstract = True


class RecordTable(models.Model):
    """A table that holds the record itself or what is derived from it: entries, checkpoints, files."""

    class Meta:
        abstract = True


@cache
def fact_tables() -> dict[type[Fact], type[FactTable]]:
    """Every fact's table."""
    return {model.FACT: model for model in apps.get_models() if issubclass(model, FactTable)}


@checks.register(checks.Tags.models)
def every_table_has_its_kind(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse a table of ours that is neither facts, nor record, nor private; and a fact without a table."""
    found: list[checks.CheckMessage] = []
    for model in apps.get_models():
        if model.__module__.startswith("tallystick.") and not issubclass(model, FactTable | PrivateTable | RecordTable):
            found.append(
                checks.Error(
                    f"{model.__name__} is neither a table of facts nor listed as private.",
                    hint="Derive it from FactTable, RecordTable or PrivateTable.",
                    obj=model,
                    id="record.E002",
                )
            )
    tabled = {model.FACT.KIND for model in fact_tables().values()}
    found += [
        checks.Error(f"The fact {kind} has no table.", hint="Add it to the room's models.py.", id="record.E003")
        for kind in FACTS
        if kind not in tabled
    ]
    return found
