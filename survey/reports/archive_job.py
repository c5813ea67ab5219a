"""Documents of all units as one archive: a job, for those of a county take a minute to draw."""

from collections.abc import Callable
from io import BytesIO

from flask import url_for
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from survey.access.roles import Action
from survey.exchange.document import find_document
from survey.fieldwork.campaigns import find_campaign
from survey.jobs import kinds
from survey.jobs.files import keep_file
from survey.jobs.kinds import Found, Said, Work
from survey.reports.handing_out import letters
from survey.reports.kinds import NAMES, Kind
from survey.reports.template_store import template_in_use
from survey.verification.whole import require_whole
from survey.web.downloads import pack


def _making(kind: Kind) -> Callable[[Work], Found]:
    def make(work: Work) -> Found:
        work.tell("verify")
        require_whole(work.site, work.campaign_code)
        lang = work.arguments["lang"]
        with work.site.database.reading() as session:
            campaign = find_campaign(session, work.campaign_code)
            document = find_document(session, campaign=campaign, number=work.arguments["number"])
            units = [unit.unit.code for unit in campaign.units]
            template = template_in_use(session, kind=kind, lang=lang)
        work.tell("write")
        file = BytesIO()
        pack(file, letters(document, template=template, lang=lang, units=units, kind=kind))
        work.tell("keep")
        name = f"{document.release_code}-{NAMES[kind].name(lang)}.zip"
        return {**keep_file(work.site, file.getvalue(), name=name)}

    return make


def _archive(name: str, kind: Kind, action: Action, page: str) -> kinds.Kind:
    def file(code: str, said: Said) -> str:
        return url_for(page, code=code, lang=said["lang"], job=said["job"])

    return kinds.Kind(
        name=name,
        action=action,
        do=_making(kind),
        done=_DONE,
        result_page=file,
        asking_page=_documents,
        is_file=True,
    )


def _documents(code: str, _said: Said) -> str:
    return url_for("reports.listed", code=code)


_DONE: LazyString = _("文件已做好，保留一天。")
LETTERS = _archive("letters", "letter", "export.make", "reports.all_letters")
CADRE = _archive("cadre", "cadre", "result.use", "reports.for_use_of_all")
