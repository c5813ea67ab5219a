"""Groups of one unit borrow from one another, and from the same groups of other units."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.notices import Notice
from survey.stats.small_areas.fay_herriot import SmallAreaError
from survey.stats.small_areas.sub_area_variance import METHODS, find_components, information
from survey.stats.small_areas.sub_areas import (
    Components,
    SubAreaFit,
    SubAreas,
    deletion_residuals,
    fit_sub_areas,
)

APART = 3.0  # standard errors off what all others say from which a group stands apart
_ROUNDS = 20  # of finding those; two or three suffice
_SETTLED = 1e-6
_MOST_SHARED = 0.9  # of a variance
_LEAST_KNOWN = 2  # units of which all covariates are


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrowed:
    """Estimates of the groups of all units, and their error.

    Attributes
    ----------
    value : ndarray of float64, shape (m, g)
        NaN where nothing was measured.
    mse : ndarray of float64, shape (m, g, g)
        Estimated mean squared errors and products of errors of a unit's groups; zero where
        nothing was measured.
    others : ndarray of float64, shape (m, g)
        What all other estimates say of each, its own left out; NaN where nothing was measured.
    follows : ndarray of float64, shape (m, g, g)
        By how much an estimate (second axis) moves with the unit's direct estimates (third), both
        variances between held fixed.
    shared : ndarray of float64, shape (g,)
        Error that a group's estimates of all units have in common; it is part of ``mse``.
    apart : ndarray of bool, shape (m, g)
        Groups that stand apart from what all others say of them: hardly drawn, nor drawing.
    coefficients : ndarray of float64, shape (p,)
        Means of the groups, and what the covariates add.
    unit_variance, group_variance : float
        Between units, and between groups of one unit.
    notices : tuple of Notice
        ``no_sub_area_variance``: a variance came out as zero.
    """

    value: FloatArray
    mse: FloatArray
    others: FloatArray
    follows: FloatArray
    shared: FloatArray
    apart: BoolArray
    coefficients: FloatArray
    unit_variance: float
    group_variance: float
    notices: tuple[Notice, ...]

    @property
    def se(self) -> FloatArray:
        """Return the standard errors, shape (m, g); NaN where nothing was measured."""
        own = np.einsum("ugg->ug", self.mse)
        return np.where(np.isfinite(self.value), np.sqrt(own), np.nan)

    def of_units(self, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return weighted sums of each unit's groups and their errors, shape (m,).

        ``weight`` (m, g) is zero where nothing was measured.
        """
        value = (weight * np.nan_to_num(self.value)).sum(axis=1)
        return value, np.sqrt(np.einsum("ug,ugh,uh->u", weight, self.mse, weight))

    def summary(self) -> str:
        """Return one line for people, and the notices."""
        there = np.isfinite(self.value)
        head = (
            f"{int(there.sum())} estimates of {there.shape[0]} units: variance between units "
            f"{self.unit_variance:.4g}, between groups of one unit {self.group_variance:.4g}, "
            f"{int(self.apart.sum())} apart"
        )
        return "\n".join([head, *map(str, self.notices)])

    def to_columns(self) -> dict[str, FloatArray]:
        """Return columns of one value per unit and group, unit after unit."""
        return {"value": self.value.ravel(), "se": self.se.ravel()}


