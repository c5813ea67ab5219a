"""Deeds on a contested result as data: done through what the pages call, and read from the log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.appeals.deciding import DECIDE_APPEAL
from survey.appraisal.appeals.filing import Contest, file_appeal
from survey.appraisal.appeals.receiving import receive_appeal
from survey.appraisal.appeals.weighing import weigh_appeal
from survey.appraisal.release import RELEASE
from survey.appraisal.review.words import give_word
from survey.appraisal.run import score_campaign
from survey.fieldwork.campaigns import find_campaign
from survey.model import Appeal, AppealStep, AuditEntry, Proposal, ReviewCase, ReviewWord
from survey.site.installation import Site
from survey.two_persons.arguments import arguments_of
from survey.two_persons.deed import Deed, Matter
from survey.two_persons.proposals import approve, propose
from tests.appraisal.review.attacked import STUFFED
from tests.demonstrated import CODE


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One deed: what, by whom, when, and what it was told."""

    kind: str
    by: str
    at: datetime
    told: Mapping[str, Any] = field(default_factory=dict)


def do(site: Site, step: Step) -> None:
    """Do a deed at its moment; raises Refused where the office would be refused."""
    site = replace(site, clock=lambda: step.at)
    _DOORS[step.kind](site, step)


def _word(site: Site, step: Step) -> None:
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        give_word(session, site=site, campaign=campaign, by=step.by, **step.told)


def _run(site: Site, step: Step) -> None:
    score_campaign(site, campaign_code=CODE, by=step.by)


def _file(site: Site, step: Step) -> None:
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        unit = next(one for one in campaign.units if one.unit.code == STUFFED)
        said = Contest(**step.told)
        file_appeal(session, site=site, campaign=campaign, unit=unit, said=said, by=step.by)


def _receive(site: Site, step: Step) -> None:
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        receive_appeal(session, site=site, campaign=campaign, by=step.by, **step.told)


def _weigh(site: Site, step: Step) -> None:
    weigh_appeal(site, campaign_code=CODE, by=step.by, **step.told)


def _release(site: Site, step: Step) -> None:
    _by_two(site, step, RELEASE, {})


def _decide(site: Site, step: Step) -> None:
    arguments = {name: step.told[name] for name in ("appeal", "outcome")}
    _by_two(site, step, DECIDE_APPEAL, arguments)


def _by_two(site: Site, step: Step, deed: Deed, arguments: Mapping[str, Any]) -> None:
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        matter = Matter(session=session, site=site, campaign=campaign, arguments=arguments)
        deed.basis(matter.standing())
        prepared = deed.prepare(matter.standing())
    with site.database.writing() as session:
        proposal = propose(
            session,
            site=site,
            deed=deed,
            campaign=find_campaign(session, CODE),
            arguments=dict(arguments),
            by=step.by,
            reason=step.told["reason"],
        )
        second = step.told["second"]
        approve(session, site=site, deed=deed, proposal=proposal, by=second, prepared=prepared)


_DOORS: dict[str, Callable[[Site, Step], None]] = {
    "word": _word,
    "run": _run,
    "file": _file,
    "receive": _receive,
    "weigh": _weigh,
    "release": _release,
    "decide": _decide,
}


def read_log(session: Session, *, after: int) -> list[Step]:
    """Return what was done after an entry of the audit, read from the rows that are stored."""
    query = sa.select(AuditEntry).where(AuditEntry.id > after).order_by(AuditEntry.id)
    steps = (_read(session, entry) for entry in session.scalars(query))
    return [step for step in steps if step is not None]


def _read(session: Session, entry: AuditEntry) -> Step | None:
    read = _ROWS.get(entry.action)
    return read(session, entry) if read else None


def _word_row(session: Session, entry: AuditEntry) -> Step:
    word = session.get_one(ReviewWord, entry.detail["word"])
    number = session.get_one(ReviewCase, word.case_id).number
    told = {"number": number, "verdict": word.verdict, "reason": word.reason}
    return Step(kind="word", by=word.by, at=word.at, told=told)


def _run_row(_session: Session, entry: AuditEntry) -> Step:
    return Step(kind="run", by=entry.by, at=entry.at)


def _appeal_row(session: Session, entry: AuditEntry) -> Step:
    appeal = session.scalars(sa.select(Appeal).filter_by(number=entry.detail["appeal"])).one()
    told = {name: getattr(appeal, name) for name in ("matter", "which", "statement")}
    return Step(kind="file", by=appeal.filed_by, at=appeal.filed_at, told=told)


def _step_row(session: Session, entry: AuditEntry) -> Step:
    number = entry.detail["appeal"]
    appeal = session.scalars(sa.select(Appeal).filter_by(number=number)).one()
    step = session.get_one(AppealStep, (appeal.id, entry.detail["position"]))
    kind = {"received": "receive", "weighed": "weigh"}[step.step]
    return Step(kind=kind, by=step.by, at=step.at, told={"number": number})


def _proposal_row(session: Session, entry: AuditEntry) -> Step:
    proposal = session.get_one(Proposal, entry.detail["proposal"])
    told = {"reason": proposal.reason, "second": proposal.decided_by}
    kind, by, at = "release", proposal.proposed_by, proposal.proposed_at
    if proposal.deed == DECIDE_APPEAL.kind:
        kind = "decide"
        told |= arguments_of(proposal)
    return Step(kind=kind, by=by, at=at, told=told)


_ROWS: dict[str, Callable[[Session, AuditEntry], Step]] = {
    "review.word": _word_row,
    "campaign.score": _run_row,
    "appeal.file": _appeal_row,
    "appeal.received": _step_row,
    "appeal.weighed": _step_row,
    "proposal.propose": _proposal_row,
}
