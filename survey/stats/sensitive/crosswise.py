"""Crosswise items: the share of a sensitive yes that no single answer gives away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.errors import StatsError
from survey.stats.estimation.estimate import Estimates
from survey.stats.estimation.estimators import Domains, mean, ratio
from survey.stats.estimation.weight_set import WeightSet


class CrosswiseError(StatsError):
    """Answers or chances that no crosswise item has."""

    code: ClassVar[str] = "crosswise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswise:
    """What crosswise items tell, by domain.

    Attributes
    ----------
    share : Estimates
        Share of people of whom the sensitive statement is true, corrected for those who did not
        attend to the question. Not clipped: by chance it may lie outside [0, 1].
    uncorrected : Estimates
        The same as if everybody had attended (Yu, Tian and Tang 2008).
    attentive : Estimates
        Share of people who answered as asked, by the anchor; the others are as good as a coin.
    """

    share: Estimates
    uncorrected: Estimates
    attentive: Estimates


def crosswise(
    *,
    weights: WeightSet,
    item: FloatArray,
    anchor: FloatArray,
    chance: float,
    anchor_chance: float,
    domains: Domains | None = None,
    level: float = 0.95,
) -> Crosswise:
    """Share of a sensitive yes from a crosswise item and an anchor, with the bias corrected.

    Each item shows two statements and asks whether both or neither are true (1) or exactly one (0).
    Of the item one statement is sensitive and the other true of a known share of people,
    independently; of the anchor one is true of nobody, so that its answers tell who attended.

    Parameters
    ----------
    weights : WeightSet
    item, anchor : ndarray of float64, shape (n,)
        1 both or neither, 0 exactly one; NaN where there is no answer. Who left out one of the two
        counts in neither.
    chance, anchor_chance : float
        Share of people of whom the harmless statement of each is true, in (0, .5) or (.5, 1).
    domains : Domains, optional
        None: the whole sample.
    level : float
        Of the t intervals.

    Returns
    -------
    Crosswise

    Raises
    ------
    CrosswiseError
        A chance that is .5 (which would tell nothing) or not between 0 and 1, columns of unlike
        length, answers other than 0, 1 and NaN.

    Notes
    -----
    With l and l' the shares of ones, p and p' the chances and g the share who attend, the others
    answering 1 with chance 1/2: l - 1/2 = g (1/2 - p)(1 - 2 pi) and l' - 1/2 = g (1/2 - p'), so

        pi = 1/2 - (1/2 - p') / (2 (1/2 - p)) * (l - 1/2) / (l' - 1/2),

    a ratio of means of the same people: its error is that of a ratio, linearised, with all that
    weights and design say. It needs that people attend to both items alike, which is why the anchor
    looks like the item and stands beside it, in either order.

    Source: Yu, Tian and Tang 2008, doi:10.1007/s00184-007-0131-x; Atsusaka and Stevenson 2023,
    doi:10.1017/pan.2021.43. Checked against R: the formulas of both papers, and the error
    of ``survey::svyratio(~I(item - .5), ~I(anchor - .5), design)`` (golden case d29).

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, WeightSet, crosswise
    >>> item = np.repeat([1.0, 0.0, 1.0, 0.0], [560, 240, 60, 140])
    >>> anchor = np.repeat([1.0, 0.0], [800, 200])
    >>> weights = WeightSet(base_weights=np.ones(1000), design=Design.build(n=1000))
    >>> found = crosswise(
    ...     weights=weights, item=item, anchor=anchor, chance=0.15, anchor_chance=0.15
    ... )
    >>> found.uncorrected.value.round(3), found.attentive.value.round(3)
    (array([0.329]), array([0.857]))
    >>> print(found.share.summary())
    crosswise 0: 0.3 (se 0.02416, 0.252581 to 0.347419, n 1000)
    """
    _check(item, anchor, (chance, anchor_chance))
    both = ~(np.isnan(item) | np.isnan(anchor))
    x, y = np.where(both, item - 0.5, np.nan), np.where(both, anchor - 0.5, np.nan)
    slope, anchor_slope = 0.5 - chance, 0.5 - anchor_chance
    of_both = ratio(weights=weights, y=x, x=y, domains=domains, level=level)
    of_item = mean(weights=weights, y=x, domains=domains, level=level)
    of_anchor = mean(weights=weights, y=y, domains=domains, level=level)
    return Crosswise(
        share=_turned(of_both, 0.5, -anchor_slope / (2 * slope)),
        uncorrected=_turned(of_item, 0.5, -1 / (2 * slope)),
        attentive=_turned(of_anchor, 0.0, 1 / anchor_slope),
    )


def _check(item: FloatArray, anchor: FloatArray, chances: tuple[float, float]) -> None:
    if item.shape != anchor.shape:
        raise CrosswiseError("rows", item=item.size, anchor=anchor.size)
    for answers in (item, anchor):
        if not np.isin(answers[~np.isnan(answers)], (0.0, 1.0)).all():
            raise CrosswiseError("not_zeros_and_ones")
    for chance in chances:
        if not (0 < chance < 1) or chance == 0.5:
            raise CrosswiseError("chance", chance=chance)


def _turned(found: Estimates, start: float, by: float) -> Estimates:
    """Return start + by times an estimate, with its error and interval."""
    limits = start + by * found.lower, start + by * found.upper
    covariance = found.covariance
    return replace(
        found,
        statistic="crosswise",
        value=start + by * found.value,
        se=abs(by) * found.se,
        lower=np.fmin(*limits),
        upper=np.fmax(*limits),
        covariance=None if covariance is None else by**2 * covariance,
    )
