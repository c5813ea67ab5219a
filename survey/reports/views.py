"""Documents of a release: the office's list, files to take, a unit's own page, a leader's class."""

from datetime import datetime

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.exchange.document import FrozenDocument, find_document
from survey.exchange.files import FORMATS
from survey.fieldwork.campaign_pages import (
    campaign_or_404,
    need_whole,
    reading_campaign,
    visible_units,
)
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.papers.font import choose_font
from survey.jobs.kinds import Kind as JobKind
from survey.jobs.taking import made_or_wait
from survey.model import Campaign
from survey.problems import Refused
from survey.reports.archive_job import CADRE, LETTERS
from survey.reports.classes.page import class_page
from survey.reports.classes.paper import FUNNEL, INTERVALS, class_paper
from survey.reports.handing_out import (
    MEDIA_TYPES,
    Ending,
    Wanted,
    as_ending,
    drawn,
    file_name,
    note_taken,
    wanted,
)
from survey.reports.kinds import FOR_USE, KINDS, LANGS, NAMES, OF_UNITS, kind_named
from survey.reports.unit_filling import letter_fields
from survey.reports.using.sheets import use_workbook
from survey.web.alterations import Altered
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import language, site

blueprint = Blueprint("reports", __name__, url_prefix="/office/campaigns/<code>")

XLSX = FORMATS["xlsx"].media_type

Page = str | Response | tuple[str, int]


@blueprint.get("/documents")
@requires("document.read")
def listed(code: str) -> Page:
    """List what can be taken of the newest release, as far as the official may."""
    with reading_campaign(code, "document.read") as (session, campaign):
        document = _released(session, campaign)
        return render_template(
            "office/documents.html",
            campaign=campaign,
            document=document,
            kinds={kind: NAMES[kind] for kind in KINDS if kind not in {*FOR_USE, *OF_UNITS}},
            for_use={kind: NAMES[kind] for kind in FOR_USE},
            letter=NAMES["letter"],
            units=visible_units(campaign, "document.read"),
            classes=sorted({unit.class_code for unit in visible_units(campaign, "document.read")}),
            lines=_lacking(document),
        )


@blueprint.get("/documents/<kind>.<lang>.<ending>")
@requires("export.make")
def download(code: str, kind: str, lang: str, ending: str) -> Page:
    """Give a document of the whole release; one for use to whoever may give results for use."""
    if kind in FOR_USE and not roles.may(current_account(), "result.use"):
        abort(403)
    return _given(code, found_or_404(wanted, kind, lang), ending)


@blueprint.get("/letters/<unit_code>.<lang>.<ending>")
@requires("document.read")
def letter(code: str, unit_code: str, lang: str, ending: str) -> Page:
    """Give a unit's letter: to a liaison the own one alone, to a class group those of its class."""
    return _given(code, found_or_404(wanted, "letter", lang, unit_code), ending)


@blueprint.get("/letters.<lang>.zip")
@requires("export.make")
def all_letters(code: str, lang: str) -> Page:
    """Give the letters of all units in one archive."""
    return _archive(code, lang, LETTERS)


@blueprint.get("/use/<unit_code>.<lang>.<ending>")
@requires("result.use")
def for_use_of_unit(code: str, unit_code: str, lang: str, ending: str) -> Page:
    """Give what a unit's cadre file gets."""
    return _given(code, found_or_404(wanted, "cadre", lang, unit_code), ending)


@blueprint.get("/use.<lang>.zip")
@requires("result.use")
def for_use_of_all(code: str, lang: str) -> Page:
    """Give what the cadre files of all units get, in one archive."""
    return _archive(code, lang, CADRE)


@blueprint.get("/use/<kind>.xlsx")
@requires("result.use")
def workbook_for_use(code: str, kind: str) -> Page:
    """Give the results for a use as a workbook."""
    if kind not in FOR_USE:
        abort(404)
    need_whole(code)
    try:
        with reading_campaign(code, "result.use") as (session, campaign):
            document = _found(session, campaign)
        content = use_workbook(document, kind_named(kind))
    except Refused as refused:
        return _refused(code, refused)
    _note(code, document, f"{kind}.xlsx")
    asked = Wanted(kind=kind_named(kind), lang="zh")
    return _file(content, XLSX, file_name(document, asked, "xlsx"))


def _archive(code: str, lang: str, kind: JobKind) -> Page:
    if lang not in LANGS:
        abort(404)
    with reading_campaign(code, kind.action) as (session, campaign):
        document = _found(session, campaign)
    about = {"lang": lang, "number": document.content.release.number}
    anew = url_for(request.endpoint or "", code=code, lang=lang)
    try:
        made = made_or_wait(kind, campaign=campaign, arguments=about, anew=anew)
    except Altered:
        raise
    except Refused as refused:
        return _refused(code, refused)
    if isinstance(made, Response):
        return made
    _note(code, document, f"{kind.name}.{lang}.zip")
    return _file(made.content, "application/zip", made.name)


