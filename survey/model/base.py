"""What every table shares: column types that mean the same on SQLite and PostgreSQL.

SQLite tables are STRICT, so only INTEGER, REAL, TEXT and BLOB may appear there.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase

STRICT = {"sqlite_strict": True}

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SmallInt = sa.SmallInteger().with_variant(sa.Integer(), "sqlite")


class Flag(sa.types.TypeDecorator[bool]):
    """Yes or no; SQLite's STRICT tables know no BOOLEAN and keep 0 and 1."""

    impl = sa.Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Choose the column type of the dialect."""
        return dialect.type_descriptor(sa.Integer() if dialect.name == "sqlite" else sa.Boolean())

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        """Return a bool on both databases."""
        return None if value is None else bool(value)


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware UTC moment: timestamptz, or ISO text on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Choose the column type of the dialect."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive moments; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware of its time zone")
        in_utc = value.astimezone(UTC)
        return in_utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return an aware UTC moment."""
        if value is None:
            return None
        moment: datetime = datetime.fromisoformat(value) if dialect.name == "sqlite" else value
        return moment.astimezone(UTC)


class JsonText(sa.types.TypeDecorator[Any]):
    """JSON kept as text, so that both databases give back the same bytes."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write JSON with its keys in the order given."""
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read JSON."""
        return None if value is None else json.loads(value)


class DecimalText(sa.types.TypeDecorator[Decimal]):
    """An exact decimal kept as text; SQLite has no decimals."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write the decimal plainly."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Read the decimal."""
        return None if value is None else Decimal(value)


class Base(DeclarativeBase):
    """The mapped tables; constraints are named so that migrations can name them too."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: sa.Text(),
        bytes: sa.LargeBinary(),
        datetime: Moment(),
        Decimal: DecimalText(),
        bool: Flag(),
    }


def one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    """Return a check that a text column holds one of the values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)
