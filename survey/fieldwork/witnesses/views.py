"""The office's page of witnesses: who has signed which head, what to take there, what came back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.fieldwork.campaign_pages import campaign_or_404, reading_campaign
from survey.fieldwork.witnesses.standing import standing_of
from survey.fieldwork.witnesses.taking import Taken, take_cosignatures
from survey.forms.receiver import CosignatureForm
from survey.ledger.notes.asked import newest_checkpoint
from survey.ledger.notes.of_head import log_key
from survey.model import Campaign
from survey.problems import Refused
from survey.site.identity import identity
from survey.web.qr import qr_svg
from survey.web.request import language, site

blueprint = Blueprint("witnesses", __name__, url_prefix="/office/campaigns/<code>/witnesses")

Page = str | Response | tuple[str, int]


@blueprint.get("")
@requires("campaign.read")
def page(code: str) -> str:
    return _page(code)


@blueprint.post("")
@requires("campaign.run")
def take(code: str) -> Page:
    with site().database.reading() as session:
        campaign_or_404(session, code)
    form = CosignatureForm()
    if not form.validate_on_submit():
        return _page(code, form), 422
    try:
        text = form.text
        with site().database.writing() as session:
            taken = take_cosignatures(
                session,
                site=site(),
                campaign=campaign_or_404(session, code),
                text=text,
                by=current_account().username,
            )
            flash(_told(taken))
    except Refused as refused:
        return _page(code, form, refused), 422
    return redirect(url_for("witnesses.page", code=code))


def _told(taken: list[Taken]) -> str:
    listed: str = _("、").join(
        _("%(witness)s（第%(number)s号）", witness=one.witness.name, number=one.head.number)
        for one in taken
    )
    said: str = _("已收下签名：%(listed)s。", listed=listed)
    return said


def _page(code: str, form: CosignatureForm | None = None, refused: Refused | None = None) -> str:
    with reading_campaign(code, "campaign.read") as (session, campaign):
        checkpoint, lines = _checkpoint(session, campaign)
        if refused:
            lines = refused.text(language()).splitlines()
        return render_template(
            "office/witnesses.html",
            campaign=campaign,
            standing=standing_of(session, campaign=campaign),
            checkpoint=checkpoint,
            qr=qr_svg(checkpoint, width=280) if checkpoint else "",
            key=log_key(identity(session) or "", campaign.code, site().keys.signing()).text,
            form=form or CosignatureForm(formdata=None),
            lines=lines,
        )


def _checkpoint(session: Session, campaign: Campaign) -> tuple[str, list[str]]:
    """Return the newest head as witnesses read it, or why it cannot be given."""
    try:
        note = newest_checkpoint(session, campaign=campaign, key=site().keys.signing())
    except Refused as refused:
        return "", refused.text(language()).splitlines()
    return (note.text if note else ""), []
