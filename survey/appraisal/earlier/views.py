"""Earlier campaigns in the office's pages: what the plan of a draft takes from their releases."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.appraisal.earlier.released import EarlierRelease, earlier_releases
from survey.appraisal.earlier.taking import MOST_BYTES, LastScores, Slopes, read_document
from survey.drafting.changing import change_sheets
from survey.fieldwork.campaign_pages import campaign_or_404, need_whole
from survey.forms.office import ConfirmForm, EarlierDocumentForm
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.web.request import file_name, language, site

blueprint = Blueprint("earlier", __name__, url_prefix="/office/campaigns/<code>/earlier")

EARLIER_DOCUMENT = "/office/campaigns/<code>/earlier/document"
LARGEST_DOCUMENT = MOST_BYTES + 64 * 1024  # with the form around it
Page = str | Response | tuple[str, int]


@blueprint.get("")
@requires("campaign.run")
def listed(code: str) -> str:
    """Show the releases before a campaign, and what its plan has taken of them."""
    return _page(code, [])


@blueprint.post("/scores")
@requires("campaign.run")
def scores(code: str) -> Page:
    """Let a draft look at the scores that an earlier campaign released."""
    chosen = _chosen(code, request.form.getlist("of")[:1])
    if not (ConfirmForm().validate() and chosen):
        return _page(code, [_("请选择一次已公布的评议")]), 422
    return _take(code, LastScores.of_release(chosen[0]))


@blueprint.post("/slopes")
@requires("campaign.run")
def slopes(code: str) -> Page:
    """Let a draft's interval of silence rest on slopes of earlier campaigns."""
    chosen = [each for each in _chosen(code, request.form.getlist("of")) if each.slope]
    if not (ConfirmForm().validate() and chosen):
        return _page(code, [_("请选择一次已公布的评议")]), 422
    return _take(code, Slopes(releases=chosen))


@blueprint.post("/document")
@requires("campaign.run")
def document(code: str) -> Page:
    """Let a draft look at the scores of a signed document of another installation."""
    form = EarlierDocumentForm()
    with site().database.reading() as session:
        simulated = campaign_or_404(session, code).simulated
    if not form.validate_on_submit():
        return _page(code, [], form), 422
    try:
        taken = read_document(
            form.file.data.read(MOST_BYTES + 1),
            file=file_name(form.file.data.filename),
            key=form.key.data or "",
            simulated=simulated,
        )
    except Refused as refused:
        return _page(code, refused.text(language()).splitlines(), form), 422
    return _take(code, taken)


def _chosen(code: str, wanted: list[str]) -> list[EarlierRelease]:
    """Return the releases asked for, the oldest first, once their records are as sealed."""
    with site().database.reading() as session:
        every = earlier_releases(session, campaign=campaign_or_404(session, code))
    chosen = [each for each in reversed(every) if each.campaign in wanted]
    for each in chosen:
        need_whole(each.campaign)
    return chosen


def _take(code: str, taken: LastScores | Slopes) -> Page:
    try:
        changes = change_sheets(
            site(),
            campaign_code=code,
            wanted=taken.sheets,
            made_from=None,
            by=current_account().username,
            files=taken.files,
        )
    except Refused as refused:
        return _page(code, refused.text(language()).splitlines()), 422
    flash(_("已保存，改动%(n)d处。", n=len(changes)) if changes else _("没有改动。"))
    return redirect(url_for("earlier.listed", code=code))


def _page(code: str, lines: list[str], form: EarlierDocumentForm | None = None) -> str:
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        return render_template(
            "office/earlier_campaigns.html",
            campaign=campaign,
            releases=earlier_releases(session, campaign=campaign),
            units={entry.unit.code for entry in campaign.units},
            wanted=scheme_of(campaign).scoring.debiasing,
            confirm=ConfirmForm(formdata=None),
            form=form or EarlierDocumentForm(formdata=None),
            lines=lines,
        )
