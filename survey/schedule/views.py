"""The first page of the office, and a campaign's calendar."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from survey.access import roles, second_word, sign_in
from survey.access.roles import Action
from survey.access.sign_in import requires
from survey.appraisal.appeals.standing import read_appeals
from survey.clock import local_day
from survey.feedback.climbing.climbed import FROM, count_late, n_from
from survey.fieldwork.bulletins.due import BulletinDay, bulletin_days, due_today
from survey.fieldwork.campaign_pages import reading_campaign, visible_units
from survey.fieldwork.campaigns import all_campaigns
from survey.fieldwork.counting import codes_in_use
from survey.fieldwork.reminders.planned import PlannedWave, planned_waves, wave_due
from survey.model import Account, Campaign
from survey.receivers.outbox import n_given_up
from survey.schedule.backups import last_backup
from survey.schedule.evidence import EVIDENCE, Evidence
from survey.schedule.steps import Step, due_for, next_for, steps_of, years_unknown
from survey.two_persons import proposals
from survey.two_persons.case_standing import undecided
from survey.web.request import site

blueprint = Blueprint("schedule", __name__, url_prefix="/office")

_NEAR = 3  # working days before an appeal's deadline

# Where a step is done, for whoever may; others are led to where it is seen.
_DONE_AT: dict[str, tuple[tuple[str, Action], ...]] = {
    "load": (("fieldwork.overview", "campaign.read"),),
    "codes": (
        ("invitations.batches", "batch.read"),
        ("fieldwork.progress_page", "progress.read"),
    ),
    "open": (("fieldwork.open_page", "campaign.run"), ("fieldwork.overview", "campaign.read")),
    "reminders": (("reminders.page", "batch.read"),),
    "bulletins": (("bulletins.listed", "campaign.read"),),
    "close": (("fieldwork.progress_page", "progress.read"),),
    "visits": (("on_site.listed", "visit.read"),),
    "calls": (("callbacks.page", "call.read"),),
    "score": (("appraisal.scores", "score.read"),),
    "release": (("appraisal.scores", "score.read"),),
    "approve": (
        ("appraisal.approval_page", "release.approve"),
        ("appraisal.scores", "score.read"),
    ),
    "export": (("appraisal.scores", "score.read"),),
    "cases": (("feedback.case_list", "case.read"),),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealsDue:
    """Appeals that wait for a decision, and how many of them must have it soon or should have."""

    n_open: int
    n_near: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What of a campaign an official has before him."""

    campaign: Campaign
    due: list[Step]
    following: Step | None
    years: list[int]
    bulletin: BulletinDay | None
    reminders: Evidence | None
    wave: PlannedWave | None
    n_cases: int
    appeals: AppealsDue | None
    n_late: int


@blueprint.get("/")
def home() -> str | Response:
    account = sign_in.signed_in_account()
    if account is None:
        return sign_in.ask_to_sign_in()
    with site().database.reading() as session:
        visible = [c for c in all_campaigns(session) if visible_units(c, "campaign.read")]
        return render_template(
            "office/home.html",
            campaigns=visible,
            agendas=[_agenda(session, campaign, account) for campaign in visible],
            n_to_decide=_n_to_decide(session, account),
            n_given_up=n_given_up(session) if roles.may(account, "receiver.read") else 0,
            backup=last_backup(session, visible, at=site().clock())
            if roles.may(account, "audit.read")
            else None,
            at=site().clock(),
            way_to=_way_to(account),
        )


@blueprint.get("/campaigns/<code>/calendar")
@requires("campaign.read")
def calendar(code: str) -> str:
    account = sign_in.current_account()
    with reading_campaign(code, "campaign.read") as (session, campaign):
        steps = steps_of(session, campaign=campaign, today=_today(campaign))
        return render_template(
            "office/calendar.html",
            campaign=campaign,
            steps=steps,
            years=years_unknown(steps, today=_today(campaign)),
            bulletins=bulletin_days(session, campaign=campaign),
            bulletin_due=due_today(session, campaign=campaign, today=_today(campaign)),
            today=_today(campaign),
            reminders=_reminders(session, campaign, account, "batch.read"),
            waves=planned_waves(session, campaign=campaign),
            wave_due=wave_due(session, campaign=campaign, today=_today(campaign)),
            way_to=_way_to(account),
        )


def _agenda(session: Session, campaign: Campaign, account: Account) -> Agenda:
    today = _today(campaign)
    steps = steps_of(session, campaign=campaign, today=today)
    watches = roles.may(account, "audit.read")
    due = due_for(steps, role=account.role, watches=watches)
    return Agenda(
        campaign=campaign,
        due=due,
        following=next_for(steps, role=account.role),
        years=years_unknown(due, today=today),
        bulletin=due_today(session, campaign=campaign, today=today)
        if roles.may(account, "campaign.run")
        else None,
        reminders=_reminders(session, campaign, account, "invitation.issue"),
        wave=wave_due(session, campaign=campaign, today=today)
        if roles.may(account, "invitation.issue")
        else None,
        n_cases=_n_cases(session, campaign),
        appeals=_appeals(session, campaign, today),
        n_late=_n_late(session, campaign, account),
    )


def _n_cases(session: Session, campaign: Campaign) -> int:
    """Return how many cases wait for a word, of the units whose cases the official may read."""
    units = {entry.unit.code for entry in visible_units(campaign, "review.read")}
    if not units or campaign.anonymised_at is not None:
        return 0
    waiting = undecided(session, campaign=campaign)
    return sum(case.unit_code in units for case in waiting)


def _appeals(session: Session, campaign: Campaign, today: date) -> AppealsDue | None:
    """Return the open appeals of the units whose appeals the official may read."""
    units = visible_units(campaign, "appeal.read")
    if not units:
        return None
    every = read_appeals(session, campaign=campaign, units=units, today=today)
    left = [one.left for one in every if one.is_open]
    if not left:
        return None
    return AppealsDue(n_open=len(left), n_near=sum(days <= _NEAR for days in left))


def _n_late(session: Session, campaign: Campaign, account: Account) -> int:
    """Return how many late comments have climbed to the official, of the units he watches."""
    units = {entry.unit.code for entry in visible_units(campaign, "case.watch")}
    if not units:
        return 0
    today = _today(campaign).isoformat()
    of_units = account.unit_id is not None
    late = count_late(session, campaign=campaign, today=today, of_units=of_units)
    return n_from(late, FROM[account.role], units=units)


def _reminders(
    session: Session, campaign: Campaign, account: Account, action: Action
) -> Evidence | None:
    """Return how reminding stands, for whoever has to do with it while there are codes in use."""
    may_be = campaign.state == "open" and campaign.starts_at <= site().clock()
    if not (may_be and roles.may(account, action) and codes_in_use(session, campaign)):
        return None
    return EVIDENCE["reminders"](session, campaign)


def _n_to_decide(session: Session, account: Account) -> int:
    n_deeds = proposals.n_waiting(session) if roles.may(account, "proposal.decide") else 0
    may_confirm = roles.may(account, "account.confirm")
    return n_deeds + (len(second_word.all_waiting(session)) if may_confirm else 0)


def _today(campaign: Campaign) -> date:
    return date.fromisoformat(local_day(site().clock(), campaign.timezone))


def _way_to(account: Account) -> Callable[[Campaign, Step], str | None]:
    """Return what tells where an official does a step, or sees it."""

    def way(campaign: Campaign, step: Step) -> str | None:
        for endpoint, action in _DONE_AT.get(step.entry.shown_by or "", ()):
            if roles.may(account, action):
                return url_for(endpoint, code=campaign.code)
        return None

    return way
