"""A new version of an opened plan: by two persons, with a reason, sealed as an amendment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey import audit
from survey.drafting.amendable import changed_cells, refusals
from survey.fieldwork.campaigns import find_campaign, need_state
from survey.fieldwork.loading import store_amended
from survey.fieldwork.openable import checked
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.records import fixed_digests
from survey.model import Campaign
from survey.problems import Refused
from survey.scheme.county import CountyFolder
from survey.scheme.folder import read_county
from survey.scheme.planning import build_plan
from survey.scheme.stored import stored_folder
from survey.scheme.workbook.reading import WorkbookSource
from survey.scheme.workbook.sheets import BY_NAME, Sheets
from survey.scheme.workbook.writing import sheets_of
from survey.site.installation import Site
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said
from survey.verification.amendments import (
    AMEND,
    MAY_CHANGE,
    Changed,
    amendments_of,
    whole_digest,
)
from survey.verification.whole import require_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What a version will store, reckoned before, and the digests of what it was reckoned from."""

    county: CountyFolder
    changes: tuple[Changed, ...]
    digests: Mapping[str, str]


def sheets_in(content: bytes, file: str) -> Sheets:
    """Return the sheets of a campaign's workbook; raises Refused with all that is wrong."""
    source = WorkbookSource.of(content, file)
    with source.told():
        return sheets_of(read_county(source))


def arguments_of(site: Site, *, campaign_code: str, sheets: Sheets) -> Facts:
    """Return those of the sheets that say anything new, as the argument of the deed.

    Raises Refused where nothing is new, the campaign is not open, or what is may not change.
    """
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        need_state(campaign, "open")
        before = sheets_of(stored_folder(session, campaign))
    new = {
        name: rows
        for name, rows in sheets.items()
        if any(changed_cells(BY_NAME[name], before[name], rows))
    }
    if not new:
        raise Refused.of(
            zh="与现行方案相同，没有改动", en="says what the plan says; nothing is new"
        )
    _need_amendable(before, new)
    return {"sheets": new}


def reckoned(matter: Matter) -> NewVersion:
    """Return what the version will store; it takes too long for a transaction that writes.

    Raises Refused with everything that may not be.
    """
    session, campaign = matter.session, matter.campaign
    need_state(campaign, "open")
    county = stored_folder(session, campaign)
    digests = fixed_digests(session, campaign)
    before, new = sheets_of(county), dict(matter.arguments["sheets"])
    _need_amendable(before, new)
    source = WorkbookSource.of_sheets({**before, **new})
    with source.told():
        made = checked(matter.site, read_county(source))
    _need_same_scores(county, made)
    _need_kept_no_longer(county, made)
    changes = [
        change
        for name, rows in new.items()
        for change in changed_cells(BY_NAME[name], before[name], rows)
    ]
    return NewVersion(county=made, changes=tuple(changes), digests=digests)


def told_of(matter: Matter, version: NewVersion) -> list[Said]:
    """Say field by field what the version changes, and what it leaves."""
    number = _next(matter.session, matter.campaign)
    return [
        Said(zh=f"方案改为第 {number} 版", en=f"the plan becomes version {number}"),
        *(
            Said(
                zh=f"{change.sheet}：{change.at} 从“{change.before}”改为“{change.after}”",
                en=f"{BY_NAME[change.sheet].en}: {change.at} becomes {change.after!r}, not"
                f" {change.before!r}",
            )
            for change in version.changes
        ),
        Said(
            zh=f"计分方案、问卷、单位和人口总量不变（计分方案 {matter.campaign.plan_digest}）",
            en="scoring, questionnaire, units and population stay"
            f" (the scoring plan is {matter.campaign.plan_digest})",
        ),
        Said(
            zh="改动前后的内容和理由向居民公开；已经印发的纸张和短信不会改变，需要的请另行公告",
            en="old and new values and the reason are public; papers and messages that are out stay"
            " as they are: announce what people must know",
        ),
    ]


def _need_amendable(before: Sheets, new: Sheets) -> None:
    problems = [
        problem
        for name, rows in new.items()
        for problem in refusals(BY_NAME[name], before[name], rows)
    ]
    if problems:
        raise Refused(problems)


def _need_same_scores(before: CountyFolder, after: CountyFolder) -> None:
    """Refuse whatever would give one answer another score, by whatever way it got here."""
    same = (
        build_plan(before).digest() == build_plan(after).digest()
        and before.questionnaire == after.questionnaire
        and before.units == after.units
    )
    if not same:
        raise Refused.of(
            zh="计分方案或问卷会随之改变，不能作为新版本；请改用新的评议活动",
            en="would change how scores are made or what is asked; hold a new campaign for that",
        )


def _need_kept_no_longer(before: CountyFolder, after: CountyFolder) -> None:
    """Refuse a later last day of the calendar: residents' words are kept until then."""
    last, new = (
        max((step.ends_on for step in county.scheme.calendar), default=None)
        for county in (before, after)
    )
    if last and (new is None or new > last):
        raise Refused.of(
            field="calendar",
            zh=f"日程的最后一天不能晚于 {last}：居民的意见原文保存到那一天，居民已按此参加",
            en=f"the last day of the calendar stays {last} or earlier: residents' words are kept"
            " until then, and they answered on it",
        )


def _next(session: Session, campaign: Campaign) -> int:
    return len(amendments_of(session, campaign)) + 2


def _basis(matter: Matter) -> Facts:
    """Return what the version was proposed upon: a plan amended since is another."""
    need_state(matter.campaign, "open")
    return fixed_digests(matter.session, matter.campaign)


def _carry_out(matter: Matter, persons: Persons, prepared: NewVersion) -> Done:
    session, campaign = matter.session, matter.campaign
    before = fixed_digests(session, campaign)
    if before != prepared.digests:
        raise Refused.of(
            zh="方案刚被改动，没有办理；请核对后重新办理",
            en="the plan was changed meanwhile, so nothing was done; look at it and try again",
        )
    number = _next(session, campaign)
    store_amended(session, campaign, folder=prepared.county)
    after = fixed_digests(session, campaign)
    amended = {part: digest for part, digest in after.items() if digest != before[part]}
    if not amended or not set(amended) <= MAY_CHANGE[AMEND]:
        raise Refused.of(
            zh="改动的不是可以改的内容，没有办理",
            en="would change other parts than may change, so nothing was done",
        )
    audit.record(
        session,
        by=persons.approved_by,
        at=matter.site.clock(),
        action="campaign.amend",
        subject=campaign.code,
        proposed_by=persons.proposed_by,
        reason=persons.reason,
        version=number,
        before=whole_digest(before),
        after=whole_digest(after),
        plan_digest=campaign.plan_digest,
        changes=[change._asdict() for change in prepared.changes],
        fixed=amended,
    )
    seal_ledger(matter.site, session, campaign, "amend", amended=amended)
    return Done(
        said=Said(
            zh=f"方案已改为第 {number} 版。", en=f"The plan has been amended: version {number}."
        )
    )


def _prepared(matter: Matter) -> NewVersion:
    """Reckon what changes; raises Refused where anything on record was altered before."""
    require_whole(matter.site, matter.campaign.code)
    return reckoned(matter)


AMENDING = Deed(
    kind=AMEND,
    name=Said(zh="修改已开启的方案", en="Amend an opened plan"),
    propose="campaign.run",
    basis=_basis,
    told=lambda matter: told_of(matter, reckoned(matter)),
    carry_out=_carry_out,
    prepare=_prepared,
    needs_reason=lambda _basis: True,
)
