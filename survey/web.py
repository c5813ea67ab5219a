"""What every page shares: the site, the language, the headers and the pages for errors."""

from typing import Any, cast
from urllib.parse import quote

from flask import Flask, Response, current_app, g, render_template, request, session
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from survey.problems import Refused
from survey.site import Site

LANGUAGES = ("zh", "en")

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def site() -> Site:
    """Return the installation this request runs in."""
    return cast(Site, current_app.extensions["survey"])


def language() -> str:
    """Return `zh` or `en`: what this request asks for, else what the official chose, else zh."""
    asked = g.get("language") or request.values.get("lang") or session.get("lang")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def use_language(lang: str) -> None:
    """Let the rest of this request speak a language."""
    g.language = lang if lang in LANGUAGES else LANGUAGES[0]


def attachment(name: str) -> str:
    """Return the header that offers a file under a name, which may be Chinese (RFC 6266)."""
    plain = "".join(sign if sign.isascii() and sign != '"' else "_" for sign in name)
    whole = "" if plain == name else f"; filename*=UTF-8''{quote(name)}"
    return f'attachment; filename="{plain}"{whole}'


def install(app: Flask) -> None:
    """Add headers and error pages to the application."""
    app.after_request(_add_headers)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(DataError, _unkeepable)
    app.register_error_handler(OverflowError, _unkeepable)  # what SQLite's driver says of it
    app.register_error_handler(Refused, _refused)
    app.context_processor(_template_words)


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    if site().settings.secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _template_words() -> dict[str, Any]:
    lang = language()
    return {"lang": lang, "html_lang": "en" if lang == "en" else "zh-CN"}


def _http_error(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    code = error.code or 500
    if code == 413:  # the body cannot be asked for the language: reading it fails again
        use_language(request.args.get("lang", ""))
    kept = [
        (name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"}
    ]
    return render_template("errors/error.html", code=code), code, kept


def _refused(error: Refused) -> tuple[str, int]:
    lines = error.text(language()).splitlines()
    return render_template("errors/error.html", code=422, lines=lines), 422


def _unkeepable(error: Exception) -> tuple[str, int]:
    """Answer an address or a form with what no column can hold: a NUL, a number too large."""
    current_app.logger.warning("the database takes no such value: %s", str(error).splitlines()[0])
    return render_template("errors/error.html", code=400), 400


def _database_error(error: OperationalError) -> tuple[str, int, dict[str, str]]:
    current_app.logger.error("database unavailable: %s", type(error.orig).__name__)
    return render_template("errors/error.html", code=503), 503, {"Retry-After": "10"}
