from flask import Blueprint, abort, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.fieldwork import campaigns, entrances
from survey.fieldwork.invitation_batches import batches_of
from survey.fieldwork.invitation_files import KINDS, make_file, suffix
from survey.fieldwork.invited import invited_channels, invited_to_rate
from survey.forms.office import InvitationForm
from survey.model import Campaign
from survey.problems import Refused
from survey.web import language, site

blueprint = Blueprint("invitations", __name__, url_prefix="/office")

Page = str | Response | tuple[str, int]


@blueprint.route("/campaigns/<code>/invitations", methods=["GET", "POST"])
@requires("invitation.issue")
def batches(code: str) -> Page:
    """Show what was issued; a POST issues a batch and answers with its file."""
    form, lines = InvitationForm(), []
    with site().database.reading() as session:
        _offer(form, _find(session, code))
        valid = form.validate_on_submit()
    if valid:
        try:
            return _issue(code, form)
        except Refused as refused:
            lines = refused.text(language()).splitlines()
    with site().database.reading() as session:
        campaign = _find(session, code)
        page = render_template(
            "office/invitations.html",
            campaign=campaign,
            batches=batches_of(session, campaign=campaign),
            groups={group.code: group.name(language()) for group in campaign.groups},
            channels={
                name: words[language()] for name, words in invited_channels(campaign).items()
            },
            form=form,
            lines=lines,
        )
    return page, 422 if form.is_submitted() else 200


def _issue(code: str, form: InvitationForm) -> Response:
    with site().database.writing() as session:
        campaign = _find(session, code)
        unit = entrances.require_unit(session, campaign=campaign, unit_code=form.unit.data).unit
        group_code, channel = form.group.data, form.channel.data
        issued = entrances.issue_invitations(
            session,
            campaign=campaign,
            unit=unit,
            group_code=group_code,
            channel=channel,
            count=form.count.data or 0,
            by=current_account().username,
            clock=site().clock,
            key=site().keys.intake(),
            until=form.until.data,
        )
        invited = invited_to_rate(
            campaign,
            unit,
            group_code=group_code,
            channel=channel,
            lang=form.words.data,
            until=form.until.data,
        )
        kind = next(kind for kind in KINDS if kind == form.file.data)
        content = make_file(
            kind, issued, campaign=campaign, invited=invited, settings=site().settings
        )
        name = f"{campaign.code}-{unit.code}-{group_code}-{len(issued)}-{kind}.{suffix(kind)}"
    return Response(
        content,
        mimetype="application/pdf" if suffix(kind) == "pdf" else "text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _offer(form: InvitationForm, campaign: Campaign) -> None:
    form.offer(
        units=[(unit.unit.code, unit.unit.name(language())) for unit in campaign.units],
        groups=[(group.code, group.name(language())) for group in campaign.groups],
        channels=[(name, words[language()]) for name, words in invited_channels(campaign).items()],
    )


def _find(session: Session, code: str) -> Campaign:
    try:
        return campaigns.find_campaign(session, code)
    except Refused:
        abort(404)
