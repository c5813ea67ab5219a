"""Migrations, configured in code: the same call in a checkout, a wheel and a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from survey.problems import Problem, Refused
from survey.site import resources
from survey.site.database import Database


def upgrade(database: Database) -> None:
    """Bring the database to the newest schema; a no-op where it is there already."""
    with _config(database) as config:
        command.upgrade(config, "head")


def check_current(database: Database) -> None:
    """Raise Refused unless the database has exactly the schema this program was written for."""
    head = ScriptDirectory(str(resources.folder("migrations"))).get_current_head()
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != head:
        raise Refused(
            [
                Problem(
                    zh=f"数据库结构版本为 {found}，本程序需要 {head}；请运行 survey init 升级，"
                    "或使用与数据库相配的程序版本",
                    en=f"the database schema is at {found}, this program needs {head}; "
                    "run `survey init`, or use the version of the program that made the database",
                )
            ]
        )


@contextmanager
def _config(database: Database) -> Iterator[Config]:
    config = Config()
    config.set_main_option(
        "script_location", str(resources.folder("migrations")).replace("%", "%%")
    )
    with database.engine.execution_options(survey_writes=True).begin() as connection:
        config.attributes["connection"] = connection
        yield config
