import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey.model import RefusalCounter, Unit
from survey.problems import Refused
from survey.site.database import Database, add_counts, insert_new
from survey.site.installation import upgrade_site
from tests.factories import open_anlan


def unit(code: str) -> Unit:
    words = {"uscc": "", "name_zh": "", "short_zh": "", "name_en": "", "area_code": ""}
    return Unit(code=code, is_vertical=False, **words)


def test_an_error_leaves_nothing_behind(each_database_url: str) -> None:
    database = Database(each_database_url)

    def add_and_fail() -> None:
        with database.writing() as session:
            session.add(unit("A01"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()
    with database.reading() as session:
        assert session.scalars(sa.select(Unit)).all() == []
    database.close()


def test_reading_then_writing_waits_for_another_writer(each_database_url: str) -> None:
    database = Database(each_database_url)
    started = threading.Barrier(2)

    def count_then_add(code: str) -> None:
        started.wait()
        with database.writing() as session:
            session.scalar(sa.select(sa.func.count()).select_from(Unit))
            session.add(unit(code))

    threads = [threading.Thread(target=count_then_add, args=(code,)) for code in ("A01", "A02")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalars(sa.select(Unit.code).order_by(Unit.code)).all() == ["A01", "A02"]
    database.close()


@pytest.mark.parametrize("value", ["off", "local"])
def test_postgresql_without_durable_commits_is_refused(postgresql_url: str, value: str) -> None:
    database = Database(f"{postgresql_url}&options=-csynchronous_commit%3D{value}")
    with pytest.raises(Refused, match="synchronous_commit"):
        database.check()
    database.close()


def test_an_sqlite_that_can_corrupt_a_wal_is_refused_and_this_one_is_not(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(sqlite_url)
    database.check()
    monkeypatch.setattr("survey.site.database._FIXED_SQLITE", (99,))
    with pytest.raises(Refused, match="corrupt"):
        database.check()
    database.close()


def test_a_durable_postgresql_is_accepted(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    database.check()
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW fsync").scalar_one() == "on"
    database.close()


def test_a_row_that_is_there_is_left_alone_and_counters_are_added_to(
    each_database_url: str,
) -> None:
    database = Database(each_database_url)
    table = Unit.__table__
    words = {"uscc": "", "short_zh": "", "name_en": "", "area_code": "", "is_vertical": False}
    given = []
    for name in ("first", "second"):
        with database.writing() as session:
            connection = session.connection()
            added = insert_new(connection, table, giving=table.c.code)
            given.append(connection.scalar(added, {"code": "A01", "name_zh": name, **words}))
    for refused in (2, 3):
        with database.writing() as session:
            row = {"day": "2026-12-01", "kind": "wrong_code", "refused": refused}
            session.execute(add_counts(session.connection(), RefusalCounter.__table__), row)
    with database.reading() as session:
        assert given == ["A01", None]
        assert session.scalars(sa.select(Unit.name_zh)).all() == ["first"]
        assert session.scalars(sa.select(RefusalCounter.refused)).all() == [5]
    database.close()


def test_an_error_of_the_database_shows_no_parameter(each_database_url: str) -> None:
    """What is stored stands in no message, wherever somebody may print one."""
    database = Database(each_database_url)

    def add_twice() -> None:
        with database.writing() as session:
            session.add_all([unit("A01"), unit("A01")])

    with pytest.raises(sa.exc.IntegrityError) as caught:
        add_twice()
    assert "[SQL parameters hidden due to hide_parameters=True]" in str(caught.value)
    assert "[parameters:" not in str(caught.value)
    database.close()


def test_an_account_that_owns_its_database_and_nothing_else_is_enough(
    postgresql: str, tmp_path: Path
) -> None:
    """As `docs/deployment.md` has it made: no superuser, no other database, no other role."""
    server = sa.create_engine(postgresql, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(
            "CREATE ROLE gongping LOGIN PASSWORD 'word' NOSUPERUSER NOCREATEDB NOCREATEROLE"
        )
        connection.exec_driver_sql("CREATE DATABASE gongping_owned OWNER gongping")
    owned = sa.make_url(postgresql).set(
        username="gongping", password="word", database="gongping_owned"
    )
    url = owned.render_as_string(hide_password=False)
    with upgrade_site({"SURVEY_HOME": str(tmp_path / "home"), "SURVEY_DATABASE": url}) as site:
        open_anlan(site)
        with site.database.reading() as session:
            rights = "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles"
            query = sa.text(f"{rights} WHERE rolname = current_user")
            assert session.scalar(query) is False
            assert session.scalar(sa.select(sa.func.count(Unit.id)))
    with server.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE gongping_owned WITH (FORCE)")
        connection.exec_driver_sql("DROP ROLE gongping")
    server.dispose()
