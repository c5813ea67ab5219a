"""Coroutines run to their end on a loop of their own, whatever else runs in the process.

A browser that a test drives leaves its loop running in the thread of the tests, where
`asyncio.run` would then be refused; so each coroutine gets a thread.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def run(coroutine: Coroutine[object, object, Result]) -> Result:
    """Run a coroutine in a thread of its own and give what it gives."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(asyncio.run, coroutine).result()
