"""A WSGI application called, and what it answers, whole: for whoever stands before it."""

from collections.abc import Callable, Iterable
from typing import Any

Answer = tuple[str, list[tuple[str, str]], bytes]


def called(app: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> Answer:
    """Return status, headers and body; raises what the application raises."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        begun[:] = [(status, headers)]

    result = app(environ, start_response)
    try:
        body = b"".join(result)
    finally:
        close = getattr(result, "close", None)
        if close:
            close()
    [(status, headers)] = begun
    return status, headers, body
