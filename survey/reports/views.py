"""Documents of a release: the office's list, files to take, a unit's own page, a leader's class."""

from io import BytesIO

from flask import Blueprint, abort, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import roles
from survey.access.sign_in import current_account, requires
from survey.exchange.document import FrozenDocument, find_document
from survey.fieldwork.campaign_pages import (
    campaign_or_404,
    need_whole,
    reading_campaign,
    visible_units,
)
from survey.fieldwork.campaigns import find_campaign
from survey.model import Campaign
from survey.problems import Refused
from survey.reports.class_page import class_page
from survey.reports.handing_out import (
    MEDIA_TYPES,
    Ending,
    Wanted,
    as_ending,
    drawn,
    file_name,
    letters,
    note_taken,
    wanted,
)
from survey.reports.kinds import LANGS, NAMES, OF_UNITS
from survey.reports.unit_filling import letter_fields
from survey.web.downloads import attachment, pack
from survey.web.pages import found_or_404
from survey.web.request import language, site

blueprint = Blueprint("reports", __name__, url_prefix="/office/campaigns/<code>")

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
            kinds={kind: names for kind, names in NAMES.items() if kind not in OF_UNITS},
            letter=NAMES["letter"],
            units=visible_units(campaign, "document.read"),
            classes=sorted({unit.class_code for unit in visible_units(campaign, "document.read")}),
            lines=_lacking(document),
        )


@blueprint.get("/documents/<kind>.<lang>.<ending>")
@requires("export.make")
def download(code: str, kind: str, lang: str, ending: str) -> Page:
    """Give a document of the whole release."""
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
    if lang not in LANGS:
        abort(404)
    need_whole(code)
    file = BytesIO()  # two hundred letters are 8 MB
    try:
        with reading_campaign(code, "export.make") as (session, campaign):
            document = _found(session, campaign)
            codes = [unit.unit.code for unit in campaign.units]
            pack(file, letters(session, document, lang=lang, units=codes))
    except Refused as refused:
        return _refused(code, refused)
    _note(code, document, f"letters.{lang}.zip")
    name = f"{document.release_code}-{NAMES['letter'].name(lang)}.zip"
    return Response(
        file.getvalue(),
        content_type="application/zip",
        headers={"Content-Disposition": attachment(name), "Cache-Control": "private, no-store"},
    )


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
        return render_template("office/unit_result.html", campaign=campaign, fields=fields)


@blueprint.get("/classes/<class_code>")
@requires("score.read")
def class_result(code: str, class_code: str) -> Page:
    """Show a leader one class of the newest release on one page."""
    with reading_campaign(code, "score.read") as (session, campaign):
        mine = {unit.class_code for unit in visible_units(campaign, "score.read")}
        if class_code not in mine:
            abort(404)
        document = _found(session, campaign)
        words = (_("各单位的得分和区间，数字见下表"), _("得分与有效样本，数字见下表"))
        try:
            page = class_page(document.content, class_code=class_code, lang=language(), words=words)
        except Refused as refused:
            return _shown_refused(campaign, refused)
        return render_template("office/class_result.html", campaign=campaign, page=page)


def _given(code: str, asked: Wanted, ending: str) -> Page:
    kind: Ending = "pdf" if ending == "pdf" else "docx"
    if ending not in MEDIA_TYPES:
        abort(404)
    need_whole(code)
    action: roles.Action = "document.read" if asked.unit_code else "export.make"
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
    return Response(
        content,
        content_type=MEDIA_TYPES[kind],
        headers={
            "Content-Disposition": attachment(file_name(document, asked, kind)),
            "Cache-Control": "private, no-store",
        },
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
    page = render_template(
        "office/documents.html",
        campaign=campaign,
        document=None,
        kinds={},
        letter=NAMES["letter"],
        units=[],
        classes=[],
        lines=refused.text(language()).splitlines(),
    )
    return page, 422
