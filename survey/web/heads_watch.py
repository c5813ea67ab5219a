"""Pages of an installation whose database disagrees with signed heads: read, and written no more.

Whoever only reads is told so; answers stay on residents' phones, which try again.
"""

from flask import Flask, current_app, has_request_context, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from survey.ledger.standing import ReadOnly, Standing
from survey.ledger.watch import HeadsWatch
from survey.web.request import language

Answer = tuple[str, int, dict[str, str]]

# Officials must get in to read what is wrong.
_WRITES_STILL = {"access", "own"}
_SHUT = {"respond.questionnaire"}  # nobody shall fill in what cannot be taken


def install(app: Flask) -> None:
    """Let every page know, and nothing be written, while the database is not the right one."""
    here = app.extensions["survey"]
    app.extensions["heads_watch"] = HeadsWatch(here)
    here.database.before_writing(_before_writing)
    app.before_request(_before_request)
    app.register_error_handler(ReadOnly, answer)
    app.context_processor(lambda: {"heads_standing": standing})


def standing() -> Standing:
    """Return what the heads tell of the database, as last seen."""
    watch: HeadsWatch = current_app.extensions["heads_watch"]
    return _seen(watch)


def require(watch: HeadsWatch) -> None:
    """Raise ReadOnly where nothing may be written, for whoever writes outside a request."""
    refusal = _seen(watch).refusal
    if refusal is not None:
        raise refusal


def _seen(watch: HeadsWatch) -> Standing:
    try:
        return watch.standing()
    except SQLAlchemyError:
        return Standing()  # the page says by itself that the database does not answer


def answer(refused: ReadOnly) -> Answer:
    """Return the page that says why nothing is written."""
    lines = refused.text(language()).splitlines()
    page = render_template("errors/error.html", code=503, lines=lines)
    return page, 503, {"Retry-After": "60"}


def _before_writing() -> None:
    if not has_request_context() or request.blueprint in _WRITES_STILL:
        return
    refusal = standing().refusal
    if refusal is not None:
        raise refusal


def _before_request() -> Answer | None:
    refusal = standing().refusal if request.endpoint in _SHUT else None
    return answer(refusal) if refusal else None