def borrow(
    *,
    direct: FloatArray,
    variance: FloatArray,
    covariates: FloatArray | None = None,
    shared: FloatArray | None = None,
    method: str = "li_lahiri",
    apart_at: float = APART,
) -> Borrowed:
    """Draw estimates of groups of units towards one another.

    Parameters
    ----------
    direct : ndarray of float64, shape (m, g)
        Direct estimates, NaN where there is none.
    variance : ndarray of float64, shape (m, g)
        Their sampling variances, positive, taken as known: smooth them first.
    covariates : ndarray of float64, shape (m, q), optional
        Of the units, known without error; each adds the same to all groups of a unit. NaN where
        one is not known: it then counts as the mean of those known, and how far it may be from
        that as part of how units differ.
    shared : ndarray of float64, shape (g,), optional
        Part of the variances that a group's estimates of all units have in common, as where the
        same people rate several units; of each variance nine tenths at most. Default none.
    method : {"li_lahiri", "reml"}
        How the two variances between are estimated. Those of Li and Lahiri are never zero, and
        their errors honest where few units tell how much groups differ.
    apart_at : float
        Standard errors from which a group stands apart; infinite for none.

    Returns
    -------
    Borrowed

    Raises
    ------
    SmallAreaError
        For shapes that do not fit, variances not positive, too few units for the predictors, a
        covariate known of none.

    Notes
    -----
    y_ug = mu_g + x_u'beta + u_u + v_ug + e_ug, Var(u) and Var(v) the same for all: a model of areas
    and sub-areas, its estimates the empirical best linear unbiased ones. Mean squared error of a
    unit's groups, with D the sampling variances, V their covariance in all and Φ that of the
    coefficients: D − DV⁻¹D + LΦL' + 2 Σ c_kl DV⁻¹VₖV⁻¹VₗV⁻¹D, L = DV⁻¹X, c the inverse
    information of the variances (Prasad and Rao; Datta and Lahiri). What a group's estimates have
    in common is part of mu_g: taken off the variances first and added to the error at the end.

    A group ``apart_at`` standard errors or more off what all others say of it is given a variance
    of its own, just so large that it is that far off no more. So it stays where it was measured
    and tells the less of its unit the further off it is: nothing in the end.

    A unit whose covariates x are not known is x̄'beta off by (x − x̄)'beta, whose variance beta'S
    beta, S that of the units of which they are known, is added to Var(u) of that unit.

    References
    ----------
    Torabi, M. and Rao, J. N. K. (2014), J. Multivariate Anal. 127, 36-55.
    doi:10.1016/j.jmva.2014.02.001
    Benavent, R. and Morales, D. (2016), Comput. Stat. Data Anal. 94, 372-390.
    doi:10.1016/j.csda.2015.07.013
    Datta, G. S. and Lahiri, P. (2000), Statistica Sinica 10, 613-627.
    Li, H. and Lahiri, P. (2010), J. Multivariate Anal. 101, 882-892.
    doi:10.1016/j.jmva.2009.10.009

    Checked against R ``metafor::rma.mv(y, V, mods = ~ 0 + group, random = ~ 1 | unit/group)`` and
    ``lme4::lmer(y ~ 0 + group + (1 | unit) + (1 | unit:group))``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import borrow
    >>> found = borrow(
    ...     direct=np.array([[60.0, 64.0], [66.0, 71.0], [72.0, 79.0], [81.0, 83.0], [75.0, 66.0]]),
    ...     variance=np.full((5, 2), [1.0, 16.0]),
    ... )
    >>> found.value.round(1)
    array([[60.1, 64.1],
           [66.1, 70.6],
           [72. , 77.9],
           [81. , 82.5],
           [74.9, 68. ]])
    """
    given = _given(direct, variance, covariates, shared, method)
    components = find_components(given, method=method)
    for _ in range(_ROUNDS):
        unknown = _unknown(given, components, covariates)
        apart = _apart(replace(given, unknown=unknown), components, apart_at)
        if _settled(apart, given.apart) and _settled(unknown, given.unknown):
            break
        given = replace(given, apart=apart, unknown=unknown)
        components = find_components(given, method=method)
    return borrowed_given(given, components, shared=_shared(variance, shared, given.there))


def _settled(now: FloatArray, before: FloatArray) -> bool:
    return bool(np.abs(now - before).max() <= _SETTLED * (1 + now.max()))


def _unknown(given: SubAreas, components: Components, covariates: FloatArray | None) -> FloatArray:
    """Return what not knowing covariates lets each unit vary besides, shape (m,)."""
    if covariates is None or np.isfinite(covariates).all():
        return given.unknown
    lacking = ~np.isfinite(covariates)
    beta = fit_sub_areas(given, components).beta[-lacking.shape[1] :]
    known = covariates[~lacking.any(axis=1)]
    spread = np.atleast_2d(np.cov(known, rowvar=False))
    off = lacking * beta
    return np.asarray(np.einsum("up,pq,uq->u", off, spread, off))


def _apart(given: SubAreas, components: Components, apart_at: float) -> FloatArray:
    """Return the variance that brings each group no further off than ``apart_at``."""
    off, variance = deletion_residuals(fit_sub_areas(given, components))
    usual = variance - given.apart
    wider = (off / apart_at) ** 2 - usual
    return np.where(given.there, np.maximum(wider, 0.0), 0.0)


