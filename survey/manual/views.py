"""The manual's pages: for whoever reaches the office's door, signed in or not."""

from flask import Blueprint, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from survey.manual import chapters
from survey.web.pages import found_or_404
from survey.web.request import language

blueprint = Blueprint("manual", __name__, url_prefix="/office/help")

_OF_PAGE = {
    "fieldwork.new_campaign": "02-setting-up",
    "fieldwork.close_page": "06-closing-and-scoring",
    "appraisal.score_page": "06-closing-and-scoring",
    "appraisal.release_page": "06-closing-and-scoring",
}
_OF_ROOM = {
    "access": "01-accounts",
    "own": "01-accounts",
    "people": "01-accounts",
    "posters": "03-posters-and-codes",
    "invitations": "03-posters-and-codes",
    "plan_codes": "03-posters-and-codes",
    "second_body": "03-posters-and-codes",
    "balance": "06-closing-and-scoring",
    "draws": "03-posters-and-codes",
    "schedule": "04-opening-and-watching",
    "rehearsal": "02-setting-up",
    "explaining": "02-setting-up",
    "drafting": "02-setting-up",
    "common_items": "02-setting-up",
    "earlier": "02-setting-up",
    "fieldwork": "04-opening-and-watching",
    "watching": "04-opening-and-watching",
    "reminders": "04-opening-and-watching",
    "bulletins": "04-opening-and-watching",
    "witnesses": "06-closing-and-scoring",
    "collecting": "04-opening-and-watching",
    "keying": "04-opening-and-watching",
    "interview": "04-opening-and-watching",
    "feedback": "05-comments",
    "climbing": "05-comments",
    "approvals": "06-closing-and-scoring",
    "jobs": "06-closing-and-scoring",
    "review": "06-closing-and-scoring",
    "appraisal": "07-reading-scores",
    "publication": "08-handing-over",
    "appeals": "08-handing-over",
    "unit_appeals": "08-handing-over",
    "callbacks": "06-closing-and-scoring",
    "on_site": "06-closing-and-scoring",
    "unit_visits": "06-closing-and-scoring",
    "exchange": "08-handing-over",
    "microdata": "08-handing-over",
    "receivers": "08-handing-over",
    "delivery": "08-handing-over",
    "airgap": "08-handing-over",
    "city": "08-handing-over",
    "service_ratings": "07-reading-scores",
    "reports": "08-handing-over",
    "appeal_letters": "08-handing-over",
    "using": "05-comments",
    "templates": "08-handing-over",
    "auditing": "08-handing-over",
}


@blueprint.app_template_global()
def help_here() -> str:
    """Return the address of what the manual says of the page that is shown."""
    chapter = _OF_PAGE.get(request.endpoint or "", _OF_ROOM.get(request.blueprint or ""))
    if chapter is None:
        return url_for("manual.contents")
    return url_for("manual.chapter", name=chapter)


@blueprint.get("/")
def contents() -> str:
    return render_template("office/manual.html", chapters=chapters.chapters(language()))


@blueprint.get("/<name>")
def chapter(name: str) -> str:
    text = found_or_404(chapters.html, name, language(), picture_at=_picture_at)
    entries = chapters.chapters(language())
    place = next(number for number, entry in enumerate(entries) if entry.name == name)
    return render_template(
        "office/manual_chapter.html",
        title=entries[place].title,
        text=Markup(text),  # noqa: S704 - our own files, escaped by the renderer
        before=entries[place - 1] if place else None,
        after=entries[place + 1] if place + 1 < len(entries) else None,
    )


@blueprint.get("/pictures/<name>")
def picture(name: str) -> Response:
    return send_file(found_or_404(chapters.picture, name), max_age=3600)


def _picture_at(name: str) -> str:
    return url_for("manual.picture", name=name)
