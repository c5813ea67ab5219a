"""A job is asked for: once, however often the button is pressed."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock
from survey.jobs.kinds import Kind
from survey.model import Campaign, Job
from survey.problems import Refused
from survey.site.database import insert_new

OPEN = ("waiting", "running")


def ask(
    session: Session,
    *,
    kind: Kind,
    campaign: Campaign,
    arguments: Mapping[str, Any],
    by: str,
    clock: Clock,
) -> Job:
    """Ask for a job, or return the one that was asked for and has not ended.

    Raises Refused where another job of the campaign has not ended.
    """
    at = clock()
    row = {
        "kind": kind.name,
        "campaign_id": campaign.id,
        "arguments": dict(arguments),
        "asked_by": by,
        "asked_at": at,
        "state": "waiting",
        "progress": 0,
        "step": "",
        "tries": 0,
    }
    table = Job.metadata.tables["job"]
    asked = insert_new(session.connection(), table, giving=table.c.id)
    number = session.execute(asked, row).scalar()
    if number is None:
        return _same(open_job(session, campaign=campaign), kind, arguments, campaign)
    audit.record(
        session, by=by, at=at, action="job.ask", subject=campaign.code,
        job=number, kind=kind.name,
    )  # fmt: skip
    return session.get_one(Job, number)


def open_job(session: Session, *, campaign: Campaign) -> Job | None:
    """Return the campaign's job that waits or is at work."""
    query = sa.select(Job).where(Job.campaign_id == campaign.id, Job.state.in_(OPEN))
    return session.scalar(query)


def _same(found: Job | None, kind: Kind, arguments: Mapping[str, Any], campaign: Campaign) -> Job:
    if found is not None and (found.kind, found.arguments) == (kind.name, dict(arguments)):
        return found
    raise Refused.of(
        field=campaign.code,
        zh="这个评议活动有另一项工作正在进行；请等它结束后再试",
        en="another job of this campaign is not done yet; try again once it is",
    )
