"""A unit's own page of appeals, with the form while there is time."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.access.roles import may
from survey.access.sign_in import current_account, requires
from survey.appraisal.appeals.filing import Attached, Contest, file_appeal, may_file
from survey.appraisal.appeals.kinds import MATTERS, STATES
from survey.appraisal.appeals.pages import own_unit, today_of
from survey.appraisal.appeals.standing import last_day_to_file, read_appeals, years_unknown
from survey.fieldwork.campaign_pages import campaign_or_404, reading_campaign
from survey.forms.appeal import AppealForm
from survey.office_files.attached import LARGEST
from survey.problems import Refused
from survey.web.request import file_name, language, site

blueprint = Blueprint("unit_appeals", __name__, url_prefix="/office/campaigns/<code>")

UNIT_APPEALS = "/office/campaigns/<code>/units/<unit_code>/appeals"
LARGEST_APPEAL = LARGEST + 64 * 1024  # with the form around it
Page = str | Response | tuple[str, int]


@blueprint.get("/units/<unit_code>/appeals")
@requires("appeal.read", hidden=True)
def page(code: str, unit_code: str) -> Page:
    """Show a unit its appeals, and the form while there is time."""
    return _unit_shown(code, unit_code)


@blueprint.post("/units/<unit_code>/appeals")
@requires("appeal.file", hidden=True)
def file(code: str, unit_code: str) -> Page:
    """Take a unit's appeal."""
    form = _offered()
    with reading_campaign(code, "appeal.file") as (_session, campaign):
        own_unit(campaign, unit_code, "appeal.file")
    if not form.validate_on_submit():
        return _unit_shown(code, unit_code, form=form), 422
    try:
        with site().database.writing() as session:
            campaign = campaign_or_404(session, code)
            appeal = file_appeal(
                session,
                site=site(),
                campaign=campaign,
                unit=own_unit(campaign, unit_code, "appeal.file"),
                said=_contest(form),
                by=current_account().username,
            )
            number = appeal.number
    except Refused as refused:
        return _unit_shown(code, unit_code, form=form, refused=refused), 422
    flash(_("申诉已提交，编号第%(n)d号。", n=number))
    return redirect(url_for("appeals.appeal", code=code, number=number))


def _contest(form: AppealForm) -> Contest:
    given = form.file.data
    return Contest(
        matter=form.matter.data or "",
        which=form.which.data or "",
        statement=form.statement.data or "",
        attached=Attached(name=file_name(given.filename), content=given.read()) if given else None,
    )


def _offered() -> AppealForm:
    form = AppealForm()
    form.offer([(name, said.text(language())) for name, said in MATTERS.items()])
    return form


def _unit_shown(
    code: str, unit_code: str, *, form: AppealForm | None = None, refused: Refused | None = None
) -> str:
    with reading_campaign(code, "appeal.read") as (session, campaign):
        entry = own_unit(campaign, unit_code, "appeal.read")
        appeals = read_appeals(session, campaign=campaign, units=[entry], today=today_of(campaign))
        release, last, closed = None, None, ""
        try:
            release = may_file(session, campaign=campaign, unit=entry, at=site().clock())
            last = last_day_to_file(campaign, release)
        except Refused as why:
            closed = why.text(language())
        return render_template(
            "office/unit_appeals.html",
            campaign=campaign,
            entry=entry,
            appeals=appeals,
            release=release,
            last=last,
            years=years_unknown(appeals, *([last] if last else [])),
            closed=closed,
            form=form or _offered(),
            states=STATES,
            matters=MATTERS,
            may_file=may(current_account(), "appeal.file", entry),
            lines=refused.text(language()).splitlines() if refused else [],
        )
