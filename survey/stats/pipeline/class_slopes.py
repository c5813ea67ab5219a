"""One group's answers about the units of one class, corrected for who answered by common slopes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.campaign.class_margins import ClassMargin, fit_class_margin
from survey.stats.campaign.domains import CampaignDomains, Scored, rescore
from survey.stats.campaign.scoring import influence
from survey.stats.estimation.pooled_slopes import PooledSlopes
from survey.stats.notices import Notice
from survey.stats.weighting.auxiliary import Auxiliary

MIN_UNITS = 3  # below it slopes would be mostly a unit's own: each is raked by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSlopes:
    """One group's answers about the units of one class.

    Attributes
    ----------
    group : int
    units : ndarray of intp, shape (m,)
        Units of the class with an answer that counts.
    rows : ndarray of intp, shape (n,)
        Their answers, unit after unit.
    first : ndarray of intp, shape (m + 1,)
        Where each unit's begin in ``rows``, and where the last one's end.
    variables : tuple of tuple of str
        What each unit is corrected for: where its population differs in it.
    pooled : PooledSlopes
    effect : ndarray of float64, shape (n,)
        What each answer is above or below its unit's group score, times its part in it: its mean
        over the unit's weight is zero.
    item_effect : ndarray of float64, shape (n, k)
        The same for each item's score.
    notices : tuple of Notice
        On the class.
    of_units : dict of int to Notice
        On single units.
    """

    group: int
    units: IndexArray
    rows: IndexArray
    first: IndexArray
    variables: tuple[tuple[str, ...], ...]
    pooled: PooledSlopes
    effect: FloatArray
    item_effect: FloatArray
    notices: tuple[Notice, ...]
    of_units: dict[int, tuple[Notice, ...]]

    def direct_parts(self) -> list[FloatArray]:
        """Return each answer's part in its unit's score at given slopes, unit after unit."""
        pooled = self.pooled
        parts = pooled.weights * pooled.residuals(self.effect) / pooled.total[pooled.unit]
        return np.split(parts, self.first[1:-1])

    def slope_parts(self) -> FloatArray:
        """Return each answer's part in the slopes, shape (n, p)."""
        residuals = self.pooled.residuals(self.effect)
        return self.pooled.slope_parts(residuals, np.arange(self.rows.size))


def find_class_slopes(
    domains: CampaignDomains,
    scored: Scored,
    factor: FloatArray,
    classes: Sequence[tuple[int, IndexArray]],
) -> tuple[ClassSlopes, ...]:
    """Prepare the correction of classes and groups.

    Parameters
    ----------
    domains : CampaignDomains
    scored : Scored
        Under the weights ``factor``, nothing corrected.
    factor : ndarray of float64, shape (n,)
        What quality leaves of each response.
    classes : sequence of (int, ndarray of intp)
        As of ``pooled_classes``.
    """
    return tuple(_class_slopes(domains, scored, factor, group, units) for group, units in classes)


def corrected(domains: CampaignDomains, scored: Scored, slopes: tuple[ClassSlopes, ...]) -> Scored:
    """Return the scores of items, groups and units with each unit's people as they are.

    Notes
    -----
    A group's score moves by what its items move, in proportion to their coefficients.
    """
    scale = domains.scale
    score = scored.groups.score.reshape(domains.shape).copy()
    item_score = scored.groups.item_score.copy()
    for entry in slopes:
        here = entry.units * domains.shape[1] + entry.group
        score[entry.units, entry.group] += entry.pooled.shift(entry.effect)
        item_score[here] += entry.pooled.shift(entry.item_effect)
    groups = replace(scored.groups, item_score=np.clip(item_score, scale.lowest, scale.highest))
    return rescore(
        domains, replace(scored, groups=groups), np.clip(score, scale.lowest, scale.highest)
    )


