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
from survey.respond.quick.layer import AT_ONCE, Answer, Desk, Quick, Taken
from survey.respond.quick.together import handed_in


class AtOnce:
    """The application as the loop of a worker calls it."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._quick: Quick = app.extensions["quick"]
        self._batches: Batches = app.extensions["respond"].batches
        self._writer = ThreadPoolExecutor(1, "writer")
        self._over: deque[asyncio.Future[None]] = deque()

    def begin(self, environ: dict[str, Any]) -> Answer | Taken | None:
        """Answer a request, or say what is to be stored for it; None where it has to wait."""
        desk, begun = Desk(), list[tuple[str, list[tuple[str, str]]]]()

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            begun[:] = [(status, headers)]

        result: Iterable[bytes] = self._app.wsgi_app({**environ, AT_ONCE: desk}, start_response)
        if desk.declined:
            environ["wsgi.input"].seek(0)
            return None
        if desk.taken is not None:
            return desk.taken
        [(status, headers)] = begun
        return status, headers, b"".join(result)

    async def stored(self, taken: Taken) -> Answer | None:
        """Store an answer with those that wait beside it; None where there is more to say."""
        loop = asyncio.get_running_loop()
        over = loop.create_future()
        waiting = Waiting(handed_in(taken.entrance, taken.sheet), lambda: self._is_over(loop, over))
        try:
            leads = self._batches.put(waiting)
        except Crowded:
            return self._quick.crowded()
        if leads:
            self._writer.submit(self._batches.work_off)
        await over
        if not waiting.is_over:  # handed on by a thread that had written for itself
            await loop.run_in_executor(self._writer, self._batches.work_off)
        if waiting.error is not None:
            return None
        return self._quick.told(taken, waiting.result())

    def _is_over(self, loop: asyncio.AbstractEventLoop, over: asyncio.Future[None]) -> None:
        """Wake whoever waits: the loop is called once for all that are over together."""
        self._over.append(over)
        if len(self._over) == 1:
            loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        while self._over:
            over = self._over.popleft()
            if not over.done():
                over.set_result(None)
