"""Work spread over fresh processes: what comes out is the same, however many there are."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context


@contextmanager
def fresh_processes(n: int) -> Iterator[ProcessPoolExecutor]:
    """Give so many processes that have read nothing yet; they are gone afterwards."""
    with ProcessPoolExecutor(n, mp_context=get_context("spawn")) as pool:
        yield pool
