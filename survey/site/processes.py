"""Work spread over fresh processes, each of one thread, so that what comes out is the same."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

# Small matrices: threads inside a process cost more than they give, and sum in another order.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@contextmanager
def fresh_processes(n: int) -> Iterator[ProcessPoolExecutor]:
    """Give so many processes that have read nothing yet; they are gone afterwards."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        # Fresh ones, so that the setting of threads reaches the numerical libraries.
        with ProcessPoolExecutor(n, mp_context=get_context("spawn")) as pool:
            yield pool
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
