from functools import cache

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from survey.access import people
from survey.access.sign_in import current_account, requires
from survey.drafting.amendable import cell_may_change, may_change
from survey.drafting.amending import AMENDING, arguments_of, reckoned, told_of
from survey.drafting.changing import Overtaken, change_sheet, change_sheets
from survey.drafting.copying import Next, copy_campaign
from survey.drafting.items_form import ITEMS, ItemsForm
from survey.drafting.preview import resident_page, units_shown
from survey.drafting.sheet_page import BY_SLUG, headings, rows_given, shown_rows, slug_of, sums_of
from survey.drafting.version import Version, changes_of, version_of
from survey.fieldwork.campaign_pages import campaign_or_404, need_whole, reading_campaign
from survey.fieldwork.campaigns import all_campaigns
from survey.fieldwork.entrances import find_unit
from survey.forms.office import AmendmentForm, ConfirmForm, CopyForm, ItemsFileForm
from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.scheme.stored import stored_folder
from survey.scheme.workbook.sheets import QUESTIONNAIRE, SHEETS, TEXTS, Form, Rows, Sheet
from survey.scheme.workbook.writing import sheets_of, workbook_of_county
from survey.scheme.xlsform.writing import xlsform_of
from survey.site import resources
from survey.two_persons.deed import Matter
from survey.two_persons.proposals import propose
from survey.two_persons.waiting import shown_waiting
from survey.verification.amendments import amendments_of
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import file_name, language, site
from survey.web.wiring import POLICY

blueprint = Blueprint("drafting", __name__, url_prefix="/office")

PLAN_SHEET = "/office/campaigns/<code>/parts/<part>"
ITEMS_FORM = "/office/campaigns/<code>/parts/items-form"
LARGEST_SHEET = 500_000
_SEEN_BY_RESIDENTS = {QUESTIONNAIRE, TEXTS}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Page = str | Response | tuple[str, int]


@blueprint.get("/new/template.xlsx")
@requires("campaign.run")
def template() -> Response:
    return _workbook(_template(), "公众评议模板.xlsx")


@cache
def _template() -> bytes:
    return workbook_of_county(read_folder(resources.folder("demo") / "anlan"))


@blueprint.route("/new/copy", methods=["GET", "POST"])
@requires("campaign.run")
def copied() -> Page:
    """Ask which campaign to copy and what is another; a POST stores the draft."""
    with site().database.reading() as session:
        earlier = [(each.code, each.title(language())) for each in all_campaigns(session)]
    form, lines = CopyForm(), []
    form.offer(earlier)
    if form.validate_on_submit() and form.starts_on.data and form.ends_on.data:
        wanted = Next(
            code=(form.code.data or "").strip(),
            title_zh=(form.title_zh.data or "").strip(),
            title_en=(form.title_en.data or form.title_zh.data or "").strip(),
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
        )
        try:
            made = copy_campaign(
                site(), earlier=form.earlier.data, wanted=wanted, by=current_account().username
            )
        except Refused as refused:
            lines = refused.text(language()).splitlines()
        else:
            flash(_("已复制为草稿。请核对方案，再开启评议。"))
            return redirect(url_for("drafting.plan", code=made.code))
    page = render_template("office/copy_campaign.html", form=form, lines=lines)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/campaigns/<code>/parts.xlsx")
@requires("campaign.run")
def exported(code: str) -> Response:
    with site().database.reading() as session:
        county = stored_folder(session, campaign_or_404(session, code))
    return _workbook(workbook_of_county(county), f"{code}.xlsx")


@blueprint.get("/campaigns/<code>/parts")
@requires("campaign.run")
def plan(code: str) -> Page:
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        filled = sheets_of(stored_folder(session, campaign))
        listed = [(sheet, slug_of(sheet), _n_rows(filled[sheet.name])) for sheet in SHEETS]
        return render_template("office/plan_parts.html", campaign=campaign, sheets=listed)


def _n_rows(rows: Rows) -> int:
    return len(rows) - 1


@blueprint.get("/campaigns/<code>/parts/preview/<unit_code>")
@requires("campaign.run")
def preview(code: str, unit_code: str) -> Response:
    """Show what residents will see of a unit; the office's pages have it beside the items."""
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        unit = find_unit(session, campaign=campaign, unit_code=unit_code) or abort(404)
        try:
            shown, policy = resident_page(session, campaign=campaign, unit=unit, lang=language())
        except Refused:
            abort(404)  # a draft of an earlier program, which nobody could open either
    response = make_response(shown)
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/campaigns/<code>/parts/<part>", methods=["GET", "POST"])
@requires("campaign.run")
def sheet_page(code: str, part: str) -> Page:
    """Show a sheet of the plan; a POST stores it, or says what is wrong or who was faster."""
    sheet = found_or_404(_sheet, part)
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        version = version_of(session, campaign, sheet)
        is_open = campaign.state == "open" and may_change(sheet)
    form = AmendmentForm() if is_open else ConfirmForm()
    if not form.is_submitted():
        return _shown(code, version, version.rows)
    try:
        rows = rows_given(version, request.form)
    except ValueError:
        return _shown(code, version, version.rows, lines=[_("页面已失效，请返回重试")], status=422)
    if not form.validate():
        return _shown(code, version, rows, form=form, status=422)
    return _amend(code, version, rows, form) if is_open else _change(code, version, rows)


