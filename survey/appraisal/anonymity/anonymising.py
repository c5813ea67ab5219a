"""A released campaign is made anonymous on its day: what leads from an answer to a person goes.

Receipt, salt, one-time code, sitting and marks are dropped, the time becomes the minute. Until then
they are needed: a contested score is computed again from the same rows to the same bytes, and its
rules look at marks and at seconds. From then on it cannot be.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal.release import latest_release
from survey.appraisal.runs import wait_for_turn
from survey.clock import local_day
from survey.ledger.anonymous import dropped, kept_digest
from survey.ledger.book import read_frontier
from survey.model import Campaign, CoachingReport, Response, Sitting, SourceSeen
from survey.problems import Problem, Refused
from survey.site.database import Database

DAYS_AFTER_RELEASE = 30

_RESPONSE = cast(sa.Table, Response.__table__)
_CHUNK = 2_000  # rows a transaction: residents of another campaign wait for no more

Inspection = Callable[[Session, Campaign], list[Problem]]
Sealing = Callable[[Session, Campaign], object]


def anonymise(
    database: Database,
    *,
    campaign: Campaign,
    by: str,
    at: datetime,
    inspection: Inspection,
    sealing: Sealing,
) -> int:
    """Let a campaign's answers go of whoever gave them; returns how many there are.

    Interrupted at any moment it is simply run again. Raises Refused before the 30th day after the
    newest release, for a campaign that is not released, and where `inspection` finds the ledger
    wrong: it is the last time that each leaf can be recomputed. `sealing` signs a head over it.
    """
    if campaign.anonymised_at is None:
        with database.reading() as session:
            _may_be(session, campaign, at)
            problems = inspection(session, campaign)
            if problems:
                raise Refused(problems)
            digest = kept_digest(session, campaign=campaign)
        with database.writing() as session:
            mine = session.get_one(Campaign, campaign.id)
            wait_for_turn(session, campaign=mine)
            _may_be(session, mine, at)
            _begin(session, mine, by=by, at=at, digest=digest)
            session.flush()
            sealing(session, mine)
    with database.reading() as session:
        size = read_frontier(session, campaign_id=campaign.id).size
    for first in range(0, size, _CHUNK):
        with database.writing() as session:
            _drop(session, campaign, first)
    with database.writing() as session:
        session.execute(sa.delete(Sitting).where(Sitting.campaign_id == campaign.id))
        session.execute(sa.delete(SourceSeen).where(SourceSeen.campaign_id == campaign.id))
        reports = sa.update(CoachingReport).where(CoachingReport.campaign_id == campaign.id)
        session.execute(reports.values(source=None))
    database.wipe()
    return size


def _may_be(session: Session, campaign: Campaign, at: datetime) -> None:
    release = latest_release(session, campaign=campaign)
    if campaign.state != "released" or release is None:
        raise Refused.of(
            field=campaign.code,
            zh="结果尚未发布，复核和申诉仍要用到答卷的全部内容；请先运行 survey release",
            en="its scores are not released: reviews and appeals still need the answers whole; "
            "run `survey release` first",
        )
    due = local_day(release.frozen_at + timedelta(days=DAYS_AFTER_RELEASE), campaign.timezone)
    if local_day(at, campaign.timezone) < due:
        raise Refused.of(
            field=campaign.code,
            zh=f"申诉期内仍可能重新计分；按方案应于 {due} 起作匿名处理，请届时再运行",
            en=f"the score may still be contested; the scheme's day is {due}, run it from then on",
        )


def _begin(session: Session, campaign: Campaign, *, by: str, at: datetime, digest: str) -> None:
    """Say it and seal what stays before the first row is touched."""
    campaign.anonymised_at, campaign.anonymised_digest = at, digest
    audit.record(
        session,
        by=by,
        at=at,
        action="campaign.anonymise",
        subject=campaign.code,
        answers=read_frontier(session, campaign_id=campaign.id).size,
        kept_digest=digest,
    )


def _drop(session: Session, campaign: Campaign, first: int) -> None:
    place = _RESPONSE.c.leaf_index
    session.execute(
        sa.update(_RESPONSE)
        .where(
            _RESPONSE.c.campaign_id == campaign.id,
            _RESPONSE.c.receipt.is_not(None),
            place >= first,
            place < first + _CHUNK,
        )
        .values(dropped())
    )
