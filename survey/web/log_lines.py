"""Lines of the log: one form and one clock (UTC), whichever part of the program writes them."""

import logging
import time

from flask.logging import wsgi_errors_stream


def install() -> None:
    """Let everything of ours write `TIME LEVEL ROOM what`; again changes nothing."""
    ours = logging.getLogger("survey")
    if any(isinstance(handler, _Lines) for handler in ours.handlers):
        return
    formatter = logging.Formatter(
        "%(asctime)sZ %(levelname)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler = _Lines(wsgi_errors_stream)
    handler.setFormatter(formatter)
    ours.addHandler(handler)


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]
    """Ours among other handlers."""
