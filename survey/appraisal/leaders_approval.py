"""The leading group's approval of a release: the day and the number of the paper that says so."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock, local_day
from survey.model import AuditEntry, Campaign, Release
from survey.office_files.signs import sign_fault
from survey.problems import Refused

_ACTION = "release.approve"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadersApproval:
    """What the paper says, and who entered it when."""

    approved_on: date
    document_number: str
    by: str
    at: datetime


def approvals(session: Session, *, campaign: Campaign) -> dict[int, LeadersApproval]:
    """Return the approval of each release by its number; entered twice, the later one counts.

    Told by the record of deeds, which is sealed, and by nothing that could be altered alone.
    """
    query = sa.select(AuditEntry).where(
        AuditEntry.action == _ACTION, AuditEntry.subject == campaign.code
    )
    return {
        entry.detail["number"]: LeadersApproval(
            approved_on=date.fromisoformat(entry.detail["approved_on"]),
            document_number=entry.detail["document_number"],
            by=entry.by,
            at=entry.at,
        )
        for entry in session.scalars(query.order_by(AuditEntry.id))
    }


def record_approval(
    session: Session,
    *,
    campaign: Campaign,
    release: Release | None,
    approved_on: date,
    document_number: str,
    by: str,
    clock: Clock,
) -> None:
    """Put on record that the leading group approved a release, the newest one.

    Raises Refused where nothing is released, where the day is before the release or to come, and
    for a number with signs that nobody sees.
    """
    at = clock()
    if release is None:
        raise Refused.of(
            zh="尚未发布结果，没有可以审定的；请先计分并发布",
            en="nothing has been released yet: score and release first",
        )
    released_on, today = (local_day(day, campaign.timezone) for day in (release.frozen_at, at))
    if not released_on <= approved_on.isoformat() <= today:
        raise Refused.of(
            field="approved_on",
            zh=f"审定日期应在发布之日（{released_on}）至今天（{today}）之间",
            en=f"the day must be between the release ({released_on}) and today ({today})",
        )
    fault = sign_fault(document_number)  # everybody reads it, on the public page too
    if fault:
        raise Refused.of(field="document_number", zh=fault[0], en=fault[1])
    audit.record(
        session,
        by=by,
        at=at,
        action="release.approve",
        subject=campaign.code,
        number=release.number,
        digest=release.digest,
        approved_on=approved_on.isoformat(),
        document_number=document_number,
    )
