"""Both halves of a deed, for whoever plays both officials: a demonstration, a rehearsal."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from survey.model import Campaign
from survey.site.installation import Site
from survey.two_persons.deed import Deed, Matter
from survey.two_persons.proposals import approve, propose


def done_by_both(
    site: Site,
    *,
    proposer: str,
    approver: str,
    deed: Deed,
    code: str,
    reason: str,
    arguments: Mapping[str, Any] | None = None,
) -> None:
    """Let one propose a deed, and the other approve it."""
    given = dict(arguments or {})
    wanted = sa.select(Campaign).where(Campaign.code == code)
    with site.database.reading() as session:
        campaign = session.scalars(wanted).one()
        matter = Matter(session=session, site=site, campaign=campaign, arguments=given)
        prepared = deed.prepare(matter.standing())
    with site.database.writing() as session:
        campaign = session.scalars(wanted).one()
        proposal = propose(
            session,
            site=site,
            deed=deed,
            campaign=campaign,
            arguments=given,
            by=proposer,
            reason=reason,
        )
        approve(session, site=site, deed=deed, proposal=proposal, by=approver, prepared=prepared)
