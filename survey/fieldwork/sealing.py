"""A signed head of the ledger at the moments that matter, and on every day of fieldwork."""

import logging
from collections.abc import Mapping
from time import sleep

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey.ledger.leaving import deliver
from survey.ledger.signing import seal, seal_of_today
from survey.ledger.watch import EVERY_SECONDS, HeadsWatch
from survey.model import Campaign, TreeHead
from survey.problems import Refused
from survey.site.installation import Site

_LOG = logging.getLogger(__name__)


def seal_ledger(
    site: Site,
    session: Session,
    campaign: Campaign,
    occasion: str,
    *,
    amended: Mapping[str, str] | None = None,
) -> TreeHead:
    """Sign what a deed leaves on record, as the last act of its transaction.

    `amended` is what it changed of what the opening fixed. Where it cannot be signed it raises,
    and the deed is undone with it.
    """
    return seal(session, site, campaign=campaign, occasion=occasion, amended=amended or {})


def seal_open_campaigns(site: Site) -> None:
    """Sign the day's head of each open campaign, where it is due."""
    with site.database.reading() as session:
        campaigns = session.scalars(sa.select(Campaign).where(Campaign.state == "open")).all()
    for campaign in campaigns:
        seal_of_today(site, campaign=campaign)


def keep_sealing(site: Site, watch: HeadsWatch) -> None:
    """Look at the heads, sign those of the day and deliver those that wait, for ever.

    Each worker of a server does so: who comes first signs, for the others it is done. It looks a
    little more often than pages would, so that no page has to.
    """
    while True:
        try:
            watch.look()
            if not watch.standing().alarms:
                seal_open_campaigns(site)
            deliver(site.settings.home, drop=site.settings.heads_drop)
        except (Refused, SQLAlchemyError, OSError) as error:
            _LOG.error("总校验码未能签名或送出 heads not signed or sent: %s", type(error).__name__)
        sleep(EVERY_SECONDS * 0.8)
