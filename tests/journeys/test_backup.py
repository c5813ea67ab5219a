"""A backup made while residents answer is whole, and agrees with every head before it."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import sqlalchemy as sa

from survey.app import create_app
from survey.model import Response
from survey.site.installation import Site, upgrade_site
from survey.verification.whole import verify
from tests.factories import in_fieldwork, open_anlan
from tests.respond.factories import poster_code, thanked
from tests.respond.test_resident_page import send

N_ANSWERS = 24
N_BACKUPS = 4


# What `sqlite3 survey.db ".backup COPY"` does: in a process of its own.
BACKUP = """
import sqlite3, sys
source, target = map(sqlite3.connect, sys.argv[1:])
source.backup(target, pages=16, sleep=0.01)
"""


def backed_up(database: Path, copy: Path) -> None:
    subprocess.run([sys.executable, "-c", BACKUP, database, copy], check=True, timeout=60)


def answer(site: Site, code: str, begun: Event, failed: list[Exception]) -> None:
    client = create_app(site).test_client()
    for _ in range(N_ANSWERS):
        try:
            assert thanked(send(client, code))
        except Exception as fault:  # noqa: BLE001 - told by the test
            failed.append(fault)
        begun.set()


def test_a_backup_while_residents_answer_is_whole(site: Site, tmp_path: Path) -> None:
    open_anlan(site)
    here = replace(site, clock=in_fieldwork)
    database = Path(sa.make_url(site.settings.database_url).database or "")
    begun, failed = Event(), list[Exception]()
    residents = Thread(target=answer, args=(here, poster_code(site), begun, failed))
    residents.start()
    begun.wait(30)
    copies = [tmp_path / f"copy-{number}.db" for number in range(N_BACKUPS)]
    for copy in copies:
        backed_up(database, copy)
    residents.join()
    backed_up(database, last := tmp_path / "last.db")
    assert failed == []
    held = [answers_of(site, copy) for copy in (*copies, last)]
    assert held == sorted(held)
    assert held[0] >= 1
    assert held[-1] == N_ANSWERS


def answers_of(site: Site, copy: Path) -> int:
    """Open a copy with the keys it was made with; everything sealed in it must hold."""
    environment = {
        "SURVEY_HOME": str(site.settings.home),
        "SURVEY_DATABASE": f"sqlite:///{copy}",
    }
    with upgrade_site(environment) as restored, restored.database.reading() as session:
        assert verify(restored) == []
        return session.scalar(sa.select(sa.func.count(Response.id))) or 0
