"""The list of cases is counted beside the requests whenever it changed, so that no page waits."""

import sqlalchemy as sa

from survey.clock import local_day
from survey.feedback.caseload import Asked, counted
from survey.fieldwork.once import Once
from survey.model import Campaign, MatterPlace
from survey.site.installation import Site


class CountedAhead:
    """The counts that a list which is not filtered shows, as a process keeps them."""

    def __init__(self, site: Site, once: Once) -> None:
        self._site = site
        self._once = once

    def write(self) -> None:
        """Count anew in each campaign whose words or cases changed since; nothing is stored."""
        query = sa.select(Campaign).join(MatterPlace, MatterPlace.campaign_id == Campaign.id)
        with self._site.database.reading() as session:
            for campaign in session.scalars(query):
                today = local_day(self._site.clock(), campaign.timezone)
                counted(session, campaign=campaign, today=today, asked=Asked(), once=self._once)
