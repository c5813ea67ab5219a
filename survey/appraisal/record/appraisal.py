"""The record of an appraisal: what is kept of a run, and written as appraisal.json."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from survey.appraisal.record.formats import FORMAT, KIND, unreadable, upgraded
from survey.appraisal.record.plain import UnreadableError, plain, read
from survey.appraisal.record.reviewed import ReviewRecord
from survey.appraisal.record.verified import VerifiedUnit
from survey.canonical import JsonObject
from survey.stats.campaign.borrowing_figures import BorrowingFigure
from survey.stats.campaign.decisions import DecisionFigure
from survey.stats.campaign.doubt_figures import CapturedFigure, RobustnessFigure
from survey.stats.campaign.figures import GroupFigure, ItemDifference, PublicationFigure, UnitFigure
from survey.stats.campaign.open_figures import (
    ChannelFigure,
    ChannelShare,
    OpenBias,
    SuspicionFigures,
)
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.silence_figures import NonresponseFigure, SensitivityFigure
from survey.stats.errors import StatsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What computed the figures."""

    gongping: str
    method: str
    numpy: str
    scipy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCounts:
    """How many answers the validity rules kept, marked, set aside and left out."""

    keep: int
    flag: int
    quarantine: int
    exclude: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCounts:
    """How many answers came and count, by verdict and by rule; `decided` by people."""

    returned: int
    valid: int
    by_verdict: VerdictCounts
    by_rule: dict[str, int]
    decided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepScores:
    """The score of every unit after one step of the pipeline."""

    name: str
    unit_scores: dict[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRecord:
    """A notice about a unit, one of its groups, or (both codes empty) all figures."""

    unit_code: str
    group_code: str
    code: str
    values: dict[str, object]
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspicionRecord(SuspicionFigures):
    """A case of organised answering; `responses` are the identifiers of its answers.

    `alike` is None where an earlier program did not say whether these are nearly identical.
    """

    alike: bool | None
    zh: str
    en: str
    responses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why two figures cannot be compared."""

    code: str
    values: dict[str, object] = field(default_factory=dict)
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCampaign:
    """The campaign that the changes are counted from."""

    campaign: str
    simulated: bool
    plan_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """One unit's estimates then and now; no change of a unit with a reason why not.

    `side` is that of a unit that surely changed; `strict` whether it belongs to those of its class
    of which, all together, not even one is wrongly named.
    """

    unit_code: str
    class_code: str
    before: float | None
    now: float | None
    delta: float | None = None
    se: float | None = None
    lower: float | None = None
    upper: float | None = None
    side: Literal["improved", "fell"] | None = field(default=None, metadata={"optional": True})
    strict: bool | None = field(default=None, metadata={"optional": True})
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed since an earlier campaign; nothing if there are reasons why not."""

    before: EarlierCampaign
    comparable: bool
    reasons: tuple[Reason, ...]
    units: tuple[UnitChange, ...]

    def reasons_of(self, unit: UnitChange) -> tuple[Reason, ...]:
        """Return why a unit's change cannot be told; empty where it can."""
        return (unit.reason,) if unit.reason else self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalRecord:
    """All figures of one run at full precision, and what they were computed from and with.

    `question_digest` is empty where an earlier program did not say what was asked; `captured` is
    None where one did not look for captured codes; `review` where people had decided nothing,
    `calls` before the first verification calls.
    """

    campaign: str
    simulated: bool
    question_digest: str
    inputs: dict[str, str]
    versions: Versions
    plan_digest: str
    plan: Plan
    responses: ResponseCounts
    steps: tuple[StepScores, ...]
    units: tuple[UnitFigure, ...]
    groups: tuple[GroupFigure, ...]
    notices: tuple[NoticeRecord, ...]
    channels: tuple[ChannelFigure, ...]
    open_bias: tuple[OpenBias, ...]
    channel_mix: tuple[ChannelShare, ...]
    cases: tuple[SuspicionRecord, ...]
    publication: tuple[PublicationFigure, ...]
    robustness: tuple[RobustnessFigure, ...]
    nonresponse: NonresponseFigure | None
    sensitivity: tuple[SensitivityFigure, ...]
    captured: tuple[CapturedFigure, ...] | None = field(default=None, metadata={"optional": True})
    changes: Changes | None = field(default=None, metadata={"optional": True})
    decisions: tuple[DecisionFigure, ...] | None = field(default=None, metadata={"optional": True})
    review: ReviewRecord | None = field(default=None, metadata={"optional": True})
    calls: tuple[VerifiedUnit, ...] | None = field(default=None, metadata={"optional": True})
    item_differences: tuple[ItemDifference, ...] | None = field(
        default=None, metadata={"optional": True}
    )
    borrowing: tuple[BorrowingFigure, ...] | None = field(default=None, metadata={"optional": True})

    def to_dict(self) -> JsonObject:
        """Return the record as plain data, the form it is stored and written in."""
        kept = {"kind": KIND, "schema_version": FORMAT, **plain(self)}
        return kept | {"plan": self.plan.to_dict()}

    @classmethod
    def from_dict(cls, data: object, *, file: str = "") -> AppraisalRecord:
        """Return the record that `to_dict` wrote, now or in an earlier version.

        Raises
        ------
        Refused
            If the data are no appraisal, cut short, or of a version still unknown; `file`
            names them in the words.
        """
        fields = upgraded(data, file=file)
        try:
            plan = Plan.from_dict(fields["plan"])
        except (StatsError, KeyError, TypeError):
            raise unreadable(file, "plan") from None
        try:
            return read(cls, fields | {"plan": plan})
        except UnreadableError as error:
            raise unreadable(file, error.place) from None
