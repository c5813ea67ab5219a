"""Many residents at once against the real server: nothing acknowledged is lost, nothing doubled."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from survey import codes
from survey.clock import now
from survey.fieldwork.campaigns import find_campaign
from survey.model import Campaign, ProgressCounter, Response
from survey.respond.door import form_token
from survey.site.installation import Site
from tests.factories import CODE, open_anlan
from tests.respond.factories import poster_code
from tests.respond.test_resident_page import ANSWERS

pytestmark = pytest.mark.server

N_POSTS = 1000
N_CLIENTS = 32
PATIENCE_SECONDS = 60.0
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


@contextmanager
def serving(site: Site, *options: str) -> Iterator[tuple[int, int]]:
    """Run `survey serve` with two workers; gives its port and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "SURVEY_HOME": str(site.settings.home),
        "SURVEY_DATABASE": site.settings.database_url,
    }
    command = [sys.executable, "-m", "survey", "serve", "--port", str(port), "--workers", "2"]
    command += options
    with (site.settings.home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_ready(port)
        yield port, server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            ready = connection.getresponse().status == 200
            connection.close()
            if ready:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not become ready")


def bodies(site: Site, addresses: list[str], at: datetime) -> list[tuple[str, str]]:
    """Return address and form of each post; every tenth is sent twice."""
    draw = Random(20261201)
    with site.database.reading() as session:
        questionnaire_id = find_campaign(session, CODE).questionnaire_id
    posts = []
    for number in range(N_POSTS * 9 // 10):
        code = addresses[number % len(addresses)]
        token = form_token.issue(
            key=site.keys.intake(), page=f"{code}|{questionnaire_id}", at=at - timedelta(minutes=1)
        )
        answers = {name: str(draw.randint(0, 5)) for name in ANSWERS if name.startswith("q_")}
        form = ANSWERS | answers | {"response_id": token, "device": f"phone{number}"}
        posts.append((f"/q/{code}", urlencode(form)))
    posts += posts[:: len(posts) // (N_POSTS - len(posts))][: N_POSTS - len(posts)]
    draw.shuffle(posts)
    return posts


class Phone:
    """Posts on one connection, again and again until it is thanked, as the page's script does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)

    def close(self) -> None:
        self._connection.close()

    def send(self, address: str, body: str) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            status, location = self._try(address, body)
            if status == 200:
                return location.partition("#")[2].removesuffix("-new")
            assert status in {0, 503}, status
            time.sleep(0.05)
        pytest.fail("never thanked")

    def _try(self, address: str, body: str) -> tuple[int, str]:
        try:
            self._connection.request("POST", address, body, FORM)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return 0, ""
        return answer.status, json.loads(text)["next"] if answer.status == 200 else ""


def send_all(port: int, posts: list[tuple[str, str]], kill_at: int, pid: int) -> list[str]:
    """Send everything from 32 clients; kill a worker when so many are on their way."""
    shares = [posts[start::N_CLIENTS] for start in range(N_CLIENTS)]

    def share_of(client: int) -> list[str]:
        phone = Phone(port)
        receipts = []
        for number, post in enumerate(shares[client]):
            if client == 0 and kill_at and number == kill_at // N_CLIENTS:
                os.kill(workers_of(pid)[0], signal.SIGKILL)
            receipts.append(phone.send(*post))
        phone.close()
        return receipts

    with ThreadPoolExecutor(N_CLIENTS) as clients:
        return [receipt for done in clients.map(share_of, range(N_CLIENTS)) for receipt in done]


def workers_of(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [
        child
        for child in map(int, children.split())
        if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def test_every_acknowledged_answer_is_there_once(
    each_site: Site, record_property: Callable[[str, object], None]
) -> None:
    open_anlan(each_site)
    at = now()
    with each_site.database.writing() as session:
        session.execute(
            sa.update(Campaign).values(
                starts_at=at - timedelta(days=1), ends_at=at + timedelta(days=9)
            )
        )
    addresses = [poster_code(each_site, f"A{number:02}") for number in range(1, 11)]
    posts = bodies(each_site, addresses, at)
    assert len(posts) == N_POSTS
    receipts: list[str] = []
    with serving(each_site) as (port, pid):
        at_first = workers_of(pid)
        for kill_at, half in ((0, posts[: N_POSTS // 2]), (N_POSTS // 4, posts[N_POSTS // 2 :])):
            started = time.monotonic()
            receipts += send_all(port, half, kill_at, pid)
            took = time.monotonic() - started
            record_property(f"posts_per_second_{kill_at}", round(len(half) / took))
            # Undisturbed at first; then one is killed, and another takes over.
            assert (workers_of(pid) == at_first) is (kill_at == 0)
    with each_site.database.reading() as session:
        rows = session.execute(sa.select(Response.receipt, Response.leaf)).all()
        received = session.scalar(sa.select(sa.func.sum(ProgressCounter.received)))
    kept = [codes.from_bytes(receipt) for receipt, _leaf in rows]
    assert len(receipts) == N_POSTS
    assert sorted(set(receipts)) == sorted(kept)
    assert len(kept) == N_POSTS * 9 // 10
    assert len({leaf for _receipt, leaf in rows}) == len(rows)
    assert received == len(rows)
