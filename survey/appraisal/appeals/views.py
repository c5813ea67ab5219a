"""The pages of appeals: the list, and one appeal with what the office does about it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import people
from survey.access.sign_in import current_account, requires
from survey.appraisal.appeals.deciding import DECIDE_APPEAL
from survey.appraisal.appeals.kinds import MATTERS, OUTCOMES, STATES
from survey.appraisal.appeals.pages import today_of
from survey.appraisal.appeals.reading import shown_appeal
from survey.appraisal.appeals.receiving import receive_appeal, take_attachment
from survey.appraisal.appeals.standing import Standing, read_appeal, read_appeals, years_unknown
from survey.appraisal.appeals.weighing import need_weighable
from survey.appraisal.appeals.weighing_job import WEIGH
from survey.fieldwork.campaign_pages import (
    campaign_or_404,
    need_whole,
    reading_campaign,
    visible_units,
)
from survey.forms.appeal import AppealDecisionForm
from survey.forms.office import ConfirmForm
from survey.jobs.waiting import do_or_wait
from survey.model import Campaign
from survey.problems import Refused
from survey.two_persons.proposals import propose
from survey.two_persons.waiting import shown_waiting
from survey.web.alterations import Altered
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import language, site

blueprint = Blueprint("appeals", __name__, url_prefix="/office/campaigns/<code>")

Page = str | Response | tuple[str, int]


@blueprint.get("/appeals/")
@requires("appeal.read", hidden=True)
def listed(code: str) -> Page:
    """List the appeals of the units that may be seen, those due first."""
    with reading_campaign(code, "appeal.read") as (session, campaign):
        asked = request.args.get("state", "")
        units = visible_units(campaign, "appeal.read")
        every = read_appeals(session, campaign=campaign, units=units, today=today_of(campaign))
        return render_template(
            "office/appeals.html",
            campaign=campaign,
            appeals=[one for one in every if asked in {"", one.state}],
            n_open=sum(one.is_open for one in every),
            n_late=sum(one.is_open and one.left < 0 for one in every),
            states=STATES,
            matters=MATTERS,
            own=units if current_account().role == "unit_liaison" else [],
            asked=asked,
            years=years_unknown(every),
        )


@blueprint.get("/appeals/<int:number>")
@requires("appeal.read", hidden=True)
def appeal(code: str, number: int) -> Page:
    """Show one appeal."""
    return _shown(code, number)


@blueprint.post("/appeals/<int:number>/receive")
@requires("appeal.run", hidden=True)
def receive(code: str, number: int) -> Page:
    """Take an appeal in."""
    _exists(code, number)
    if not ConfirmForm().validate_on_submit():
        return _shown(code, number), 422
    try:
        with site().database.writing() as session:
            receive_appeal(
                session,
                site=site(),
                campaign=campaign_or_404(session, code),
                number=number,
                by=current_account().username,
            )
    except Refused as refused:
        return _shown(code, number, refused=refused), 422
    flash(_("申诉已受理，单位在自己的页面能看到。"))
    return redirect(url_for("appeals.appeal", code=code, number=number))


@blueprint.post("/appeals/<int:number>/weigh")
@requires("appeal.run", hidden=True)
def weigh(code: str, number: int) -> Page:
    """Compare the release with the answers scored as they are decided on now."""
    _exists(code, number)
    if not ConfirmForm().validate_on_submit():
        return _shown(code, number), 422
    try:
        with site().database.reading() as session:
            campaign = campaign_or_404(session, code)
            need_weighable(session, campaign=campaign, number=number)
        return do_or_wait(WEIGH, campaign=campaign, arguments={"appeal": number})
    except Altered:
        raise
    except Refused as refused:
        return _shown(code, number, refused=refused), 422


@blueprint.post("/appeals/<int:number>/decide")
@requires("appeal.decide", hidden=True)
def decide(code: str, number: int) -> Page:
    """Propose a decision; another official approves it."""
    form = _decision()
    _exists(code, number)
    if not form.validate_on_submit():
        return _shown(code, number, form=form), 422
    need_whole(code)
    try:
        with site().database.writing() as session:
            made = propose(
                session,
                site=site(),
                deed=DECIDE_APPEAL,
                campaign=campaign_or_404(session, code),
                arguments={"appeal": number, "outcome": form.outcome.data},
                by=current_account().username,
                reason=form.reason.data or "",
            )
    except Refused as refused:
        return _shown(code, number, form=form, refused=refused), 422
    return shown_waiting(made)


@blueprint.get("/appeals/<int:number>/file")
@requires("appeal.run", hidden=True)
def attached(code: str, number: int) -> Page:
    """Give what was attached, as a file to keep and under no type a browser would show."""
    _exists(code, number)
    try:
        with site().database.writing() as session:
            found = take_attachment(
                session,
                site=site(),
                campaign=campaign_or_404(session, code),
                number=number,
                by=current_account().username,
            )
    except Refused:
        abort(404)
    return Response(
        found.content,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": attachment(found.name),
            "Cache-Control": "private, no-store",
        },
    )


def _decision() -> AppealDecisionForm:
    form = AppealDecisionForm()
    form.offer([(name, said.text(language())) for name, said in OUTCOMES.items()])
    return form


def _exists(code: str, number: int) -> None:
    with reading_campaign(code, "appeal.read") as (session, campaign):
        _find(session, campaign, number)


def _find(session: Session, campaign: Campaign, number: int) -> Standing:
    """Return an appeal of a unit that may be seen; 404 for all others, there or not."""
    return found_or_404(
        read_appeal,
        session,
        campaign=campaign,
        number=number,
        units=visible_units(campaign, "appeal.read"),
        today=today_of(campaign),
    )


def _shown(
    code: str,
    number: int,
    *,
    form: AppealDecisionForm | None = None,
    refused: Refused | None = None,
) -> str:
    with reading_campaign(code, "appeal.read") as (session, campaign):
        standing = _find(session, campaign, number)
        account = current_account()
        return render_template(
            "office/appeal.html",
            campaign=campaign,
            whole=shown_appeal(session, campaign=campaign, standing=standing, account=account),
            states=STATES,
            years=years_unknown([standing]),
            people=people.names(session),
            form=form or _decision(),
            lines=refused.text(language()).splitlines() if refused else [],
        )
