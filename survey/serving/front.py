"""What stands before the application's threads: bodies are read here, each with a deadline.

A thread is taken only when a request is whole, so senders of half a body hold none, however many
they are. Health has a thread of its own and answers while all others wait. Speaks RSGI, granian's
own interface.
"""

import asyncio
import io
import logging
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Flask

from survey.respond.quick.layer import Taken
from survey.serving.at_once import AtOnce
from survey.serving.page_kinds import kind_of
from survey.site import faults
from survey.site.figures import FIGURES
from survey.web.called import called

THREADS = 8
BODY_SECONDS = 20
_MOST_WAITING = 512  # whole requests waiting for a thread; more are told to come again
_MOST_UPLOADS = 2  # bodies larger than others that are read at once
_STUCK_SECONDS = 120  # all threads at work and none done: something does not come
_EVERY_SECONDS = 1.0
_BODILESS = {"GET", "HEAD", "OPTIONS", "TRACE"}
_OFFICE = "/office/"
_SLOWED_SECONDS = 2.0
_ALIVE = "/healthz"
_HEALTH = {"/readyz", "/metrics"}
_MOST_LOOKS = 16  # of them at once: a database that hangs lets them pile up
_REASONS = {400: "bad_request", 413: "too_large", 429: "guessing", 503: "unavailable"}
_PLAIN = ("content-type", "text/plain; charset=utf-8")
_CLOSE = ("connection", "close")

_log = logging.getLogger("survey.serving")

Answer = tuple[int, list[tuple[str, str]], bytes]
_Told = TypeVar("_Told")


