"""Pages of an office that watches its fieldwork, each for one question."""

from datetime import datetime

from flask import Blueprint, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import Session

from survey.access.sign_in import requires
from survey.fieldwork.campaign_pages import reading_campaign, visible_units
from survey.fieldwork.days import days_of
from survey.fieldwork.once import Once
from survey.model import Campaign
from survey.watching.daily_counts import counts_version
from survey.watching.funnel import funnel
from survey.watching.outlook import LIKELY, Outlook, outlook
from survey.watching.posters import posters_seen
from survey.watching.townships import coverage
from survey.watching.who import who_answers
from survey.web import charts
from survey.web.request import language, site

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


@blueprint.get("/who")
@requires("fieldwork.watch")
def who(code: str) -> str:
    """Show how the invited people who answered compare with those they were drawn from."""
    with reading_campaign(code, "fieldwork.watch") as (session, campaign):
        found = who_answers(
            session,
            campaign=campaign,
            units=visible_units(campaign, "fieldwork.watch"),
            at=site().clock(),
        )
        return render_template("office/who.html", campaign=campaign, found=found)


@blueprint.get("/posters")
@requires("fieldwork.watch")
def posters(code: str) -> str:
    """Show posters that somebody should look at."""
    with reading_campaign(code, "fieldwork.watch") as (session, campaign):
        seen = posters_seen(
            session,
            campaign=campaign,
            units=visible_units(campaign, "fieldwork.watch"),
            at=site().clock(),
        )
        odd = [poster for poster in seen if poster.is_odd]
        return render_template(
            "office/posters_seen.html",
            campaign=campaign,
            n=len(seen),
            n_odd=len(odd),
            rows=odd[:_MOST_ROWS],
        )


@blueprint.get("/townships")
@requires("fieldwork.watch")
def townships(code: str) -> str:
    """Show from which townships answers come."""
    with reading_campaign(code, "fieldwork.watch") as (session, campaign):
        found = coverage(
            session,
            campaign=campaign,
            units=visible_units(campaign, "fieldwork.watch"),
        )
        most = max((place.per_thousand or 0.0 for place in found.townships), default=0.0) or 1.0
        tiles = [
            charts.Tile(
                name=place.area.name(language()),
                words="–" if place.per_thousand is None else f"{place.per_thousand:.1f}",
                share=(place.per_thousand or 0.0) / most,
                marked=place.is_thin,
            )
            for place in found.townships
        ]
        return render_template(
            "office/townships.html", campaign=campaign, found=found, tiles=tiles, charts=charts
        )


@blueprint.get("/funnel")
@requires("fieldwork.watch")
def opened(code: str) -> str:
    """Show how many pages were opened, and how many of them handed in."""
    with reading_campaign(code, "fieldwork.watch") as (session, campaign):
        found = funnel(session, campaign=campaign)
        return render_template("office/funnel.html", campaign=campaign, found=found)


def _outlook(session: Session, campaign: Campaign, at: datetime) -> Outlook:
    """Return what is computed once for each version of the days over, of units one may see."""
    once: Once = current_app.extensions["watching"]
    whole: Outlook = once.value(
        (campaign.id, "outlook"),
        counts_version(session, campaign=campaign, days=days_of(campaign, at)),
        lambda: outlook(session, campaign=campaign, at=at),
    )
    return whole.of(visible_units(campaign, "fieldwork.watch"))
