"""Whether a share is higher in one unit than the same group's in the others and chance explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.scipy_calls import bdtrc, logsumexp, ndtr

_MEAN = np.linspace(-3.2, 2.0, 22)  # probit of the usual share, all equally likely beforehand
_SPREAD = np.geomspace(0.1, 0.8, 7)  # of honest units around it, in probits; never below .1
_SLOPE = np.array([0.0, 0.5, 1.0, 1.5])  # probits for a standard deviation of the unit's level
_TAIL = 20.0  # degrees of freedom of how far a unit to be judged may honestly lie
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_CHANCE = _WEIGHTS / _WEIGHTS.sum()
_STEPS = np.linspace(-12.0, 12.0, 81)  # further out than the nodes: tails are asked for
_DENSITY = (1 + _STEPS**2 / _TAIL) ** (-(_TAIL + 1) / 2)  # Student's, for the odd unit
_DENSITY /= _DENSITY.sum()
_NEGLIGIBLE = 1e-9
_EDGE = 1e-9  # nearest a share comes to 0 and 1

_BY_SLOPE, _BY_SPREAD, _BY_MEAN, _BY_UNIT = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTable:
    """How many answers of each unit and group have some trait.

    Attributes
    ----------
    hits, n : ndarray of float64, shape (u, g)
        Answers with the trait, and all answers.
    level : ndarray of float64, shape (u, g)
        What the unit's *other* groups think of it, in standard deviations of an answer.
    yardstick : ndarray of bool, shape (u, g)
        Which of them the others are compared with.
    """

    hits: FloatArray
    n: FloatArray
    level: FloatArray
    yardstick: BoolArray


def excess_of_shares(table: ShareTable, *, candidates: BoolArray) -> FloatArray:
    """Return the chance of so high a share in each candidate, were it one of the others.

    Parameters
    ----------
    table : ShareTable
    candidates : ndarray of bool, shape (u, g)

    Returns
    -------
    ndarray of float64, shape (u, g)
        In [0, 1]; 1 where it was not asked for.

    Notes
    -----
    The share of group g in unit u is Phi(m_g + b L_u + s d_u), L_u the unit's level among its
    other groups, d_u standard normal for the others and Student's with 20 degrees of freedom for
    u. m and b are the group's own, the spread s is the trait's in all groups; they are weighed on
    a grid by what the other units show, uniform beforehand (s in its logarithm), so that few
    units make a wide and not a sure yardstick. The chance is the binomial tail, averaged over all
    of it: once with b = 0, once with any b. The level tells well liked units from coached ones; a
    unit coached in every group has a high level too, and is told by the other one. The smaller of
    the two counts, twice.
    """
    grids = [_fit(table, group) for group in range(table.n.shape[1])]
    out = np.ones(table.n.shape)
    for unit, group in np.argwhere(candidates):
        out[unit, group] = min(
            1.0,
            2 * min(_tail(table, grids, unit, group, n_slopes) for n_slopes in (1, _SLOPE.size)),
        )
    return out


def _fit(table: ShareTable, group: int) -> FloatArray:
    """Log likelihood by slope, spread, mean and unit; 0 for units outside the yardstick."""
    here = table.yardstick[:, group]
    shift = _SLOPE[:, None] * table.level[here, group]
    eta = _MEAN[:, None, None] + _SPREAD[:, None, None, None] * _NODES
    share = np.clip(ndtr(eta + shift[:, None, None, :, None]), _EDGE, 1 - _EDGE)
    hits, n = table.hits[here, group, None], table.n[here, group, None]
    log = hits * np.log(share) + (n - hits) * np.log1p(-share)
    out = np.zeros((_SLOPE.size, _SPREAD.size, _MEAN.size, here.size))
    out[..., here] = logsumexp(log, axis=-1, b=_CHANCE)
    return out


def _tail(
    table: ShareTable, grids: list[FloatArray], unit: int, group: int, n_slopes: int
) -> float:
    # The unit itself is left out of every group: somebody may have coached them all.
    left = [grid[:n_slopes].sum(axis=_BY_UNIT) - grid[:n_slopes, :, :, unit] for grid in grids]
    others = [grid for k, grid in enumerate(left) if k != group]
    spread = np.sum([logsumexp(grid, axis=(_BY_SLOPE, _BY_MEAN)) for grid in others], axis=0)
    log = left[group] + np.broadcast_to(spread, _SPREAD.shape)[:, None]
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    slope, width, mean = np.nonzero(weight > _NEGLIGIBLE)
    eta = _MEAN[mean] + _SLOPE[slope] * table.level[unit, group]
    share = ndtr(eta[:, None] + _SPREAD[width][:, None] * _STEPS)
    hits, n = table.hits[unit, group], int(table.n[unit, group])
    tail = bdtrc(hits - 1.0, n, share) @ _DENSITY
    return float(weight[slope, width, mean] @ tail)
