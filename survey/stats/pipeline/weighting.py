"""Weights of the responses: raking of the groups whose population is known.

Every unit-by-group domain is weighted by itself, so that nothing that happens to one unit
can move another. What the sample cannot carry is never forced and never silent: an empty
category is merged with its neighbour or the margin dropped, and a notice says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.ages import AGE_VARIABLES
from survey.stats.campaign.plan import GroupPlan, MarginPlan
from survey.stats.campaign.sample import NONE, Sample
from survey.stats.notices import Notice
from survey.stats.pipeline.domain_weighting import DomainWeighting
from survey.stats.weighting.bounded import calibrate
from survey.stats.weighting.calibration import Calibration, Margin, margin_cells, rake, rake_once
from survey.stats.weighting.margin import InfeasibleBoundsError

UNKNOWN = "unknown"
_CAPPED_ROUNDS = 50


def weigh_domain(
    *,
    sample: Sample,
    townships: tuple[str, ...],
    rows: IndexArray,
    group: GroupPlan,
    margins: Sequence[MarginPlan],
    factor: FloatArray | None = None,
) -> DomainWeighting:
    """Weight the valid responses of one unit and group.

    Parameters
    ----------
    sample : Sample
        All answers.
    townships : tuple of str
        The county's, in the order the sample's codes go by.
    rows : ndarray of intp, shape (m,)
        The domain's valid responses, at least one.
    group : GroupPlan
        Which margins, and between which multiples of the mean weight.
    margins : sequence of MarginPlan
        Known totals of the population to rake to.
    factor : ndarray of float64, shape (m,), optional
        What each response keeps of its weight before raking; default one.

    Returns
    -------
    DomainWeighting
        Weights of one where the group is not weighted or no margin could be kept.
    """
    kept = np.ones(rows.size) if factor is None else factor
    if group.weighting == "none":
        return unweighted(kept)
    fitted: list[Margin] = []
    notices: list[Notice] = []
    known = {margin.variable: margin for margin in margins}
    for variable in group.margins:
        categories, codes = sample.codes_of(variable, townships)
        margin, said = fit_margin(known[variable], categories=categories, codes=codes[rows])
        notices += said
        if margin is not None:
            fitted.append(margin)
    calibration = _rake(fitted, kept=kept, notices=notices)
    if calibration is None:
        return unweighted(kept, notices)
    weights, trimmed = _trim(calibration, fitted, group, notices)
    notices += trimmed.notices if trimmed else ()
    return DomainWeighting(
        weights=weights,
        calibration=trimmed,
        margins=tuple(fitted),
        max_margin_error=_margin_error(fitted, weights),
        notices=tuple(notices),
    )


def unweighted(
    kept: FloatArray, notices: Sequence[Notice] = (), *, corrected: tuple[str, ...] = ()
) -> DomainWeighting:
    """Return a domain whose answers count what trust leaves of them."""
    return DomainWeighting(
        weights=kept,
        calibration=None,
        margins=(),
        max_margin_error=0.0,
        notices=tuple(notices),
        corrected=corrected,
    )


def _margin_error(margins: Sequence[Margin], weights: FloatArray) -> float:
    return max(
        float(np.abs(np.bincount(m.codes, weights, m.totals.size) - m.totals).max())
        / float(m.totals.sum())
        for m in margins
    )


def fit_margin(
    known: MarginPlan, *, categories: tuple[str, ...], codes: IndexArray
) -> tuple[Margin | None, list[Notice]]:
    """Fit known totals to what the sample can carry.

    Parameters
    ----------
    known : MarginPlan
        Totals of the population.
    categories : tuple of str
        Names of the codes.
    codes : ndarray of intp, shape (m,)
        Category of each response; -1 not said.

    Returns
    -------
    Margin or None
        None where fewer than two categories are left to balance.
    list of Notice

    Notes
    -----
    Those who did not say (``prefer_not``) are valid: they get a category of their own whose
    total is their unweighted share of the population, and the known totals shrink to the
    rest; so they neither gain nor lose by this margin. The same holds for an answer that
    claims a category in which nobody lives (a structural zero), which a notice reports as
    inconsistent.
    """
    notices: list[Notice] = []
    totals = np.array(
        [dict(zip(known.categories, known.totals, strict=True)).get(c, 0.0) for c in categories]
    )
    codes = codes.copy()
    claimed = (codes != NONE) & (totals[codes] == 0)
    if claimed.any():
        notices.append(
            Notice(
                "structural_zero_claimed",
                variable=known.variable,
                n=int(claimed.sum()),
                categories=tuple(categories[code] for code in np.unique(codes[claimed])),
            )
        )
        codes[claimed] = NONE
    parts = [
        (name, float(total), codes == index)
        for index, (name, total) in enumerate(zip(categories, totals, strict=True))
        if total > 0
    ]
    parts, said = _without_empty(known.variable, parts)
    return _margin(known.variable, parts, unknown=codes == NONE), notices + said


_Part = tuple[str, float, BoolArray]


def _without_empty(variable: str, parts: list[_Part]) -> tuple[list[_Part], list[Notice]]:
    """Merge ordered categories nobody answered from; drop the margin where there is no order."""
    notices: list[Notice] = []
    while len(parts) > 1 and (empty := [i for i, part in enumerate(parts) if not part[2].any()]):
        if variable not in AGE_VARIABLES:
            names = tuple(parts[i][0] for i in empty)
            return [], [Notice("margin_dropped", variable=variable, why="empty", categories=names)]
        i = empty[-1]
        neighbour = i - 1 if i else 1
        low, high = min(i, neighbour), max(i, neighbour)
        notices.append(
            Notice(
                "category_merged",
                variable=variable,
                category=parts[i][0],
                neighbour=parts[neighbour][0],
            )
        )
        merged = (
            f"{parts[low][0]},{parts[high][0]}",
            parts[low][1] + parts[high][1],
            parts[low][2] | parts[high][2],
        )
        parts = [*parts[:low], merged, *parts[high + 1 :]]
    return parts, notices


def _margin(variable: str, parts: list[_Part], *, unknown: BoolArray) -> Margin | None:
    if len(parts) < 2:
        return None
    size = sum(total for _, total, _ in parts)
    share = float(unknown.mean())
    codes = np.full(unknown.size, len(parts), dtype=np.intp)
    for index, (_, _, here) in enumerate(parts):
        codes[here] = index
    names = [name for name, _, _ in parts]
    totals = [total * (1 - share) for _, total, _ in parts]
    if share > 0:
        names.append(UNKNOWN)
        totals.append(size * share)
    return Margin(variable=variable, categories=tuple(names), codes=codes, totals=np.array(totals))


def _rake(margins: list[Margin], *, kept: FloatArray, notices: list[Notice]) -> Calibration | None:
    """Rake; drop the last margin and try again where the margins cannot all be met."""
    while margins:
        base = kept * (float(margins[0].totals.sum()) / float(kept.sum()))
        calibration = rake(base_weights=base, margins=margins)
        if calibration.converged:
            return calibration
        dropped = margins.pop()
        notices.append(
            Notice("margin_dropped", variable=dropped.variable, why="together", categories=())
        )
    return None


def _trim(
    calibration: Calibration, margins: list[Margin], group: GroupPlan, notices: list[Notice]
) -> tuple[FloatArray, Calibration | None]:
    """Keep weights within multiples of the mean weight by bounded raking.

    Base weights are equal, so multiples of the mean are bounds on g. Bounded raking (Deville
    and Sarndal's truncated form) is where clipping and raking in turn would settle, with a
    variance of its own. Where margins and limits cannot both hold the limits do: a handful of
    answers must not speak for more people than the scheme allows, which is also what someone
    who claims a rare cell would be after.
    """
    if group.trim_lower is None or group.trim_upper is None:
        return calibration.weights, calibration
    lower, upper = group.trim_lower, group.trim_upper
    if lower <= calibration.g.min() and calibration.g.max() <= upper:
        return calibration.weights, calibration
    base = calibration.base_weights
    try:
        bounded = calibrate(
            base_weights=base, margins=margins, method="raking", bounds=(lower, upper)
        )
    except InfeasibleBoundsError:
        weights = _capped(base, margins, lower, upper)
        missed = _margin_error(margins, weights)
        notices.append(Notice("margins_missed", lower=lower, upper=upper, missed=missed))
        return weights, None
    return bounded.weights, bounded


def _capped(base: FloatArray, margins: list[Margin], lower: float, upper: float) -> FloatArray:
    """Rake round by round, clipping after each, so that only what cannot be met is missed."""
    weights, cells = base, margin_cells(margins, base.size)
    for _ in range(_CAPPED_ROUNDS):
        raked = rake_once(cells=cells, base_weights=weights, margins=margins)
        weights = np.clip(raked, lower * base, upper * base)
    return weights
