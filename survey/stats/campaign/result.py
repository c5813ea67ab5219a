"""The result of an appraisal: every figure, how sure it is, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey.stats.arrays import FloatArray
from survey.stats.campaign.borrowing_figures import BorrowingFigure
from survey.stats.campaign.decisions import DecisionFigure
from survey.stats.campaign.doubt_figures import CapturedFigure, RobustnessFigure
from survey.stats.campaign.figures import (
    GroupFigure,
    ItemDifference,
    PublicationFigure,
    Step,
    UnitFigure,
)
from survey.stats.campaign.open_figures import (
    ChannelFigure,
    ChannelShare,
    OpenBias,
    SuspicionReport,
)
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.silence_figures import NonresponseFigure, SensitivityFigure
from survey.stats.campaign.verdicts import Screening
from survey.stats.errors import Value
from survey.stats.notices import Notice

METHOD_VERSION = "5"  # of the whole pipeline; another one may give the same answers another score


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalNotice:
    """A notice about one unit, or one of its groups (empty: about all of them)."""

    unit_code: str
    group_code: str
    notice: Notice

    @property
    def code(self) -> str:
        """Stable code of the notice."""
        return self.notice.code

    @property
    def values(self) -> Mapping[str, Value]:
        """By how much, from where, how many."""
        return self.notice.values


@dataclass(frozen=True, slots=True, kw_only=True)
class AppraisalResult:
    """All figures of one campaign.

    Attributes
    ----------
    plan : Plan
    screening : Screening
        ScreeningVerdict and rules per response, in the sample's order.
    units : tuple of UnitFigure
        In the plan's order.
    groups : tuple of GroupFigure
        Unit by unit; groups whose coefficient in the class is zero are left out.
    steps : tuple of Step
        returned (raw), screened, trusted (organised and careless answers count less),
        responded (invited answers stand for silent people, if the plan wants it),
        weighted; then combined and limited where a group has invited and open answers,
        borrowed where the plan lets the groups of a unit borrow from one another, and
        assisted where the plan wants a model for units with few answers.
    notices : tuple of AppraisalNotice
    channels : tuple of ChannelFigure
        Where invited and open answers were combined.
    open_bias : tuple of OpenBias
    cases : tuple of SuspicionReport
        Rows are places in the sample.
    robustness : tuple of RobustnessFigure
        Of the published units.
    captured : tuple of CapturedFigure
        Units whose codes look captured; their intervals are wider, their scores as they were.
    channel_mix : tuple of ChannelShare
    publication : tuple of PublicationFigure
    nonresponse : NonresponseFigure or None
        None without a list of everybody invited.
    sensitivity : tuple of SensitivityFigure
        Of published units and their groups; empty without such a list.
    decisions : tuple of DecisionFigure
        Line by line; empty where the plan has no line.
    item_differences : tuple of ItemDifference
        Of the published units, in the plan's order, where two or more of a class are asked an item.
    borrowing : tuple of BorrowingFigure
        Of units with a score, in the plan's order; empty where the plan wants no borrowing.
    weight_kept : ndarray of float64, shape (n,)
        What rules, organised and careless answers leave of each response's weight, in [0, 1].
    careless : ndarray of float64, shape (n,)
        Posterior probability in [0, 1] that each response was given carelessly; zero where that
        was not asked for.
    raises, lowers : ndarray of float64, shape (n,)
        Points, zero or more, by which its unit's score can be too high or too low if an invited
        answer is false.
    """

    plan: Plan
    screening: Screening
    units: tuple[UnitFigure, ...]
    groups: tuple[GroupFigure, ...]
    steps: tuple[Step, ...]
    notices: tuple[AppraisalNotice, ...]
    channels: tuple[ChannelFigure, ...]
    open_bias: tuple[OpenBias, ...]
    cases: tuple[SuspicionReport, ...]
    robustness: tuple[RobustnessFigure, ...]
    captured: tuple[CapturedFigure, ...]
    channel_mix: tuple[ChannelShare, ...]
    publication: tuple[PublicationFigure, ...]
    nonresponse: NonresponseFigure | None
    sensitivity: tuple[SensitivityFigure, ...]
    decisions: tuple[DecisionFigure, ...]
    item_differences: tuple[ItemDifference, ...]
    borrowing: tuple[BorrowingFigure, ...]
    weight_kept: FloatArray
    careless: FloatArray
    raises: FloatArray
    lowers: FloatArray

    def summary(self) -> str:
        """Return one line for people."""
        published = sum(unit.status == "published" for unit in self.units)
        valid = int(self.screening.valid.sum())
        return (
            f"{published} of {len(self.units)} units published from {valid} valid of"
            f" {self.screening.verdict.size} responses, {len(self.notices)} notices"
        )