def _change(code: str, version: Version, rows: Rows) -> Response:
    """Store what a sheet of a draft shall say."""
    sheet, made_from = version.sheet, request.form.get("made_from", "")
    try:
        changes = change_sheet(
            site(),
            campaign_code=code,
            sheet=sheet,
            rows=rows,
            made_from=made_from,
            by=current_account().username,
        )
    except Overtaken as overtaken:
        return _shown(code, overtaken.theirs, rows, overtaken=True, status=409)
    except Refused as refused:
        lines = refused.text(language()).splitlines()
        return _shown(code, version, rows, lines=lines, made_from=made_from, status=422)
    flash(_("已保存，改动%(n)d处。", n=len(changes)) if changes else _("没有改动。"))
    return redirect(url_for("drafting.sheet_page", code=code, part=slug_of(sheet)))


def _amend(code: str, version: Version, rows: Rows, form: AmendmentForm) -> Response:
    """Propose what a sheet of an opened plan shall say as a new version of the plan."""
    if request.form.get("made_from") != version.digest:
        return _shown(code, version, rows, overtaken=True, form=form, status=409)
    need_whole(code)
    try:
        arguments = arguments_of(site(), campaign_code=code, sheets={version.sheet.name: rows})
        with site().database.reading() as session:
            campaign = campaign_or_404(session, code)
            matter = Matter(session=session, site=site(), campaign=campaign, arguments=arguments)
            told = told_of(matter, reckoned(matter))
        with site().database.writing() as session:
            made = propose(
                session,
                site=site(),
                deed=AMENDING,
                campaign=campaign_or_404(session, code),
                arguments=arguments,
                by=current_account().username,
                reason=form.reason.data or "",
                told=told,
            )
    except Refused as refused:
        lines = refused.text(language()).splitlines()
        return _shown(code, version, rows, lines=lines, form=form, status=422)
    return shown_waiting(made)


@blueprint.get("/campaigns/<code>/versions")
@requires("campaign.read")
def versions(code: str) -> Page:
    """Show the versions of an opened plan, each with its reason and what it changed."""
    with reading_campaign(code, "campaign.read") as (session, campaign):
        return render_template(
            "office/versions.html",
            campaign=campaign,
            amendments=amendments_of(session, campaign),
            people=people.names(session),
            english={sheet.name: sheet.en for sheet in SHEETS},
        )


def _sheet(part: str) -> Sheet:
    if part not in BY_SLUG:
        raise Refused.of(zh=f"没有“{part}”这一部分", en=f"there is no part {part!r}")
    return BY_SLUG[part]


def _shown(
    code: str,
    version: Version,
    rows: Rows,
    *,
    lines: list[str] | None = None,
    overtaken: bool = False,
    made_from: str = "",
    form: FlaskForm | None = None,
    status: int = 200,
) -> Response:
    sheet = version.sheet
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        amendable = campaign.state == "open" and may_change(sheet)
        page = render_template(
            "office/plan_sheet.html",
            campaign=campaign,
            sheet=sheet,
            fielded=sheet.form in {Form.SETTINGS, Form.WORDS},
            headings=headings(version, language()),
            rows=shown_rows(version, rows, language(), *([cell_may_change] * amendable)),
            sums=sums_of(sheet, rows, campaign.questionnaire.content["item_sets"]),
            made_from=made_from or version.digest,
            lines=lines or [],
            differing=changes_of(sheet, version.rows, rows) if overtaken else [],
            overtaken=overtaken,
            form=form or AmendmentForm(formdata=None),
            amendable=amendable,
            units=units_shown(campaign) if sheet.file in _SEEN_BY_RESIDENTS else [],
        )
    response = make_response(page, status)
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


@blueprint.get("/campaigns/<code>/parts/items-form.xlsx")
@requires("campaign.run")
def items_exported(code: str) -> Page:
    with site().database.reading() as session:
        county = stored_folder(session, campaign_or_404(session, code))
    try:
        content = xlsform_of(county.questionnaire, form_id=code)
    except Refused as refused:
        return _items_page(code, refused.text(language()).splitlines()), 422
    return _workbook(content, f"{code}-XLSForm.xlsx")


@blueprint.route("/campaigns/<code>/parts/items-form", methods=["GET", "POST"])
@requires("campaign.run")
def items_form(code: str) -> Page:
    """Offer the further items as an XLSForm; a POST lets a draft's be those of one."""
    form = ItemsFileForm()
    if not form.validate_on_submit():
        page = _items_page(code, [], form)
        return page, 422 if form.is_submitted() else 200
    given = ItemsForm(content=form.file.data.read(), file=file_name(form.file.data.filename))
    try:
        changes = change_sheets(
            site(),
            campaign_code=code,
            wanted=given.sheets,
            made_from=(ITEMS, request.form.get("made_from", "")),
            by=current_account().username,
            files=given.files,
        )
    except Overtaken:
        return _items_page(code, [_("您打开本页之后，别人已改过不计分题；请重新下载、再改。")]), 409
    except Refused as refused:
        return _items_page(code, refused.text(language()).splitlines()), 422
    flash(_("已保存，改动%(n)d处。", n=len(changes)) if changes else _("没有改动。"))
    return redirect(url_for("drafting.sheet_page", code=code, part=slug_of(ITEMS)))


def _items_page(code: str, lines: list[str], form: ItemsFileForm | None = None) -> str:
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        return render_template(
            "office/items_form.html",
            campaign=campaign,
            form=form or ItemsFileForm(formdata=None),
            lines=lines,
            made_from=version_of(session, campaign, ITEMS).digest,
            part=slug_of(ITEMS),
        )


def _workbook(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = _XLSX
    response.headers["Content-Disposition"] = attachment(name)
    response.headers["Cache-Control"] = "no-store"
    return response
