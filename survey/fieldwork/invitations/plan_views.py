"""The office's page that issues all codes of the plan in one step."""

from io import BytesIO

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.fieldwork.campaign_pages import campaign_or_404, shown_readiness
from survey.fieldwork.invitations.addressees import invited_channels
from survey.fieldwork.invitations.shown import shown_batches
from survey.fieldwork.invitations.whole_plan import (
    MOST_TYPESET,
    Wanted,
    batches_wanted,
    issue_batches,
    missing,
    require_typeset_soon,
)
from survey.fieldwork.papers.files import KINDS
from survey.fieldwork.readiness.checklist import deeds_ahead
from survey.forms.office import PlanCodesForm
from survey.model import Campaign
from survey.problems import Refused
from survey.web.downloads import attachment, pack
from survey.web.request import language, site

blueprint = Blueprint("plan_codes", __name__, url_prefix="/office")

Page = str | Response | tuple[str, int]


@blueprint.route("/campaigns/<code>/invitations/plan", methods=["GET", "POST"])
@requires("invitation.issue")
def page(code: str) -> Page:
    """Show how many codes are missing; a POST issues them and answers with one archive.

    The same form sent again issues nothing more and gives the same archive again.
    """
    form, lines = PlanCodesForm(), []
    if form.is_submitted():
        with site().database.reading() as session:
            _offer(form, session, campaign_or_404(session, code))
        try:
            if form.validate():
                return _issue(code, form)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        left = _offer(form, session, campaign)
        shown = render_template(
            "office/plan_codes.html",
            campaign=campaign,
            left=left,
            **shown_batches(session, campaign),
            groups={group.code: group.name(language()) for group in campaign.groups},
            channels=invited_channels(campaign, language()),
            ready=shown_readiness(session, campaign, "code")
            if "code" in deeds_ahead(campaign)
            else [],
            form=form,
            lines=lines,
        )
    return shown, 422 if form.is_submitted() else 200


def _issue(code: str, form: PlanCodesForm) -> Response:
    wanted = Wanted(
        unit_codes=tuple(form.units.data or ()),
        group_codes=tuple(form.groups.data or ()),
        channel=form.channel.data,
        until=form.until.data,
        lang=form.words.data,
        files=tuple(kind for kind in KINDS if kind in (form.files.data or ())),
    )
    asked = request.form.get("csrf_token", "")  # another each time the page is shown
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        batches = batches_wanted(
            session, site=site(), campaign=campaign, wanted=wanted, asked=asked
        )
    require_typeset_soon(batches, wanted.files)
    by, archive = current_account().username, BytesIO()
    papers = issue_batches(site(), campaign_code=code, batches=batches, by=by, asked=asked)
    pack(archive, ((paper.name, paper.content) for paper in papers))
    return Response(
        archive.getvalue(),
        mimetype="application/zip",
        headers={"Content-Disposition": attachment(f"{code}-codes.zip")},
    )


def _offer(form: PlanCodesForm, session: Session, campaign: Campaign) -> int:
    """Set what may be ticked, all of it at first; return how many codes are missing."""
    left = {entry.unit.code: 0 for entry in campaign.units}
    units = {entry.unit_id: entry.unit.code for entry in campaign.units}
    for (unit_id, _group_code), n in missing(session, campaign=campaign).items():
        left[units[unit_id]] += n
    form.offer(
        units=[
            (
                entry.unit.code,
                f"{entry.unit.code} {entry.unit.name(language())}（{left[entry.unit.code]}）",
            )
            for entry in campaign.units
        ],
        groups=[(group.code, group.name(language())) for group in campaign.groups],
        channels=list(invited_channels(campaign, language()).items()),
    )
    total = sum(left.values())
    if not form.is_submitted():
        ticked = request.args.get("tick") != "none"
        form.units.data = [code for code, n in left.items() if n and ticked]
        form.groups.data = [group.code for group in campaign.groups]
        form.files.data = list(KINDS) if 2 * total <= MOST_TYPESET else ["list", "texts"]
    return total
