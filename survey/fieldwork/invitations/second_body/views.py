"""The office's page that takes in codes of a second body: their hashes alone."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.fieldwork.campaign_pages import campaign_or_404
from survey.fieldwork.invitations.addressees import invited_channels
from survey.fieldwork.invitations.second_body.form import HashesForm
from survey.fieldwork.invitations.second_body.hashes import MOST_BYTES, take_in
from survey.model import Campaign
from survey.problems import Refused
from survey.web.request import file_name, language, site

blueprint = Blueprint("second_body", __name__, url_prefix="/office/campaigns/<code>/invitations")

HASHES = "/office/campaigns/<code>/invitations/take-in"
LARGEST_HASHES = MOST_BYTES + 64 * 1024  # with the form around it
Page = str | Response | tuple[str, int]


@blueprint.route("/take-in", methods=["GET", "POST"])
@requires("invitation.issue")
def taken(code: str) -> Page:
    """Ask for a file of hashes; a POST lets its codes open a unit."""
    form = HashesForm()
    with site().database.reading() as session:
        _offer(form, campaign_or_404(session, code))
    if not form.validate_on_submit():
        page = _page(code, form, [])
        return page, 422 if form.is_submitted() else 200
    try:
        n = _take(code, form)
    except Refused as refused:
        return _page(code, form, refused.text(language()).splitlines()), 422
    flash(_("已登记%(n)d个评议码的校验值。", n=n))
    return redirect(url_for("invitations.batches", code=code))


def _take(code: str, form: HashesForm) -> int:
    with site().database.writing() as session:
        return take_in(
            session,
            campaign=campaign_or_404(session, code),
            unit_code=form.unit.data,
            group_code=form.group.data,
            channel=form.channel.data,
            content=form.file.data.read(MOST_BYTES),
            file=file_name(form.file.data.filename),
            by=current_account().username,
            clock=site().clock,
            reason=form.reason.data or "",
        )


def _page(code: str, form: HashesForm, lines: list[str]) -> str:
    with site().database.reading() as session:
        return render_template(
            "office/take_in_codes.html",
            campaign=campaign_or_404(session, code),
            form=form,
            lines=lines,
        )


def _offer(form: HashesForm, campaign: Campaign) -> None:
    form.offer(
        units=[(unit.unit.code, unit.unit.name(language())) for unit in campaign.units],
        groups=[(group.code, group.name(language())) for group in campaign.groups],
        channels=list(invited_channels(campaign, language()).items()),
    )
