"""What every page gets: headers, words for templates and the pages for errors."""

from typing import Any

from flask import Flask, Response, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import (
    DataError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from survey.problems import Refused, Unfit
from survey.site import faults
from survey.web import hosts, schema_watch
from survey.web.request import language, site, use_language

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# The database does not answer, is locked, full, only read or out of connections.
_UNAVAILABLE = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    """Add headers and error pages to the application."""
    app.url_value_preprocessor(_allow_larger_body)  # before anything looks at the form
    app.after_request(_add_headers)
    hosts.install(app)
    schema_watch.install(app)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SQLAlchemyError, _database_error)
    app.register_error_handler(OverflowError, _unkeepable)  # what SQLite's driver says of it
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Unfit, _unfit)
    app.register_error_handler(Exception, _fault)
    app.context_processor(_template_words)


def _allow_larger_body(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    larger: dict[str, int] = current_app.config["LARGER_BODIES"]
    request.max_content_length = larger.get(
        str(request.url_rule), current_app.config["MAX_CONTENT_LENGTH"]
    )


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    if site().settings.secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _template_words() -> dict[str, Any]:
    lang = language()
    return {"lang": lang, "html_lang": "en" if lang == "en" else "zh-CN"}


def _http_error(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]]:
    code = error.code or 500
    if isinstance(error, CSRFError):
        rule = request.url_rule
        current_app.logger.warning("refused: a form without a token of ours on %s", rule)
    if code == 413:  # the body cannot be asked for the language: reading it fails again
        use_language(request.args.get("lang", ""))
    kept = [
        (name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"}
    ]
    return render_template("errors/error.html", code=code), code, kept


def _refused(error: Refused) -> tuple[str, int]:
    lines = error.text(language()).splitlines()
    return render_template("errors/error.html", code=422, lines=lines), 422


def _unfit(error: Unfit) -> schema_watch.Answer:
    """Tell whoever comes to try again, so that his phone keeps the answer; the log says why."""
    current_app.logger.error("%s", error)
    return render_template("errors/error.html", code=503), 503, {"Retry-After": "60"}


def _unkeepable(error: Exception) -> tuple[str, int]:
    """Answer an address or a form with what no column can hold: a NUL, a number too large."""
    current_app.logger.warning("the database takes no such value: %s", faults.kind_of(error))
    return render_template("errors/error.html", code=400), 400


def _database_error(error: SQLAlchemyError) -> schema_watch.Answer | tuple[str, int]:
    """Answer whatever a database refuses: now, for good, or by a mistake of ours."""
    if isinstance(error, DataError):
        return _unkeepable(error)
    foreign = schema_watch.answer_if_foreign(now=True)  # a table or column that is not there
    if foreign:
        return foreign
    if not isinstance(error, _UNAVAILABLE):
        return _fault(error)
    current_app.logger.error("database unavailable: %s", faults.kind_of(error))
    return render_template("errors/error.html", code=503), 503, {"Retry-After": "10"}


def _fault(error: Exception) -> tuple[str, int]:
    """Answer a fault of ours; the log tells the page's rule, as its address may hold a receipt."""
    page = f"{request.method} {request.url_rule}"
    current_app.logger.error("fault on %s\n%s", page, faults.where(error))
    return render_template("errors/error.html", code=500), 500
