"""A released campaign is made anonymous on its day: what leads from an answer to a person goes.

Receipt, salt, one-time code, sitting and marks are dropped, the time becomes the minute. Until then
they are needed: a contested score is computed again from the same rows to the same bytes, and its
rules look at marks and at seconds. From then on it cannot be.
"""

from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal.appeals.standing import n_undecided
from survey.appraisal.release import latest_release
from survey.appraisal.runs import wait_for_turn
from survey.clock import local_day
from survey.fieldwork.invitations.withdrawing import forget_which
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.anonymous import dropped, kept_digest
from survey.ledger.book import read_frontier
from survey.model import (
    Campaign,
    CoachingReport,
    CommentMatter,
    ContactAttempt,
    KeyedSheet,
    Release,
    Response,
    Sitting,
    SourceSeen,
)
from survey.problems import Refused
from survey.site.installation import Site
from survey.tallies.keeping import begin_anew
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said
from survey.verification.whole import require_whole

DAYS_AFTER_RELEASE = 30

_RESPONSE = cast(sa.Table, Response.__table__)
_CHUNK = 2_000  # rows a transaction: residents of another campaign wait for no more


def let_go(site: Site, campaign: Campaign) -> int:
    """Drop what leads from the answers of a campaign to anybody; returns how many there are.

    Done once the deed is on record and sealed. Interrupted at any moment it is simply run again.
    """
    database = site.database
    with database.reading() as session:
        size = _size(session, campaign)
    for first in range(0, size, _CHUNK):
        with database.writing() as session:
            _drop(session, campaign, first)
    with database.writing() as session:
        session.execute(sa.delete(Sitting).where(Sitting.campaign_id == campaign.id))
        session.execute(sa.delete(SourceSeen).where(SourceSeen.campaign_id == campaign.id))
        answered = sa.delete(ContactAttempt).where(ContactAttempt.campaign_id == campaign.id)
        session.execute(answered.where(ContactAttempt.disposition == "complete"))
        session.execute(sa.delete(KeyedSheet).where(KeyedSheet.campaign_id == campaign.id))
        reports = sa.update(CoachingReport).where(CoachingReport.campaign_id == campaign.id)
        session.execute(reports.values(source=None))
        words = sa.update(CommentMatter).where(CommentMatter.campaign_id == campaign.id)
        session.execute(words.values(source=None))
    with database.writing() as session:
        forget_which(session, campaign=session.get_one(Campaign, campaign.id))
        begin_anew(session, campaign)
    database.wipe()
    return size


def _basis(matter: Matter) -> Facts:
    release = _may_be(matter.session, matter.campaign, matter.site.clock())
    return {"release": release.number, "answers": _size(matter.session, matter.campaign)}


def _told(matter: Matter) -> list[Said]:
    n = _size(matter.session, matter.campaign)
    return [
        Said(
            zh=f"去掉 {n} 份答卷的回执、评议码和设备、网络标识，时间只留到分钟；不能恢复",
            en=f"drop receipts, codes and marks of {n} answers, keep times to the minute; for good",
        ),
        Said(
            zh="此后不能重新计分，也不能再用回执查到答卷；已发布的结果不变",
            en="nobody can score them again or find one by its receipt; releases stay as they are",
        ),
    ]


def _prepare(matter: Matter) -> str:
    """Recompute each leaf, for the last time that it can be, and what is left of each answer."""
    _may_be(matter.session, matter.campaign, matter.site.clock())
    require_whole(matter.site, matter.campaign.code)
    return kept_digest(matter.session, campaign=matter.campaign)


def _carry_out(matter: Matter, persons: Persons, prepared: str) -> Done:
    """Say it, and seal what stays, before the first row is touched."""
    session, campaign, at = matter.session, matter.campaign, matter.site.clock()
    wait_for_turn(session, campaign=campaign)
    campaign.anonymised_at, campaign.anonymised_digest = at, prepared
    audit.record(
        session,
        by=persons.approved_by,
        at=at,
        action="campaign.anonymise",
        subject=campaign.code,
        answers=_size(session, campaign),
        kept_digest=prepared,
    )
    session.flush()
    seal_ledger(matter.site, session, campaign, "anonymise")
    return Done(said=Said(zh="答卷已作匿名处理。", en="The answers are anonymous."))


def _size(session: Session, campaign: Campaign) -> int:
    return read_frontier(session, campaign_id=campaign.id).size


def _may_be(session: Session, campaign: Campaign, at: datetime) -> Release:
    """Return the newest release; raises Refused where answers may still be needed whole."""
    if campaign.anonymised_at is not None:
        raise Refused.of(
            field=campaign.code,
            zh="答卷已作匿名处理",
            en="its answers are anonymous already",
        )
    release = latest_release(session, campaign=campaign)
    if campaign.state != "released" or release is None:
        raise Refused.of(
            field=campaign.code,
            zh="结果尚未发布，复核和申诉仍要用到答卷的全部内容；请先运行 survey release",
            en="its scores are not released: reviews and appeals still need the answers whole; "
            "run `survey release` first",
        )
    n_open = n_undecided(session, campaign=campaign)
    if n_open:
        raise Refused.of(
            field=campaign.code,
            zh=f"还有 {n_open} 件申诉没有答复，可能要重新计分；请先答复",
            en=f"{n_open} appeals are not decided and may need the scores computed anew; decide"
            " on them first",
        )
    due = local_day(release.frozen_at + timedelta(days=DAYS_AFTER_RELEASE), campaign.timezone)
    if local_day(at, campaign.timezone) < due:
        raise Refused.of(
            field=campaign.code,
            zh=f"申诉期内仍可能重新计分；按方案应于 {due} 起作匿名处理，请届时再运行",
            en=f"the score may still be contested; the scheme's day is {due}, run it from then on",
        )
    return release


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


ANONYMISE = Deed(
    kind="campaign.anonymise",
    name=Said(zh="答卷匿名处理", en="Make answers anonymous"),
    propose="record.erase",
    basis=_basis,
    told=_told,
    prepare=_prepare,
    carry_out=_carry_out,
    follow=let_go,
)
