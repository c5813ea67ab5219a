"""Pages of a program whose database was upgraded under it, or not yet, say so and do nothing."""

from time import monotonic

from flask import Flask, current_app, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from survey.problems import Refused
from survey.site import schema
from survey.web.request import language, site

_EVERY_SECONDS = 5.0
_WITHOUT = {"static", "health.alive", "health.ready"}

Answer = tuple[str, int, dict[str, str]]


class SchemaWatch:
    """What was found the last time; looked at again every few seconds, by one request."""

    def __init__(self) -> None:
        self._looked = -_EVERY_SECONDS
        self._refused: Refused | None = None

    @property
    def is_fine(self) -> bool:
        """Whether the schema was this program's a moment ago; not where a look is due."""
        return self._refused is None and monotonic() - self._looked < _EVERY_SECONDS

    def look(self, *, now: bool = False) -> Refused | None:
        """Return why the database cannot be used, if it cannot."""
        if now or monotonic() - self._looked >= _EVERY_SECONDS:
            self._looked = monotonic()
            try:
                schema.check_current(site().database)
            except Refused as refused:
                self._refuse(refused)
            except SQLAlchemyError:
                pass  # the page says by itself that the database does not answer
            else:
                self._refused = None
        return self._refused

    def _refuse(self, refused: Refused) -> None:
        if self._refused is None:  # once, not at each look
            current_app.logger.error("no page is answered: %s", refused.text("en"))
        self._refused = refused


def install(app: Flask) -> None:
    """Let every page look before it works."""
    app.extensions["schema_watch"] = SchemaWatch()
    app.before_request(_before_request)


def answer_if_foreign(*, now: bool = False) -> Answer | None:
    """Return the page that says what is wrong with the schema; None where nothing is."""
    watch: SchemaWatch = current_app.extensions["schema_watch"]
    refused = watch.look(now=now)
    if refused is None:
        return None
    lines = refused.text(language()).splitlines()
    page = render_template("errors/error.html", code=503, lines=lines)
    return page, 503, {"Retry-After": "60"}


def _before_request() -> Answer | None:
    return None if request.endpoint in _WITHOUT else answer_if_foreign()
