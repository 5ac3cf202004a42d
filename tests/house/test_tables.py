"""Invariants live in the database: pairs that must agree are constrained; files are protected; money is Decimal."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

OURS = {"procurement_portal", "certification", "solicitations", "payments", "compliance"}
# Pairs whose halves may stand alone, each with its reason.
FREE_PAIRS: dict[str, str] = {}


def our_models() -> Iterator[type[models.Model]]:
    """The portal's own tables (the generated field-history tables left out)."""
    for model in apps.get_models():
        if model.__module__.split(".")[0] in OURS and not model.__name__.startswith("Historical"):
            yield model


def unpaired(model: type[models.Model]) -> list[str]:
    """Nullable `x_at`/`x_by` pairs that no CHECK binds together."""
    names = {field.name for field in model._meta.get_fields() if isinstance(field, models.Field)}
    checks = [str(c.condition) for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
    missing = []
    for at in sorted(n for n in names if n.endswith("_at")):
        by = at.removesuffix("_at") + "_by"
        if by not in names or not model._meta.get_field(at).null:
            continue
        if not any(f"{at}__isnull" in check and f"{by}" in check for check in checks):
            missing.append(f"{model._meta.label}: {at}/{by}")
    return missing


def test_fields_that_must_agree_are_bound_by_a_check() -> None:
    assert [pair for model in our_models() for pair in unpaired(model) if pair not in FREE_PAIRS] == []


def test_the_check_sees_a_pair_that_is_not_bound() -> None:
    with isolate_apps("procurement_portal.people"):

        class Planted(models.Model):
            signed_at = models.DateTimeField(null=True)
            signed_by = models.BigIntegerField(null=True)

            class Meta:
                app_label = "people"

        class Bound(models.Model):
            signed_at = models.DateTimeField(null=True)
            signed_by = models.BigIntegerField(null=True)

            class Meta:
                app_label = "people"
                constraints = [
                    models.CheckConstraint(
                        name="bound",
                        condition=models.Q(signed_at__isnull=True, signed_by__isnull=True)
                        | models.Q(signed_at__isnull=False, signed_by__isnull=False),
                    )
                ]

    assert unpaired(Planted) == ["people.Planted: signed_at/signed_by"]
    assert unpaired(Bound) == []


def test_every_foreign_key_to_a_file_protects_it() -> None:
    loose = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey)
        and field.related_model._meta.label in ("documents.File", "documents.Document")
        and field.remote_field.on_delete is not models.PROTECT
    ]
    assert loose == []


def test_no_column_is_a_float() -> None:
    floats = [
        f"{m._meta.label}.{f.name}" for m in our_models() for f in m._meta.fields if isinstance(f, models.FloatField)
    ]
    assert floats == []


def test_every_table_has_a_name_people_can_read() -> None:
    unnamed = [m._meta.label for m in our_models() if "verbose_name" not in m._meta.original_attrs]
    assert unnamed == []
