import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from survey.model import Base
from survey.site import schema
from survey.site.database import Database


def test_model_equals_migrations_on_both_databases(each_database_url: str) -> None:
    database = Database(each_database_url)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
        found_checks = {
            check["name"]
            for table in Base.metadata.tables
            for check in sa.inspect(connection).get_check_constraints(table)
        }
    database.close()
    assert differences == []
    assert found_checks == {  # Alembic does not compare these
        constraint.name
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint)
    }


def test_every_sqlite_table_is_strict(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, strict FROM pragma_table_list")
        strict = {row.name: row.strict for row in rows}
    database.close()
    assert {name: strict[name] for name in Base.metadata.tables} == dict.fromkeys(
        Base.metadata.tables, 1
    )


def test_upgrading_twice_changes_nothing(each_database_url: str) -> None:
    database = Database(each_database_url)
    schema.upgrade(database)
    schema.check_current(database)
    database.close()
