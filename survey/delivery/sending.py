"""One message over HTTP: to the very address that was looked at, once, within a time.

The host's name is resolved here and nowhere else: what it resolved to is judged and connected to,
so that a name which means another machine a moment later leads nowhere. No redirect is followed,
no proxy used, no more of an answer read than an acknowledgement takes.
"""

import http.client
import socket
import ssl
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from threading import Event, Timer
from typing import Any, Literal

from survey.problems import Refused
from survey.receivers.destinations import Destination, destination_of, is_public

SECONDS = 20.0
_MOST_BYTES = 64 * 1024

Fault = Literal[
    "address",
    "unresolved",
    "private",
    "unreachable",
    "timeout",
    "tls",
    "unreadable",
    "redirect",
    "gone",
    "status",
    "altered",
    "sealed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of one attempt: no fault where it arrived, and then what was answered.

    Where it did not, `retry_after` is when the receiver asks to be tried again, as it says it.
    """

    fault: Fault | None
    status: int | None = None
    answer: bytes = b""
    retry_after: str = ""


class _NotSentError(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault)


def send(
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes,
    allowed: Collection[str],
    seconds: float = SECONDS,
) -> Tried:
    """Send a message and say what came of it; `allowed` is the setting SURVEY_DELIVERY_HOSTS."""
    try:
        destination = destination_of(url, allowed=allowed)
    except Refused:
        return Tried(fault="address")
    try:
        return _exchanged(destination, headers, body, seconds)
    except _NotSentError as error:
        return Tried(fault=error.fault)


def _exchanged(
    destination: Destination, headers: Mapping[str, str], body: bytes, seconds: float
) -> Tried:
    sock = _wrapped(_connected(destination, seconds), destination)
    with sock, _ending(sock, seconds) as is_over:
        try:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            return _answer(sock, destination, headers, body)
        except TimeoutError:
            fault: Fault = "timeout"
        except ssl.SSLError:
            fault = "tls"
        except OSError:
            fault = "unreachable"
        except http.client.HTTPException:
            fault = "unreadable"
        return Tried(fault="timeout" if is_over.is_set() else fault)


def _answer(
    sock: socket.socket, destination: Destination, headers: Mapping[str, str], body: bytes
) -> Tried:
    connection = http.client.HTTPConnection(destination.host, destination.port)
    connection.sock = sock  # it opens none of its own
    sent = {**headers, "Host": destination.named, "Connection": "close"}
    try:
        connection.request("POST", destination.path, body=body, headers=sent)
        with connection.getresponse() as response:
            arrived = response.status // 100 == 2
            answer = response.read(_MOST_BYTES) if arrived else b""
            asked = "" if arrived else response.headers.get("Retry-After", "")
    finally:
        connection.close()
    return Tried(
        fault=_fault_of(response.status), status=response.status, answer=answer, retry_after=asked
    )


def _fault_of(status: int) -> Fault | None:
    if status // 100 == 2:
        return None
    if status == HTTPStatus.GONE:
        return "gone"
    return "redirect" if status // 100 == 3 else "status"


def _connected(destination: Destination, seconds: float) -> socket.socket:
    """Connect to the first that answers of the addresses that were looked at."""
    fault: Fault = "unreachable"
    for family, address in _resolved(destination):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(seconds)
            sock.connect(address)
        except OSError as error:
            sock.close()
            fault = "timeout" if isinstance(error, TimeoutError) else "unreachable"
        else:
            return sock
    raise _NotSentError(fault)


def _resolved(destination: Destination) -> list[tuple[int, Any]]:
    """Return what the name means now; one address inside a network forbids all of them."""
    try:
        found = socket.getaddrinfo(destination.host, destination.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _NotSentError("unresolved") from None
    if not destination.is_allowed and not all(is_public(str(each[4][0])) for each in found):
        raise _NotSentError("private")
    return [(each[0], each[4]) for each in found]


def _wrapped(sock: socket.socket, destination: Destination) -> socket.socket:
    if not destination.is_tls:
        return sock
    return ssl.create_default_context().wrap_socket(
        sock, server_hostname=destination.host, do_handshake_on_connect=False
    )


@contextmanager
def _ending(sock: socket.socket, seconds: float) -> Iterator[Event]:
    """End the connection after so many seconds, however slowly something still comes."""
    is_over = Event()

    def end() -> None:
        is_over.set()
        with suppress(OSError):  # where it has ended by itself
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield is_over
    finally:
        timer.cancel()
