"""What the score page shows: the newest run, how each score came about, and the releases."""

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal import score_document
from survey.appraisal.appeals.kinds import DEED as APPEAL_DEED
from survey.appraisal.leaders_approval import LeadersApproval, approvals
from survey.appraisal.record import AppraisalRecord, Reason, ScoreDocument, UnitChange
from survey.appraisal.record.scores import ReleaseFacts, Remark, UnitScore
from survey.appraisal.record.verified import VerifiedUnit
from survey.appraisal.runs import latest_appraisal, read_record
from survey.model import Appraisal, Campaign, CampaignUnit, Proposal, Release
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.scheme import UnitClass
from survey.scheme.scoring import Rule
from survey.stats.campaign.doubt_figures import RobustnessFigure
from survey.stats.campaign.plan import GradeBand
from survey.stats.campaign.scoring import grades_within

_AXIS_STEP = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeShown:
    """What changed of a unit since the campaign called so, or the reasons why nobody can say."""

    campaign: str
    reasons: tuple[Reason, ...]
    figures: UnitChange


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """One unit: its published figures and the score after each step of the pipeline.

    `grades` are those its interval reaches, best first, none without a score; `calls` is None
    without one, and before the first verification calls.
    """

    taking_part: CampaignUnit
    figures: UnitScore
    steps: dict[str, float | None]
    tied: bool
    grades: tuple[GradeBand, ...]
    robustness: RobustnessFigure | None
    change: ChangeShown | None
    calls: VerifiedUnit | None

    @property
    def ranked(self) -> bool:
        """Whether the unit has a rank."""
        return self.figures.class_rank is not None

    @property
    def published(self) -> bool:
        """Whether the unit has a score."""
        return self.figures.status == "published"

    @property
    def grade_uncertain(self) -> bool:
        """Whether the interval reaches into more than one grade."""
        return len(self.grades) > 1


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
class Prepared:
    """Who asked for a release, and why where it took the place of another."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseShown:
    """A release, what identifies it, and who stands behind it."""

    release: Release
    release_code: str
    facts: ReleaseFacts
    on_site: bool
    prepared: Prepared | None
    leaders: LeadersApproval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSheet:
    """The newest run; `released` is its release, if it has one."""

    appraisal: Appraisal
    record: AppraisalRecord
    classes: tuple[ClassSheet, ...]
    rules: tuple[RuleCount, ...]
    released: ReleaseShown | None
    low: float
    high: float

    @property
    def notices(self) -> tuple[Remark, ...]:
        """Return what should be known of all the figures."""
        return score_document.remarks_of(self.record, "")


def read_score_sheet(
    session: Session, *, campaign: Campaign, units: Sequence[CampaignUnit]
) -> ScoreSheet | None:
    """Return the scores of some units from the newest run; None before the first one."""
    appraisal = latest_appraisal(session, campaign=campaign)
    if appraisal is None:
        return None
    record = read_record(appraisal)
    rows = _rows(campaign, record, units)
    low, high = axis_of([row.figures for row in rows if row.published])
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
        record=record,
        classes=_classes(campaign, rows),
        rules=rule_counts(campaign, record),
        released=released,
        low=low,
        high=high,
    )


def releases_of(session: Session, *, campaign: Campaign) -> list[ReleaseShown]:
    """Return a campaign's releases, newest first."""
    leaders, prepared = approvals(session, campaign=campaign), _prepared(session, campaign)
    query = sa.select(Release).where(Release.campaign_id == campaign.id)
    releases = session.scalars(query.order_by(Release.number.desc())).all()
    documents = [ScoreDocument.from_dict(json.loads(release.document)) for release in releases]
    return [
        ReleaseShown(
            release=release,
            release_code=score_document.release_code(campaign, release.number),
            facts=document.release,
            on_site=document.on_site is not None,
            prepared=prepared.get(release.appraisal_id),
            leaders=leaders.get(release.number),
        )
        for release, document in zip(releases, documents, strict=True)
    ]


