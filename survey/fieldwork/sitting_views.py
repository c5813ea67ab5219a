"""The office's page for codes that each open several units."""

from dataclasses import replace

from flask import Blueprint, abort, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.fieldwork import campaigns, sittings
from survey.fieldwork.invitation_files import KINDS, make_file, suffix
from survey.fieldwork.invited import invited_channels, invited_to_rate
from survey.forms.sitting_invitation import SittingInvitationForm
from survey.model import Campaign, CampaignUnit
from survey.problems import Refused
from survey.web import language, site

blueprint = Blueprint("sittings", __name__, url_prefix="/office")

Page = str | Response | tuple[str, int]


@blueprint.route("/campaigns/<code>/sittings", methods=["GET", "POST"])
@requires("invitation.issue")
def batches(code: str) -> Page:
    """Show what was issued; a POST issues a batch and answers with its file."""
    form, lines = SittingInvitationForm(), []
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
            "office/sittings.html",
            campaign=campaign,
            batches=sittings.sitting_batches_of(session, campaign=campaign),
            groups={group.code: group.name(language()) for group in campaign.groups},
            channels={
                name: words[language()] for name, words in invited_channels(campaign).items()
            },
            form=form,
            lines=lines,
        )
    return page, 422 if form.is_submitted() else 200


def _issue(code: str, form: SittingInvitationForm) -> Response:
    with site().database.writing() as session:
        campaign = _find(session, code)
        units = _units(session, campaign, form)
        group_code, channel, lang = form.group.data, form.channel.data, form.words.data
        issued = sittings.issue_sittings(
            session,
            campaign=campaign,
            units=units,
            group_code=group_code,
            channel=channel,
            count=form.count.data or 0,
            by=current_account().username,
            clock=site().clock,
            key=site().keys.intake(),
            until=form.until.data,
        )
        invited = replace(
            invited_to_rate(
                campaign,
                units[0].unit,
                group_code=group_code,
                channel=channel,
                lang=lang,
                until=form.until.data,
            ),
            title=sittings.covered_name(units, lang),
        )
        kind = next(kind for kind in KINDS if kind == form.file.data)
        content = make_file(
            kind, issued, campaign=campaign, invited=invited, settings=site().settings
        )
        name = f"{campaign.code}-{len(units)}x-{group_code}-{len(issued)}-{kind}.{suffix(kind)}"
    return Response(
        content,
        mimetype="application/pdf" if suffix(kind) == "pdf" else "text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _units(session: Session, campaign: Campaign, form: SittingInvitationForm) -> list[CampaignUnit]:
    if form.units.data:
        return sittings.named_units(session, campaign=campaign, codes=form.units.data)
    return sittings.units_of_class(
        session,
        campaign=campaign,
        class_code=form.class_code.data,
        group_code=form.group.data,
    )


def _offer(form: SittingInvitationForm, campaign: Campaign) -> None:
    form.offer_classes(
        classes=list(dict.fromkeys(unit.class_code for unit in campaign.units)),
        groups=[(group.code, group.name(language())) for group in campaign.groups],
        channels=[(name, words[language()]) for name, words in invited_channels(campaign).items()],
    )


def _find(session: Session, code: str) -> Campaign:
    try:
        return campaigns.find_campaign(session, code)
    except Refused:
        abort(404)
