"""The figures of units, their groups and their items, and the trace of how they came about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from survey.stats.campaign.decisions import Side
from survey.stats.campaign.plan import CalibratedBy

Status = Literal["published", "insufficient"]


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
