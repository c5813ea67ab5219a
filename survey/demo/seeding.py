"""What an empty installation starts with: last year's scores, and a campaign in full swing."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from survey.demo import respondents as residents
from survey.demo.answering import answer_through_intake
from survey.demo.campaigns import stage_open, stage_result
from survey.demo.county import days_between
from survey.demo.entrances import BY
from survey.demo.handling import finish_comments, handle_comments
from survey.demo.officials import officials_of
from survey.exchange.document import find_document, note_export
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.covered import chosen_units
from survey.fieldwork.invitations.issuing import issue_codes
from survey.site.installation import Site
from survey.site.telling import counting, tell

TIMEZONE = "Asia/Shanghai"
ADMINISTRATOR, REVIEWER = "admin", "review"

_DAYS_OPEN = 12  # of twenty
_ANSWERS_LAST_YEAR = 7000
_SEED_LAST_YEAR = 2025
_WROTE_LAST_YEAR = 5  # one of so many
_SHOWN_UNIT = ("A01", "G1")
_DEPUTY = ("A", "G4")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedReport:
    """Where to look at the demonstration; passwords by account, told this once."""

    resident_url: str
    sitting_url: str
    office_url: str
    passwords: dict[str, str]


def seed(site: Site) -> SeedReport:
    """Load 安澜县 with a released campaign of last year and an open one of now."""
    officials = officials_of(site, admin=ADMINISTRATOR, review=REVIEWER)
    starts_on = today(site) - timedelta(days=_DAYS_OPEN)
    _seed_last_year(site, year=starts_on.year - 1)
    resident_code, sitting_code = _seed_now(site, starts_on=starts_on)
    base = site.settings.base_url
    return SeedReport(
        resident_url=f"{base}/q/{resident_code}",
        sitting_url=f"{base}/q/{sitting_code}",
        office_url=f"{base}/office/",
        passwords=officials.passwords,
    )


def today(site: Site) -> date:
    """Return the county's calendar day."""
    return site.clock().astimezone(ZoneInfo(TIMEZONE)).date()


def _seed_last_year(site: Site, *, year: int) -> None:
    tell(f"载入 {year} 年度评议（模拟数据，已发布） / last year's campaign, simulated, released")
    starts_on, code = date(year, 11, 10), f"ANLAN-{year}-GZPY"
    people = residents.choose(
        residents.all_respondents(shift=days_between(starts_on)),
        n=_ANSWERS_LAST_YEAR,
        seed=_SEED_LAST_YEAR,
    )
    # Few words of last year's, for each case was dealt with to its end: that takes its time here.
    people = [
        person if number % _WROTE_LAST_YEAR == 0 else replace(person, comment="")
        for number, person in enumerate(people)
    ]
    codes = stage_open(site, starts_on=starts_on, code=code, respondents=people)
    with counting(len(people), "答卷 / answers") as advance:
        answer_through_intake(site, respondents=people, codes=codes, advance=advance)
    officials = stage_result(site, code=code)
    _hand_over(site, code=code, by=officials.proposer)
    finish_comments(site, code=code, officials=officials)


def _hand_over(site: Site, *, code: str, by: str) -> None:
    """Take the newest release to the main scoring system on the day after it."""
    with site.database.writing() as session:
        campaign = find_campaign(session, code)
        document = find_document(session, campaign=campaign)
        frozen_at = datetime.fromisoformat(document.content.release.frozen_at)
        note_export(
            session,
            campaign=campaign,
            document=document,
            name="xlsx",
            by=by,
            clock=lambda: frozen_at + timedelta(days=1),
        )


def _seed_now(site: Site, *, starts_on: date) -> tuple[str, str]:
    """Open this year's campaign, with the answers that have come by now.

    Returns the code of a poster, and one that lets a deputy rate all townships.
    """
    year = starts_on.year
    tell(f"载入 {year} 年度评议（模拟数据，进行中） / this year's campaign, simulated, open")
    people = residents.all_respondents(shift=days_between(starts_on))
    codes = stage_open(site, starts_on=starts_on, code=f"ANLAN-{year}-GZPY", respondents=people)
    now = site.clock()
    until_now = [person for person in people if person.submitted_at <= now]
    with counting(len(until_now), "答卷 / answers") as advance:
        answer_through_intake(site, respondents=until_now, codes=codes, advance=advance)
    handle_comments(site, code=codes.campaign_code, officials=officials_of(site), until=now)
    return codes.posters[_SHOWN_UNIT], _invite_deputy(site, codes.campaign_code)


def _invite_deputy(site: Site, campaign_code: str) -> str:
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        class_code, group_code = _DEPUTY
        [code] = issue_codes(
            session,
            campaign=campaign,
            units=chosen_units(
                session,
                campaign=campaign,
                unit_code="",
                unit_codes="",
                class_code=class_code,
                group_code=group_code,
            ),
            group_code=group_code,
            channel="token_sheet",
            count=1,
            by=BY,
            clock=site.clock,
            key=site.keys.intake(),
        )
    return code