def pooled_classes(
    domains: CampaignDomains, factor: FloatArray
) -> Iterator[tuple[int, IndexArray]]:
    """Yield each group whose population is known, with the units of a class it answered about.

    Classes of fewer than ``MIN_UNITS`` such units are left out, and all where the plan rakes.
    """
    if domains.calibration != "pooled_slopes":
        return
    for group, plan in enumerate(domains.groups):
        if plan.weighting == "none" or not plan.margins:
            continue
        counted = np.array([
            factor[domains.rows[unit * domains.shape[1] + group]].sum() > 0
            for unit in range(domains.shape[0])
        ])  # fmt: skip
        asked = counted & (domains.group_coefficients[:, group] > 0)
        for place in np.unique(domains.class_of[asked]):
            units = np.flatnonzero(asked & (domains.class_of == place))
            if units.size >= MIN_UNITS:
                yield group, units


def _class_slopes(
    domains: CampaignDomains,
    scored: Scored,
    factor: FloatArray,
    group: int,
    units: IndexArray,
) -> ClassSlopes:
    blocks = [domains.rows[unit * domains.shape[1] + group] for unit in units]
    rows = np.concatenate(blocks)
    size = np.array([block.size for block in blocks])
    unit = np.repeat(np.arange(units.size), size)
    margins, notices, of_units = _margins(
        domains, group, units, rows=rows, unit=unit, weights=factor[rows]
    )
    variables = tuple(
        tuple(m.variable for m in margins if (m.known[u, :-1] > 0).sum() > 1)
        for u in range(units.size)
    )
    if not margins:  # a constant: nothing is corrected, and the notices say why
        margins = [ClassMargin(variable="", codes=0 * unit, known=np.ones((units.size, 1)))]
    effects = [_effects(domains, scored, int(u) * domains.shape[1] + group) for u in units]
    return ClassSlopes(
        group=group,
        units=units,
        rows=rows,
        first=np.concatenate([[0], size.cumsum()]),
        variables=variables,
        pooled=PooledSlopes.build(
            auxiliary=Auxiliary(
                codes=tuple(margin.codes for margin in margins),
                sizes=tuple(margin.known.shape[1] for margin in margins),
                values=np.zeros((rows.size, 0)),
            ),
            unit=unit,
            weights=factor[rows],
            known=np.concatenate([margin.known for margin in margins], axis=1),
        ),
        effect=np.concatenate([whole for whole, _ in effects]),
        item_effect=np.concatenate([items for _, items in effects]),
        notices=tuple(notices),
        of_units={int(units[u]): tuple(said) for u, said in of_units.items()},
    )


def _margins(
    domains: CampaignDomains,
    group: int,
    units: IndexArray,
    *,
    rows: IndexArray,
    unit: IndexArray,
    weights: FloatArray,
) -> tuple[list[ClassMargin], list[Notice], dict[int, list[Notice]]]:
    margins: list[ClassMargin] = []
    notices: list[Notice] = []
    of_units: dict[int, list[Notice]] = {}
    for variable in domains.groups[group].margins:
        categories, codes = domains.sample.codes_of(variable, domains.townships)
        known = [
            next(m for m in domains.margins[domains.units[u].population] if m.variable == variable)
            for u in units
        ]
        margin, said, apart = fit_class_margin(
            known, categories=categories, codes=codes[rows], unit=unit, weights=weights
        )
        notices += said
        for u, notice in apart.items():
            of_units.setdefault(u, []).append(notice)
        if margin is not None:
            margins.append(margin)
    return margins, notices, of_units


def _effects(
    domains: CampaignDomains, scored: Scored, domain: int
) -> tuple[FloatArray, FloatArray]:
    """Return the influence of each answer of a domain on its scores, times its weight."""
    groups, rows = scored.groups, domains.rows[domain]
    of_items = []
    for j, weight in enumerate(groups.item_weight[domain]):
        alone = np.zeros(groups.item_weight.shape[1])
        alone[j] = weight
        of_items.append(_influence(domains, scored, domain, rows, alone))
    whole = _influence(domains, scored, domain, rows, groups.item_weight[domain])
    total = groups.sum_weights[domain]
    return total * whole, total * np.stack(of_items, axis=1)


def _influence(
    domains: CampaignDomains, scored: Scored, domain: int, rows: IndexArray, weight: FloatArray
) -> FloatArray:
    return influence(
        items=domains.sample.items[rows],
        points=domains.points,
        item_score=scored.groups.item_score[domain],
        item_weight=weight,
        coefficients=domains.item_coefficients[domain],
    )
