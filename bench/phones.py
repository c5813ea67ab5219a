"""Telephones that answer posters and send what was refused again until it is taken: the load of
`failover`.

As the page's script does: an answer has a token of the page it was filled in on, and is sent with
the same one until it is acknowledged; without an answer, at 5xx, 408 and 429 it is kept.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import socket
import ssl
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

AGAIN_SECONDS = 1.0  # the page waits 20; sooner tells better when writes are back
_TIMEOUT_SECONDS = 15.0  # of the page
_BETWEEN_SECONDS = 0.1
_TOKEN = re.compile(r"[\w-]{16}\.[0-9a-f]{11}\.[\w-]{22}")
_FORM = {"Content_Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_ITEMS = ("C1", "C2", "C3", "C4", "C5", "C6", "S1A", "S2A")
_FILL = {
    "age": "30-44",
    "sex": "female",
    "area": "990621001000",
    "residence": "urban",
    "comment": "",
    "asked": "1",
    "lang": "zh",
    "mode": "normal",
}


@dataclass
class Told:
    """What all telephones saw, by the monotonic clock."""

    sent: int = 0
    acknowledged: dict[str, float] = field(default_factory=dict)  # receipt: when
    waited: list[tuple[float, float]] = field(default_factory=list)  # when taken, how long it took
    statuses: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def pause_after(self, moment: float, until: float) -> float:
        """Return the longest time without an acknowledgement that ended after a moment."""
        times = sorted(each for each in self.acknowledged.values() if each <= until)
        ends = [each for each in times if each > moment]
        if not ends:
            return until - moment
        begins = [moment, *ends[:-1]]
        return max(end - begin for begin, end in zip(begins, ends, strict=True))

    def longest_wait(self, moment: float, until: float) -> float:
        """Return how long the answer that waited longest was on its way, of those taken then."""
        return max((took for at, took in self.waited if moment < at <= until), default=0.0)


class Line:
    """A kept connection to the edge by its address: there is no name server here."""

    def __init__(self, host: str, *, address: str, trusted: Path) -> None:
        self._host, self._address = host, address
        self._trusted = ssl.create_default_context(cafile=str(trusted))
        self._connection: http.client.HTTPSConnection | None = None

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
        """Send a request; gives its status, 0 where there was no answer, and the text."""
        try:
            if self._connection is None:
                self._connection = self._connected()
            said = {name.replace("_", "-"): value for name, value in headers.items()}
            self._connection.request(method, path, body or None, {"Host": self._host, **said})
            answer = self._connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self._hang_up()
            return 0, ""

    def _connected(self) -> http.client.HTTPSConnection:
        bare = socket.create_connection((self._address, 443), timeout=_TIMEOUT_SECONDS)
        connection = http.client.HTTPSConnection(self._host, timeout=_TIMEOUT_SECONDS)
        connection.sock = self._trusted.wrap_socket(bare, server_hostname=self._host)
        return connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
        self._connection = None


class Phone(threading.Thread):
    """One telephone; ends when told, once its last answer is taken."""

    def __init__(self, number: int, line: Line, *, addresses: list[str], told: Told) -> None:
        super().__init__(name=f"phone {number}", daemon=True)
        self.over = threading.Event()
        self._line, self._addresses, self._told = line, addresses, told
        self._draw = random.Random(number)

    def run(self) -> None:
        while not self.over.is_set():
            page = self._draw.choice(self._addresses)
            token = self._opened(page)
            if token is None:
                time.sleep(AGAIN_SECONDS)
                continue
            self._deliver(page, self._filled(token))
            time.sleep(_BETWEEN_SECONDS)

    def _opened(self, page: str) -> str | None:
        status, text = self._line.ask("GET", page, Accept="text/html")
        found = _TOKEN.search(text)
        return found[0] if status == 200 and found else None

    def _filled(self, token: str) -> str:
        answers = {f"q_{item}": str(self._draw.randint(1, 5)) for item in _ITEMS}
        device = f"{self._draw.getrandbits(64):x}"
        return urlencode(answers | _FILL | {"response_id": token, "device": device})

    def _deliver(self, page: str, body: str) -> None:
        begun = time.monotonic()
        with self._told.lock:
            self._told.sent += 1
        while True:
            status, text = self._line.ask("POST", page, body, **_FORM)
            with self._told.lock:
                self._told.statuses[str(status)] += 1
            if status == 200:
                self._taken(json.loads(text)["next"], begun)
                return
            if status and status < 500 and status not in {408, 429}:
                raise SystemExit(f"{page}: {status} {text[:300]}")
            time.sleep(AGAIN_SECONDS)

    def _taken(self, following: str, begun: float) -> None:
        receipt = following.partition("#")[2].partition("-")[0]
        now = time.monotonic()
        with self._told.lock:
            self._told.acknowledged[receipt] = now
            self._told.waited.append((now, now - begun))
