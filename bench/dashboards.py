"""Pages an office keeps open during fieldwork, and what an answer takes on the disk.

    python -m bench.dashboards [ANSWERS] [FOLDER]

The campaign of `bench.office_pages`, looked at again after each further answer, as a page that
asks again does; the middle of several looks is told. What a page reads is told beside: statements,
and steps of SQLite's machine (an index entry or a row is some ten of them), which are the same on
any machine. A FOLDER keeps the answers. More than 200,000 are so many times the first.
"""

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event

from bench.multiplied import multiply
from bench.office_pages import AT, fill, one_more, read_on, restarted, timed
from survey.model import Response
from survey.site.installation import Site, upgrade_site
from tests.factories import CODE
from tests.officials import signed_in

HERE = f"/office/campaigns/{CODE}"
LIMITS_MS = {
    f"{HERE}/progress": 20.0,
    f"{HERE}/cases": 50.0,
    f"{HERE}/cases?unit=B01": 50.0,
    f"{HERE}/invitations": 50.0,
    f"{HERE}/invitations/balance": 50.0,
    "/office/audit/": 50.0,
}
PLAINEST = "/office/password"
BYTES_LIMIT = 160.0
LOOKS = 9
AT_MOST_FILLED = 200_000  # one by one; more are so many times these
_STEPS = 1_000  # of SQLite's machine, of which one tick is told


@dataclass
class Read:
    """What was read while it was listened to."""

    statements: int = 0
    ticks: int = 0


def main(answers: int, home: Path) -> None:
    """Fill or open the campaign, and print each page's figures beside its limit."""
    site = replace(upgrade_site({"SURVEY_HOME": str(home)}), clock=lambda: AT)
    with site.database.reading() as session:
        is_there = session.scalar(sa.select(Response.id).limit(1))
    if not is_there:
        fill(site, min(answers, AT_MOST_FILLED))
    read_on(site)
    if not is_there and answers > AT_MOST_FILLED:
        multiply(site, answers // AT_MOST_FILLED)
    client = signed_in(restarted(site, FileSystemBytecodeCache(str(home))), "admin")
    client.get(PLAINEST)
    plain = median(timed(client, PLAINEST).cpu for _look in range(LOOKS))
    print(f"{plain:6.1f} ms  the plainest page of the office, {PLAINEST}")
    above = [address for address in LIMITS_MS if not within(site, client, address)]
    print_bytes(home)
    print(f"above their limit: {', '.join(above) or 'none'}")


def within(site: Site, client: FlaskClient, address: str) -> bool:
    """Print what a page takes after each of some answers; say whether it keeps its limit."""
    client.get(address)
    taken = []
    for _look in range(LOOKS):
        with site.database.writing() as session:
            one_more(session)
        taken.append(timed(client, address).cpu)
    with site.database.writing() as session:
        one_more(session)
    with listening(site) as read:
        client.get(address)
    middle, limit = median(taken), LIMITS_MS[address]
    steps = read.ticks * _STEPS
    print(
        f"{middle:6.1f} ms of {limit:.0f} ({min(taken):.1f} to {max(taken):.1f}), "
        f"{read.statements} statements, {steps:,} steps  {address}"
    )
    return middle <= limit


@contextmanager
def listening(site: Site) -> Iterator[Read]:
    """Count statements, and the work of SQLite, in a block."""
    read = Read()

    def tick() -> int:
        read.ticks += 1
        return 0

    def count(connection: sa.Connection, *_statement: Any) -> None:
        read.statements += 1
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(tick, _STEPS)

    event.listen(site.database.engine, "before_cursor_execute", count)
    try:
        yield read
    finally:
        event.remove(site.database.engine, "before_cursor_execute", count)


def print_bytes(home: Path) -> None:
    """Print what an answer takes with its indexes, by the pages of SQLite's file."""
    with sqlite3.connect(home / "survey.db") as database:
        [n] = database.execute("SELECT count(*) FROM response").fetchone()
        names = "SELECT name FROM sqlite_schema WHERE tbl_name = 'response' AND rootpage > 0"
        sizes = database.execute(
            f"SELECT name, sum(pgsize) FROM dbstat WHERE name IN ({names}) GROUP BY name"
        ).fetchall()
    whole = sum(size for _name, size in sizes) / n
    for name, size in sorted(sizes, key=lambda each: -each[1]):
        print(f"{size / n:6.1f} B  {name}")
    print(f"{whole:6.1f} B an answer of {n:,} with its indexes (limit {BYTES_LIMIT:.0f})")


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    if len(sys.argv) > 2:
        main(wanted, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(wanted, Path(folder))