class Front:
    """The application as granian calls it.

    `say_alive` is called while it goes on, `at_end` when the worker ends and nothing more comes.
    """

    def __init__(
        self,
        app: Flask,
        *,
        say_alive: Callable[[], None],
        at_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._app = app
        self._at_once = AtOnce(app) if "quick" in app.extensions else None
        self._largest: int = app.config["MAX_CONTENT_LENGTH"]
        self._larger: dict[str, int] = app.config["LARGER_BODIES"]
        self._uploads = asyncio.Semaphore(_MOST_UPLOADS)
        self._say_alive = say_alive
        self._at_end = at_end
        self._work = ThreadPoolExecutor(THREADS, "work")
        self._health = ThreadPoolExecutor(1, "health")
        self._busy = 0  # whole requests that are not answered yet
        self._moved = monotonic()  # when one was answered last, or the first came
        self._beating: asyncio.Task[None] | None = None
        self._leaves = False
        self._looked_after = 0

    def leave(self) -> None:
        """Let each answer from now on be the last of its connection: another worker follows."""
        self._leaves = True

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to say that this worker goes on."""
        self._beating = loop.create_task(self._beat())

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Do what is left to be done."""
        self._at_end()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        try:
            status, headers, body = await self._timed(scope, protocol)
        except ConnectionError:
            return  # whoever asked has gone
        if self._leaves:
            headers = [*headers, _CLOSE]
        protocol.response_bytes(status, headers, body)

    async def _timed(self, scope: Any, protocol: Any) -> Answer:
        """Answer a request once it is whole, and count how long that took and how it ended."""
        try:
            body, length = await self._body(scope, protocol)
        except TimeoutError:
            FIGURES.turned_away("slow_body")
            return _told(408, "没有收完您发来的内容，请重试", "your request did not arrive whole")
        begun = monotonic()
        answer = await self._answer(scope, body, length)
        FIGURES.answered(kind_of(scope.method, scope.path), monotonic() - begun)
        return answer

    async def _answer(self, scope: Any, body: bytes, length: int) -> Answer:
        environ = environment(scope, body, length)
        told = await self._at_once_or_stored(environ)
        if told is not None:
            return told
        loop = asyncio.get_running_loop()
        if scope.path == _ALIVE:
            return self._call(environ)  # it asks nothing that could be slow
        if scope.path in _HEALTH:
            if self._looked_after >= _MOST_LOOKS:
                return _told(503, "检查的请求太多，请稍后重试", "too many checks; try again later")
            self._looked_after += 1
            try:
                return await loop.run_in_executor(self._health, self._call, environ)
            finally:
                self._looked_after -= 1
        if self._busy >= THREADS + _MOST_WAITING:
            FIGURES.turned_away("requests_waiting")
            return _told(503, "访问的人太多，请稍后重试", "too many visitors; please try again")
        answer = await self._counted(loop.run_in_executor(self._work, self._call, environ))
        if answer[0] in _REASONS:
            FIGURES.turned_away(_REASONS[answer[0]])
        if answer[0] == 429 and scope.path.startswith(_OFFICE):
            await asyncio.sleep(_SLOWED_SECONDS)  # whoever guesses waits, and holds no thread
        return answer

    async def _at_once_or_stored(self, environ: dict[str, Any]) -> Answer | None:
        """Answer in the loop what can be; an answer being stored counts as a whole request."""
        if self._at_once is None:
            return None
        try:
            begun = self._at_once.begin(environ)
            if isinstance(begun, Taken):
                begun = await self._counted(self._at_once.stored(begun))
        except Exception as error:  # noqa: BLE001 - nothing one request does may end the worker
            _log.error("a request failed in the loop\n%s", faults.where(error))
            environ["wsgi.input"].seek(0)
            return None
        if begun is None:
            return None
        status, headers, body = begun
        return int(status[:3]), headers, body

    async def _counted(self, work: Awaitable[_Told]) -> _Told:
        """Wait for work that counts as a request being answered."""
        if not self._busy:
            self._moved = monotonic()
        self._busy += 1
        FIGURES.waiting("requests", self._busy)
        try:
            return await work
        finally:
            self._busy -= 1
            FIGURES.waiting("requests", self._busy)
            self._moved = monotonic()

    async def _body(self, scope: Any, protocol: Any) -> tuple[bytes, int]:
        """Return the body and its length; of one that is too long only the length is told."""
        if scope.method in _BODILESS:
            return b"", 0
        async with asyncio.timeout(BODY_SECONDS):
            if scope.path not in self._larger:
                return await _collected(scope, protocol, self._largest)
            async with self._uploads:  # or many at once would fill the memory
                return await _collected(scope, protocol, self._larger[scope.path])

    def _call(self, environ: dict[str, Any]) -> Answer:
        try:
            status, headers, body = called(self._app.wsgi_app, environ)
        except Exception as error:  # noqa: BLE001 - nothing one request does may end the worker
            _log.error("a request failed outside the application\n%s", faults.where(error))
            return _told(500, "系统出错了，请稍后重试", "something went wrong; please try again")
        return int(status.split(" ", 1)[0]), headers, body

    async def _beat(self) -> None:
        while True:
            stuck = self._busy >= THREADS and monotonic() - self._moved > _STUCK_SECONDS
            if not stuck:
                self._say_alive()
            await asyncio.sleep(_EVERY_SECONDS)


async def _collected(scope: Any, protocol: Any, largest: int) -> tuple[bytes, int]:
    declared = scope.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > largest:
        return b"", int(declared)
    parts, length = [], 0
    async for part in protocol:
        length += len(part)
        if length > largest:
            return b"", length
        parts.append(bytes(part))
    return b"".join(parts), length


def environment(scope: Any, body: bytes, length: int) -> dict[str, Any]:
    """Return what WSGI (PEP 3333) tells an application of a request."""
    host, _, port = scope.server.rpartition(":")
    client, _, client_port = scope.client.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client.strip("[]"),
        "REMOTE_PORT": client_port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # it could pass for the header of the same name with a hyphen
        key = f"HTTP_{name.upper().replace('-', '_')}"
        joint = "; " if name == "cookie" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ["CONTENT_LENGTH"] = str(length)
    return environ


def _told(status: int, zh: str, en: str) -> Answer:
    headers = [_PLAIN, _CLOSE, ("retry-after", "5"), ("cache-control", "no-store")]
    return status, headers, f"{zh}\n{en}\n".encode()
