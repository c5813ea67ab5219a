"""Work spread over fresh processes: what comes out is the same, however many there are."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any, TypeVar

LARGE = 20_000  # answers; fewer are done with before a process has loaded what it needs

_POLITE = 10

_Done = TypeVar("_Done")


def be_polite() -> None:
    """Let residents' answers go before this process and all that it starts."""
    with suppress(AttributeError, OSError):  # where a system knows no politeness
        os.nice(_POLITE)


@contextmanager
def fresh_processes(n: int) -> Iterator[ProcessPoolExecutor]:
    """Give so many processes that have read nothing yet; they are gone afterwards."""
    with ProcessPoolExecutor(n, mp_context=get_context("spawn")) as pool:
        yield pool


@contextmanager
def beside(work: Callable[..., _Done], *given: Any) -> Iterator[Callable[[], _Done]]:
    """Begin work in a fresh process, and give what waits for its result, once.

    What the work raises its result raises. Where the process ends without a word, as one does that
    the system takes the memory from, the work is done here. Afterwards it is gone, done or not.
    """
    start = get_context("spawn")
    here, there = start.Pipe(duplex=False)
    process = start.Process(target=_do, args=(there, work, given), daemon=True)
    process.start()
    there.close()  # so that the end of the process is the end of what is read here

    def result() -> _Done:
        try:
            done, raised = here.recv()
        except Exception:  # noqa: BLE001  or what was raised cannot be sent
            return work(*given)
        if raised is not None:
            raise raised
        found: _Done = done
        return found

    try:
        yield result
    finally:
        process.kill()
        process.join()
        here.close()


def _do(there: Connection, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    said: tuple[Any, Exception | None]
    try:
        said = (work(*given), None)
    except Exception as error:  # noqa: BLE001  whoever waits gets it
        said = (None, error)
    there.send(said)


def _end_with_parent() -> None:
    """Let nobody work on for a process that was ended without a word."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
