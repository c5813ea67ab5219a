"""The officials' pages of scores: the table, one unit, scoring and releasing."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.appraisal import item_results, leaders_approval, release, score_sheet
from survey.appraisal.many.scoring_job import SCORE
from survey.appraisal.runs import need_scorable
from survey.appraisal.shown.conclusions import conclude
from survey.appraisal.shown.notice_groups import group_notices
from survey.appraisal.shown.selection import SORTS, Asked, select
from survey.appraisal.shown.unit_items import read_unit_items
from survey.fieldwork.campaign_pages import (
    campaign_or_404,
    need_whole,
    reading_campaign,
    shown_readiness,
    visible_units,
)
from survey.forms.office import ConfirmForm, LeadersApprovalForm, ProposalForm
from survey.jobs.waiting import do_or_wait
from survey.problems import Refused
from survey.receivers import acknowledgements, outbox
from survey.scheme.campaign_scheme import scheme_of
from survey.two_persons.proposals import propose
from survey.two_persons.waiting import shown_waiting
from survey.web import charts
from survey.web.alterations import Altered
from survey.web.request import language, site
from survey.wording import STEPS

blueprint = Blueprint("appraisal", __name__, url_prefix="/office/campaigns/<code>")

Page = str | Response | tuple[str, int]


@blueprint.get("/scores", endpoint="scores")
@requires("score.read")
def scores(code: str) -> Page:
    with reading_campaign(code, "score.read") as (session, campaign):
        units = visible_units(campaign, "score.read")
        sheet = score_sheet.read_score_sheet(session, campaign=campaign, units=units)
        asked = _asked()
        return render_template(
            "office/scores.html",
            campaign=campaign,
            sheet=sheet,
            found=conclude(sheet) if sheet else None,
            noticed=group_notices(sheet) if sheet else [],
            shown=[(part, _picture(sheet, part)) for part in select(sheet, asked)] if sheet else [],
            asked=asked,
            releases=score_sheet.releases_of(session, campaign=campaign),
            acknowledged=acknowledgements.newest_of(session, campaign=campaign),
            deliveries=outbox.list_deliveries(session, campaign=campaign),
        )


@blueprint.get("/scores/<unit_code>")
@requires("score.read")
def unit_score(code: str, unit_code: str) -> Page:
    with reading_campaign(code, "score.read") as (session, campaign):
        units = visible_units(campaign, "score.read")
        mine = [entry for entry in units if entry.unit.code == unit_code]
        sheet = score_sheet.read_score_sheet(session, campaign=campaign, units=mine)
        if not mine or sheet is None:
            abort(404)
        row = sheet.classes[0].rows[0]
        return render_template(
            "office/unit_score.html",
            campaign=campaign,
            sheet=sheet,
            row=row,
            steps=[(STEPS[name][0].text(language()), score) for name, score in row.steps.items()],
            said=read_unit_items(
                session, campaign=campaign, record=sheet.record, row=row, lang=language()
            ),
        )


@blueprint.get("/items", endpoint="items")
@requires("case.run")
def items(code: str) -> Page:
    with reading_campaign(code, "score.read") as (session, campaign):
        units = visible_units(campaign, "score.read")
        asked, page = request.args.get("unit", ""), max(1, request.args.get("p", 1, type=int))
        unit = next((entry.unit for entry in units if entry.unit.code == asked), None)
        lang = language()
        found = item_results.read_results(
            session, campaign=campaign, unit=unit, lang=lang, page=page
        )
        return render_template(
            "office/items.html",
            campaign=campaign,
            found=found,
            smallest=scheme_of(campaign).privacy.smallest_cell,
            asked=unit.code if unit else "",
            whom=unit.name(lang) if unit else _("该单位"),
            page=page,
            n_pages=-(-found.total // item_results.PAGE) or 1 if found else 1,
        )


@blueprint.route("/score", methods=["GET", "POST"])
@requires("score.run")
def score_page(code: str) -> Page:
    form = ConfirmForm()
    if not form.validate_on_submit():
        return _confirm(code, form, what="score")
    try:
        with site().database.reading() as session:
            campaign = campaign_or_404(session, code)
            need_scorable(campaign)
        return do_or_wait(SCORE, campaign=campaign, arguments={})
    except Altered:
        raise
    except Refused as refused:
        return _confirm(code, form, what="score", refused=refused)


@blueprint.route("/release", methods=["GET", "POST"])
@requires("release.make")
def release_page(code: str) -> Page:
    form = ProposalForm()
    if not form.validate_on_submit():
        return _confirm(code, form, what="release")
    need_whole(code)
    try:
        with site().database.writing() as session:
            made = propose(
                session,
                site=site(),
                deed=release.RELEASE,
                campaign=campaign_or_404(session, code),
                arguments={},
                by=current_account().username,
                reason=form.reason.data or "",
            )
    except Refused as refused:
        return _confirm(code, form, what="release", refused=refused)
    return shown_waiting(made)


@blueprint.route("/release/approval", methods=["GET", "POST"])
@requires("release.approve")
def approval_page(code: str) -> Page:
    """Enter the leading group's approval of the newest release."""
    form = LeadersApprovalForm()
    on, number = form.approved_on.data, form.document_number.data
    if not form.validate_on_submit() or on is None or number is None:
        return _approval_page(code, form)
    need_whole(code)
    try:
        with site().database.writing() as session:
            campaign = campaign_or_404(session, code)
            leaders_approval.record_approval(
                session,
                campaign=campaign,
                release=release.latest_release(session, campaign=campaign),
                approved_on=on,
                document_number=number,
                by=current_account().username,
                clock=site().clock,
            )
    except Refused as refused:
        return _approval_page(code, form, refused)
    flash(_("领导小组的审定已记录。"))
    return redirect(url_for("appraisal.scores", code=code))


