"""Drawing a round of calls from the office's page: a job, for how units stand is computed first."""

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _

from survey.appraisal.callbacks.drawing import draw_round
from survey.fieldwork.campaigns import find_campaign
from survey.jobs.kinds import Found, Kind, Said, Work
from survey.model import CallRound
from survey.verification.whole import require_whole


def _draw(work: Work) -> Found:
    before = _drawn_before(work)
    if before is not None:
        return {"round": before}
    work.tell("verify")
    require_whole(work.site, work.campaign_code)
    work.tell("compute")
    drawn = draw_round(
        work.site,
        campaign_code=work.campaign_code,
        class_code=work.arguments["class"],
        at_most=work.arguments["at_most"],
        by=work.by,
    )
    return {"round": drawn.number}


def _drawn_before(work: Work) -> int | None:
    """Return the round that a worker drew for this job and died before it could say so."""
    if not work.is_again:
        return None
    with work.site.database.reading() as session:
        campaign = find_campaign(session, work.campaign_code)
        return session.scalar(
            sa.select(sa.func.max(CallRound.number)).where(
                CallRound.campaign_id == campaign.id,
                CallRound.class_code == work.arguments["class"],
                CallRound.drawn_by == work.by,
                CallRound.drawn_at >= work.asked_at,
            )
        )


def _calls(code: str, _said: Said) -> str:
    return url_for("callbacks.page", code=code)


DRAW_CALLS = Kind(
    name="draw_calls",
    action="call.run",
    do=_draw,
    done=_("这一轮的号码已抽出，请下载回访登记表。"),
    result_page=_calls,
    asking_page=_calls,
)
