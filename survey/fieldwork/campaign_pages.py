"""The campaign an office's page is about, and which of its units the official may see there."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import abort
from sqlalchemy.orm import Session

from survey.access import roles
from survey.access.sign_in import current_account
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.readiness.checklist import readiness
from survey.fieldwork.readiness.item import Deed, Item
from survey.model import Campaign, CampaignUnit
from survey.verification.whole import require_whole
from survey.web import alterations
from survey.web.pages import found_or_404
from survey.web.request import site


def campaign_or_404(session: Session, code: str) -> Campaign:
    """Return a campaign by its code; 404 if there is none."""
    return found_or_404(find_campaign, session, code)


def need_whole(code: str) -> None:
    """Stop a deed that stands on a campaign's records where these are not what was sealed.

    Raises Altered; 404 if there is no such campaign.
    """
    with site().database.reading() as session:
        campaign_or_404(session, code)
    require_whole(site(), code)


def shown_readiness(session: Session, campaign: Campaign, deed: Deed) -> list[Item]:
    """Return the list before a deed for its page; of the records what was found last."""
    return readiness(
        session, site=site(), campaign=campaign, deed=deed, altered=alterations.known()
    )


def visible_units(campaign: Campaign, action: roles.Action) -> list[CampaignUnit]:
    """Return the units with which the official may do something."""
    account = current_account()
    return [unit for unit in campaign.units if roles.may(account, action, unit)]


def visible_campaign(session: Session, code: str, action: roles.Action) -> Campaign:
    """Return a campaign with a unit to see; 404 for all others, whether they exist or not."""
    campaign = campaign_or_404(session, code)
    if not visible_units(campaign, action):
        abort(404)
    return campaign


@contextmanager
def reading_campaign(code: str, action: roles.Action) -> Iterator[tuple[Session, Campaign]]:
    """Open a session to read a campaign with a unit to see; 404 for all others."""
    with site().database.reading() as session:
        yield session, visible_campaign(session, code, action)
