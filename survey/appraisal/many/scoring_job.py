"""Scoring a campaign from the office's pages: a job, since a large one takes a minute."""

from flask import url_for
from flask_babel import lazy_gettext as _

from survey.appraisal.run import score_campaign
from survey.appraisal.runs import latest_appraisal
from survey.fieldwork.campaigns import find_campaign
from survey.jobs.kinds import Found, Kind, Said, Work
from survey.verification.meanwhile import whole_meanwhile


def _score(work: Work) -> Found:
    before = _kept_before(work)
    if before is not None:
        return {"appraisal": before}
    work.tell("verify")
    with whole_meanwhile(work.site, work.campaign_code) as confirm:
        appraisal = score_campaign(
            work.site,
            campaign_code=work.campaign_code,
            by=work.by,
            tell=work.tell,
            confirm=confirm,
        )
    return {"appraisal": appraisal.id}


def _kept_before(work: Work) -> int | None:
    """Return the run that a worker kept for this job and died before it could say so."""
    if not work.is_again:
        return None
    with work.site.database.reading() as session:
        run = latest_appraisal(session, campaign=find_campaign(session, work.campaign_code))
    is_ours = run is not None and run.run_by == work.by and run.run_at >= work.asked_at
    return run.id if run is not None and is_ours else None


def _scores(code: str, _said: Said) -> str:
    return url_for("appraisal.scores", code=code)


def _asked(code: str, _said: Said) -> str:
    return url_for("appraisal.score_page", code=code)


SCORE = Kind(
    name="score",
    action="score.run",
    do=_score,
    done=_("计分完成，请核对后发布。"),
    result_page=_scores,
    asking_page=_asked,
)
