"""A step on an appeal is added, said in the audit by its digest; receiving is the first."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.ledger.appealed import appeal_step_digest
from survey.model import Appeal, AppealStep, Campaign
from survey.problems import Refused


def add_step(
    session: Session, *, campaign: Campaign, appeal: Appeal, step: AppealStep, **told: Any
) -> None:
    """Add a step at its place and leave it on record; the caller seals.

    Raises Refused where the appeal is decided.
    """
    kinds = session.scalars(
        sa.select(AppealStep.step)
        .where(AppealStep.appeal_id == appeal.id)
        .order_by(AppealStep.position)
    ).all()
    if "decided" in kinds:
        raise Refused.of(
            field=str(appeal.number),
            zh=f"第 {appeal.number} 号申诉已经答复，不能再办理",
            en=f"appeal {appeal.number} is decided; nothing more can be done on it",
        )
    step.appeal_id, step.position = appeal.id, len(kinds) + 1
    session.add(step)
    session.flush()
    audit.record(
        session,
        by=step.approved_by or step.by,
        at=step.at,
        action=f"appeal.{step.step}",
        subject=campaign.code,
        appeal=appeal.number,
        position=step.position,
        digest=appeal_step_digest(step, number=appeal.number, salt=campaign.record_salt),
        **told,
    )


def is_received(session: Session, appeal: Appeal) -> bool:
    """Say whether the office has taken an appeal in: the first step on it."""
    return session.get(AppealStep, (appeal.id, 1)) is not None


def find_appeal(session: Session, *, campaign: Campaign, number: int) -> Appeal:
    """Return an appeal by its number; raises Refused if there is none."""
    query = sa.select(Appeal).where(Appeal.campaign_id == campaign.id, Appeal.number == number)
    found = session.scalar(query)
    if found is None:
        raise Refused.of(
            field=str(number), zh=f"没有第 {number} 号申诉", en=f"there is no appeal {number}"
        )
    return found
