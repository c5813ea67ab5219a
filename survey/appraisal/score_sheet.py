"""What the score page shows: the newest run, how each score came about, and the releases."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal import score_document
from survey.appraisal.run import latest_appraisal
from survey.model import Appraisal, Campaign, CampaignUnit, Release
from survey.scheme.scheme import UnitClass
from survey.scheme.scoring import Rule
from survey.scheme.stored import scheme_of

_AXIS_STEP = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One unit: its published figures and the score after each step of the pipeline."""

    taking_part: CampaignUnit
    figures: dict[str, Any]
    steps: dict[str, float | None]
    tied: bool
    robustness: dict[str, Any] | None
    change: dict[str, Any] | None

    @property
    def ranked(self) -> bool:
        """Whether the unit has a rank."""
        return self.figures["class_rank"] is not None

    @property
    def published(self) -> bool:
        """Whether the unit has a score."""
        return bool(self.figures["status"] == "published")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSheet:
    """The units of one class, best first, those without a score last."""

    class_code: str
    names: UnitClass
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """How many answers a validity rule met, and what it does."""

    rule_id: str
    names: Rule
    action: str
    hits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFacts:
    """A release and what identifies it."""

    release: Release
    release_code: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheet:
    """The newest run; `released` is its release, if it has one."""

    appraisal: Appraisal
    classes: tuple[ClassSheet, ...]
    rules: tuple[RuleCount, ...]
    released: ReleaseFacts | None
    low: float
    high: float

    @property
    def responses(self) -> dict[str, Any]:
        """Return the counts of answers returned, valid and by verdict."""
        counts: dict[str, Any] = self.appraisal.content["responses"]
        return counts

    @property
    def notices(self) -> list[dict[str, Any]]:
        """Return what should be known of all the figures."""
        return score_document.notices_of(self.appraisal.content, "")


def read_score_sheet(
    session: Session, *, campaign: Campaign, units: Sequence[CampaignUnit]
) -> ScoreSheet | None:
    """Return the scores of some units from the newest run; None before the first one."""
    appraisal = latest_appraisal(session, campaign=campaign)
    if appraisal is None:
        return None
    rows = _rows(campaign, appraisal, units)
    low, high = _axis([row.figures for row in rows if row.published])
    released = next(
        (
            facts
            for facts in releases_of(session, campaign=campaign)
            if facts.release.appraisal_id == appraisal.id
        ),
        None,
    )
    return ScoreSheet(
        appraisal=appraisal,
        classes=_classes(campaign, rows),
        rules=_rules(campaign, appraisal),
        released=released,
        low=low,
        high=high,
    )


def releases_of(session: Session, *, campaign: Campaign) -> list[ReleaseFacts]:
    """Return a campaign's releases, newest first."""
    query = sa.select(Release).where(Release.campaign_id == campaign.id)
    return [
        ReleaseFacts(
            release=release,
            release_code=score_document.release_code(campaign, release.number),
            facts=json.loads(release.document)["release"],
        )
        for release in session.scalars(query.order_by(Release.number.desc()))
    ]


def _rows(
    campaign: Campaign, appraisal: Appraisal, units: Sequence[CampaignUnit]
) -> list[ScoreRow]:
    figures = {
        figure["unit_code"]: figure
        for figure in score_document.units_of(campaign=campaign, content=appraisal.content)
    }
    places = [
        (entry["class"], entry["class_rank"]) for entry in figures.values() if entry["class_rank"]
    ]
    changes = _changes(appraisal.content.get("changes"))
    # Runs of an older version have none.
    robustness = {entry["unit_code"]: entry for entry in appraisal.content.get("robustness", ())}
    steps = {step["name"]: step["unit_scores"] for step in appraisal.content["steps"]}
    return [
        ScoreRow(
            taking_part=entry,
            figures=figures[entry.unit.code],
            steps={name: scores[entry.unit.code] for name, scores in steps.items()},
            tied=places.count((entry.class_code, figures[entry.unit.code]["class_rank"])) > 1,
            robustness=robustness.get(entry.unit.code),
            change=changes.get(entry.unit.code),
        )
        for entry in units
    ]


def _changes(content: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Return what changed of each unit since the campaign before, if there was one."""
    if content is None:
        return {}
    return {
        unit["unit_code"]: unit
        | {
            "campaign": content["before"]["campaign"],
            "reasons": [unit["reason"]] if unit["reason"] else content["reasons"],
        }
        for unit in content["units"]
    }


def _classes(campaign: Campaign, rows: Sequence[ScoreRow]) -> tuple[ClassSheet, ...]:
    sheets = []
    for class_code, names in scheme_of(campaign).classes.items():
        members = [row for row in rows if row.taking_part.class_code == class_code]
        if members:
            members.sort(key=lambda row: row.figures["class_rank"] or math.inf)
            sheets.append(ClassSheet(class_code=class_code, names=names, rows=tuple(members)))
    return tuple(sheets)


def _rules(campaign: Campaign, appraisal: Appraisal) -> tuple[RuleCount, ...]:
    names = {rule.rule_id: rule for rule in scheme_of(campaign).validity_rules}
    actions = {
        rule["rule_id"]: rule["action"] for rule in appraisal.content["plan"]["screening"]["rules"]
    }
    return tuple(
        RuleCount(rule_id=rule_id, names=names[rule_id], action=actions[rule_id], hits=hits)
        for rule_id, hits in appraisal.content["responses"]["by_rule"].items()
    )


def _axis(figures: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """Return ends for the axis of all intervals, at round numbers whose quarters are round."""
    if not figures:
        return 0.0, 100.0
    low = min(float(figure["lower"]) for figure in figures)
    high = max(float(figure["upper"]) for figure in figures)
    start = _AXIS_STEP * math.floor(low / _AXIS_STEP)
    stop = _AXIS_STEP * math.ceil(high / _AXIS_STEP)
    return float(start), float(max(stop, start + _AXIS_STEP))
