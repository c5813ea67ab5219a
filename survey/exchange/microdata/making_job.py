"""The microdata of a release as one archive: a job, for a large county's takes minutes to write."""

from flask import url_for
from flask_babel import lazy_gettext as _

from survey.exchange.microdata.files import archive
from survey.exchange.microdata.taking import released_answers
from survey.fieldwork.campaigns import find_campaign
from survey.jobs.files import keep_file
from survey.jobs.kinds import Found, Kind, Said, Work
from survey.verification.whole import require_whole


def _make(work: Work) -> Found:
    work.tell("verify")
    require_whole(work.site, work.campaign_code)
    work.tell("read")
    with work.site.database.reading() as session:
        campaign = find_campaign(session, work.campaign_code)
        data = released_answers(session, campaign=campaign, number=work.arguments["number"])
    work.tell("write")
    kept = keep_file(work.site, archive(data), name=f"{data.name}.zip")
    return {**kept, "answers": len(data.rows)}


def _file(code: str, said: Said) -> str:
    return url_for("microdata.download", code=code, number=said["number"], job=said["job"])


def _scores(code: str, _said: Said) -> str:
    return url_for("appraisal.scores", code=code)


MICRODATA = Kind(
    name="microdata",
    action="microdata.take",
    do=_make,
    done=_("文件已做好，保留一天。"),
    result_page=_file,
    asking_page=_scores,
    is_file=True,
)
