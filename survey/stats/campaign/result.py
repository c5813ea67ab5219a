"""The result of an appraisal: every figure, how sure it is, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from survey.stats.arrays import FloatArray
from survey.stats.campaign.decisions import DecisionFigure, Side
from survey.stats.campaign.plan import CalibratedBy, Plan
from survey.stats.campaign.verdicts import Screening
from survey.stats.errors import Value
from survey.stats.notices import Notice

METHOD_VERSION = "5"  # of the whole pipeline; another one may give the same answers another score

Status = Literal["published", "insufficient"]

_LATER = {"optional": True}  # runs of earlier programs are without: left out of what is written


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
class ItemFigure:
    """One item of one unit and group; ``score`` is None where nobody rated it."""

    item_id: str
    score: float | None
    awareness_rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigure:
    """One unit and respondent group.

    Attributes
    ----------
    score, se : float or None
        Group score and its standard error, through slopes or raking; None without a rating.
    n : int
        Valid responses.
    effective_n : float
        Kish's effective number.
    awareness_rate : float or None
        Share in [0, 1] of returned answers that rated, over items by coefficient.
    method : str
        How the responses were weighted.
    share : float
        Part of the unit's score, in [0, 1]; 0 where the group is below its minimum.
    margins : tuple of str
        Margins met.
    max_margin_error : float
        Largest relative margin error, 0 without margins.
    """

    unit_code: str
    group_code: str
    score: float | None
    se: float | None
    n: int
    effective_n: float
    awareness_rate: float | None
    method: CalibratedBy
    share: float
    margins: tuple[str, ...]
    max_margin_error: float
    items: tuple[ItemFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigure:
    """One unit; all but counts and codes is None where its answers do not suffice.

    Attributes
    ----------
    estimate : float or None
        Score before rounding.
    score : Decimal or None
        Published score, rounded half up.
    se, lower, upper, df : float or None
        Standard error, 95 % interval (t, Satterthwaite's degrees of freedom; wider at its lower
        end where codes look captured) and these.
    n : int
        Valid responses of the groups used.
    effective_n, design_effect : float
        Kish's effective number over all groups used, and n over it.
    group_weight_used : float
        Percent of the group coefficients covered.
    rank, rank_lower, rank_upper, tier : int or None
        Within the class: competition rank on the published score, simultaneous rank set,
        tier (1 is best); None also for a published unit that is not ranked.
    grade_zh, grade_en : str
    points : Decimal or None
        Converted to points of the total; None where that needs a rank the unit has not.
    raw_score : float or None
        Unweighted score of all returned answers, nothing screened.
    """

    unit_code: str
    class_code: str
    status: Status
    estimate: float | None
    score: Decimal | None
    se: float | None
    lower: float | None
    upper: float | None
    df: float | None
    n: int
    effective_n: float
    design_effect: float
    group_weight_used: float
    rank: int | None
    rank_lower: int | None
    rank_upper: int | None
    tier: int | None
    grade_zh: str
    grade_en: str
    points: Decimal | None
    raw_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The unit scores after one step of the pipeline, in the plan's order of units."""

    name: str
    unit_scores: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFigure:
    """Invited and open answers of one unit and group, and what became of both.

    Attributes
    ----------
    invited, invited_se : float
        Invited answers weighted by themselves.
    open, open_se : float or None
        The same of those that came through the open entrance; None where none did.
    invited_n, open_n : int
    reference_only : float
        What the invited answers say, drawn towards what they say of all units.
    combined : float
        With the open answers, before the limit.
    score, se : float
        After it.
    open_share : float
        Part of ``combined`` in [0, 1] that follows the open answers.
    z : float or None
        Contradiction between the two, in standard errors, the usual difference taken off.
    stuffing : float or None
        Sign of too many best or worst open answers, in standard errors.
    alarm, limited : bool
        Whether z or ``stuffing`` is beyond what chance explains, and the open answers, unless
        the plan wants otherwise, unheard; whether the limit changed the score.
    equivalent_n, equivalent_lower, equivalent_upper : float or None
        Invited answers the open ones are worth, with an interval; None in runs of earlier
        programs, and where open answers are corrected for who takes part instead.
    """

    unit_code: str
    group_code: str
    invited: float
    invited_se: float
    invited_n: int
    open: float | None
    open_se: float | None
    open_n: int
    reference_only: float
    combined: float
    score: float
    se: float
    open_share: float
    z: float | None
    stuffing: float | None
    alarm: bool
    limited: bool
    equivalent_n: float | None = field(default=None, metadata=_LATER)
    equivalent_lower: float | None = field(default=None, metadata=_LATER)
    equivalent_upper: float | None = field(default=None, metadata=_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelShare:
    """A channel and its share in [0, 1] of what the published scores were measured by."""

    channel: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBias:
    """What is known of the open entrance's bias in one group: its mean and its spread.

    And how many invited answers the open ones about all units are worth, with an interval; None
    in runs of earlier programs.
    """

    group_code: str
    n_units: int
    beta: float
    omega: float
    tau: float
    open_n: int | None = field(default=None, metadata=_LATER)
    equivalent_n: float | None = field(default=None, metadata=_LATER)
    equivalent_lower: float | None = field(default=None, metadata=_LATER)
    equivalent_upper: float | None = field(default=None, metadata=_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspicionFigures:
    """One case of organised answering in figures; scores are plain means."""

    unit_code: str
    kind: str
    n: int
    first_at: int
    last_at: int
    keep: float
    certainty: float
    score_with: float
    score_without: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspicionReport(SuspicionFigures):
    """A case for people to decide on, with the answers it is about.

    ``alike`` is whether they are identical or nearly so.
    """

    alike: bool
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationFigure:
    """What the rule of publication says of one unit; applied only if the plan wants it.

    Attributes
    ----------
    direct, direct_se : float
        The score as measured.
    model, model_se : float
        As a model of all units assists it.
    shrinkage : float
        Part of the model's score, in [0, 1], that comes from other units.
    decision : str
        "direct", "model_assisted" or "withheld".
    """

    unit_code: str
    direct: float
    direct_se: float
    model: float
    model_se: float
    shrinkage: float
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialIndicator:
    """How much too little (below 0) or too much a category of invited people answered."""

    variable: str
    category: str
    invited: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NonresponseFigure:
    """What is known of the silence of invited people, for the whole county.

    Attributes
    ----------
    method : str
        What the weights were adjusted by.
    invited, answered : int
        People on the list, and of these with an answer that counts.
    r_indicator, variation : float
        How evenly they answered (1: all alike), and the most by which silence can move a
        mean, in standard deviations of the answers.
    partial : tuple of PartialIndicator
    g, g_se, g_lower, g_upper : float or None
        Log odds of answering per standard deviation of the answer: estimate, what is used of
        it is drawn towards 0; its error; 95 % range after that. None without callbacks.
    """

    method: str
    invited: int
    answered: int
    r_indicator: float
    variation: float
    partial: tuple[PartialIndicator, ...]
    g: float | None
    g_se: float | None
    g_lower: float | None
    g_upper: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityFigure:
    """The interval of a score widened by what silence could have done.

    Attributes
    ----------
    unit_code, group_code : str
        The group code is empty for the unit as a whole.
    method : str
        "callbacks" or "proxy".
    move_down, move_up : float
        Points by which the score could move.
    lower, upper : float
        The 95 % interval with these.
    correlation : float or None
        Of the proxy with the answers.
    """

    unit_code: str
    group_code: str
    method: str
    move_down: float
    move_up: float
    lower: float
    upper: float
    correlation: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessFigure:
    """What false answers could mean for one published unit.

    Attributes
    ----------
    unreferenced_share : float
        Part of the score in [0, 1] that rests on open answers no invited one holds.
    ranked : bool
    shares : tuple of float
        Shares of the unit's weight looked at.
    lower, upper : tuple of float
        Where the honest score lies if so much was false, whatever held the score.
    raised, lowered : tuple of float
        Points by which such a share of the *bare* weight, all at the best or all at the worst
        mark, would have moved the score.
    share_to_change_tier : float or None
        Share of false weight with which the unit could stand in a wrong tier; None where the
        unit is not ranked.
    leaked : tuple of float or None
        Points by which the score would be lower had the unit's own people given such a share of
        the invited answers of each group, the best ones; None in runs of earlier programs.
    """

    unit_code: str
    unreferenced_share: float
    ranked: bool
    shares: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    raised: tuple[float, ...]
    lowered: tuple[float, ...]
    share_to_change_tier: float | None
    leaked: tuple[float, ...] | None = field(default=None, metadata=_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedFigure:
    """A unit whose invited answers look as if some codes had been captured.

    Attributes
    ----------
    n : int
        Its invited answers that count.
    signs : tuple of str
        What is unlike honest answers, the most striking first: "full", "careful", "fast",
        "complete", "shared", "channel".
    share, share_lower, share_upper : float
        Part of them, in [0, 1], that was captured, with its 95 % interval.
    chance : float
        Of so striking a unit if it is honest.
    lowered : float or None
        Points by which the score would be lower were ``share`` of them, the best, left out; None
        without a score.
    widened : float or None
        The same of ``share_upper``: by so much the interval reaches further down.
    """

    unit_code: str
    n: int
    signs: tuple[str, ...]
    share: float
    share_lower: float
    share_upper: float
    chance: float
    lowered: float | None
    widened: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDifference:
    """One item of one published unit, held against the mean of its class.

    Attributes
    ----------
    score : float
        Of the unit's groups that count, each by its part of the unit's score.
    mean : float
        Of the scores of the published units of the class that are asked the item.
    difference, lower, upper : float
        Score less mean, and its interval at the plan's confidence.
    n : int
        Valid answers that rated the item.
    side : {"above", "below"} or None
        Where the item surely lies; None where that cannot be told.
    """

    unit_code: str
    item_id: str
    score: float
    mean: float
    difference: float
    lower: float
    upper: float
    n: int
    side: Side | None


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
        and assisted where the plan wants a model for units with few answers.
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
