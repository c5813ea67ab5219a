"""The draw of invited people: rosters fixed, seeds entered, the record to draw by."""

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue

from survey.access.sign_in import current_account, requires
from survey.fieldwork.campaign_pages import campaign_or_404, need_whole, reading_campaign
from survey.fieldwork.draws.deeds import ENTER_SEED, FIX_ROSTER, fixing, seeding
from survey.fieldwork.draws.form import RosterForm, SeedForm
from survey.fieldwork.draws.recorded import draws_of, find_draw, record_of
from survey.forms.office import ProposalForm
from survey.problems import Refused
from survey.two_persons.deed import Deed, Facts
from survey.two_persons.proposals import propose
from survey.two_persons.waiting import shown_waiting
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import language, site

blueprint = Blueprint("draws", __name__, url_prefix="/office/campaigns/<code>/draw")


@blueprint.get("")
@requires("batch.read")
def page(code: str) -> ResponseReturnValue:
    return _shown(code)


@blueprint.post("")
@requires("invitation.issue")
def fix(code: str) -> ResponseReturnValue:
    """Ask for a roster to be put on record."""
    form = RosterForm()
    if not form.validate_on_submit():
        return _shown(code, roster=form), 422
    need_whole(code)
    assert form.known_on.data is not None
    arguments = fixing(
        roster=form.roster.data or "",
        sizes=form.sizes.data or "",
        people=form.people.data or 0,
        source=form.source.data or "",
        known_on=form.known_on.data,
    )
    try:
        return _asked(code, FIX_ROSTER, arguments, form)
    except Refused as refused:
        return _shown(code, roster=form, refused=refused), 422


@blueprint.post("/<int:number>")
@requires("invitation.issue")
def seed(code: str, number: int) -> ResponseReturnValue:
    """Ask for the seed of a draw to be put on record."""
    form = SeedForm()
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        found_or_404(find_draw, session, campaign=campaign, number=number)
    if not form.validate_on_submit():
        return _shown(code, seed=form), 422
    need_whole(code)
    try:
        return _asked(code, ENTER_SEED, seeding(draw=number, seed=form.seed.data or ""), form)
    except Refused as refused:
        return _shown(code, seed=form, refused=refused), 422


@blueprint.get("/<int:number>.json")
@requires("batch.read")
def record(code: str, number: int) -> ResponseReturnValue:
    """Give the record of a draw, which is public, as `survey draw --record` takes it."""
    with reading_campaign(code, "batch.read") as (session, campaign):
        found = found_or_404(find_draw, session, campaign=campaign, number=number)
        answer = jsonify(record_of(found, campaign=campaign))
    answer.headers["Content-Disposition"] = attachment(f"{code}-draw-{number}.json")
    return answer


def _asked(code: str, deed: Deed, arguments: Facts, form: ProposalForm) -> ResponseReturnValue:
    with site().database.writing() as session:
        made = propose(
            session,
            site=site(),
            deed=deed,
            campaign=campaign_or_404(session, code),
            arguments=arguments,
            by=current_account().username,
            reason=form.reason.data or "",
        )
    return shown_waiting(made)


def _shown(
    code: str,
    *,
    roster: RosterForm | None = None,
    seed: SeedForm | None = None,
    refused: Refused | None = None,
) -> str:
    with reading_campaign(code, "batch.read") as (session, campaign):
        return render_template(
            "office/draw.html",
            campaign=campaign,
            draws=draws_of(session, campaign=campaign)[::-1],
            roster=roster or RosterForm(formdata=None),
            seed=seed or SeedForm(formdata=None),
            lines=refused.text(language()).splitlines() if refused else [],
        )
