"""A case's scores under each verdict, computed from its page: a job, for it scores three times."""

from flask import url_for
from flask_babel import lazy_gettext as _

from survey.appraisal.review.effects import weigh_case
from survey.jobs.kinds import Found, Kind, Said, Work
from survey.verification.whole import require_whole


def _weigh(work: Work) -> Found:
    work.tell("verify")
    require_whole(work.site, work.campaign_code)
    number = work.arguments["case"]
    weigh_case(
        work.site, campaign_code=work.campaign_code, number=number, by=work.by, tell=work.tell
    )
    return {"case": number}


def _case(code: str, said: Said) -> str:
    return url_for("review.case", code=code, number=said["case"])


WEIGH_CASE = Kind(
    name="weigh_case",
    action="review.decide",
    do=_weigh,
    done=_("三种认定的得分已算好，见本页。"),
    result_page=_case,
    asking_page=_case,
)
