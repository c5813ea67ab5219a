"""Something is made of a campaign while that is verified: two processes, where there is much."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import sqlalchemy as sa

from survey.model import Campaign, Ledger
from survey.problems import Problem
from survey.site import processes
from survey.site.config import Settings
from survey.site.installation import Site, open_again
from survey.verification.whole import refuse_altered, require_whole, verify


@contextmanager
def whole_meanwhile(site: Site, campaign_code: str) -> Iterator[Callable[[], None]]:
    """Let something be made of a campaign that must be what was sealed by the time it is made.

    Gives what waits for the verdict and raises Altered where the campaign is not that: to be called
    before anything made within is kept or leaves. At the end it is called in any case, whatever the
    making came to. A small campaign is verified before.
    """
    if _answers(site, campaign_code) < processes.LARGE:
        require_whole(site, campaign_code)
        yield lambda: None
        return
    with processes.beside(_verified, site.settings, campaign_code) as result:
        found = cache(result)
        try:
            yield lambda: refuse_altered(campaign_code, found())
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
