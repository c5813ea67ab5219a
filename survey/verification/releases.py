"""Releases: the bytes, the signature over them, and the run they were made of."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Appraisal, Campaign, Release
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered
from survey.verification.signature import holds, public_key


def check_releases(
    session: Session, campaign: Campaign, deeds: Deeds, *, keys: Collection[str]
) -> list[Problem]:
    """Compare every release with its digest, its signature, its entry in the audit and its run."""
    query = sa.select(Release, Appraisal).join(Appraisal, Appraisal.id == Release.appraisal_id)
    rows = session.execute(query.where(Release.campaign_id == campaign.id))
    found = {release.number: (release, run) for release, run in rows}
    entries = deeds.of(campaign, "campaign.release")
    said = {entry["detail"]["number"]: entry["detail"] for entry in entries}
    problems = [
        _says(number, "已被删除", "was removed") for number in sorted(said.keys() - found.keys())
    ]
    for number, (release, run) in sorted(found.items()):
        problems += _one(release, run, said.get(number), keys)
    return problems


def _one(
    release: Release,
    run: Appraisal,
    said: Mapping[str, Any] | None,
    keys: Collection[str],
) -> list[Problem]:
    number = release.number
    if said is None:
        return [_says(number, "没有操作记录", "has no entry in the audit")]
    digest = hashlib.sha256(release.document.encode()).hexdigest()
    if not digest == release.digest == said["digest"] or not _signed(release.document, keys):
        return [
            _says(
                number,
                "的文件在签名后被改动",
                "was changed after it was signed: its document, digest and signature disagree",
            )
        ]
    facts = json.loads(release.document)["release"]
    same = (
        facts["plan_digest"] == run.plan_digest
        and facts["data_digest"] == run.data_digest
        and said.get("appraisal", run.id) == run.id
        and said.get("content_digest", run.content_digest) == run.content_digest
    )
    if same:
        return []
    return [_says(number, "不是由所登记的那次计分产生的", "is not of the run it is said to be of")]


def _signed(document: str, keys: Collection[str]) -> bool:
    try:
        content = json.loads(document)
        return any(holds(content, public_key(key)) for key in keys)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def _says(number: int, zh: str, en: str) -> Problem:
    return altered("releases", f"第 {number} 次发布{zh}", f"release {number} {en}")
