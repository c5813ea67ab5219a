"""Phones that fetch pages and hand them in as fast as they are answered: the load of `intake`.

A process of its own, so that what it takes is not counted as the server's. Speaks HTTP/1.1 over
kept connections, and takes each form token from a page that it has really fetched.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from dataclasses import asdict, dataclass, field
from time import perf_counter
from urllib.parse import urlencode

_TOKEN = re.compile(rb"[\w-]{16}\.[0-9a-f]{11}\.[\w-]{22}")
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


@dataclass(kw_only=True)
class Load:
    """Who is asked for what: `kind` is get, hello, post or visit; `fill` is the form but its token.

    An answer that is not taken is sent `again` after so many seconds, until it is, as the page's
    script does; without that it is let go.
    """

    port: int
    kind: str
    clients: int
    seconds: float
    addresses: list[str]
    fill: dict[str, str]
    again: float | None = None


@dataclass
class Told:
    """What became of the requests of one kind."""

    seconds: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    kept: int = 0  # refused at first, which the phone kept and handed in later
    untold: int = 0  # refusals that did not say when to come again


class Phone:
    """One kept connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._to: asyncio.StreamWriter | None = None
        self.head = b""

    async def ask(self, method: str, path: str, headers: str, body: str = "") -> tuple[int, bytes]:
        """Send a request; gives its status, 0 where the server was not there, and its body."""
        try:
            if self._to is None:
                self._from, self._to = await asyncio.open_connection("127.0.0.1", self._port)
            if body:
                headers += f"{_FORM}Content-Length: {len(body)}\r\n"
            asked = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{headers}\r\n"
            self._to.write((asked + body).encode())
            head = self.head = await self._from.readuntil(b"\r\n\r\n")
            length = _LENGTH.search(head)
            content = await self._from.readexactly(int(length[1])) if length else b""
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0, b""
        if b"connection: close" in head.lower():
            self.close()
        return int(head[9:12]), content

    def close(self) -> None:
        """Hang up."""
        if self._to is not None:
            self._to.close()
            self._to = None


async def _visits(load: Load, number: int, until: float, told: dict[str, Told]) -> None:
    phone, turn = Phone(load.port), 0
    while perf_counter() < until:
        address = load.addresses[(number + turn) % len(load.addresses)]
        turn += 1
        if load.kind == "hello":
            await _timed(phone, told["get"], "GET", "/hello", "Accept: text/html\r\n")
            continue
        read = "Accept: text/html\r\nAccept-Encoding: gzip\r\nUser-Agent: Mobile\r\n"
        page = await _timed(phone, told["get"], "GET", address, read)
        if page is None or load.kind == "get":
            continue
        token = _TOKEN.search(page)
        assert token is not None
        form = load.fill | {"response_id": token[0].decode(), "device": f"{number}-{turn}-{until}"}
        sent = "Accept: application/json\r\nUser-Agent: Mobile\r\n"
        answer = await _timed(phone, told["post"], "POST", address, sent, urlencode(form))
        if answer is None and load.again is not None:
            asked = ("POST", address, sent, urlencode(form))
            answer = await _kept(phone, load.again, told["post"], *asked)
        if answer is None:
            continue
        place, _hash, kept = json.loads(answer)["next"].partition("#")
        receipt = kept.partition("-")[0]
        told["post"].receipts.append(receipt)
        if load.kind == "visit":
            await _timed(phone, told["desk"], "GET", place, read)
            shown = {"code": receipt, "ticket": "", "new": "1", "lang": "zh", "mode": "normal"}
            partial = f"X-Partial: 1\r\n{read}"
            await _timed(phone, told["receipt"], "POST", "/r", partial, urlencode(shown))
    phone.close()


async def _kept(phone: Phone, again: float, told: Told, *asked: str) -> bytes:
    """Send again what was refused until it is taken, with the waits of the page's script."""
    told.kept += 1
    while True:
        told.untold += b" 503 " in phone.head[:14] and b"retry-after" not in phone.head.lower()
        await asyncio.sleep(again)
        answer = await _timed(phone, told, *asked)
        if answer is not None:
            return answer


async def _timed(phone: Phone, told: Told, *asked: str) -> bytes | None:
    begun = perf_counter()
    status, content = await phone.ask(*asked)
    took = perf_counter() - begun
    if status == 200:
        told.seconds.append(took)
        return content
    if status not in {0, 503}:
        raise SystemExit(f"{asked[:2]}: {status}")
    told.refused.append(took)
    await asyncio.sleep(0.05)
    return None


async def _all(load: Load) -> dict[str, Told]:
    told = {kind: Told() for kind in ("get", "post", "desk", "receipt")}
    until = perf_counter() + load.seconds
    await asyncio.gather(*(_visits(load, n, until, told) for n in range(load.clients)))
    return told


def main() -> None:
    """Read a load as JSON, put it on, and write what became of it as JSON."""
    load = Load(**json.load(sys.stdin))
    told = asyncio.run(_all(load))
    json.dump({kind: asdict(each) for kind, each in told.items()}, sys.stdout)


if __name__ == "__main__":
    main()
