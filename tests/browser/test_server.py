"""The server of the tests leaves nothing open behind a reader who goes away."""

import socket
import struct
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

from tests.browser.server import Server

_NOT_LINGERING = struct.pack("ii", 1, 0)  # closing resets, as a browser does that turns elsewhere
_PATIENCE = 60


class Answer:
    """An answer whose reader goes away before its end, and that knows whether it was ended."""

    def __init__(self) -> None:
        self.begun, self.left = Event(), Event()
        self.ended = False

    def __iter__(self) -> Iterator[bytes]:
        self.begun.set()
        yield b"some"
        assert self.left.wait(_PATIENCE)

    def close(self) -> None:
        self.ended = True


def test_an_answer_is_ended_although_its_reader_went_away() -> None:
    answer = Answer()

    def application(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Answer:
        start_response("200 OK", [("Content-Length", "4")])
        return answer

    server = Server(application)
    try:
        port = int(server.url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as reader:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOT_LINGERING)
            reader.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert answer.begun.wait(_PATIENCE)
        answer.left.set()
    finally:
        server.stop()
    assert answer.ended
