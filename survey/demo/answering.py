"""Simulated residents answer through the intake's own function, many to a transaction."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from survey import codes
from survey.demo.entrances import Codes
from survey.demo.respondents import Respondent
from survey.forms.sheet import Rated, Sheet, Source
from survey.ledger.book import Tail, lock_tail
from survey.respond import intake
from survey.respond.door import opening, source_marks
from survey.respond.questionnaire import Questionnaire
from survey.site.installation import Site
from survey.stats.campaign.ages import TOO_YOUNG

_BATCH = 500

USER_AGENT = "Mozilla/5.0 (Linux; Android 14) demonstration"
UNDER_AGE = "under_age"

Advance = Callable[[int], None]


def answer_through_intake(
    site: Site, *, respondents: Sequence[Respondent], codes: Codes, advance: Advance
) -> Counter[str]:
    """Let residents answer; return how many answers were stored, and refused for which reason."""
    outcomes: Counter[str] = Counter()
    intake_room = _IntakeRoom(site, codes)
    for start in range(0, len(respondents), _BATCH):
        batch = respondents[start : start + _BATCH]
        with site.database.writing() as session:
            outcomes.update(intake_room.answers(session, batch))
        advance(len(batch))
    return outcomes


class Marks:
    """The keyed marks of the residents' invented devices and networks, in one campaign."""

    def __init__(self, site: Site, campaign_code: str) -> None:
        self._key = site.campaign_key(campaign_code)

    def device(self, person: Respondent) -> bytes | None:
        """Return the mark of a resident's phone; None on paper and on the telephone."""
        return source_marks.device_mark(self._key, device_id=person.device, user_agent=USER_AGENT)

    def network(self, person: Respondent) -> bytes | None:
        """Return the mark of the network a resident answers from."""
        return source_marks.network_mark(self._key, address_of(person))


def address_of(person: Respondent) -> str | None:
    """Return an invented address (RFC 4193, routed nowhere) for a resident's network."""
    if not person.network:
        return None
    digest = hashlib.sha256(person.network.encode()).hexdigest()
    return f"fd{digest[:2]}:{digest[2:6]}:{digest[6:10]}:{digest[10:14]}::1"


def sheet_of(person: Respondent, asked: Questionnaire, marked: Marks) -> Sheet:
    """Return a resident's answer as the page would hand it to the intake."""
    profile = {item["id"]: item for item in asked.campaign.questionnaire.content["profile"]}
    areas = {area.code: area.position for area in asked.areas}
    return Sheet(
        source=Source(
            receipt=secrets.token_bytes(codes.RECEIPT_BYTES),
            ticket=secrets.token_bytes(codes.TICKET_BYTES),
            at=person.submitted_at,
            taken_ms=1000 * person.duration_s,
            lang=person.lang,
            device_mark=marked.device(person),
            network_mark=marked.network(person),
        ),
        age=profile["P1"]["options"].index(person.age_group),
        sex=profile["P2"]["options"].index(person.sex),
        residence=profile["P4"]["options"].index(person.residence),
        area=areas.get(person.township_code, 0),
        duration_ms=1000 * person.duration_s,
        rated=(
            Rated(
                unit_code=person.unit_code,
                answers=person.answers,
                reasons=person.reasons,
                comment=person.comment,
            ),
        ),
    )


class _IntakeRoom:
    """What the intake needs beside the answer itself."""

    def __init__(self, site: Site, codes: Codes) -> None:
        self._key = site.keys.intake()
        self._codes = codes
        self._marks = Marks(site, codes.campaign_code)
        self._memory = opening.Memory(ticks=lambda: 0.0)

    def answers(self, session: Session, people: Sequence[Respondent]) -> list[str]:
        tail: Tail | None = None
        outcomes: list[str] = []
        for person in people:
            entrance = self._enter(session, person)
            tail = tail or lock_tail(session, campaign_id=entrance.questionnaire.campaign.id)
            outcomes.append(self._answer(session, person, entrance, tail))
        if tail is not None:
            tail.save(session)
        return outcomes

    def _enter(self, session: Session, person: Respondent) -> opening.OpenEntrance:
        return opening.open_entrance(
            session,
            code=self._codes.code_of(person),
            at=person.submitted_at,
            key=self._key,
            memory=self._memory,
        )

    def _answer(
        self, session: Session, person: Respondent, entrance: opening.OpenEntrance, tail: Tail
    ) -> str:
        sheet = sheet_of(person, entrance.questionnaire, self._marks)
        if person.age_group == TOO_YOUNG:
            return UNDER_AGE  # the page thanks them and sends nothing
        return intake.accept(session, entrance=entrance, sheet=sheet, tail=tail).value
