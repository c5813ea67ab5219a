"""Campaigns released before one, as far as its plan can learn from them."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.record import ScoreDocument
from survey.appraisal.release import latest_release
from survey.appraisal.runs import read_record
from survey.model import Appraisal, Campaign, Release

_MOST = 10  # the newest; slopes of long ago mean nothing any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """The slope of answering on the answer that a campaign measured, and its standard error."""

    g: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRelease:
    """The newest release of an earlier campaign: its scores, its slope, the document's digest."""

    campaign: str
    title: str
    ended_on: str
    number: int
    digest: str
    scores: dict[str, float]
    slope: Slope | None

    @property
    def source(self) -> str:
        """The campaign and the digest, as a scheme names where a slope comes from."""
        return f"{self.campaign} {self.digest}"

    def known_of(self, units: set[str]) -> dict[str, float]:
        """Return the scores of units that the next campaign rates, too."""
        return {unit: score for unit, score in self.scores.items() if unit in units}


def earlier_releases(session: Session, *, campaign: Campaign) -> list[EarlierRelease]:
    """Return the releases of campaigns that ended before one begins, the last ended first.

    A real campaign learns nothing of a simulated one, nor the other way round.
    """
    query = (
        sa.select(Campaign)
        .where(
            Campaign.ends_at < campaign.starts_at,
            Campaign.id != campaign.id,
            Campaign.simulated == campaign.simulated,
            sa.exists().where(Release.campaign_id == Campaign.id),
        )
        .order_by(Campaign.ends_at.desc())
        .limit(_MOST)
    )
    return [_read(session, each) for each in session.scalars(query)]


def scores_in(document: ScoreDocument) -> dict[str, float]:
    """Return the scores that a document gives, by unit."""
    return {unit.unit_code: float(unit.score) for unit in document.units if unit.score is not None}


def _read(session: Session, campaign: Campaign) -> EarlierRelease:
    release = latest_release(session, campaign=campaign)
    assert release is not None
    document = ScoreDocument.from_dict(json.loads(release.document))
    return EarlierRelease(
        campaign=campaign.code,
        title=campaign.title_zh,
        ended_on=document.campaign.fieldwork.end[:10],
        number=release.number,
        digest=release.digest,
        scores=scores_in(document),
        slope=_slope(session.get_one(Appraisal, release.appraisal_id)),
    )


def _slope(run: Appraisal) -> Slope | None:
    silence = read_record(run).nonresponse
    if silence is None or silence.g is None or not silence.g_se:
        return None
    return Slope(g=silence.g, error=silence.g_se)
