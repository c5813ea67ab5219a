"""The review desk's pages: the cases, one of them with its form, and every run."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import people
from survey.access.sign_in import current_account, requires
from survey.appraisal.review.content import CaseContent
from survey.appraisal.review.effects import need_comparable
from survey.appraisal.review.kinds import VERDICTS
from survey.appraisal.review.reading import decided_counts, read_case, read_cases
from survey.appraisal.review.runs_listed import runs_of
from survey.appraisal.review.standing import find_case
from survey.appraisal.review.weighing_job import WEIGH_CASE
from survey.appraisal.review.words import give_word
from survey.fieldwork.campaign_pages import (
    campaign_or_404,
    need_whole,
    reading_campaign,
    visible_units,
)
from survey.forms.office import ConfirmForm
from survey.forms.review import WordForm
from survey.jobs.waiting import do_or_wait
from survey.model import Campaign, CampaignUnit, ReviewCase
from survey.problems import Refused
from survey.web import charts
from survey.web.alterations import Altered
from survey.web.pages import found_or_404
from survey.web.request import language, site

blueprint = Blueprint("review", __name__, url_prefix="/office/campaigns/<code>")

_PAGE = 50
Page = str | Response | tuple[str, int]


@blueprint.get("/review/")
@requires("review.read", hidden=True)
def cases(code: str) -> Page:
    with reading_campaign(code, "review.read") as (session, campaign):
        units = visible_units(campaign, "review.read")
        every = read_cases(session, campaign=campaign, units=units)
        asked = {name: request.args.get(name, "") for name in ("state", "class", "unit")}
        found = [
            one
            for one in every
            if asked["state"] in {"", one.standing.state}
            and asked["class"] in {"", one.entry.class_code}
            and asked["unit"] in {"", one.entry.unit.code}
        ]
        page = max(1, request.args.get("p", 1, type=int))
        return render_template(
            "office/review_cases.html",
            campaign=campaign,
            units=units,
            classes=list(dict.fromkeys(entry.class_code for entry in units)),
            cases=found[_PAGE * (page - 1) : _PAGE * page],
            page=page,
            n_pages=-(-len(found) // _PAGE) or 1,
            n_undecided=sum(one.standing.state != "decided" for one in every),
            counts=decided_counts(every),
            asked=asked,
        )


@blueprint.get("/review/<int:number>")
@requires("review.read", hidden=True)
def case(code: str, number: int) -> Page:
    return _show(code, number)


@blueprint.post("/review/<int:number>")
@requires("review.decide", hidden=True)
def word(code: str, number: int) -> Page:
    form = WordForm()
    _exists(code, number)
    if not form.validate_on_submit():
        return _show(code, number, form=form), 422
    need_whole(code)
    try:
        with site().database.writing() as session:
            given = give_word(
                session,
                site=site(),
                campaign=campaign_or_404(session, code),
                number=number,
                verdict=form.verdict.data or "",
                reason=form.reason.data or "",
                by=current_account().username,
            )
    except Refused as refused:
        return _show(code, number, refused=refused), 422
    if given.outcome:
        decided = VERDICTS[given.outcome].text(language())
        flash(_("已认定：%(verdict)s。重新计分后生效。", verdict=decided))
    elif given.n_words == 1:
        flash(_("已记下您的意见，等待另一人独立认定。"))
    else:
        flash(_("两人意见不一致，由第三人在两种意见中认定。"))
    return redirect(url_for("review.case", code=code, number=number))


@blueprint.post("/review/<int:number>/weigh")
@requires("review.decide", hidden=True)
def weigh(code: str, number: int) -> Page:
    form = ConfirmForm()
    _exists(code, number)
    if not form.validate_on_submit():
        return _show(code, number), 422
    try:
        with site().database.reading() as session:
            campaign = campaign_or_404(session, code)
            need_comparable(session, campaign=campaign, number=number)
        return do_or_wait(WEIGH_CASE, campaign=campaign, arguments={"case": number})
    except Altered:
        raise
    except Refused as refused:
        return _show(code, number, refused=refused), 422


@blueprint.get("/runs")
@requires("score.read", hidden=True)
def runs(code: str) -> Page:
    with reading_campaign(code, "score.read") as (session, campaign):
        units = {entry.unit.code for entry in visible_units(campaign, "score.read")}
        return render_template(
            "office/runs.html",
            campaign=campaign,
            runs=runs_of(session, campaign=campaign, unit_codes=units),
            people=people.names(session),
        )


def _exists(code: str, number: int) -> None:
    with reading_campaign(code, "review.read") as (session, campaign):
        _find(session, campaign, number)


def _find(session: Session, campaign: Campaign, number: int) -> tuple[ReviewCase, CampaignUnit]:
    """Return a case of a unit that may be seen; 404 for all others, whether they exist or not."""
    found = found_or_404(find_case, session, campaign=campaign, number=number)
    units = {entry.unit.code: entry for entry in visible_units(campaign, "review.read")}
    if found.unit_code not in units:
        abort(404)
    return found, units[found.unit_code]


def _show(
    code: str, number: int, *, form: WordForm | None = None, refused: Refused | None = None
) -> str:
    with reading_campaign(code, "review.read") as (session, campaign):
        found, entry = _find(session, campaign, number)
        account = current_account()
        whole = read_case(session, campaign=campaign, case=found, entry=entry, account=account)
        groups = {group.code: group for group in campaign.groups}
        return render_template(
            "office/review_case.html",
            campaign=campaign,
            whole=whole,
            group=groups.get(found.group_code),
            people=people.names(session),
            form=form or WordForm(formdata=None),
            course=_course(whole.shown.content),
            pattern=_pattern(whole.shown.content),
            lines=refused.text(language()).splitlines() if refused else [],
        )


def _course(content: CaseContent) -> Markup | None:
    if not content.course:
        return None
    label = _("这些答卷每小时的份数") if content.hourly else _("这些答卷每天的份数")
    # An hour alone: there is room for five signs, and the days stand beside the picture.
    days = [(slot.label[-5:], slot.count) for slot in content.course]
    return charts.daily_bars(days, label=label)


def _pattern(content: CaseContent) -> Markup | None:
    if not content.pattern:
        return None
    pairs = [
        charts.Pair(
            name=level.en if language() == "en" else level.zh, here=level.here, rest=level.rest
        )
        for level in content.pattern
    ]
    return charts.paired_bars(pairs, label=_("各档所占百分比：这些答卷和该单位其余答卷"))
