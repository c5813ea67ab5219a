"""Phones that post to a real server without a pause, while something happens to it."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import sqlalchemy as sa

from survey.clock import now
from survey.model import Campaign
from survey.site.installation import Site
from tests.factories import open_anlan
from tests.journeys.test_load import FORM, bodies
from tests.respond.factories import poster_code

N_PHONES = 6
Ask = Callable[[http.client.HTTPConnection], int]


def open_today(site: Site) -> list[tuple[str, str]]:
    """Open a campaign that takes answers now; return posts to it."""
    open_anlan(site)
    at = now()
    with site.database.writing() as session:
        days = {"starts_at": at - timedelta(days=1), "ends_at": at + timedelta(days=9)}
        session.execute(sa.update(Campaign).values(days))
    return bodies(site, [poster_code(site)], at)


class Crowd:
    """Phones that ask without a pause, on a connection each or a new one every time."""

    def __init__(self, port: int, ask: Ask) -> None:
        self.answers: Counter[int | str] = Counter()
        self._port, self._ask = port, ask
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._go_on, args=(number % 2 == 0,))
            for number in range(N_PHONES)
        ]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @property
    def asked(self) -> int:
        """How many requests came to an end, by an answer or without."""
        return sum(self.answers.values())

    def _go_on(self, keeps: bool) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        while not self._over.is_set():
            try:
                self.answers[self._ask(connection)] += 1
            except (OSError, http.client.HTTPException) as error:
                self.answers[type(error).__name__] += 1
                connection.close()
                time.sleep(0.1)
            if not keeps:
                connection.close()
        connection.close()


def posting(posts: list[tuple[str, str]]) -> Ask:
    """Return what posts the next answer, from the beginning again after the last."""
    waiting, lock = cycle(posts), threading.Lock()

    def ask(connection: http.client.HTTPConnection) -> int:
        with lock:
            address, body = next(waiting)
        connection.request("POST", address, body, FORM)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    return ask


def until(holds: Callable[[], bool], seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.1)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
