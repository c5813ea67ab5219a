"""A release is made public by two persons; it stays so until another release of the campaign is."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal.release import latest_release
from survey.appraisal.score_document import release_code
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.book import lock_tail
from survey.model import AuditEntry, Campaign, Release
from survey.problems import Refused
from survey.publication.answered import read_answered
from survey.scheme.campaign_scheme import scheme_of
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said

_ACTION = "release.publish"
_SCORES = {
    "all": Said(zh="各单位的得分、区间和名次", en="scores, intervals and ranks of all units"),
    "tiers": Said(zh="各单位的档次，不含得分", en="tiers of all units, no scores"),
    "none": Said(zh="不含得分、档次和名次", en="no scores, tiers or ranks"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The release that is public, and since when."""

    release: Release
    at: datetime


def published(session: Session, *, campaign: Campaign) -> Published | None:
    """Return the campaign's public release, None before one is made public.

    Told by the record of deeds, which is sealed, and by nothing that could be altered alone.
    """
    entry = session.scalar(
        sa.select(AuditEntry)
        .where(AuditEntry.action == _ACTION, AuditEntry.subject == campaign.code)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    if entry is None:
        return None
    number = sa.select(Release).where(
        Release.campaign_id == campaign.id, Release.number == entry.detail["number"]
    )
    return Published(release=session.scalars(number).one(), at=entry.at)


def _basis(matter: Matter) -> Facts:
    release = latest_release(matter.session, campaign=matter.campaign)
    if release is None:
        raise Refused.of(
            zh="尚未发布结果，没有可以公布的；请先计分并发布",
            en="nothing has been released yet: score and release first",
        )
    public = published(matter.session, campaign=matter.campaign)
    if public is not None and public.release.id == release.id:
        raise Refused.of(
            zh=f"第 {release.number} 号结果已经公布", en=f"release {release.number} is public"
        )
    return {"release": release.number, "digest": release.digest}


def _told(matter: Matter) -> list[Said]:
    facts, campaign = _basis(matter), matter.campaign
    hidden = read_answered(matter.session, campaign).n_hidden
    name, scores = release_code(campaign, facts["release"]), scheme_of(campaign).publication.scores
    return [
        Said(
            zh=f"向社会公布 {name}（{facts['digest']}），网址 /p/{campaign.code}，不用登录",
            en=f"make {name} ({facts['digest']}) public at /p/{campaign.code}, without signing in",
        ),
        Said(
            zh=f"方案规定公布：{_SCORES[scores].zh}",
            en=f"the scheme publishes: {_SCORES[scores].en}",
        ),
        Said(
            zh=f"答卷数中有{hidden}个数字人数太少，或可推算出人数太少的数字，不显示",
            en=f"{hidden} numbers of answers are of too few, or would give such a number away, and"
            " are not shown",
        ),
    ]


def _carry_out(matter: Matter, persons: Persons, _prepared: object) -> Done:
    session, campaign, facts = matter.session, matter.campaign, _basis(matter)
    read_answered(session, campaign)  # refuses what would tell of few people
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
    audit.record(
        session,
        by=persons.approved_by,
        at=matter.site.clock(),
        action="release.publish",
        subject=campaign.code,
        number=facts["release"],
        digest=facts["digest"],
        proposed_by=persons.proposed_by,
    )
    seal_ledger(matter.site, session, campaign, "publish")
    name = release_code(campaign, facts["release"])
    return Done(
        said=Said(
            zh=f"{name} 已向社会公布：/p/{campaign.code}",
            en=f"{name} is public at /p/{campaign.code}",
        )
    )


PUBLISH = Deed(
    kind=_ACTION,
    name=Said(zh="公布结果", en="Publish"),
    propose="release.make",
    basis=_basis,
    told=_told,
    carry_out=_carry_out,
)
