"""An inspector enters a visit: checked against the scheme's list, sealed, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import roles
from survey.appraisal.on_site.standing import has_list, read_visits
from survey.appraisal.runs import wait_for_turn
from survey.clock import local_day
from survey.feedback.redact import redact
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.book import lock_tail
from survey.ledger.visited import visit_digest
from survey.model import (
    FINDINGS,
    LONGEST_PLACE,
    LONGEST_SEEN,
    Account,
    Campaign,
    CampaignUnit,
    OnSitePhoto,
    OnSiteVisit,
)
from survey.office_files.photos import redrawn
from survey.office_files.signs import length_fault, sign_fault
from survey.problems import Problem, Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.office import OnSiteItem
from survey.site.installation import Site
from survey.two_persons.proposals import require_official


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photograph as it was given."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an inspector says of a visit."""

    visited_on: date
    place: str
    findings: Mapping[str, str]
    seen: str = ""
    photo: Photo | None = None


def enter_visit(site: Site, *, campaign_code: str, unit_code: str, said: Seen, by: str) -> int:
    """Keep a visit with its photograph drawn anew, sealed; returns its number.

    Raises Refused with every fault of what was said, before the opening, for a unit that is not
    the official's, for the same visit given twice, and for a photograph that is not taken.
    """
    drawn = redrawn(said.photo.content, file=said.photo.name) if said.photo else None
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        wait_for_turn(session, campaign=campaign)
        lock_tail(session, campaign_id=campaign.id)  # before the audit's, as sealed deeds do
        official = require_official(session, username=by, action="visit.run")
        entry = _own(campaign, official, unit_code)
        visit = _visit(campaign, entry, said, today=local_day(site.clock(), campaign.timezone))
        visit.entered_at, visit.entered_by = site.clock(), by
        visit.photo_digest = hashlib.sha256(drawn).hexdigest() if drawn else None
        _need_new(session, campaign, entry, visit)
        _keep(session, campaign, entry, visit, drawn)
        seal_ledger(site, session, campaign, "visit")
        return visit.number


def _own(campaign: Campaign, official: Account, unit_code: str) -> CampaignUnit:
    if not has_list(campaign) or campaign.opened_at is None:
        raise Refused.of(
            field=campaign.code,
            zh="评议尚未开启，或方案里没有察访核验清单，不能录入",
            en="the campaign is not open yet, or its scheme has no list for inspectors",
        )
    for entry in campaign.units:
        if entry.unit.code == unit_code and roles.may(official, "visit.run", entry):
            return entry
    raise Refused.of(
        field="unit",
        zh=f"没有单位“{unit_code}”，或不由您核验；请选择本人负责的单位",
        en=f"there is no unit {unit_code!r}, or it is not yours; choose one of your own",
    )


def _visit(campaign: Campaign, entry: CampaignUnit, said: Seen, *, today: str) -> OnSiteVisit:
    place = " ".join(said.place.split())
    seen = "\n".join(line.rstrip() for line in said.seen.strip().splitlines())
    problems = [
        *_day_problems(campaign, said.visited_on, date.fromisoformat(today)),
        *_word_problems("visit_place", place, LONGEST_PLACE, needed=True),
        *_word_problems("seen", seen, LONGEST_SEEN),
        *_finding_problems(campaign, said.findings),
    ]
    if problems:
        raise Refused(problems)
    return OnSiteVisit(
        campaign_id=campaign.id,
        unit_id=entry.unit_id,
        visited_on=said.visited_on.isoformat(),
        place=place,
        seen=seen,
        findings={item.item_id: said.findings[item.item_id] for item in _items(campaign)},
        deduction=sum(
            (
                Decimal(str(item.deduction))
                for item in _items(campaign)
                if said.findings[item.item_id] == "not_met"
            ),
            Decimal(0),
        ),
    )


def _items(campaign: Campaign) -> tuple[OnSiteItem, ...]:
    return scheme_of(campaign).on_site.items


def _day_problems(campaign: Campaign, day: date, today: date) -> list[Problem]:
    first = date.fromisoformat(local_day(campaign.starts_at, campaign.timezone))
    if first <= day <= today:
        return []
    return [
        Problem(
            field="visited_on",
            zh=f"{day} 不在评议开始（{first}）到今天（{today}）之间；请核对日期",
            en=f"{day} is not between the first day of the campaign ({first}) and today ({today});"
            " check it",
        )
    ]


def _word_problems(field: str, words: str, most: int, *, needed: bool = False) -> list[Problem]:
    if needed and not words:
        return [Problem(field=field, zh="请填写", en="fill this in")]
    fault = length_fault(words, most) or sign_fault(words, lines=field == "seen")
    if fault is None and redact(words) != words:
        fault = (
            "含有电话、证件号、姓名等能认出个人的内容；请删去，只写看到的情况",
            "holds a telephone, an identity number, a name or the like; say only what was seen",
        )
    return [Problem(field=field, zh=fault[0], en=fault[1])] if fault else []


def _finding_problems(campaign: Campaign, findings: Mapping[str, str]) -> list[Problem]:
    known = {item.item_id for item in _items(campaign)}
    wrong = [
        Problem(
            field=item.item_id,
            zh=f"“{item.zh}”没有选；没看到的请选“未查看”",
            en=f"nothing is chosen for “{item.en}”; choose “not seen” where it was not",
        )
        for item in _items(campaign)
        if findings.get(item.item_id) not in FINDINGS
    ]
    return wrong + [
        Problem(field=name, zh="清单里没有这一项", en="is not on the list")
        for name in findings
        if name not in known
    ]


def _need_new(
    session: Session, campaign: Campaign, entry: CampaignUnit, visit: OnSiteVisit
) -> None:
    """Refuse a visit that stands already: a form sent twice must not deduct twice."""
    for one in read_visits(session, campaign=campaign, units=[entry]):
        told = one.visit
        same = (told.visited_on, told.place, told.entered_by)
        if one.state != "withdrawn" and same == (visit.visited_on, visit.place, visit.entered_by):
            raise Refused.of(
                field=str(told.number),
                zh=f"这次察访已录入（第 {told.number} 号）；填错了请先撤销那一条，再重新录入",
                en=f"this visit is entered already, as number {told.number}; withdraw that one"
                " first where it is wrong",
            )


def _keep(
    session: Session,
    campaign: Campaign,
    entry: CampaignUnit,
    visit: OnSiteVisit,
    drawn: bytes | None,
) -> None:
    newest = sa.select(sa.func.max(OnSiteVisit.number)).where(
        OnSiteVisit.campaign_id == campaign.id
    )
    visit.number = (session.scalar(newest) or 0) + 1
    session.add(visit)
    session.flush()
    if drawn:
        session.add(OnSitePhoto(visit_id=visit.id, content=drawn))
    audit.record(
        session,
        by=visit.entered_by,
        at=visit.entered_at,
        action="visit.enter",
        subject=campaign.code,
        visit=visit.number,
        unit=entry.unit.code,
        digest=visit_digest(visit, salt=campaign.record_salt),
    )
