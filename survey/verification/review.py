"""What people decide, against what the audit says: cases, words on them, appeals, proposals."""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger.appealed import appeal_digest, appeal_step_digest
from survey.ledger.proposed import proposal_digest
from survey.ledger.reviewed import review_case_digest, review_word_digest
from survey.model import (
    APPEAL_STEPS,
    Appeal,
    AppealFile,
    AppealStep,
    Campaign,
    Proposal,
    ReviewCase,
    ReviewEffect,
    ReviewWord,
)
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered

_SCORES = ("score_keep", "score_exclude", "score_one")
_OF_PROPOSALS = ("propose", "approve", "decline", "withdraw")


def check_review(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find case files, words and weights that nobody recorded, and recorded ones that differ."""
    return [
        *_cases(session, campaign, deeds),
        *_words(session, campaign, deeds),
        *_effects(session, campaign, deeds),
    ]


def _cases(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    said = {
        (int(number), digest)
        for entry in deeds.of(campaign, "review.find")
        for number, digest in entry["detail"]["cases"].items()
    }
    query = sa.select(ReviewCase).where(ReviewCase.campaign_id == campaign.id)
    found = {(case.number, review_case_digest(case)) for case in session.scalars(query)}
    return [
        altered(
            "review",
            f"复核案卷第 {number} 号与操作记录不符：内容被改动，或被删除、添加",
            f"case {number} of the review is not what the audit says was found",
        )
        for number in sorted({each[0] for each in found ^ said})
    ]


def _words(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    said = {
        (entry["detail"]["case"], entry["detail"]["word"], entry["detail"]["digest"])
        for entry in deeds.of(campaign, "review.word")
    }
    query = (
        sa.select(ReviewWord, ReviewCase.number)
        .join(ReviewCase, ReviewCase.id == ReviewWord.case_id)
        .where(ReviewCase.campaign_id == campaign.id)
    )
    found = {
        (number, word.id, review_word_digest(word, number=number, salt=campaign.record_salt))
        for word, number in session.execute(query)
    }
    return [
        altered(
            "review",
            f"复核案卷第 {number} 号的第 {word} 条表态与操作记录不符：被改动，或被删除、添加",
            f"word {word} on case {number} of the review is not what the audit says was given",
        )
        for number, word in sorted({each[:2] for each in found ^ said})
    ]


def _effects(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    said = {
        tuple(entry["detail"][name] for name in ("case", "appraisal", *_SCORES))
        for entry in deeds.of(campaign, "review.weigh")
    }
    query = (
        sa.select(ReviewEffect, ReviewCase.number)
        .join(ReviewCase, ReviewCase.id == ReviewEffect.case_id)
        .where(ReviewCase.campaign_id == campaign.id)
    )
    found = {
        (number, effect.appraisal_id, *(getattr(effect, name) for name in _SCORES))
        for effect, number in session.execute(query)
    }
    return [
        altered(
            "review",
            f"复核案卷第 {number} 号对第 {run} 次计分的试算与操作记录不符",
            f"what case {number} weighs in run {run} is not what the audit says was computed",
        )
        for number, run in sorted({each[:2] for each in found ^ said})
    ]


def check_appeals(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find appeals, attachments and steps that nobody recorded, and recorded ones that differ."""
    query = sa.select(Appeal).where(Appeal.campaign_id == campaign.id).order_by(Appeal.number)
    appeals = session.scalars(query).all()
    return [
        *_appeals_filed(campaign, appeals, deeds),
        *_attached(session, appeals),
        *_appeal_steps(session, campaign, deeds),
    ]


def _appeals_filed(campaign: Campaign, appeals: Sequence[Appeal], deeds: Deeds) -> list[Problem]:
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


def _appeal_steps(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
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


def check_proposals(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find proposals that nobody recorded, and recorded ones that differ from their newest entry.

    Entries of programs before this was sealed say the proposal's number alone.
    """
    entries = [entry for word in _OF_PROPOSALS for entry in deeds.of(campaign, f"proposal.{word}")]
    said = {
        int(entry["detail"]["proposal"]): entry["detail"].get("sealed")
        for entry in sorted(entries, key=lambda entry: entry["id"])
    }
    query = sa.select(Proposal).where(Proposal.campaign_id == campaign.id)
    found = {
        proposal.id: proposal_digest(proposal, salt=campaign.record_salt)
        for proposal in session.scalars(query)
    }
    wrong = {number for number, digest in said.items() if digest and found.get(number) != digest}
    return [
        altered(
            "proposals",
            f"第 {number} 号提请与操作记录不符：内容或批准情况被改动，或被删除、添加",
            f"proposal {number} is not what the audit says was proposed and decided",
        )
        for number in sorted(wrong | (found.keys() ^ said.keys()))
    ]
