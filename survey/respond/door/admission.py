"""The door for one-time codes: open to whoever holds one, slow for whoever is guessing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey import codes
from survey.respond.door import form_token, proof_of_work
from survey.respond.door.guessing import Guesses
from survey.respond.door.opening import Closed, EntranceClosed, Memory, OpenEntrance, open_entrance


class WorkNeeded(Exception):  # noqa: N818  nothing failed: the browser works for a second
    """A look-up that must be worked or waited for first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """What a request brings: its network, the work it did, the form token it sends."""

    network: str
    work: str
    token: str


def admit(
    session: Session,
    *,
    code: str,
    visitor: Visitor,
    at: datetime,
    key: bytes,
    memory: Memory,
    guesses: Guesses,
) -> OpenEntrance:
    """Return what a code opens; raises EntranceClosed, or WorkNeeded in a network of guessers.

    WorkNeeded is the same for codes that exist and codes that do not. Whoever already has the
    page of a code is not asked again.
    """
    asked = _asked_to_work(code, visitor, at, key, guesses)
    try:
        entrance = open_entrance(session, code=code, at=at, key=key, memory=memory)
    except EntranceClosed as closed:
        if closed.reason is Closed.UNKNOWN:
            guesses.wrong(visitor.network, at)
        if asked and closed.reason is not Closed.MISTYPED:
            raise WorkNeeded from None
        raise
    if asked and not _has_page(visitor.token, code, entrance, at, key):
        raise WorkNeeded
    return entrance


def page_name(code: str, entrance: OpenEntrance) -> str:
    """Return what a form token is bound to: the code and the questionnaire's version."""
    return f"{code}|{entrance.questionnaire.campaign.questionnaire_id}"


def _asked_to_work(code: str, visitor: Visitor, at: datetime, key: bytes, guesses: Guesses) -> bool:
    if len(code) != codes.PERSONAL_LENGTH or not guesses.suspicious(visitor.network, at):
        return False
    return not proof_of_work.done(visitor.work, key=key, code=code, network=visitor.network, at=at)


def _has_page(token: str, code: str, entrance: OpenEntrance, at: datetime, key: bytes) -> bool:
    try:
        form_token.check(token, key=key, page=page_name(code, entrance), at=at)
    except form_token.TokenInvalid:
        return False
    return True
