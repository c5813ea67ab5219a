"""The decision on an appeal as a document: drawn from the release that holds since then."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import cast

from sqlalchemy.orm import Session

from survey.appraisal.appeals.kinds import MATTERS, OUTCOMES
from survey.appraisal.appeals.standing import Standing
from survey.appraisal.score_document import release_code
from survey.clock import local_day
from survey.exchange.document import FrozenDocument, frozen
from survey.model import AppealMatter, AppealOutcome, Campaign, Release
from survey.problems import Refused
from survey.reports.appealed.filling import AppealTold, appeal_part
from survey.reports.drawing import About, filled
from survey.reports.filling import day_told
from survey.reports.handing_out import Wanted
from survey.reports.template_store import template_in_use
from survey.reports.unit_filling import letter_fields


def appeal_document(session: Session, *, standing: Standing) -> FrozenDocument:
    """Return the release that holds since an appeal was decided; raises Refused before that."""
    decided = standing.last("decided")
    if decided is None or decided.release_id is None:
        raise Refused.of(
            field=str(standing.appeal.number),
            zh="申诉还没有答复，没有复核意见书",
            en="the appeal is not decided yet: there is no letter",
        )
    return frozen(session.get_one(Release, decided.release_id))


def draw_decision(
    session: Session, document: FrozenDocument, *, campaign: Campaign, standing: Standing, lang: str
) -> tuple[Wanted, bytes]:
    """Return the decision on an appeal as DOCX by the template in use, and which document it is.

    Raises Refused where the release has not what it needs, or the template cannot be used.
    """
    template = template_in_use(session, kind="appeal", lang=lang)
    asked = Wanted(kind="appeal", lang=lang, unit_code=standing.entry.unit.code)
    about = About(
        kind="appeal",
        unit_code=asked.unit_code,
        lang=lang,
        release=document.release_code,
        template=hashlib.sha256(template).hexdigest(),
    )
    told = _told(campaign, standing, lang)
    unit_code, scores = asked.unit_code, document.content
    part = appeal_part(scores, unit_code=unit_code, lang=lang, told=told)
    values = letter_fields(scores, unit_code=unit_code, lang=lang, appeal=part)
    return asked, filled(template, values, about)


def _told(campaign: Campaign, standing: Standing, lang: str) -> AppealTold:
    appeal, decided = standing.appeal, standing.last("decided")
    received = standing.last("received")
    assert decided is not None
    assert received is not None  # nothing is decided that was not received

    def day(at: datetime) -> str:
        return day_told(date.fromisoformat(local_day(at, campaign.timezone)), lang)

    return AppealTold(
        number=str(appeal.number),
        filed_on=day(appeal.filed_at),
        received_on=day(received.at),
        decided_on=day(decided.at),
        matter=MATTERS[cast(AppealMatter, appeal.matter)].text(lang),
        which=appeal.which,
        outcome=OUTCOMES[cast(AppealOutcome, decided.outcome)].text(lang),
        reason=decided.reason,
        contested=release_code(campaign, standing.contested),
    )
