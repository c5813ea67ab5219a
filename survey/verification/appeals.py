"""Appeals, their attachments and the steps on them, against what the audit says of each."""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger.appealed import appeal_digest, appeal_step_digest
from survey.model import APPEAL_STEPS, Appeal, AppealFile, AppealStep, Campaign
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered


def check_appeals(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find appeals, attachments and steps that nobody recorded, and recorded ones that differ."""
    query = sa.select(Appeal).where(Appeal.campaign_id == campaign.id).order_by(Appeal.number)
    appeals = session.scalars(query).all()
    return [
        *_filed(campaign, appeals, deeds),
        *_attached(session, appeals),
        *_steps(session, campaign, deeds),
    ]


def _filed(campaign: Campaign, appeals: Sequence[Appeal], deeds: Deeds) -> list[Problem]:
    said = {
        (entry["detail"]["appeal"], entry["detail"]["digest"])
        for entry in deeds.of(campaign, "appeal.file")
    }
    salt = campaign.record_salt
    found = {(appeal.number, appeal_digest(appeal, salt=salt)) for appeal in appeals}
    return [
        altered(
            "appeals",
            f"第 {number} 号申诉与操作记录不符：内容被改动，或被删除、添加",
            f"appeal {number} is not what the audit says was filed",
        )
        for number in sorted({each[0] for each in found ^ said})
    ]


def _attached(session: Session, appeals: Sequence[Appeal]) -> list[Problem]:
    return [
        altered(
            "appeals",
            f"第 {appeal.number} 号申诉的附件与提交时不符：被改动，或被删除、添加",
            f"the attachment of appeal {appeal.number} is not what was filed",
        )
        for appeal in appeals
        if _digest_of_file(session, appeal) != appeal.file_digest
    ]


def _digest_of_file(session: Session, appeal: Appeal) -> str | None:
    query = sa.select(AppealFile.content).where(AppealFile.appeal_id == appeal.id)
    content = session.scalar(query)
    return None if content is None else hashlib.sha256(content).hexdigest()


def _steps(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    said = {
        tuple(entry["detail"][name] for name in ("appeal", "position", "digest"))
        for step in APPEAL_STEPS
        for entry in deeds.of(campaign, f"appeal.{step}")
    }
    query = (
        sa.select(AppealStep, Appeal.number)
        .join(Appeal, Appeal.id == AppealStep.appeal_id)
        .where(Appeal.campaign_id == campaign.id)
    )
    salt = campaign.record_salt
    found = {
        (number, step.position, appeal_step_digest(step, number=number, salt=salt))
        for step, number in session.execute(query)
    }
    return [
        altered(
            "appeals",
            f"第 {number} 号申诉的第 {position} 步办理与操作记录不符：被改动，或被删除、添加",
            f"step {position} on appeal {number} is not what the audit says was done",
        )
        for number, position in sorted({each[:2] for each in found ^ said})
    ]