def _given(
    direct: FloatArray,
    variance: FloatArray,
    covariates: FloatArray | None,
    shared: FloatArray | None,
    method: str,
) -> SubAreas:
    if method not in METHODS:
        raise SmallAreaError("unknown_method", method=method, known=METHODS)
    m, g = direct.shape
    more = np.zeros((m, 0)) if covariates is None else _filled(covariates)
    if variance.shape != (m, g) or more.ndim != 2 or more.shape[0] != m:
        raise SmallAreaError("shapes", areas=m, variances=variance.shape, predictors=more.shape)
    there = np.isfinite(direct)
    if not (np.isfinite(variance[there]).all() and np.isfinite(more).all()):
        raise SmallAreaError("missing")
    if (variance[there] <= 0).any():
        raise SmallAreaError("variance", area=int(np.argwhere(there & ~(variance > 0))[0, 0]))
    asked = np.eye(g)[:, there.any(axis=0)]
    x = np.concatenate(
        [np.broadcast_to(asked, (m, *asked.shape)), np.repeat(more[:, None, :], g, axis=1)], axis=2
    )
    x = np.where(there[:, :, None], x, 0.0)
    rows = x[there]
    if m < x.shape[2] - asked.shape[1] + 3 or np.linalg.matrix_rank(rows) < x.shape[2]:
        raise SmallAreaError("predictors", predictors=x.shape[2], areas=m)
    common = _shared(variance, shared, there)
    return SubAreas(
        direct=np.where(there, direct, 0.0),
        variance=np.where(there, variance - common, 0.0),
        x=x,
        there=there,
        apart=np.zeros((m, g)),
        unknown=np.zeros(m),
    )


def _filled(covariates: FloatArray) -> FloatArray:
    """Return covariates with the mean of those known in place of those that are not."""
    lacking = np.isnan(covariates)
    if covariates.ndim != 2 or not lacking.any():
        return covariates
    if (~lacking.any(axis=1)).sum() < _LEAST_KNOWN:
        raise SmallAreaError("missing")
    return np.where(lacking, np.nanmean(covariates, axis=0), covariates)


def _shared(variance: FloatArray, shared: FloatArray | None, there: BoolArray) -> FloatArray:
    """Return what each group's estimates have in common, shape (g,)."""
    least = np.where(there, variance, np.inf).min(axis=0)
    most = np.where(np.isfinite(least), _MOST_SHARED * least, 0.0)
    return np.asarray(np.zeros(least.size) if shared is None else np.minimum(shared, most))


def borrowed_given(given: SubAreas, components: Components, *, shared: FloatArray) -> Borrowed:
    """Return estimates and their error with both variances given.

    ``shared`` (g,) is what was taken off the sampling variances of ``given``.
    """
    fit = fit_sub_areas(given, components)
    d = given.variance
    kept = d[:, :, None] * fit.inverse  # D V⁻¹: what is taken off a direct estimate
    g = d.shape[1]
    identity = np.eye(g) * given.there[:, :, None]
    at_slopes = kept @ given.x
    turned = fit.weighted_x.transpose(0, 2, 1)
    mse = d[:, :, None] * identity - kept * d[:, None, :]
    mse = mse + at_slopes @ fit.beta_covariance @ at_slopes.transpose(0, 2, 1)
    mse = mse + 2 * _of_components(given, fit, kept)
    mse = mse + np.eye(g) * np.where(given.there, shared, 0.0)[:, :, None]
    drawn = given.direct - np.einsum("ugh,uh->ug", kept, fit.residual)
    none = components.unit == 0 or components.group == 0
    return Borrowed(
        value=np.where(given.there, drawn, np.nan),
        mse=mse,
        others=np.where(given.there, given.direct - deletion_residuals(fit)[0], np.nan),
        follows=identity - kept + at_slopes @ fit.beta_covariance @ turned,
        shared=shared,
        apart=given.apart > 0,
        coefficients=fit.beta,
        unit_variance=components.unit,
        group_variance=components.group,
        notices=(Notice("no_sub_area_variance"),) if none else (),
    )


def _of_components(given: SubAreas, fit: SubAreaFit, kept: FloatArray) -> FloatArray:
    """Return what not knowing the variances between adds to the error, shape (m, g, g)."""
    spread = np.linalg.pinv(information(given, fit))
    g = kept.shape[1]
    by = (kept @ np.ones((g, g)), kept)  # D V⁻¹ V_k for units and for groups
    out = np.zeros_like(kept)
    for k, left in enumerate(by):
        for j, right in enumerate(by):
            out += spread[k, j] * (left @ fit.inverse @ right.transpose(0, 2, 1))
    return out
