"""Stored runs and their verdicts, against the digests they were sealed with."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger.records import run_digest, verdict_digest
from survey.model import Appraisal, Campaign
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered

_SAID = ("plan_digest", "data_digest", "content_digest", "verdict_digest")


def check_runs(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Compare every run with its own digests, and with what the audit says of it."""
    query = sa.select(Appraisal).where(Appraisal.campaign_id == campaign.id)
    runs = {run.id: run for run in session.scalars(query.order_by(Appraisal.id))}
    entries = deeds.of(campaign, "campaign.score")
    said = {entry["detail"]["appraisal"]: entry["detail"] for entry in entries}
    problems = [_gone(number) for number in sorted(said.keys() - runs.keys())]
    for number, run in runs.items():
        problems += _one(session, run, said.get(number))
    return problems


def _one(session: Session, run: Appraisal, said: Mapping[str, Any] | None) -> list[Problem]:
    if said is None:
        return [
            altered(
                "runs",
                f"第 {run.id} 次计分没有操作记录：不是由本系统计分产生的",
                f"run {run.id} has no entry in the audit: it was not made by scoring here",
            )
        ]
    problems = []
    if run_digest(run) != run.content_digest or any(
        said.get(name, getattr(run, name)) != getattr(run, name) for name in _SAID[:3]
    ):
        problems.append(
            altered(
                "runs",
                f"第 {run.id} 次计分的结果在保存后被改动",
                f"the figures of run {run.id} were changed after they were stored",
            )
        )
    found = verdict_digest(session, run.id)
    if found != run.verdict_digest or said.get("verdict_digest", found) != found:
        problems.append(
            altered(
                "verdicts",
                f"第 {run.id} 次计分中对答卷的判定在保存后被改动",
                f"what run {run.id} said of single answers was changed after it was stored",
            )
        )
    return problems


def _gone(number: int) -> Problem:
    return altered(
        "runs",
        f"第 {number} 次计分的结果已被删除",
        f"run {number} was removed",
    )
