"""A witness over HTTP, as c2sp.org/tlog-witness says: offices send checkpoints, it answers."""

import logging
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from survey.clock import Clock
from survey.ledger.notes.note import LARGEST
from survey.problems import Refused
from survey.witness.folder import Witness
from survey.witness.judging import Declined, answer

_SECONDS = 30.0
_TEXT, _SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
_LOG = logging.getLogger(__name__)


class WitnessServer(ThreadingHTTPServer):
    """Answers for one folder; several may answer for the same, each signing in its turn."""

    daemon_threads = True

    def __init__(self, witness: Witness, *, host: str, port: int, clock: Clock) -> None:
        super().__init__((host, port), _Handler)
        self.witness = witness
        self.clock = clock


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "witness", ""
    timeout = _SECONDS
    server: WitnessServer

    def do_POST(self) -> None:
        """Answer add-checkpoint."""
        body = self._body()
        if body is None:
            return
        if self.path != "/add-checkpoint":
            self._say(HTTPStatus.NOT_FOUND, "")
            return
        status, text, kind = add_checkpoint(self.server.witness, body, at=self.server.clock())
        self._say(status, text, kind)

    def do_GET(self) -> None:
        """Give the newest checkpoint that was cosigned of a ledger."""
        _, digest, *rest = (*self.path.split("/"), "")
        seen = self.server.witness.by_hash(digest) if rest[:1] == ["checkpoint"] else None
        if seen is None or not seen.checkpoint:
            self._say(HTTPStatus.NOT_FOUND, "")
        else:
            self._say(HTTPStatus.OK, seen.checkpoint)

    def _body(self) -> str | None:
        """Return what was sent; None after refusing it."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "")
            return None
        try:
            return self.rfile.read(int(length)).decode()
        except UnicodeDecodeError:
            self._say(HTTPStatus.BAD_REQUEST, "")
            return None

    def _say(self, status: int, text: str, kind: str = _TEXT) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so above us
        """Write to the log, and not to the console line by line."""
        _LOG.info(format, *args)


def add_checkpoint(witness: Witness, body: str, *, at: datetime) -> tuple[int, str, str]:
    """Return status, body and kind of the answer to what an office sent."""
    try:
        given = answer(witness, body, at=at)
    except Declined as declined:
        if declined.status == HTTPStatus.CONFLICT:
            return declined.status, f"{declined.size}\n", _SIZE
        _LOG.warning("%s", declined)
        return declined.status, f"{declined}\n", _TEXT
    except (Refused, OSError) as error:  # nothing was signed: what was seen is not on the disk
        _LOG.exception("没有签名 / nothing was signed")
        return HTTPStatus.INTERNAL_SERVER_ERROR, f"{error}\n", _TEXT
    return HTTPStatus.OK, given.line.text, _TEXT
