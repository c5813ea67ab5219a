"""Both sides of a delivery: the sample receiver of docs/examples/, and an office with a clock."""

import importlib.util
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from survey.delivery import sender
from survey.model import Account, Delivery, DeliveryAttempt
from survey.receivers import addresses, outbox
from survey.receivers.addresses import AskedAddress
from survey.site.installation import Site
from tests.demonstrated import CODE
from tests.officials import add_officials

SAMPLE = Path(__file__).parents[2] / "docs/examples/delivery_receiver.py"
NOW = datetime(2026, 12, 29, 2, 0, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """A clock that is put on by hand."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


class _Server(ThreadingHTTPServer):
    """Says nothing of visitors that leave."""

    def handle_error(self, *_words: object) -> None:
        pass


@contextmanager
def listening(
    handler: type[BaseHTTPRequestHandler], port: int = 0, *, tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    server = _Server(("127.0.0.1", port), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Receiver:
    """The sample receiver in this process: what it got, what it kept, and whether it is up."""

    def __init__(self, folder: Path) -> None:
        spec = importlib.util.spec_from_file_location("delivery_receiver", SAMPLE)
        assert spec is not None
        assert spec.loader is not None
        self.sample = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.sample)
        self.folder, self.port = folder, free_port()
        self.got: list[tuple[dict[str, str], bytes, int]] = []
        self.handler = type("Handler", (self.sample.Receiver,), self._members())

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.host}/scores?of=county"

    def knows(self, secret: str) -> None:
        self.handler.secret = secret

    @contextmanager
    def up(self) -> Iterator[None]:
        with listening(self.handler, self.port):
            yield

    def _members(self) -> dict[str, Any]:
        receiver = self

        def send_response(handler: Any, status: int, *words: str) -> None:
            headers = {name.lower(): value for name, value in handler.headers.items()}
            receiver.got.append((headers | {"path": handler.path}, b"", status))
            BaseHTTPRequestHandler.send_response(handler, status, *words)

        return {
            "secret": "whsec_",
            "folder": str(self.folder),
            "send_response": send_response,
            "log_message": lambda *_words: None,
        }


def free_port() -> int:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return server.server_address[1]


@dataclass
class Office:
    """A released county that sends, at a moment put on by hand."""

    made: Site
    clock: Clock
    site: Site = field(init=False)

    def __post_init__(self) -> None:
        self.site = replace(self.made, clock=self.clock)
        with self.made.database.reading() as session:
            known = session.scalar(sa.select(sa.func.count()).where(Account.username == "admin"))
        if not known:
            add_officials(self.made)

    def allow(self, *hosts: str) -> None:
        """Let the operator allow hosts inside the network."""
        settings = replace(self.site.settings, delivery_hosts=frozenset(hosts))
        self.site = replace(self.site, settings=settings)

    def sends_to(self, receiver: Receiver, *, name: str = "考核主系统") -> int:
        """Make an address for the receiver and approve it; return its number."""
        self.allow(receiver.host)
        asked = AskedAddress(name=name, url=receiver.url, campaigns=[CODE])
        with self.site.database.writing() as session:
            number, secret = addresses.make_address(
                session,
                asked=asked,
                by="admin",
                clock=self.clock,
                web_key=self.site.keys.web(),
                allowed=self.site.settings.delivery_hosts,
            )
            if session.get_one(addresses.DeliveryAddress, number).approved_at is None:
                addresses.approve_address(session, number=number, by="review", clock=self.clock)
        receiver.knows(secret)
        receiver.sample.time = lambda: self.clock().timestamp()
        return number

    def catch_up(self, number: int) -> None:
        self._do(outbox.send_in_force, number)

    def resend(self, number: int) -> None:
        self._do(outbox.resend, number)

    def stop(self, number: int) -> None:
        self._do(addresses.stop_address, number)

    def start(self, number: int) -> None:
        self._do(addresses.start_address, number)

    def send_due(self) -> int:
        return sender.send_due(self.site, chance=lambda: 0.0)

    @property
    def deliveries(self) -> list[Delivery]:
        with self.site.database.reading() as session:
            return list(session.scalars(sa.select(Delivery).order_by(Delivery.id)))

    @property
    def faults(self) -> list[tuple[str, int | None]]:
        with self.site.database.reading() as session:
            attempts = session.scalars(sa.select(DeliveryAttempt).order_by(DeliveryAttempt.id))
            return [(each.fault, each.status) for each in attempts]

    def _do(self, deed: Callable[..., object], number: int) -> None:
        with self.site.database.writing() as session:
            deed(session, number=number, by="review", clock=self.clock)
