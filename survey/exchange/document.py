"""A frozen score document, ready to be given to other systems."""

import json
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.scores import Signature
from survey.clock import Clock
from survey.ledger.book import lock_tail
from survey.model import Campaign, Release
from survey.problems import Problem, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenDocument:
    """The document as it was signed, its digest, and the same read."""

    text: str
    digest: str
    content: ScoreDocument

    @property
    def release_code(self) -> str:
        """Return the public code of the release."""
        return self.content.release.id

    @property
    def signature(self) -> Signature:
        """Return what it was signed with."""
        assert self.content.release.signature is not None
        return self.content.release.signature

    @property
    def simulated(self) -> bool:
        """Whether the figures come from invented answers."""
        return self.content.simulated


def frozen(release: Release) -> FrozenDocument:
    """Return a release's document."""
    return FrozenDocument(
        text=release.document,
        digest=release.digest,
        content=ScoreDocument.from_dict(json.loads(release.document)),
    )


def find_document(
    session: Session, *, campaign: Campaign, number: int | None = None
) -> FrozenDocument:
    """Return the document of a release, the newest one unless a number is given.

    Raises Refused where there is none.
    """
    query = sa.select(Release).where(Release.campaign_id == campaign.id)
    if number is not None:
        query = query.where(Release.number == number)
    release = session.scalar(query.order_by(Release.number.desc()).limit(1))
    if release is None:
        raise Refused([_no_release(campaign, number)])
    return frozen(release)


def note_export(
    session: Session,
    *,
    campaign: Campaign,
    document: FrozenDocument,
    name: str,
    by: str,
    clock: Clock,
) -> None:
    """Leave on record who took a release out of the system, and as which file."""
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
    audit.record(
        session,
        by=by,
        at=clock(),
        action="release.export",
        subject=campaign.code,
        number=document.content.release.number,
        format=name,
    )


def _no_release(campaign: Campaign, number: int | None) -> Problem:
    if number is not None:
        return Problem(
            field=campaign.code,
            zh=f"没有第 {number} 次发布；请核对发布编号",
            en=f"there is no release number {number}; check the number",
        )
    return Problem(
        field=campaign.code,
        zh="尚未发布结果，无法导出；请先计分并发布（survey release）",
        en="no result has been released yet; score it and run `survey release` first",
    )
