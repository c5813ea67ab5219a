"""Progress bulletins: which are due, what the one due today says, and those issued as files."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.clock import local_day
from survey.fieldwork.bulletins.content import bulletin_content, spoken
from survey.fieldwork.bulletins.due import bulletin_days, bulletins_of, due_today, next_day
from survey.fieldwork.bulletins.heads import issue_of, numbered, subject
from survey.fieldwork.bulletins.issuing import find_file, issue_bulletin
from survey.fieldwork.campaign_pages import campaign_or_404, reading_campaign
from survey.forms.office import ConfirmForm
from survey.problems import Refused
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import language, site

blueprint = Blueprint("bulletins", __name__, url_prefix="/office/campaigns/<code>/bulletins")

Page = str | Response | tuple[str, int]

_MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@blueprint.get("")
@requires("campaign.read")
def listed(code: str) -> str:
    """Show the bulletins issued; whoever runs the campaign also what the one due would say."""
    return _shown(code, [])


@blueprint.post("")
@requires("campaign.run")
def issue(code: str) -> Page:
    """Issue the bulletin that is due; a second click issues no other."""
    with site().database.reading() as session:
        campaign_or_404(session, code)
    if not ConfirmForm().validate_on_submit():
        return _shown(code, []), 422
    try:
        number = issue_bulletin(site(), campaign_code=code, by=current_account().username)
    except Refused as refused:
        return _shown(code, refused.text(language()).splitlines()), 422
    flash(_("第%(number)d期进度通报已发出，可以下载。", number=number))
    return redirect(url_for("bulletins.listed", code=code))


@blueprint.get("/<int:number>/<lang>.<kind>")
@requires("campaign.read")
def download(code: str, number: int, lang: str, kind: str) -> Response:
    """Give a bulletin as it was issued."""
    with reading_campaign(code, "campaign.read") as (session, campaign):
        file = found_or_404(
            find_file, session, campaign=campaign, number=number, lang=lang, kind=kind
        )
    return Response(
        file.content,
        content_type=_MEDIA_TYPES[file.kind],
        headers={"Content-Disposition": attachment(f"{code}-bulletin-{number}-{lang}.{kind}")},
    )


def _shown(code: str, lines: list[str]) -> str:
    at, lang = site().clock(), language()
    with reading_campaign(code, "campaign.read") as (session, campaign):
        today = date.fromisoformat(local_day(at, campaign.timezone))
        due = due_today(session, campaign=campaign, today=today)
        issued = bulletins_of(session, campaign=campaign)
        draft, parts = None, []
        if due and roles.may(current_account(), "campaign.run"):
            number = len(issued) + 1
            draft = bulletin_content(session, campaign=campaign, number=number, at=at)
            parts = [
                (numbered(place, part.heading, lang), part)
                for place, part in enumerate(spoken(draft.parts, lang), start=1)
            ]
        return render_template(
            "office/bulletins.html",
            campaign=campaign,
            days=bulletin_days(session, campaign=campaign),
            following=next_day(session, campaign=campaign, today=today),
            issued=issued[::-1],
            due=due,
            title=subject(draft, lang) if draft else "",
            issue=issue_of(draft, lang) if draft else "",
            parts=parts,
            form=ConfirmForm(),
            lines=lines,
        )
