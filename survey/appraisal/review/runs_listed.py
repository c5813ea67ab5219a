"""Every run of a campaign, the newest first, with what differed from the one before it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.review.kinds import KINDS, VERDICTS
from survey.model import Appraisal, AuditEntry, Campaign, Release
from survey.two_persons.deed import Said

_INPUTS = {
    "plan_digest": Said(zh="方案", en="plan"),
    "data_digest": Said(zh="答卷", en="answers"),
    "code_version": Said(zh="程序版本", en="program"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecided:
    """A decision that was made or undone between two runs."""

    number: int
    kind: Said
    unit_code: str
    verdict: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class RunListed:
    """A run; `told` is whether the program that made it said what differed from the one before."""

    number: int
    run_at: datetime
    run_by: str
    released: int | None
    told: bool
    decided: tuple[tuple[Said, int], ...]
    made: tuple[CaseDecided, ...]
    undone: tuple[CaseDecided, ...]
    changed: tuple[Said, ...]
    n_moved: int
    most: str


def runs_of(
    session: Session, *, campaign: Campaign, unit_codes: Collection[str]
) -> list[RunListed]:
    """Return the runs of a campaign; decisions only on cases of these units."""
    columns = (Appraisal.id, Appraisal.run_at, Appraisal.run_by)
    query = sa.select(*columns, *(getattr(Appraisal, name) for name in _INPUTS))
    of_campaign = query.where(Appraisal.campaign_id == campaign.id).order_by(Appraisal.id)
    runs = [dict(run) for run in session.execute(of_campaign).mappings()]  # not all their figures
    said, released = _said(session, campaign), _released(session, campaign)
    listed = []
    for number, (run, before) in enumerate(zip(runs, (None, *runs), strict=False), start=1):
        told = said.get(run["id"], {})
        counts = told.get("decided", {})
        made, undone = (_cases(told.get(name, ()), unit_codes) for name in ("made", "undone"))
        listed.append(
            RunListed(
                number=number,
                run_at=run["run_at"],
                run_by=run["run_by"],
                released=released.get(run["id"]),
                told="n_moved" in told,
                decided=tuple(
                    (VERDICTS[name], counts[name]) for name in VERDICTS if name in counts
                ),
                made=made,
                undone=undone,
                changed=_changed(run, before),
                n_moved=told.get("n_moved", 0),
                most=told.get("most", ""),
            )
        )
    return listed[::-1]


def _said(session: Session, campaign: Campaign) -> dict[int, Mapping[str, Any]]:
    entries = session.scalars(
        sa.select(AuditEntry).filter_by(action="campaign.score", subject=campaign.code)
    )
    return {entry.detail["appraisal"]: entry.detail for entry in entries}


def _released(session: Session, campaign: Campaign) -> dict[int, int]:
    query = sa.select(Release.appraisal_id, Release.number)
    rows = session.execute(query.where(Release.campaign_id == campaign.id))
    return {row.appraisal_id: row.number for row in rows}


def _changed(run: Mapping[str, Any], before: Mapping[str, Any] | None) -> tuple[Said, ...]:
    return tuple(words for name, words in _INPUTS.items() if before and run[name] != before[name])


def _cases(said: Any, unit_codes: Collection[str]) -> tuple[CaseDecided, ...]:
    return tuple(
        CaseDecided(number=number, kind=KINDS[kind], unit_code=unit_code, verdict=VERDICTS[verdict])
        for number, kind, unit_code, verdict in said
        if unit_code in unit_codes
    )
