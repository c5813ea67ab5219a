"""Code is loaded without looking for garbage: nothing of what is made then is any.

A program of a thousand modules would look through all it has loaded again and again: a sixth of
its start.
"""

import gc
from pkgutil import resolve_name
from typing import Any


def load(where: str) -> Any:
    """Return what a name says, ``module`` or ``module:name``, loading its module if need be."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return resolve_name(where)
    finally:
        if was_enabled:
            gc.enable()