def _prepared(session: Session, campaign: Campaign) -> dict[int, Prepared]:
    """Return who asked for the release of each run that two persons released."""
    wanted = sa.select(Proposal).where(
        Proposal.campaign_id == campaign.id,
        Proposal.deed.in_(("release.make", APPEAL_DEED)),
        Proposal.outcome == "approved",
    )
    rests_on = {proposal: json.loads(proposal.basis) for proposal in session.scalars(wanted)}
    return {
        basis["appraisal"]: Prepared(by=proposal.proposed_by, reason=proposal.reason)
        for proposal, basis in rests_on.items()
        if proposal.deed == "release.make" or basis["supersedes"]
    }


def _rows(
    campaign: Campaign, record: AppraisalRecord, units: Sequence[CampaignUnit]
) -> list[ScoreRow]:
    figures = {
        figure.unit_code: figure
        for figure in score_document.units_of(campaign=campaign, record=record)
    }
    places = Counter((figure.class_code, figure.class_rank) for figure in figures.values())
    robustness = {figure.unit_code: figure for figure in record.robustness}
    changes = _changes(record)
    calls = {unit.unit_code: unit for unit in record.calls or () if unit.scored}
    rows = []
    for entry in units:
        code, figure = entry.unit.code, figures[entry.unit.code]
        tied = figure.class_rank is not None and places[entry.class_code, figure.class_rank] > 1
        rows.append(
            ScoreRow(
                taking_part=entry,
                figures=figure,
                steps={step.name: step.unit_scores[code] for step in record.steps},
                tied=tied,
                grades=_grades(figure, record.plan.grades),
                robustness=robustness.get(code),
                change=changes.get(code),
                calls=calls.get(code),
            )
        )
    return rows


def _grades(figure: UnitScore, bands: Sequence[GradeBand]) -> tuple[GradeBand, ...]:
    if figure.lower is None or figure.upper is None:
        return ()
    return grades_within(Decimal(figure.lower), Decimal(figure.upper), bands)


def _changes(record: AppraisalRecord) -> dict[str, ChangeShown]:
    """Return what changed of each unit since the campaign before, if there was one."""
    changes = record.changes
    if changes is None:
        return {}
    return {
        unit.unit_code: ChangeShown(
            campaign=changes.before.campaign, reasons=changes.reasons_of(unit), figures=unit
        )
        for unit in changes.units
    }


def _classes(campaign: Campaign, rows: Sequence[ScoreRow]) -> tuple[ClassSheet, ...]:
    sheets = []
    for class_code, names in scheme_of(campaign).classes.items():
        members = [row for row in rows if row.taking_part.class_code == class_code]
        if members:
            members.sort(key=lambda row: row.figures.class_rank or math.inf)
            sheets.append(ClassSheet(class_code=class_code, names=names, rows=tuple(members)))
    return tuple(sheets)


def rule_counts(campaign: Campaign, record: AppraisalRecord) -> tuple[RuleCount, ...]:
    """Return how many answers each validity rule of a run met, in words."""
    names = {rule.rule_id: rule for rule in scheme_of(campaign).validity_rules}
    actions = {rule.rule_id: rule.action for rule in record.plan.screening.rules}
    return tuple(
        RuleCount(rule_id=rule_id, names=names[rule_id], action=actions[rule_id], hits=hits)
        for rule_id, hits in record.responses.by_rule.items()
    )


def axis_of(figures: Sequence[UnitScore]) -> tuple[float, float]:
    """Return ends for the axis of all intervals, at round numbers whose quarters are round."""
    lower = [float(figure.lower) for figure in figures if figure.lower is not None]
    upper = [float(figure.upper) for figure in figures if figure.upper is not None]
    if not lower or not upper:
        return 0.0, 100.0
    low, high = min(lower), max(upper)
    start = _AXIS_STEP * math.floor(low / _AXIS_STEP)
    stop = _AXIS_STEP * math.ceil(high / _AXIS_STEP)
    return float(start), float(max(stop, start + _AXIS_STEP))
