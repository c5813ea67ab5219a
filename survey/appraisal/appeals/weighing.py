"""What an appeal would change: the answers scored as people now decide, beside the release."""

from sqlalchemy.orm import Session

from survey.appraisal.appeals.comparing import Compared, compare_runs, current_run
from survey.appraisal.appeals.steps import add_step, find_appeal, is_received
from survey.appraisal.record.plain import plain
from survey.appraisal.review.effects import is_current
from survey.appraisal.run import score_campaign
from survey.appraisal.runs import latest_appraisal, need_scorable, wait_for_turn
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.jobs.steps import Tell, say_nothing
from survey.ledger.book import lock_tail
from survey.model import Appeal, AppealStep, Appraisal, Campaign, Release, Unit
from survey.problems import Refused
from survey.site.installation import Site
from survey.two_persons.proposals import require_official


def weigh_appeal(
    site: Site, *, campaign_code: str, number: int, by: str, tell: Tell = say_nothing
) -> Compared:
    """Compare the release contested with the answers scored as they are decided on now; keep it.

    Where something was decided on the review desk since the newest run, the campaign is scored
    first, as the page of scores does it. Raises Refused where the appeal was not taken in or is
    decided, where the campaign cannot be scored any more, and for officials who may not.
    """
    with site.database.reading() as session:
        require_official(session, username=by, action="appeal.run")
        campaign = find_campaign(session, campaign_code)
        need_weighable(session, campaign=campaign, number=number)
        run = latest_appraisal(session, campaign=campaign)
        stands = run is not None and is_current(session, campaign=campaign, run=run)
    if not stands:
        score_campaign(site, campaign_code=campaign_code, by=by, tell=tell)
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        run = current_run(session, campaign)
        found = compare(session, campaign, find_appeal(session, campaign=campaign, number=number))
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        _keep(session, site, campaign, number, run_id=run.id, found=found, by=by)
    return found


def compare(session: Session, campaign: Campaign, appeal: Appeal) -> Compared:
    """Return what the newest run changes of the release that an appeal contests."""
    release = session.get_one(Release, appeal.release_id)
    return compare_runs(
        campaign,
        released=session.get_one(Appraisal, release.appraisal_id),
        run=current_run(session, campaign),
        unit_code=session.get_one(Unit, appeal.unit_id).code,
    )


def need_weighable(session: Session, *, campaign: Campaign, number: int) -> None:
    """Refuse an appeal that was not taken in, and a campaign that cannot be scored any more."""
    need_scorable(campaign)
    need_received(session, find_appeal(session, campaign=campaign, number=number))


def need_received(session: Session, appeal: Appeal) -> None:
    """Refuse an appeal that the office has not taken in."""
    if not is_received(session, appeal):
        raise Refused.of(
            field=str(appeal.number),
            zh=f"第 {appeal.number} 号申诉还没有受理；请先受理",
            en=f"appeal {appeal.number} was not received yet; receive it first",
        )


def _keep(
    session: Session,
    site: Site,
    campaign: Campaign,
    number: int,
    *,
    run_id: int,
    found: Compared,
    by: str,
) -> None:
    wait_for_turn(session, campaign=campaign)
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
    if current_run(session, campaign).id != run_id:
        raise Refused.of(
            field=campaign.code,
            zh="计算期间又有人计分；请再复核计算一次",
            en="somebody else scored meanwhile; compute it anew",
        )
    appeal = find_appeal(session, campaign=campaign, number=number)
    step = AppealStep(step="weighed", at=site.clock(), by=by, reason="")
    step.appraisal_id, step.content = run_id, plain(found)
    add_step(session, campaign=campaign, appeal=appeal, step=step, appraisal=run_id)
    seal_ledger(site, session, campaign, "appeal")
