"""Field types that keep money and quantities exact: integers in the database, Decimal in code.

And text whose order does not depend on the language of the database.

Arithmetic in SQL (``F("reserved") + ...``) works on the raw integers: convert with the functions of
``domain.money``, or better, compute in Python under a lock and store the result.
"""

from decimal import Decimal
from typing import Any

from tortoise.fields.base import Field
from tortoise.fields.data import CharField

from domain.money import from_kopiykas, from_thousandths, to_kopiykas, to_thousandths


class _ScaledField(Field[Decimal], Decimal):  # type: ignore[misc]  # as Tortoise's own fields
    """A Decimal stored as a 64-bit integer of some smallest unit."""

    SQL_TYPE = "BIGINT"

    @staticmethod
    def to_units(value: Decimal) -> int:
        raise NotImplementedError

    @staticmethod
    def from_units(units: int) -> Decimal:
        raise NotImplementedError

    def to_db_value(self, value: Any, instance: Any) -> int | None:
        """The integer for the database.

        Raises:
            TypeError: somebody used a float.
        """
        del instance
        if isinstance(value, float):
            raise TypeError("money and quantities are never float")
        return None if value is None else self.to_units(Decimal(value))

    def to_python_value(self, value: Any) -> Decimal | None:
        """Integers come from the database; Decimals from code that made the object.

        Raises:
            TypeError: somebody used a float, or a sum in SQL became one.
        """
        if isinstance(value, float):
            raise TypeError("money and quantities are never float")
        if value is None or isinstance(value, Decimal):
            return value
        return self.from_units(int(value))


class MoneyField(_ScaledField):
    """An amount in the order's currency (UAH unless said otherwise), stored as kopiykas."""

    @staticmethod
    def to_units(value: Decimal) -> int:
        return to_kopiykas(value)

    @staticmethod
    def from_units(units: int) -> Decimal:
        return from_kopiykas(units)


class QuantityField(_ScaledField):
    """A quantity in the product's unit (pieces, metres), stored as thousandths."""

    @staticmethod
    def to_units(value: Decimal) -> int:
        return to_thousandths(value)

    @staticmethod
    def from_units(units: int) -> Decimal:
        return from_thousandths(units)


class KeyField(CharField[str]):
    """Text that is compared code point by code point, on every engine and in every language.

    So what begins with "abc" is what lies between two keys, and an index finds it. PostgreSQL would
    otherwise sort as the language of the database does, where that does not hold.
    """

    class _db_postgres:  # noqa: N801  (the name that Tortoise looks for)
        def __init__(self, field: "KeyField") -> None:
            self._field = field

        @property
        def SQL_TYPE(self) -> str:  # noqa: N802  (as Tortoise's own)
            return f'VARCHAR({self._field.max_length}) COLLATE "C"'
