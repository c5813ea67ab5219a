"""The page of late cases: on which rung each stands, and how units put right what was written."""

import sqlalchemy as sa
from flask import Blueprint, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.orm import Session

from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.clock import local_day
from survey.feedback.climbing import climbed, rates
from survey.feedback.climbing.rates import Rates
from survey.feedback.climbing.rungs import RUNGS, ladder_of
from survey.feedback.listing import years_of
from survey.fieldwork.campaign_pages import reading_campaign, visible_units
from survey.fieldwork.once import Once
from survey.model import AuditTail, Campaign
from survey.web.key_pages import SIZE
from survey.web.request import site

blueprint = Blueprint("climbing", __name__, url_prefix="/office/campaigns/<code>")


@blueprint.record
def prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["rates"] = Once()


@blueprint.get("/late")
@requires("case.watch")
def late(code: str) -> str:
    """Show the late cases of the units the official watches, and the rates of these."""
    with reading_campaign(code, "case.watch") as (session, campaign):
        mine = {entry.unit.code for entry in visible_units(campaign, "case.watch")}
        today = local_day(site().clock(), campaign.timezone)
        liaison = current_account().unit_id is not None
        found = [
            case
            for case in climbed.late_cases(
                session, campaign=campaign, today=today, of_units=liaison
            )
            if case.unit.code in mine
        ]
        asked = _asked(mine)
        wanted = [
            case
            for case in found
            if asked["unit"] in {"", case.unit.code} and asked["rung"] in {"", case.climb.rung}
        ]
        page = max(1, request.args.get("p", 1, type=int))
        known = _rates(session, campaign, today)
        return render_template(
            "office/late.html",
            campaign=campaign,
            units=[entry for entry in campaign.units if entry.unit.code in mine],
            counts={rung: sum(case.climb.rung == rung for case in found) for rung in RUNGS},
            rows=wanted[SIZE * (page - 1) : SIZE * page],
            total=len(wanted),
            page=page,
            n_pages=-(-len(wanted) // SIZE) or 1,
            asked=asked,
            rungs=RUNGS,
            ladder=ladder_of(campaign),
            years=years_of([case.due_on for case in wanted], today),
            rates={code: of for code, of in known.items() if code in mine},
            classes={} if liaison else rates.by_class(campaign, known),
            reads=roles.may(current_account(), "case.read"),
        )


def _rates(session: Session, campaign: Campaign, today: str) -> dict[str, Rates]:
    """Return the rates of all units, counted once for each state of the cases: steps are deeds."""
    once: Once = current_app.extensions["rates"]
    version = (today, session.scalar(sa.select(AuditTail.entries)))
    return once.value(
        campaign.id, version, lambda: rates.rates_of(session, campaign=campaign, today=today)
    )


def _asked(units: set[str]) -> dict[str, str]:
    known: dict[str, set[str]] = {"unit": units, "rung": set(RUNGS)}
    asked = {name: request.args.get(name, "") for name in known}
    return {name: value if value in known[name] else "" for name, value in asked.items()}
