"""The office's pages of one-time codes: for one unit, and for several in one sitting."""

from collections.abc import Sequence

from flask import Blueprint, abort, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.fieldwork import campaigns, entrances
from survey.fieldwork.invitations.addressees import invited_channels
from survey.fieldwork.invitations.batches import batches_of
from survey.fieldwork.invitations.issuing import issue_batch
from survey.fieldwork.invitations.sittings import named_units, sitting_batches_of, units_of_class
from survey.fieldwork.papers.files import KINDS, make_file, suffix
from survey.forms.office import InvitationForm
from survey.forms.sitting_invitation import SittingInvitationForm
from survey.model import Campaign, CampaignUnit
from survey.problems import Refused
from survey.web.downloads import attachment
from survey.web.request import language, site

blueprint = Blueprint("invitations", __name__, url_prefix="/office")

Page = str | Response | tuple[str, int]


@blueprint.route("/campaigns/<code>/invitations", methods=["GET", "POST"])
@requires("invitation.issue")
def batches(code: str) -> Page:
    """Show what was issued for one unit each; a POST issues a batch and answers with its file."""
    return _issuing(code, InvitationForm())


@blueprint.route("/campaigns/<code>/sittings", methods=["GET", "POST"])
@requires("invitation.issue")
def sittings(code: str) -> Page:
    """Show and issue codes that each open several units in one sitting."""
    return _issuing(code, SittingInvitationForm())


def _issuing(code: str, form: InvitationForm) -> Page:
    lines: list[str] = []
    with site().database.reading() as session:
        _offer(form, _find(session, code))
        valid = form.validate_on_submit()
    if valid:
        try:
            return _issue(code, form)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    together = _is_together(form)
    with site().database.reading() as session:
        campaign = _find(session, code)
        found = sitting_batches_of if together else batches_of
        page = render_template(
            "office/sittings.html" if together else "office/invitations.html",
            campaign=campaign,
            batches=found(session, campaign=campaign),
            groups={group.code: group.name(language()) for group in campaign.groups},
            channels=invited_channels(campaign, language()),
            form=form,
            lines=lines,
        )
    return page, 422 if form.is_submitted() else 200


def _issue(code: str, form: InvitationForm) -> Response:
    together = _is_together(form)
    with site().database.writing() as session:
        campaign = _find(session, code)
        units = _units(session, campaign, form)
        issued = issue_batch(
            session,
            campaign=campaign,
            units=units,
            together=together,
            group_code=form.group.data,
            channel=form.channel.data,
            count=form.count.data or 0,
            lang=form.words.data,
            until=form.until.data,
            by=current_account().username,
            clock=site().clock,
            key=site().keys.intake(),
        )
        kind = next(kind for kind in KINDS if kind == form.file.data)
        content = make_file(
            kind, issued.codes, campaign=campaign, invited=issued.invited, settings=site().settings
        )
    rated = f"{len(units)}x" if together else units[0].unit.code
    name = f"{code}-{rated}-{form.group.data}-{len(issued.codes)}-{kind}.{suffix(kind)}"
    return Response(
        content,
        mimetype="application/pdf" if suffix(kind) == "pdf" else "text/csv",
        headers={"Content-Disposition": attachment(name)},
    )


def _is_together(form: InvitationForm) -> bool:
    return isinstance(form, SittingInvitationForm)


def _units(session: Session, campaign: Campaign, form: InvitationForm) -> Sequence[CampaignUnit]:
    if not isinstance(form, SittingInvitationForm):
        return [entrances.require_unit(session, campaign=campaign, unit_code=form.unit.data)]
    if form.units.data:
        return named_units(session, campaign=campaign, codes=form.units.data)
    return units_of_class(
        session, campaign=campaign, class_code=form.class_code.data, group_code=form.group.data
    )


def _offer(form: InvitationForm, campaign: Campaign) -> None:
    if isinstance(form, SittingInvitationForm):
        form.offer_classes(list(dict.fromkeys(unit.class_code for unit in campaign.units)))
    else:
        form.offer_units([(unit.unit.code, unit.unit.name(language())) for unit in campaign.units])
    form.offer(
        groups=[(group.code, group.name(language())) for group in campaign.groups],
        channels=list(invited_channels(campaign, language()).items()),
    )


def _find(session: Session, code: str) -> Campaign:
    try:
        return campaigns.find_campaign(session, code)
    except Refused:
        abort(404)
