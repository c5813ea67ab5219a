"""What the scores of units have in common: raters of several units, the bias of the entrance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.group_leniency import GroupLeniency


def joint_covariance(
    *,
    share: FloatArray,
    variance: FloatArray,
    combined: tuple[CombinedGroup, ...],
    leniency: Mapping[int, GroupLeniency],
    reference_only: BoolArray,
) -> FloatArray:
    """Return the covariance of the unit scores, shape (u, u).

    Parameters
    ----------
    share, variance : ndarray of float64, shape (u, g)
        Share of each group's score in the unit's; variance of the group scores.
    combined : tuple of CombinedGroup
        Groups in which invited and open answers were combined, in the units they were.
    leniency : mapping
        By group, how people who rated several units were taken out where they were not.
    reference_only : ndarray of bool, shape (u,)
        Units whose score is a model's: its error has nothing in common with the others'.

    Notes
    -----
    The diagonal is the variance as published, which the limit may have made larger than the
    posterior's; between units stands the posterior covariance, or the raters', whose correlation
    holds for the variances as they were smoothed. Groups are independent of each other. An error
    that units share takes no part in their difference.
    """
    out = np.diag((share**2 * variance).sum(axis=1))
    common = {
        group: _with_variance(found.covariance, variance[:, group])
        for group, found in leniency.items()
    }
    for entry in combined:
        between = np.zeros_like(out)
        between[np.ix_(entry.units, entry.units)] = entry.combination.covariance
        common[entry.group] = between
    for group, covariance in common.items():
        between = np.nan_to_num(covariance) * np.outer(share[:, group], share[:, group])
        between[np.diag_indices_from(between)] = 0.0
        between[reference_only, :] = 0.0
        between[:, reference_only] = 0.0
        out += between
    return out


def _with_variance(covariance: FloatArray, variance: FloatArray) -> FloatArray:
    """Return a covariance of the same correlations; units without a variance keep theirs."""
    own = np.diag(covariance)
    factor = np.ones(own.size)
    np.sqrt(np.divide(variance, own, out=factor, where=(own > 0) & (variance > 0)), out=factor)
    return np.asarray(covariance * np.outer(factor, factor))
