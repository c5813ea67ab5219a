"""What needs no waiting is answered in the loop itself, and takes no thread.

An answer on its way in waits there, too, while one thread writes for all that wait.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask

from survey.respond.quick.batches import Batches, Crowded, Waiting
from survey.respond.quick.layer import AT_ONCE, Desk, Quick, Taken
from survey.respond.quick.together import handed_in
from survey.site.figures import FIGURES
from survey.web.called import Answer


class AtOnce:
    """The application as the loop of a worker calls it."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._quick: Quick = app.extensions["quick"]
        self._batches: Batches = app.extensions["respond"].batches
        self._writer = ThreadPoolExecutor(1, "writer")
        self._over: deque[asyncio.Future[None]] = deque()
        self._called = False

    def begin(self, environ: dict[str, Any]) -> Answer | Taken | None:
        """Answer a request, or say what is to be stored for it; None where it has to wait."""
        desk, begun = Desk(), list[tuple[str, list[tuple[str, str]]]]()

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            begun[:] = [(status, headers)]

        result: Iterable[bytes] = self._app.wsgi_app({**environ, AT_ONCE: desk}, start_response)
        environ["wsgi.input"].seek(0)  # for whoever answers if this does not
        if desk.declined:
            return None
        if desk.taken is not None:
            return desk.taken
        [(status, headers)] = begun
        return status, headers, b"".join(result)

    async def stored(self, taken: Taken) -> Answer | None:
        """Store an answer with those that wait beside it; None where there is more to say."""
        loop = asyncio.get_running_loop()
        over = loop.create_future()

        def done() -> None:
            if waiting.is_over:
                self._wake(loop, over)
            else:  # handed on by a thread that wrote for itself; whoever asked may have gone
                self._writer.submit(self._batches.work_off)

        waiting = Waiting(handed_in(taken.entrance, taken.sheet), done)
        try:
            leads = self._batches.put(waiting)
        except Crowded:
            FIGURES.turned_away("answers_waiting")
            return self._quick.crowded()
        if leads:
            self._writer.submit(self._batches.work_off)
        await over
        if waiting.error is not None:
            return None
        return self._quick.told(taken, waiting.result())

    def _wake(self, loop: asyncio.AbstractEventLoop, over: asyncio.Future[None]) -> None:
        """Let the loop go on with an answer: called once for many, each call costs a switch."""
        self._over.append(over)
        if not self._called:
            self._called = True
            loop.call_soon_threadsafe(self._go_on)

    def _go_on(self) -> None:
        self._called = False  # first: what is added from now on calls again
        while self._over:
            over = self._over.popleft()
            if not over.done():
                over.set_result(None)
