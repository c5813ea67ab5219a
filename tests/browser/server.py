"""A server in a thread, before which a browser or a client of the tests stands."""

import logging
from collections.abc import Callable, Iterable, Iterator
from threading import Thread
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server

from survey.app import create_app
from survey.site.installation import Site

_Application = Callable[..., Iterable[bytes]]


class Server:
    """A server that can be stopped and come back at the same address."""

    def __init__(self, application: _Application, port: int = 0) -> None:
        self._application = whole(application)
        self._port = port
        self._running: tuple[BaseWSGIServer, Thread] | None = None
        self.start()

    def start(self) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", self._port, self._application, threaded=True)
        self._port = server.port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        self._running = server, thread

    def stop(self) -> None:
        if self._running:
            server, thread = self._running
            server.shutdown()
            server.server_close()
            thread.join()
            self._running = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"


def served(site: Site, port: int = 0) -> Iterator[str]:
    """Serve an installation and yield its address."""
    server = Server(create_app(site), port)
    try:
        yield server.url
    finally:
        server.stop()


def whole(application: _Application) -> _Application:
    """Return the application with each answer taken whole and ended before it is sent.

    The product's own front does so. The server used here never closes the answer whose reader
    goes away while it is sent, and the file in it would be reported in whatever test runs then.
    """

    def answered(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = application(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            if hasattr(answer, "close"):
                answer.close()

    return answered
