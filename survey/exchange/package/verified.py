"""A package is made while what it is made of is verified: two processes, where there is much."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from survey.model import Campaign, Ledger
from survey.problems import Problem
from survey.site import processes
from survey.site.config import Settings
from survey.site.installation import Site, open_again
from survey.verification.whole import refuse_altered, require_whole, verify


@contextmanager
def whole_meanwhile(site: Site, campaign_code: str) -> Iterator[None]:
    """Let something be made of a campaign that must be what was sealed by the time it is made.

    Raises Altered where it is not, whatever the making came to. A small campaign is verified
    before. Nothing may leave within.
    """
    if _answers(site, campaign_code) < processes.LARGE:
        require_whole(site, campaign_code)
        yield
        return
    with processes.beside(_verified, site.settings, campaign_code) as found:
        try:
            yield
        except Exception:  # but who stops it by hand waits for nothing
            refuse_altered(campaign_code, found())
            raise
        refuse_altered(campaign_code, found())


def _verified(settings: Settings, campaign_code: str) -> list[Problem]:
    with open_again(settings) as site:
        return verify(site, only=campaign_code)


def _answers(site: Site, campaign_code: str) -> int:
    query = sa.select(Ledger.size).join(Campaign, Campaign.id == Ledger.campaign_id)
    with site.database.reading() as session:
        return session.scalar(query.where(Campaign.code == campaign_code)) or 0