@blueprint.get("/results/<unit_code>")
@requires("document.read")
def unit_result(code: str, unit_code: str) -> Page:
    """Show a unit what its letter says, once the scores are released."""
    with reading_campaign(code, "document.read") as (session, campaign):
        _require_own(campaign, unit_code)
        document = _found(session, campaign)
        try:
            fields = letter_fields(document.content, unit_code=unit_code, lang=language())
        except Refused as refused:
            return _shown_refused(campaign, refused)
        on_site = document.content.on_site
        return render_template(
            "office/unit_result.html",
            campaign=campaign,
            fields=fields,
            deduction=on_site.of_unit(unit_code) if on_site else None,
        )


@blueprint.get("/classes/<class_code>")
@requires("score.read")
def class_result(code: str, class_code: str) -> Page:
    """Show a leader one class of the newest release on one page."""
    with reading_campaign(code, "score.read") as (session, campaign):
        _require_class(campaign, class_code)
        document = _found(session, campaign)
        words = (_("各单位的得分和区间，数字见下表"), _("得分与有效样本，数字见下表"))
        try:
            page = class_page(document.content, class_code=class_code, lang=language(), words=words)
        except Refused as refused:
            return _shown_refused(campaign, refused)
        return render_template(
            "office/class_result.html",
            campaign=campaign,
            page=page,
            on_site=document.content.on_site,
        )


@blueprint.get("/classes/<class_code>.<lang>.pdf")
@requires("score.read")
def class_as_paper(code: str, class_code: str, lang: str) -> Page:
    """Give a leader one class of the newest release as a paper."""
    if lang not in LANGS:
        abort(404)
    need_whole(code)
    try:
        with reading_campaign(code, "score.read") as (session, campaign):
            _require_class(campaign, class_code)
            document = _found(session, campaign)
        words = (INTERVALS.text(lang), FUNNEL.text(lang))
        page = class_page(document.content, class_code=class_code, lang=lang, words=words)
        dated_at = datetime.fromisoformat(document.content.release.frozen_at)
        font = choose_font(site().settings)
        content = class_paper(page, lang=lang, dated_at=dated_at, font=font)
    except Refused as refused:
        return _refused(code, refused)
    _note(code, document, f"class-{class_code}.{lang}.pdf")
    label = "-SIMULATED" if document.simulated else ""
    name = f"{document.release_code}{label}-{class_code}.{lang}.pdf"
    return _file(content, MEDIA_TYPES["pdf"], name)


def _require_class(campaign: Campaign, class_code: str) -> None:
    if class_code not in {one.class_code for one in visible_units(campaign, "score.read")}:
        abort(404)


def _given(code: str, asked: Wanted, ending: str) -> Page:
    kind: Ending = "pdf" if ending == "pdf" else "docx"
    if ending not in MEDIA_TYPES:
        abort(404)
    need_whole(code)
    action: roles.Action = "document.read" if asked.kind == "letter" else "export.make"
    if asked.kind in FOR_USE:
        action = "result.use"
    try:
        with reading_campaign(code, action) as (session, campaign):
            if asked.unit_code:
                _require_own(campaign, asked.unit_code)
            document = _found(session, campaign)
            word = drawn(session, document, asked)
        at = document.content.release.frozen_at
        content = as_ending(word, kind, site=site(), asked=asked, at=at)
    except Refused as refused:
        return _refused(code, refused)
    _note(code, document, f"{asked.name}.{kind}")
    return _file(content, MEDIA_TYPES[kind], file_name(document, asked, kind))


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(
        content,
        content_type=media_type,
        headers={"Content-Disposition": attachment(name), "Cache-Control": "private, no-store"},
    )


def _note(code: str, document: FrozenDocument, name: str) -> None:
    with site().database.writing() as session:
        by = current_account().username
        campaign = find_campaign(session, code)
        note_taken(site(), session, campaign, document, name=name, by=by)


def _require_own(campaign: Campaign, unit_code: str) -> None:
    own = {unit.unit.code for unit in visible_units(campaign, "document.read")}
    if unit_code not in own:
        abort(404)


def _found(session: Session, campaign: Campaign) -> FrozenDocument:
    return found_or_404(find_document, session, campaign=campaign)


def _released(session: Session, campaign: Campaign) -> FrozenDocument | None:
    try:
        return find_document(session, campaign=campaign)
    except Refused:
        return None


def _lacking(document: FrozenDocument | None) -> list[str]:
    """Return why nothing can be made of a release that an earlier program froze."""
    if document is None or document.content.reported is not None:
        return []
    try:
        letter_fields(document.content, unit_code="", lang=language())
    except Refused as refused:
        return refused.text(language()).splitlines()
    return []


def _refused(code: str, refused: Refused) -> Page:
    with site().database.reading() as session:
        return _shown_refused(campaign_or_404(session, code), refused)


def _shown_refused(campaign: Campaign, refused: Refused) -> Page:
    lines = refused.text(language()).splitlines()
    shown = {"campaign": campaign, "document": None, "lines": lines}
    return render_template("office/documents.html", **shown), 422
