"""The variances between units and between the groups of a unit, from direct estimates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.scipy_calls import minimize
from survey.stats.small_areas.sub_areas import Components, SubAreaFit, SubAreas, fit_sub_areas

METHODS = ("reml", "li_lahiri")
_STARTS = (0.05, 0.7)  # as shares of the variance of the direct estimates
_LEAST = 1e-8  # share of it below which a component is none
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slope:
    """The restricted likelihood and its derivatives by both components."""

    value: float
    by: FloatArray


def find_components(given: SubAreas, *, method: str) -> Components:
    """Maximise the restricted likelihood, adjusted or not.

    Parameters
    ----------
    given : SubAreas
    method : {"reml", "li_lahiri"}
        The latter maximises the likelihood times both components, which is then never at a
        component of zero; with many units the factor no longer matters.
    """
    scale = _scale(given)
    largest = np.log(100 * scale)
    least = np.log(_LEAST * scale)

    def negative(logs: FloatArray) -> tuple[float, FloatArray]:
        components = Components(unit=float(np.exp(logs[0])), group=float(np.exp(logs[1])))
        found = _likelihood(given, components, method)
        return -found.value, -found.by * np.exp(logs)

    best = min(
        (
            minimize(
                negative, np.log([first * scale, second * scale]), jac=True, method="L-BFGS-B",
                bounds=[(least, largest)] * 2,
                options={"ftol": 1e-15, "gtol": _CLOSE, "maxiter": 500},
            )
            for first in _STARTS
            for second in _STARTS
        ),
        key=lambda one: float(one.fun),
    )  # fmt: skip
    unit, group = (0.0 if log <= least + 1e-6 else float(np.exp(log)) for log in best.x)
    return Components(unit=unit, group=group)


def information(given: SubAreas, fit: SubAreaFit) -> FloatArray:
    """Return what the estimates say of both components, shape (2, 2): tr(V⁻¹VₖV⁻¹Vₗ) / 2."""
    ones = fit.inverse.sum(axis=2)
    both = float((ones**2).sum())
    return 0.5 * np.array([
        [float((ones.sum(axis=1) ** 2).sum()), both],
        [both, float((fit.inverse**2).sum())],
    ])  # fmt: skip


def _scale(given: SubAreas) -> float:
    spread = float(np.var(given.direct[given.there]))
    return max(spread, float(given.variance[given.there].mean()))


def _likelihood(given: SubAreas, components: Components, method: str) -> _Slope:
    fit = fit_sub_areas(given, components)
    value = fit.log_determinant - float(np.linalg.slogdet(fit.beta_covariance)[1])
    value += float((fit.residual * fit.weighted_residual).sum())
    ones = fit.inverse.sum(axis=2)
    own = np.einsum("ugg->ug", fit.inverse)
    x_of_unit = fit.weighted_x.sum(axis=1)
    leverage = np.einsum("up,pq,uq->u", x_of_unit, fit.beta_covariance, x_of_unit)
    of_cells = np.einsum("ugp,pq,ugq->ug", fit.weighted_x, fit.beta_covariance, fit.weighted_x)
    by = np.array([
        float((ones.sum(axis=1) - leverage - fit.weighted_residual.sum(axis=1) ** 2).sum()),
        float((own - of_cells - fit.weighted_residual**2).sum()),
    ])  # fmt: skip
    if method == "reml":
        return _Slope(value=-0.5 * value, by=-0.5 * by)
    value = -0.5 * value + float(np.log(components.unit * components.group))
    by = -0.5 * by + np.array([1 / components.unit, 1 / components.group])
    return _Slope(value=value, by=by)
