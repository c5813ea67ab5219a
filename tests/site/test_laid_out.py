"""Rows laid out beside a transaction: they come in with it or not at all, and nothing stays."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from survey.site.database import Database
from survey.site.laid_out import LaidOut

_TABLE = sa.Table(
    "kept",
    sa.MetaData(),
    *(sa.Column(name, sa.Integer) for name in ("run", "number")),
    sa.Column("word", sa.Text),
)
_ROWS = [(2, "二"), (1, "it's"), (3, "%s ?")]


@pytest.fixture
def database(each_database_url: str) -> Iterator[Database]:
    database = Database(each_database_url)
    with database.altering() as connection:
        _TABLE.create(connection)
    yield database
    with database.altering() as connection:
        _TABLE.drop(connection)
    database.close()


def kept(database: Database) -> list[tuple[int, int, str]]:
    with database.reading() as session:
        rows = session.execute(sa.select(_TABLE).order_by(_TABLE.c.run, _TABLE.c.number))
        return [(*row,) for row in rows]


def test_rows_come_in_with_their_transaction_and_one_after_another(database: Database) -> None:
    for run in (7, 8):
        rows = LaidOut(_TABLE, ("number", "word"), _ROWS)
        with database.writing_laid_out(rows) as session:
            rows.put(session, run=run)
    assert kept(database) == [(run, *row) for run in (7, 8) for row in sorted(_ROWS)]


def test_none_at_all_are_put_in_as_well(database: Database) -> None:
    rows = LaidOut(_TABLE, ("number", "word"), [])
    with database.writing_laid_out(rows) as session:
        rows.put(session, run=1)
    assert kept(database) == []


def test_of_a_transaction_that_fails_nothing_stays(database: Database) -> None:
    rows = LaidOut(_TABLE, ("number", "word"), _ROWS)

    def put_and_fail() -> None:
        with database.writing_laid_out(rows) as session:
            rows.put(session, run=1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        put_and_fail()
    assert kept(database) == []
    with database.writing_laid_out(rows) as session:  # the connection is as it was
        rows.put(session, run=2)
    assert len(kept(database)) == 3


def test_while_they_are_laid_out_others_write(database: Database) -> None:
    rows = LaidOut(_TABLE, ("number", "word"), _ROWS)
    with database.writing_laid_out(rows) as session:
        with database.writing() as other:  # before the first one has asked anything
            other.execute(sa.insert(_TABLE).values(run=0, number=0, word=""))
        rows.put(session, run=1)
    assert len(kept(database)) == 4
