"""Statements that the driver runs itself do what the library's would, and fail as they would."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from survey.model import RefusalCounter
from survey.site.database import Database
from survey.site.prepared import Prepared, counts_added, inserted

_FIRST = 7_654_321
_TABLE: Any = RefusalCounter.__table__
_INSERTED = inserted(_TABLE, list(_TABLE.columns))
_ADDED = counts_added(_TABLE)
_FOUND = Prepared(
    lambda _dialect, rows: sa.select(_TABLE.c.day, _TABLE.c.refused).where(
        _TABLE.c.day.in_([row["day"] for row in rows])
    ),
    [_TABLE.c.day],
)


def rows(n: int) -> list[dict[str, Any]]:
    return [{"day": f"day {k}", "kind": "wrong_code", "refused": _FIRST + k} for k in range(n)]


@pytest.mark.parametrize("n", [0, 1, 5, 32, 33, 70])
def test_rows_are_stored_and_found_whatever_their_number(each_database_url: str, n: int) -> None:
    database = Database(each_database_url)
    with database.writing() as session:
        connection = session.connection()
        assert _INSERTED.run(connection, rows(n)) == []
        assert _ADDED.run(connection, rows(n + 1)) == []
        found = _FOUND.run(connection, rows(n + 1))
    assert sorted(found) == sorted(
        [*((f"day {k}", 2 * (_FIRST + k)) for k in range(n)), (f"day {n}", _FIRST + n)]
    )
    database.close()


def test_a_broken_rule_is_told_as_the_library_tells_it(each_database_url: str) -> None:
    database = Database(each_database_url)
    with pytest.raises(IntegrityError) as told, database.writing() as session:
        _INSERTED.run(session.connection(), [*rows(2), *rows(1)])
    assert str(_FIRST) not in str(told.value)  # what is stored stands in no message
    with database.reading() as session:
        assert session.scalars(sa.select(RefusalCounter.day)).all() == []
    database.close()
