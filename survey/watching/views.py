"""Pages of an office that watches its fieldwork, each for one question."""

from datetime import datetime

from flask import Blueprint, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import Session

from survey.access.sign_in import requires
from survey.clock import local_day
from survey.fieldwork.campaign_pages import reading_campaign, visible_units
from survey.fieldwork.once import Once, progress_version
from survey.model import Campaign
from survey.watching.outlook import LIKELY, Outlook, outlook
from survey.web.request import site

blueprint = Blueprint("watching", __name__, url_prefix="/office/campaigns/<code>/watch")

_MOST_ROWS = 100


@blueprint.record
def prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["watching"] = Once()


@blueprint.get("/")
@requires("fieldwork.watch")
def forecast(code: str) -> str:
    """Show how the fieldwork will end, one group of all units at a time."""
    with reading_campaign(code, "fieldwork.watch") as (session, campaign):
        found = _outlook(session, campaign, site().clock())
        groups = [
            group for group in campaign.groups if any(row.cell(group.code) for row in found.units)
        ]
        asked = request.args.get("group", "")
        shown = next((group for group in groups if group.code == asked), None)
        return render_template(
            "office/forecast.html",
            campaign=campaign,
            found=found,
            groups=groups,
            shown=shown or (groups[0] if groups else None),
            likely=LIKELY,
        )


@blueprint.get("/remedy")
@requires("fieldwork.watch")
def remedy(code: str) -> str:
    """Show which groups of which units will miss their minimum, and what it takes."""
    with reading_campaign(code, "fieldwork.watch") as (session, campaign):
        found = _outlook(session, campaign, site().clock())
        missing = [(row, cell) for row in found.units for cell in row.cells if cell.misses]
        return render_template(
            "office/remedy.html",
            campaign=campaign,
            found=found,
            rows=missing[:_MOST_ROWS],
            n_missing=len(missing),
            groups={group.code: group for group in campaign.groups},
        )


def _outlook(session: Session, campaign: Campaign, at: datetime) -> Outlook:
    """Return what is computed once for each version of the data and day, of units one may see."""
    once: Once = current_app.extensions["watching"]
    whole: Outlook = once.value(
        (campaign.id, "outlook"),
        (local_day(at, campaign.timezone), progress_version(session, campaign)),
        lambda: outlook(session, campaign=campaign, at=at),
    )
    return whole.of(visible_units(campaign, "fieldwork.watch"))
