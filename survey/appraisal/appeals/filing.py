"""A unit contests a release: once, within the scheme's working days, with or without a file."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import roles
from survey.appraisal.appeals.kinds import MATTERS
from survey.appraisal.appeals.standing import last_day_to_file, read_appeals
from survey.appraisal.release import latest_release
from survey.appraisal.runs import wait_for_turn
from survey.clock import local_day
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.appealed import appeal_digest
from survey.ledger.book import lock_tail
from survey.model import (
    LONGEST_STATEMENT,
    Account,
    Appeal,
    AppealFile,
    Campaign,
    CampaignUnit,
    Release,
)
from survey.office_files.attached import require_attachable
from survey.office_files.signs import sign_fault
from survey.problems import Refused
from survey.site.installation import Site
from survey.two_persons.proposals import require_official

_LONGEST_WHICH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that is given with an appeal."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """What a unit writes: what it contests, which of it, why, and a file."""

    matter: str
    which: str
    statement: str
    attached: Attached | None = None


def file_appeal(
    session: Session, *, site: Site, campaign: Campaign, unit: CampaignUnit, said: Contest, by: str
) -> Appeal:
    """Keep a unit's appeal against the newest release, sealed.

    Raises Refused outside the window, for a second one, for an official of another unit, without
    a statement, and for a file that is not taken; nothing is kept then.
    """
    if said.attached:
        require_attachable(said.attached.content, file=said.attached.name)
    wait_for_turn(session, campaign=campaign)
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
    _need_own(require_official(session, username=by, action="appeal.file"), unit)
    at = site.clock()
    release = may_file(session, campaign=campaign, unit=unit, at=at)
    appeal = _appeal(session, campaign, unit, release, said)
    appeal.filed_at, appeal.filed_by = at, by
    session.add(appeal)
    session.flush()
    if said.attached:
        session.add(AppealFile(appeal_id=appeal.id, content=said.attached.content))
    audit.record(
        session,
        by=by,
        at=at,
        action="appeal.file",
        subject=campaign.code,
        appeal=appeal.number,
        unit=unit.unit.code,
        number=release.number,
        digest=appeal_digest(appeal, salt=campaign.record_salt),
    )
    seal_ledger(site, session, campaign, "appeal")
    return appeal


def may_file(session: Session, *, campaign: Campaign, unit: CampaignUnit, at: datetime) -> Release:
    """Return the release that a unit may contest now; raises Refused saying why it may not."""
    release = latest_release(session, campaign=campaign)
    if release is None:
        raise Refused.of(
            field=campaign.code,
            zh="结果还没有发布，没有可以申诉的；发布后再提出",
            en="nothing is released yet, so there is nothing to contest; come back then",
        )
    today = date.fromisoformat(local_day(at, campaign.timezone))
    for one in read_appeals(session, campaign=campaign, units=[unit], today=today):
        if one.is_open or one.appeal.release_id == release.id:
            raise _filed_already(one.appeal.number, is_open=one.is_open)
    last = last_day_to_file(campaign, release)
    if today > last:
        raise Refused.of(
            field=campaign.code,
            zh=f"第 {release.number} 号发布的申诉期到 {last} 止，已过期限；"
            "如有特殊情况请与绩效办联系",
            en=f"release {release.number} could be contested until {last}; speak to the office"
            " where there was a reason",
        )
    return release


def _appeal(
    session: Session, campaign: Campaign, unit: CampaignUnit, release: Release, said: Contest
) -> Appeal:
    newest = sa.select(sa.func.max(Appeal.number)).where(Appeal.campaign_id == campaign.id)
    attached = said.attached
    return Appeal(
        campaign_id=campaign.id,
        number=(session.scalar(newest) or 0) + 1,
        unit_id=unit.unit_id,
        release_id=release.id,
        matter=_matter(said.matter),
        which=_bounded("which", " ".join(said.which.split()), _LONGEST_WHICH),
        statement=_statement(said.statement),
        file_name=attached.name if attached else None,
        file_digest=hashlib.sha256(attached.content).hexdigest() if attached else None,
    )


def _matter(matter: str) -> str:
    if matter not in MATTERS:
        raise Refused.of(field="matter", zh="请选择对什么有异议", en="choose what is contested")
    return matter


def _statement(statement: str) -> str:
    tidy = "\n".join(line.rstrip() for line in statement.strip().splitlines())
    if not tidy:
        raise Refused.of(field="statement", zh="请写明事实和理由", en="state the facts and why")
    return _bounded("statement", tidy, LONGEST_STATEMENT)


def _bounded(field: str, words: str, most: int) -> str:
    if len(words) > most:
        raise Refused.of(field=field, zh=f"不超过{most}个字", en=f"at most {most} characters")
    fault = sign_fault(words, lines=True)
    if fault:
        raise Refused.of(field=field, zh=fault[0], en=fault[1])
    return words


def _need_own(official: Account, unit: CampaignUnit) -> None:
    if not roles.may(official, "appeal.file", unit):
        raise Refused.of(
            field="by",
            zh="只能替本单位申诉",
            en="an official contests for the own unit alone",
        )


def _filed_already(number: int, *, is_open: bool) -> Refused:
    if is_open:
        return Refused.of(
            zh=f"第 {number} 号申诉还在办理，办完以前不能再提",
            en=f"appeal {number} is being dealt with; another one cannot be filed before",
        )
    return Refused.of(
        zh=f"对这次发布已提过申诉（第 {number} 号），并已答复",
        en=f"this release was contested already, by appeal {number}, which is decided",
    )
