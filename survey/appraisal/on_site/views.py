"""The pages of visits: the units of a campaign, one record, its photograph, the list to take."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import people, roles
from survey.access.roles import Action
from survey.access.sign_in import current_account, requires
from survey.appraisal.on_site.deciding import DECIDE_VISIT
from survey.appraisal.on_site.shown import need_list, seen_by, units_visited, waiting_for
from survey.appraisal.on_site.standing import VisitStanding
from survey.appraisal.on_site.taking import take_photo, visit_sheet
from survey.appraisal.on_site.words import FINDINGS, OUTCOMES, STATES
from survey.fieldwork.campaign_pages import (
    campaign_or_404,
    need_whole,
    reading_campaign,
    visible_campaign,
    visible_units,
)
from survey.forms.on_site import VisitDecisionForm
from survey.model import Campaign
from survey.problems import Refused
from survey.two_persons.proposals import propose
from survey.two_persons.waiting import shown_waiting
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import language, site

blueprint = Blueprint("on_site", __name__, url_prefix="/office/campaigns/<code>")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Page = str | Response | tuple[str, int]


@blueprint.get("/visits/")
@requires("visit.read", hidden=True)
def listed(code: str) -> Page:
    """List the units, those nobody has visited marked."""
    with reading_campaign(code, "visit.read") as (session, campaign):
        found_or_404(need_list, campaign)
        return render_template(
            "office/visits.html",
            campaign=campaign,
            units=units_visited(
                session,
                campaign=campaign,
                units=visible_units(campaign, "visit.read"),
                account=current_account(),
            ),
            states=STATES,
        )


@blueprint.get("/visits/<int:number>")
@requires("visit.read", hidden=True)
def visit(code: str, number: int) -> Page:
    """Show one record."""
    return _shown(code, number)


@blueprint.post("/visits/<int:number>/decide")
@requires("visit.run", hidden=True)
def decide(code: str, number: int) -> Page:
    """Propose that a visit counts, or does not any more."""
    form = _decision()
    with reading_campaign(code, "visit.run") as (session, campaign):
        _find(session, campaign, number, "visit.run")
    if not form.validate_on_submit():
        return _shown(code, number, form=form), 422
    need_whole(code)
    try:
        with site().database.writing() as session:
            made = propose(
                session,
                site=site(),
                deed=DECIDE_VISIT,
                campaign=campaign_or_404(session, code),
                arguments={"visit": number, "outcome": form.outcome.data},
                by=current_account().username,
                reason=form.reason.data or "",
            )
    except Refused as refused:
        return _shown(code, number, form=form, refused=refused), 422
    if roles.may(current_account(), "proposal.read"):
        return shown_waiting(made)
    flash(_("已提请（第%(number)d号），由另一人批准后才办理。", number=made.id))
    return redirect(url_for("on_site.visit", code=code, number=number))


@blueprint.get("/visits/<int:number>/photo")
@requires("visit.photo", hidden=True)
def photo(code: str, number: int) -> Response:
    """Give the photograph of a visit as a file to keep; who took it is on record."""
    with site().database.writing() as session:
        campaign = visible_campaign(session, code, "visit.photo")
        content = found_or_404(
            take_photo,
            session,
            site=site(),
            campaign=campaign,
            number=number,
            units=visible_units(campaign, "visit.photo"),
            by=current_account().username,
        )
    return _file(content, "image/png", f"{code}-visit-{number}.png")


@blueprint.get("/visits.xlsx")
@requires("visit.photo", hidden=True)
def sheet(code: str) -> Response:
    """Give the records of the units that may be seen as a workbook; who took it is on record."""
    with site().database.writing() as session:
        campaign = visible_campaign(session, code, "visit.photo")
        found_or_404(need_list, campaign)
        content = visit_sheet(
            session,
            site=site(),
            campaign=campaign,
            units=visible_units(campaign, "visit.photo"),
            lang=language(),
            by=current_account().username,
        )
    return _file(content, _XLSX, f"{code}-visits.xlsx")


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": attachment(name),
            "Cache-Control": "private, no-store",
        },
    )


def _decision() -> VisitDecisionForm:
    form = VisitDecisionForm()
    form.offer([(name, said.text(language())) for name, said in OUTCOMES.items()])
    return form


def _find(session: Session, campaign: Campaign, number: int, action: Action) -> VisitStanding:
    """Return a visit that may be seen; 404 for all others, there or not."""
    units, account = visible_units(campaign, action), current_account()
    visits = seen_by(session, campaign=campaign, units=units, account=account)
    found = next((one for one in visits if one.visit.number == number), None)
    if found is None:
        abort(404)
    return found


def _shown(
    code: str,
    number: int,
    *,
    form: VisitDecisionForm | None = None,
    refused: Refused | None = None,
) -> str:
    with reading_campaign(code, "visit.read") as (session, campaign):
        one = _find(session, campaign, number, "visit.read")
        return render_template(
            "office/visit.html",
            campaign=campaign,
            one=one,
            proposed=waiting_for(session, campaign=campaign, number=number),
            findings=FINDINGS,
            states=STATES,
            own=current_account().role == "unit_liaison",
            people=people.names(session),
            form=form or _decision(),
            lines=refused.text(language()).splitlines() if refused else [],
        )
