"""Whether the answers of a group differ from the rest of their unit more than honest ones do.

Two tests, both against the same unit's answers outside the group, in which no source counts
for more than a few answers (else a stuffed box would be its own yardstick): the mean is too
far off, or one answer vector is too frequent. What brought the rows together - an address, a
moment, a row of codes - is never evidence by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.integrity.row_groups import RowGroups, group_rows
from survey.stats.scipy_calls import bdtrc, stdtr

SOURCE_CAP = 8.0  # answers a source counts for in the yardstick
_SLACK = 0.15  # SDs by which honest neighbours may differ from the rest of the unit
_FLAT = 0.7  # least within-unit SD, as a share of the county's
_SHRINK = 20.0  # answers at which a unit's own SD counts half
_PRIOR = 5.0  # answers' worth of the county's share of a vector
_ALIKE = 1.5, 0.02  # how much likelier than elsewhere a vector may honestly be in a group
_FEW = 6.0  # degrees of freedom on top of the group's size, for skewed answers


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceDistribution:
    """The answers of all units, with every source capped.

    Attributes
    ----------
    unit, vector : ndarray of intp, shape (n,)
    score : ndarray of float64, shape (n,)
        Without the channels' own levels.
    weight : ndarray of float64, shape (n,)
        In the yardstick; 0 for answers already known to be organised.
    sd : ndarray of float64, shape (units,)
        Within-unit standard deviation, shrunk towards the county's.
    share : ndarray of float64, shape (vectors,)
        County share of each vector.
    """

    unit: IndexArray
    vector: IndexArray
    score: FloatArray
    weight: FloatArray
    sd: FloatArray
    share: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks against each group; p-values are for one group looked at alone.

    Attributes
    ----------
    p_mean, p_same : ndarray of float64, shape (groups,)
        Of a mean so far off, of one vector so frequent.
    same : ndarray of intp, shape (groups,)
        The vector that is the most strikingly frequent.
    n_vectors : int
        Pairs of a group and a vector looked at.
    """

    p_mean: FloatArray
    p_same: FloatArray
    same: IndexArray
    n_vectors: int


def reference_distribution(
    *,
    unit: IndexArray,
    vector: IndexArray,
    score: FloatArray,
    channel: IndexArray,
    sources: tuple[RowGroups, ...],
    organised: BoolArray,
) -> ReferenceDistribution:
    """Reduce the sample to what groups are compared with.

    Parameters
    ----------
    unit, vector, channel : ndarray of intp, shape (n,)
    score : ndarray of float64, shape (n,)
        On any scale, finite.
    sources : tuple of RowGroups
        Groupings by source and unit whose members share a capped weight.
    organised : ndarray of bool, shape (n,)
        Answers to leave out of the yardstick.
    """
    weight = (~organised).astype(np.float64)
    for groups in sources:
        size = np.append(groups.size, 1)[groups.of_row]
        weight = np.minimum(weight, SOURCE_CAP / np.maximum(size, SOURCE_CAP) * ~organised)
    centred = score - _level_of_channel(unit, channel, score, weight)
    return ReferenceDistribution(
        unit=unit,
        vector=vector,
        score=centred,
        weight=weight,
        sd=_within_unit_sd(unit, centred, weight),
        share=np.bincount(vector, weight) / max(weight.sum(), 1.0),
    )


def _level_of_channel(
    unit: IndexArray,
    channel: IndexArray,
    score: FloatArray,
    weight: FloatArray,
) -> FloatArray:
    """Return the county-wide level of each row's channel, units held equal."""
    total = np.maximum(np.bincount(unit, weight), 1e-9)
    rest = score - (np.bincount(unit, weight * score) / total)[unit]
    spread = np.maximum(np.bincount(channel, weight), 1e-9)
    return np.asarray((np.bincount(channel, weight * rest) / spread)[channel])


def _within_unit_sd(unit: IndexArray, score: FloatArray, weight: FloatArray) -> FloatArray:
    total = np.bincount(unit, weight)
    safe = np.maximum(total, 1e-9)
    mean = np.bincount(unit, weight * score) / safe
    squares = np.bincount(unit, weight * (score - mean[unit]) ** 2)
    pooled = squares.sum() / max(total.sum() - (total > 0).sum(), 1.0)
    own = (squares + _SHRINK * pooled) / (safe + _SHRINK)
    return np.asarray(np.sqrt(np.maximum(own, _FLAT**2 * pooled)))


def weigh_evidence(reference: ReferenceDistribution, groups: RowGroups) -> Evidence:
    """Test every group against the rest of its unit.

    Parameters
    ----------
    reference : ReferenceDistribution
    groups : RowGroups
        Each inside one unit.

    Returns
    -------
    Evidence

    Notes
    -----
    Mean: z = (mean of the group - mean of the rest) / (S sqrt(1/n + 1/n_rest + .15^2)), two
    sided, Student's t with n + 6 degrees of freedom. The .15 lets honest neighbours share an
    opinion. Same vector: binomial tail of the commonest vectors, whose chance is 1.5 times its
    share in the rest of the unit (with 5 answers' worth of the county's) plus .02.
    """
    unit = groups.first(reference.unit)
    p_same, same, n_vectors = _same_vector(reference, groups, unit)
    return Evidence(
        p_mean=_mean_off(reference, groups, unit), p_same=p_same, same=same, n_vectors=n_vectors
    )


def _rest(
    reference: ReferenceDistribution,
    groups: RowGroups,
    unit: IndexArray,
    values: FloatArray,
) -> FloatArray:
    whole = np.bincount(reference.unit, values, minlength=reference.sd.size)
    return np.asarray(whole[unit] - groups.total(values))


def _mean_off(reference: ReferenceDistribution, groups: RowGroups, unit: IndexArray) -> FloatArray:
    weighted = reference.weight * reference.score
    n_rest = _rest(reference, groups, unit, reference.weight)
    testable = n_rest > 1
    n, n_rest = groups.size.astype(np.float64), np.where(testable, n_rest, 1.0)
    gap = groups.total(reference.score) / n - _rest(reference, groups, unit, weighted) / n_rest
    error = reference.sd[unit] * np.sqrt(1 / n + 1 / n_rest + _SLACK**2)
    z = np.abs(gap) / np.maximum(error, 1e-9)
    return np.where(testable, 2 * stdtr(n + _FEW, -z), 1.0)


def _same_vector(
    reference: ReferenceDistribution, groups: RowGroups, unit: IndexArray
) -> tuple[FloatArray, IndexArray, int]:
    pairs = group_rows(groups.of_row, np.where(groups.of_row >= 0, reference.vector, -1))
    group, vector = pairs.first(groups.of_row), pairs.first(reference.vector)
    in_unit = group_rows(reference.unit, reference.vector)
    everywhere = in_unit.total(reference.weight)[pairs.first(in_unit.of_row)]
    elsewhere = everywhere - pairs.total(reference.weight)
    n_rest = _rest(reference, groups, unit, reference.weight)[group]
    chance = (elsewhere + _PRIOR * reference.share[vector]) / (n_rest + _PRIOR)
    chance = np.clip(_ALIKE[0] * chance + _ALIKE[1], 0.0, 1.0)
    p = bdtrc(pairs.size - 1.0, groups.size[group], chance)
    p = np.where(pairs.size > 1, p, 1.0)
    best = np.lexsort((p, group))
    first = np.searchsorted(group[best], np.arange(groups.n_groups))
    return p[best[first]], vector[best[first]], pairs.n_groups
