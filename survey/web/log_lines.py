"""Lines of the log: one form and one clock (UTC), whichever part of the program writes them.

Words for people, or one JSON object a line for machines. Neither tells what an exception says: it
may quote a row.
"""

import json
import logging
import time
from types import TracebackType
from typing import Any

from flask.logging import wsgi_errors_stream

from survey.site import faults

_MOMENT = "%Y-%m-%dT%H:%M:%S"
_Exception = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


def install(*, as_json: bool) -> None:
    """Let everything of ours write `TIME LEVEL ROOM what`, or JSON; again changes the form only."""
    ours = logging.getLogger("survey")
    handlers = [handler for handler in ours.handlers if isinstance(handler, _Lines)]
    if not handlers:
        handlers = [_Lines(wsgi_errors_stream)]
        ours.addHandler(handlers[0])
    handlers[0].setFormatter(JsonLine() if as_json else WordsLine())


def of_the_server(*, as_json: bool) -> dict[str, Any]:
    """Return how the server library is to log: as all else does, and to the same place."""
    form = JsonLine if as_json else WordsLine
    handler = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "ours"}
    return {
        "formatters": {"ours": {"()": form}},
        "handlers": {"console": handler, "access": handler},
    }


class WordsLine(logging.Formatter):
    """`TIME LEVEL ROOM what`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", _MOMENT)
        self.converter = time.gmtime

    def formatException(self, ei: _Exception) -> str:  # noqa: N802 - logging's name
        """Return where it happened."""
        return _where(ei)


class JsonLine(logging.Formatter):
    """One JSON object: `at`, `level`, `room`, `process`, `said`, and `where` of a fault."""

    def __init__(self) -> None:
        super().__init__(datefmt=_MOMENT)
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """Return the object in one line."""
        told: dict[str, Any] = {
            "at": f"{self.formatTime(record, _MOMENT)}Z",
            "level": record.levelname.lower(),
            "room": record.name.lstrip("_"),
            "process": record.process,
            "said": record.getMessage(),
        }
        if record.exc_info:
            told["where"] = _where(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def _where(exc_info: _Exception) -> str:
    return faults.where(exc_info[1]) if exc_info[1] is not None else ""


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]
    """Ours among other handlers."""
