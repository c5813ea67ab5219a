"""Templates of documents, replaced by the office's own; and a document checked by its file."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from survey.access.sign_in import current_account, requires
from survey.exchange.document import find_document
from survey.fieldwork.campaign_pages import campaign_or_404, need_whole
from survey.forms.office import ConfirmForm, WordFileForm
from survey.problems import Refused
from survey.reports.blocks import opened
from survey.reports.check_file import CheckedFile, check_file
from survey.reports.drawing import About
from survey.reports.fields import all_fields
from survey.reports.handing_out import MEDIA_TYPES
from survey.reports.kinds import KINDS, LANGS, NAMES, Kind, kind_named
from survey.reports.template_changing import replace_template, restore_template
from survey.reports.template_rules import LARGEST
from survey.reports.template_store import own_template, template_in_use, template_of_digest
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import file_name, language, site

blueprint = Blueprint("templates", __name__, url_prefix="/office")

TEMPLATES = "/office/templates"
CHECK = "/office/check-document"
LARGEST_FILE = LARGEST + 64 * 1024  # with the form around it
Page = str | Response | tuple[str, int]


@blueprint.get("/templates")
@requires("template.change")
def listed() -> Page:
    """List the templates, whose are in use, and the fields they may name."""
    return _shown([])


@blueprint.post("/templates")
@requires("template.change")
def upload() -> Page:
    """Put the office's own template in use; the address names which."""
    kind, lang = _asked()
    form = WordFileForm()
    if not form.validate_on_submit():
        return _shown([str(error) for errors in form.errors.values() for error in errors]), 422
    try:
        with site().database.writing() as session:
            replace_template(
                session,
                kind=kind,
                lang=lang,
                content=form.file.data.read(),
                file=file_name(form.file.data.filename),
                by=current_account().username,
                clock=site().clock,
            )
    except Refused as refused:
        return _shown(refused.text(language()).splitlines()), 422
    flash(_("模板已换成您上传的这一份，以后的文书照它生成。"))
    return redirect(url_for("templates.listed"))


@blueprint.post("/templates/restore")
@requires("template.change")
def restore() -> Page:
    """Go back to the shipped template."""
    kind, lang = _asked()
    if not ConfirmForm().validate_on_submit():
        return _shown([]), 422
    with site().database.writing() as session:
        by = current_account().username
        restore_template(session, kind=kind, lang=lang, by=by, clock=site().clock)
    flash(_("已恢复自带模板。"))
    return redirect(url_for("templates.listed"))


@blueprint.get("/templates/<kind>.<lang>.docx")
@requires("template.change")
def download(kind: str, lang: str) -> Response:
    """Give the template in use, to be edited in Word."""
    known = _kind(kind, lang)
    with site().database.reading() as session:
        content = template_in_use(session, kind=known, lang=lang)
    name = f"{NAMES[known].name(lang)}-{_('模板')}.docx"
    return Response(
        content,
        content_type=MEDIA_TYPES["docx"],
        headers={"Content-Disposition": attachment(name), "Cache-Control": "private, no-store"},
    )


@blueprint.route("/check-document", methods=["GET", "POST"])
@requires("export.make")
def check() -> Page:
    """Hold a document's file against the newest release; nothing of it is kept.

    The address names its campaign in the query: bodies larger than others go by the address.
    """
    code, form = request.args.get("code", ""), WordFileForm()
    with site().database.reading() as session:
        campaign_or_404(session, code)
    if not form.validate_on_submit():
        lines = [str(error) for errors in form.errors.values() for error in errors]
        return _check_shown(code, form, None, lines)
    need_whole(code)
    try:
        found = _checked(code, form.file.data.read(), file_name(form.file.data.filename))
    except Refused as refused:
        return _check_shown(code, form, None, refused.text(language()).splitlines())
    return _check_shown(code, form, found, [])


def _checked(code: str, content: bytes, file: str) -> CheckedFile:
    with site().database.reading() as session:
        campaign = campaign_or_404(session, code)
        number = _number(content, file, code)
        document = find_document(session, campaign=campaign, number=number)

        def template_of(about: About) -> bytes:
            return template_of_digest(
                session, kind=about.kind, lang=about.lang, digest=about.template
            )

        return check_file(content, document.content, file=file, template_of=template_of)


def _number(content: bytes, file: str, code: str) -> int | None:
    """Return of which release a file says it is; None, for the newest, where it says none."""
    about = About.read(str(opened(content, file=file).core_properties.keywords))
    before, _dash, number = about.release.rpartition("-R") if about else ("", "", "")
    return int(number) if before == code and number.isdecimal() else None


def _check_shown(
    code: str, form: WordFileForm, found: CheckedFile | None, lines: list[str]
) -> Page:
    with site().database.reading() as session:
        page = render_template(
            "office/check_document.html",
            campaign=campaign_or_404(session, code),
            form=form,
            found=found,
            names=NAMES,
            lines=lines,
        )
    return page, 422 if lines else 200


def _shown(lines: list[str]) -> str:
    with site().database.reading() as session:
        own = {}
        for kind in KINDS:
            for lang in LANGS:
                own[kind, lang] = found_or_404(own_template, session, kind=kind, lang=lang)
        return render_template(
            "office/templates.html",
            names=NAMES,
            langs=LANGS,
            own=own,
            fields=all_fields(letter=True),
            form=WordFileForm(),
            confirm=ConfirmForm(),
            lines=lines,
        )


def _asked() -> tuple[Kind, str]:
    kind, lang = request.args.get("kind", ""), request.args.get("lang", "")
    return _kind(kind, lang), lang


def _kind(kind: str, lang: str) -> Kind:
    if lang not in LANGS:
        abort(404)
    return found_or_404(kind_named, kind)
