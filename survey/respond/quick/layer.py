"""A layer before the framework for what nearly every request asks: a page, and an answer taken.

It decides nothing by itself. It opens the same door, fills the same form, stores by the same
batches, and answers with bytes and headers that the framework made before. Whatever is not plainly
fine goes on to the framework as it came, which has the words for it.
"""

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from survey import codes
from survey.forms.sheet import Sheet
from survey.problems import Refused
from survey.respond.door import admission, form_token, opening
from survey.respond.door.guessing import network_of
from survey.respond.door.opening import EntranceClosed, OpenEntrance
from survey.respond.door.renewal import Renewal
from survey.respond.intake import Outcome
from survey.respond.quick.asking import RECEIPTS, Asked, asked_by, body_of, receipt_asked_by
from survey.respond.quick.batches import Crowded
from survey.respond.quick.handing import kept_by_browser, numbers_of, source_of
from survey.respond.quick.learning import Learned
from survey.respond.quick.reading import Reader
from survey.respond.quick.receipts import Receipts
from survey.site.figures import FIGURES
from survey.site.installation import Site
from survey.web.called import Answer, called
from survey.web.hosts import is_ours_by_header

if TYPE_CHECKING:
    from survey.respond.quick.state import ProcessState

AT_ONCE = "survey.at_once"  # what a server puts in the environment that does not want to wait
_ENCODER = json.JSONEncoder(separators=(",", ":"))
_KEY_SECONDS = 2.0
_CROWDED_SECONDS = "5"

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An answer that is in order and waits to be stored; `thanks` tells of it once it is."""

    entrance: OpenEntrance
    sheet: Sheet
    receipt: str
    commented: bool
    thanks: Answer


class Desk:
    """What a server that does not want to wait finds out: what is to be stored, or that it must."""

    def __init__(self) -> None:
        self.taken: Taken | None = None
        self.declined = False


class Quick:
    """The layer of one process, before the framework's own WSGI application."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._framework: Wsgi = app.wsgi_app
        self._site: Site = app.extensions["survey"]
        self._state: ProcessState = app.extensions["respond"]
        self._largest: int = app.config["MAX_CONTENT_LENGTH"]
        self._learned = Learned()
        self._receipts = Receipts()
        self._reader = Reader(app, self._state.pages)
        self._marks: dict[str, tuple[float, bytes]] = {}
        self._renewal = Renewal(monotonic)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request, or let the framework do it."""
        desk: Desk | None = environ.get(AT_ONCE)
        if environ.get("PATH_INFO") == RECEIPTS:
            return self._receipt(environ, start_response, desk)
        begun = self._begin(environ, waits=desk is None)
        if desk is not None and not isinstance(begun, tuple):
            desk.taken, desk.declined = begun, begun is None
            return []
        answer = self.stored(begun) if isinstance(begun, Taken) else begun
        if answer is None:
            return self._framework(environ, self._learned.watching(environ, start_response))
        return _begun(answer, start_response)

    def _receipt(
        self, environ: dict[str, Any], start_response: Any, desk: Desk | None
    ) -> Iterable[bytes]:
        asked = receipt_asked_by(environ, largest=self._largest)
        known = asked if asked and self._may(asked.host) else None
        answer = self._receipts.answer(known, waits=desk is None) if known else None
        if answer is not None:
            return _begun(answer, start_response)
        if desk is not None:
            desk.declined = True
            return []
        if asked is None:
            return self._framework(environ, start_response)
        status, headers, body = said = called(self._framework, environ)
        self._receipts.learn(asked, said)
        start_response(status, headers)
        return [body]

    def stored(self, taken: Taken) -> Answer | None:
        """Store an answer with those that wait beside it; None where there is more to say."""
        try:
            return self.told(taken, self._state.batches.store(taken.entrance, taken.sheet))
        except Crowded:
            return self.crowded()
        except (SQLAlchemyError, Refused):
            return None  # the framework tries again, and has the words for it

    def told(self, taken: Taken, outcome: Outcome) -> Answer | None:
        """Return what is told of an answer that was stored, now or before; None otherwise."""
        if outcome is Outcome.STORED:
            self._state.counts.finished(taken.entrance, at=self._site.clock())
        if outcome not in {Outcome.STORED, Outcome.REPEATED}:
            return None
        if not taken.commented:
            self._receipts.remember(taken.receipt, taken.entrance)
        return taken.thanks

    def crowded(self) -> Answer:
        """Return what a page's script is told where too many answers wait: it keeps its own."""
        _status, headers, _body = self._json({"forget": False}) or ("", [], b"")
        told = _ENCODER.encode({"forget": False}).encode() + b"\n"
        return "503 SERVICE UNAVAILABLE", [*headers, ("Retry-After", _CROWDED_SECONDS)], told

    def _begin(self, environ: dict[str, Any], *, waits: bool) -> Answer | Taken | None:
        asked = asked_by(environ)
        if asked is None or not self._may(asked.host):
            return None
        entrance = self._enter(asked, waits=waits)
        if entrance is None:
            return None
        if environ["REQUEST_METHOD"] == "GET":
            return self._page(asked, entrance)
        if environ["REQUEST_METHOD"] == "POST":
            body = body_of(environ, largest=self._largest)
            return self._taken(asked, entrance, body, waits=waits) if body else None
        return None

    def _may(self, host: str) -> bool:
        """Tell whether all is in order that the framework looks at before any page."""
        standing = self._app.extensions["heads_watch"].known()
        return (
            is_ours_by_header(host, self._site.settings)
            and self._app.extensions["schema_watch"].is_fine
            and standing is not None
            and standing.refusal is None
        )

    def _enter(self, asked: Asked, *, waits: bool) -> OpenEntrance | None:
        at, state = self._site.clock(), self._state
        entrance = opening.remembered(asked.code, at=at, memory=state.memory, waits=waits)
        if entrance is not None or not waits:
            return entrance
        personal = len(asked.code) == codes.PERSONAL_LENGTH
        if personal and state.guesses.suspicious(network_of(asked.address), at):
            return None
        words: dict[str, Any] = {"at": at, "key": state.key, "memory": state.memory}
        try:
            with self._site.database.reading() as session:
                found = opening.open_entrance(session, code=asked.code, **words)
                return None if opening.is_used(session, found) else found
        except (EntranceClosed, SQLAlchemyError):
            return None

    def _page(self, asked: Asked, entrance: OpenEntrance) -> Answer | None:
        look, questionnaire = asked.look, entrance.questionnaire
        arranged = questionnaire.arrangement(secrets.randbelow(256))
        packed = self._state.pages.kept(entrance, look, arranged)
        headers = self._learned.of_page(questionnaire, gzipped=asked.gzipped)
        if packed is None or headers is None:
            return None
        at = self._site.clock()
        name = admission.page_name(asked.code, entrance)
        token = form_token.issue(key=self._state.key, page=name, at=at, draw=arranged).encode()
        if not asked.copied:
            self._state.counts.served(entrance, look, user_agent=asked.user_agent, at=at)
        return "200 OK", headers, packed.gzipped(token) if asked.gzipped else packed.plain(token)

    def _taken(
        self, asked: Asked, entrance: OpenEntrance, body: bytes, *, waits: bool
    ) -> Answer | Taken | None:
        if self._state.batches.is_full:  # before anything is done for one that cannot be taken
            FIGURES.turned_away("answers_waiting")
            return self.crowded()
        found = self._reader.read(asked, entrance.questionnaire, body)
        key = self._key_of(entrance.questionnaire.campaign.code, waits=waits)
        if found is None or key is None:
            return None
        at = self._site.clock()
        name = admission.page_name(asked.code, entrance)
        try:
            token = form_token.check(found.response_id, key=self._state.key, page=name, at=at)
        except form_token.TokenInvalid:
            return None
        source = source_of(
            entrance.questionnaire,
            found.look,
            found.device,
            token=token,
            key=key,
            at=at,
            user_agent=asked.user_agent,
            address=asked.address,
        )
        sheet = found.read(source)
        receipt, ticket = numbers_of(token, commented=any(rated.comment for rated in sheet.rated))
        told = {"next": f"/r?{found.look.query}#{kept_by_browser(receipt, ticket)}"}
        thanks = self._json(told)
        return thanks and Taken(
            entrance=entrance,
            sheet=sheet,
            receipt=receipt,
            commented=bool(ticket),
            thanks=thanks,
        )

    def _key_of(self, campaign_code: str, *, waits: bool) -> bytes | None:
        """Return a campaign's key, read again before what is kept is older than two seconds."""
        read_at, key = self._marks.get(campaign_code, (-_KEY_SECONDS, b""))
        fresh = self._renewal.may_use(campaign_code, read_at, within=_KEY_SECONDS, waits=waits)
        if key and fresh:
            return key
        if not waits:
            return None
        try:
            key = self._site.campaign_key(campaign_code)
        except (Refused, SQLAlchemyError):
            return None
        self._marks[campaign_code] = (monotonic(), key)
        return key

    def _json(self, told: dict[str, Any]) -> Answer | None:
        headers = self._learned.of_thanks
        body = _ENCODER.encode(told).encode() + b"\n"
        return ("200 OK", headers, body) if headers else None


def _begun(answer: Answer, start_response: Any) -> Iterable[bytes]:
    status, headers, body = answer
    start_response(status, [*headers, ("Content-Length", str(len(body)))])
    return [body]
