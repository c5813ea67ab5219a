"""Upgrades the database of SURVEY_DATABASE, each time killed some writing statements later.

Prints the revision found after each of them; the last one is left alive and completes. Not after
every statement: the upgrades are one transaction on either engine, each start costs seconds, and
what the files of SQLite hold after every one is looked at by a test of its own.
"""

import os
import signal
import sys
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from survey.site import schema
from survey.site.database import Database

_STEP = 30
_READING = ("PRAGMA", "SELECT")  # dying after one is dying after the statement before it


def is_reading(statement: str) -> bool:
    """Say whether a statement writes nothing."""
    return statement.lstrip().startswith(_READING)


def upgrade(fatal: int) -> None:
    """Upgrade, and die of nobody's fault after the statement of that number."""
    database = Database(os.environ["SURVEY_DATABASE"])
    done = 0

    @event.listens_for(database.engine, "after_cursor_execute")
    def count(_connection: Any, _cursor: Any, statement: str, *_about: Any) -> None:
        nonlocal done
        done += not is_reading(statement)
        if done == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    schema.upgrade(database)
    os._exit(0)


def revision() -> str:
    """Return the revision as another process finds it."""
    database = Database(os.environ["SURVEY_DATABASE"])
    with database.engine.connect() as connection:
        found: str = connection.execute(
            sa.text("SELECT version_num FROM alembic_version")
        ).scalar_one()
    database.close()
    return found


if __name__ == "__main__":
    for number in range(1, 10_000, _STEP):
        child = os.fork()
        if child == 0:
            upgrade(number)
        _child, status = os.waitpid(child, 0)
        sys.stdout.write(f"{revision()}\n")
        if status == 0:
            break
