"""The audit's page: deeds found and read, and taken away as a table."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request, stream_with_context
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey import audit
from survey.access.sign_in import current_account, requires
from survey.approvals.all_deeds import DEEDS
from survey.auditing import table
from survey.auditing.entries import Asked, Found, county_zone, find
from survey.auditing.names import Names, names_in
from survey.auditing.sentences import SPOKEN, sentence
from survey.forms.audit_filter import AuditFilterForm
from survey.model import AuditEntry
from survey.web.downloads import attachment
from survey.web.pages import found_or_404
from survey.web.request import language, site

blueprint = Blueprint("auditing", __name__, url_prefix="/office/audit")

Page = str | Response | tuple[str, int]

_ROWS_AT_ONCE = 1_000


@blueprint.get("/")
@requires("audit.read")
def listed() -> Page:
    form = _form()
    valid = form.validate()
    with site().database.reading() as session:
        zone = county_zone(session)
        found = Found(entries=(), before=None)
        if valid:
            before = request.args.get("before", type=int)
            found = found_or_404(find, session, asked=_asked(form), zone=zone, before=before)
        page = render_template(
            "office/audit.html",
            form=form,
            rows=_rows(session, found),
            before=found.before,
            asked=_arguments(form),
            zone=zone,
            n_entries=audit.chain_end(session).entries,
        )
    return page, 200 if valid else 422


@blueprint.get("/entries.csv")
@requires("audit.read")
def download() -> Page:
    """Give what is asked for as a table, after leaving on record who took it out."""
    form = _form()
    if not form.validate():
        return listed()  # which says what is wrong
    with site().database.writing() as session:
        audit.record(
            session,
            by=current_account().username,
            at=site().clock(),
            action="audit.export",
            subject="audit",
            **_on_record(form),
        )
    return Response(
        stream_with_context(_lines(_asked(form))),
        mimetype="text/csv",
        headers={"Content-Disposition": attachment("audit.csv")},
    )


def _lines(asked: Asked) -> Iterator[bytes]:
    """Yield the table in pieces, each read by itself: the whole audit may be long."""
    lang = language()
    with site().database.reading() as session:
        zone = county_zone(session)
    yield table.heading(lang, zone)
    before: int | None = None
    while True:
        with site().database.reading() as session:
            found = find(session, asked=asked, zone=zone, before=before, size=_ROWS_AT_ONCE)
            names = _names(session, found, lang)
            piece = table.rows(found.entries, names=names, zone=zone)
        yield piece
        if found.before is None:
            return
        before = found.before


def _form() -> AuditFilterForm:
    form = AuditFilterForm(request.args)
    form.offer([(action, str(spoken.name)) for action, spoken in SPOKEN.items()])
    return form


def _asked(form: AuditFilterForm) -> Asked:
    return Asked(
        who=(form.who.data or "").strip(),
        action=form.action.data or "",
        about=(form.about.data or "").strip(),
        since=form.since.data,
        until=form.until.data,
    )


def _arguments(form: AuditFilterForm) -> dict[str, str]:
    return {field.name: request.args[field.name] for field in form if request.args.get(field.name)}


def _on_record(form: AuditFilterForm) -> dict[str, Any]:
    words = {"who": "person", "action": "deed"}
    return {words.get(name, name): value for name, value in _arguments(form).items()}


def _rows(session: Session, found: Found) -> list[tuple[AuditEntry, str, str]]:
    """Return each entry with whoever did it and what was done, in words."""
    names = _names(session, found, language())
    return [(entry, names.person(entry.by), sentence(entry, names)) for entry in found.entries]


def _names(session: Session, found: Found, lang: str) -> Names:
    deeds = {kind: deed.name.text(lang) for kind, deed in DEEDS.items()}
    return names_in(session, found.entries, lang, deeds=deeds)
