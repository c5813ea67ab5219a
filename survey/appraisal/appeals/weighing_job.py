"""What an appeal would change, computed from the office's pages: a job, for it scores anew."""

from flask import url_for
from flask_babel import lazy_gettext as _

from survey.appraisal.appeals.weighing import weigh_appeal
from survey.jobs.kinds import Found, Kind, Said, Work
from survey.verification.whole import require_whole


def _weigh(work: Work) -> Found:
    work.tell("verify")
    require_whole(work.site, work.campaign_code)
    number = work.arguments["appeal"]
    weigh_appeal(
        work.site, campaign_code=work.campaign_code, number=number, by=work.by, tell=work.tell
    )
    return {"appeal": number}


def _appeal(code: str, said: Said) -> str:
    return url_for("appeals.appeal", code=code, number=said["appeal"])


WEIGH = Kind(
    name="weigh",
    action="appeal.run",
    do=_weigh,
    done=_("已复核计算，前后对照见本页。"),
    result_page=_appeal,
    asking_page=_appeal,
)
