"""What the pages of appeals share: the day it is there, and whose unit an address names."""

from datetime import date

from flask import abort, current_app

from survey.access.roles import Action
from survey.access.sign_in import current_account
from survey.clock import local_day
from survey.fieldwork.campaign_pages import visible_units
from survey.model import Campaign, CampaignUnit
from survey.web.request import site


def today_of(campaign: Campaign) -> date:
    """Return the day it is where a campaign is held."""
    return date.fromisoformat(local_day(site().clock(), campaign.timezone))


def own_unit(campaign: Campaign, unit_code: str, action: Action) -> CampaignUnit:
    """Return a unit the official may do this to; 404 for all others, and the log says who asked."""
    units = {entry.unit.code: entry for entry in visible_units(campaign, action)}
    if unit_code not in units:
        username = current_account().username
        current_app.logger.warning("%s may not %s for another unit", username, action)
        abort(404)
    return units[unit_code]