def _approval_page(code: str, form: LeadersApprovalForm, refused: Refused | None = None) -> Page:
    with reading_campaign(code, "score.read") as (session, campaign):
        page = render_template(
            "office/leaders_approval.html",
            campaign=campaign,
            form=form,
            releases=score_sheet.releases_of(session, campaign=campaign)[:1],
            lines=refused.text(language()).splitlines() if refused else [],
        )
    return page, 422 if refused or form.errors else 200


def _picture(sheet: score_sheet.ScoreSheet, part: score_sheet.ClassSheet) -> Markup | None:
    """Draw the scores of a class, None where no unit has one."""
    dots = [
        charts.Dot(
            name=row.taking_part.unit.short_name(language()),
            words=figures.score,
            score=float(figures.score),
            lower=float(figures.lower),
            upper=float(figures.upper),
            n=figures.n,
            hollow=row.grade_uncertain,
        )
        for row in part.rows
        if (figures := row.figures).score and figures.lower and figures.upper
    ]
    label = _("%(name)s：各单位的得分和95%%区间，数字见下表", name=part.names.name(language()))
    bands = [band.minimum for band in sheet.record.plan.grades]
    if not dots:
        return None
    return charts.dot_plot(dots, label=label, low=sheet.low, high=sheet.high, bands=bands)


def _asked() -> Asked:
    sort = request.args.get("sort", "")
    return Asked(
        text=request.args.get("q", ""),
        class_code=request.args.get("class", ""),
        sort=sort if sort in SORTS else "",
        only_uncertain=request.args.get("uncertain") == "1",
    )


def _confirm(code: str, form: FlaskForm, *, what: str, refused: Refused | None = None) -> Page:
    with reading_campaign(code, "score.read") as (session, campaign):
        page = render_template(
            "office/score_confirm.html",
            campaign=campaign,
            form=form,
            what=what,
            ready=shown_readiness(session, campaign, "release") if what == "release" else [],
            lines=refused.text(language()).splitlines() if refused else [],
        )
    return page, 422 if refused or form.errors else 200
