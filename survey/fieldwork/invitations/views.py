"""The office's page of one-time codes, each for one unit or for several in one sitting."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.fieldwork.campaign_pages import campaign_or_404
from survey.fieldwork.invitations.addressees import invited_channels
from survey.fieldwork.invitations.batches import batches_of
from survey.fieldwork.invitations.covered import chosen_units
from survey.fieldwork.invitations.issuing import prepare_batch, store_batch
from survey.fieldwork.papers.files import KINDS, make_file, suffix
from survey.forms.office import InvitationForm
from survey.model import Campaign
from survey.problems import Refused
from survey.site.database import end_read
from survey.web.downloads import attachment
from survey.web.request import language, site

blueprint = Blueprint("invitations", __name__, url_prefix="/office")

Page = str | Response | tuple[str, int]


@blueprint.route("/campaigns/<code>/invitations", methods=["GET", "POST"])
@blueprint.route("/campaigns/<code>/sittings", methods=["GET", "POST"], endpoint="sittings")
@requires("invitation.issue")
def batches(code: str) -> Page:
    """Show what was issued; a POST issues a batch and answers with its file.

    Codes for several units once had a page of their own, whose address still leads here.
    """
    form, lines = InvitationForm(), []
    with site().database.reading() as session:
        _offer(form, campaign_or_404(session, code))
        valid = form.validate_on_submit()
    if valid:
        try:
            return _issue(code, form)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        page = render_template(
            "office/invitations.html",
            campaign=campaign,
            batches=batches_of(session, campaign=campaign),
            groups={group.code: group.name(language()) for group in campaign.groups},
            channels=invited_channels(campaign, language()),
            form=form,
            lines=lines,
        )
    return page, 422 if form.is_submitted() else 200


def _issue(code: str, form: InvitationForm) -> Response:
    kind = next(kind for kind in KINDS if kind == form.file.data)
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        units = chosen_units(
            session,
            campaign=campaign,
            unit_code=form.unit.data,
            unit_codes=form.units.data or "",
            class_code=form.class_code.data,
            group_code=form.group.data,
        )
        prepared = prepare_batch(
            session,
            campaign=campaign,
            units=units,
            group_code=form.group.data,
            channel=form.channel.data,
            count=form.count.data or 0,
            lang=form.words.data,
            until=form.until.data,
            key=site().keys.intake(),
        )
        end_read(session)
        content = make_file(
            kind,
            prepared.codes,
            campaign=campaign,
            invited=prepared.invited,
            settings=site().settings,
        )
    with site().database.writing() as session:
        store_batch(
            session,
            prepared,
            campaign=campaign_or_404(session, code),
            by=current_account().username,
            clock=site().clock,
        )
    rated = units[0].unit.code if len(units) == 1 else f"{len(units)}x"
    name = f"{code}-{rated}-{form.group.data}-{len(prepared.codes)}-{kind}.{suffix(kind)}"
    return Response(
        content,
        mimetype="application/pdf" if suffix(kind) == "pdf" else "text/csv",
        headers={"Content-Disposition": attachment(name)},
    )


def _offer(form: InvitationForm, campaign: Campaign) -> None:
    form.offer(
        units=[(unit.unit.code, unit.unit.name(language())) for unit in campaign.units],
        classes=list(dict.fromkeys(unit.class_code for unit in campaign.units)),
        groups=[(group.code, group.name(language())) for group in campaign.groups],
        channels=list(invited_channels(campaign, language()).items()),
    )
