"""A database column that keeps every digit of an amount of money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


def trimmed(value: Decimal) -> Decimal:
    """Return the same number without zeros at its end and without an exponent: 1.50 is 1.5.

    By its text: arithmetic, `normalize` included, would round to 28 digits.
    """
    whole, point, fraction = format(value, "f").partition(".")
    fraction = fraction.rstrip("0")
    return Decimal(whole + point + fraction if fraction else whole)


class ExactDecimalField(models.DecimalField):  # type: ignore[type-arg] # generic in the stubs only
    """A DecimalField that is exact on SQLite too, where Django's own keeps 15 digits.

    SQLite has no decimal type: a numeric column turns 11.960650700086292 into a float. Here the
    column is text, so the database can tell values apart but neither order nor add them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 36)
        kwargs.setdefault("decimal_places", 18)
        super().__init__(*args, **kwargs)

    def get_internal_type(self) -> str:
        # Django converts by this name, and its converter for "DecimalField" goes through float.
        return "ExactDecimalField"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        if connection.vendor == "sqlite":
            return "text"
        return f"numeric({self.max_digits}, {self.decimal_places})"

    def from_db_value(self, value: Any, *_: object) -> Decimal | None:
        return None if value is None else trimmed(Decimal(value))
