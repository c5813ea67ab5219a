"""Invited and open answers put together: what each says, and how far they may disagree.

The invited sample (the reference) is drawn with known chances, so it is unbiased and wide. The
open sample is narrow and of unknown bias. The bias is estimated from all units at once, and
an open result that contradicts its reference counts the less the more it contradicts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.errors import StatsError
from survey.stats.scipy_calls import minimize

# The bias of three units in five is (nearly) normal, of the others Student's t with 4 degrees of
# freedom: both mixtures of normals with precision lambda, Gamma(15, rate 15), Gamma(2, rate 2).
_NODES = np.geomspace(2e-3, 6.0, 24)
_TAILED = 0.4
_NORMAL = _NODES**15 * np.exp(-15 * _NODES)
_T4 = _NODES**2 * np.exp(-2 * _NODES)
_NODE_SHARE = (1 - _TAILED) * _NORMAL / _NORMAL.sum() + _TAILED * _T4 / _T4.sum()

_LOG_TAU = (float(np.log(6.0)), 1.5)  # prior mean and SD of ln tau, of points of 100
_LOG_OMEGA = (0.0, 1.5)
_WIDE = 100.0  # prior SD of the level and of beta: they are left to the data
_INFLATE = 1.15  # the importance draws reach a little further than Laplace's approximation
_STEP = 1e-3


class CombinationError(StatsError):
    """Means and variances that do not fit together."""

    code: ClassVar[str] = "combination_input"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMeans:
    """One sample's means by unit.

    Attributes
    ----------
    mean : ndarray of float64, shape (u,)
        NaN where the sample has no answers about the unit.
    variance : ndarray of float64, shape (u,)
        Of the means, positive where there is a mean.
    shared : float
        Covariance that all means have with one another, because people rate several units.
    """

    mean: FloatArray
    variance: FloatArray
    shared: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Posterior of the unit means.

    Attributes
    ----------
    score, se : ndarray of float64, shape (u,)
        Posterior mean and standard deviation.
    covariance : ndarray of float64, shape (u, u)
        Posterior covariance, with what the units share (the bias, the level).
    open_share : ndarray of float64, shape (u,)
        Part in [0, 1] of each score that follows the open answers.
    beta, omega, tau : float
        Posterior means: county-wide bias of the open sample, its spread between units, the
        spread of the units about their level. ``beta`` and ``omega`` are 0 without an open
        sample.
    drawn_variance : ndarray of float64, shape (d, u)
        Posterior variance given each draw of the hyper-parameters.
    drawn_weight : ndarray of float64, shape (d,)
        Weights of the draws, summing to one.
    """

    score: FloatArray
    se: FloatArray
    covariance: FloatArray
    open_share: FloatArray
    beta: float
    omega: float
    tau: float
    drawn_variance: FloatArray
    drawn_weight: FloatArray


def combine(
    *,
    reference: UnitMeans,
    open_sample: UnitMeans | None,
    covariates: FloatArray,
    rng: np.random.Generator,
    open_weight: FloatArray | None = None,
    draws: int = 96,
) -> Combination:
    """Combine the invited and the open sample of one campaign.

    Parameters
    ----------
    reference, open_sample : UnitMeans
        None for ``open_sample``: the reference alone, drawn towards its model.
    covariates : ndarray of float64, shape (u, q)
        What the level of a unit may depend on, with the constant column: class, score of the
        last campaign.
    rng : numpy.random.Generator
        Source of the importance draws.
    open_weight : ndarray of float64, shape (u,), optional
        In [0, 1], how far each open mean is to be believed: the variance of its error, bias
        included, is divided by it. Zero is as if there were no open mean.
    draws : int

    Returns
    -------
    Combination

    Raises
    ------
    CombinationError
        Arrays of unequal length, a variance that is not positive, ``open_weight`` outside
        [0, 1], or no reference mean at all.

    Notes
    -----
    p_u ~ N(theta_u, v_pu); o_u ~ N(theta_u + b_u, v_ou), with (b_u - beta) / omega normal in
    three units of five and of t_4 in the others; theta_u ~ N(x_u'gamma, tau^2); ln omega ~
    N(0, 1.5^2), ln tau ~ N(ln 6, 1.5^2) (points of a scale of width 100; Fay and Herriot
    1979, doi:10.1080/01621459.1979.10482505, with an estimated bias as Wisniowski et al. 2020,
    doi:10.1093/jssam/smz051). The tail is t_4's, so a contradiction is disbelieved; a t_4
    alone is too sure of small biases where these are normal, and intervals come out short.
    The mixture is of 24 normals, given which everything but the hyper-parameters is closed
    form; these are drawn from Laplace's approximation (SD times 1.15) and weighted by
    importance. An error that all invited means share moves all scores by as much: it is added
    to their covariance. One that all open means share is part of beta.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import UnitMeans, combine
    >>> invited = UnitMeans(
    ...     mean=np.array([70.0, 74.0, 78.0, 82.0]), variance=np.full(4, 9.0)
    ... )
    >>> came = UnitMeans(mean=np.array([76.0, 80.0, 83.0, 89.0]), variance=np.full(4, 1.0))
    >>> found = combine(
    ...     reference=invited,
    ...     open_sample=came,
    ...     covariates=np.ones((4, 1)),
    ...     rng=np.random.default_rng(1),
    ... )
    >>> bool(2 < found.beta < 7), bool((found.se < 3.0).all())
    (True, True)
    """
    data = _checked(reference, open_sample, covariates, open_weight)
    mode, root = _laplace(data)
    # Pairs of opposite draws: their mean is the mode, which halves the noise for nothing.
    half = rng.standard_normal((draws // 2, mode.size))
    normal = np.concatenate([half, -half])
    hyper = mode + _INFLATE * normal @ root.T
    log_weight = _log_posterior(data, hyper) + 0.5 * (normal**2).sum(axis=1)
    weight = np.exp(log_weight - log_weight.max())
    return _summary(data, hyper, weight / weight.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    p: FloatArray  # zero where there is no reference mean; then v_p is infinite
    v_p: FloatArray
    o: FloatArray
    v_o: FloatArray
    open_weight: FloatArray  # one where there is no open mean
    x: FloatArray
    with_reference: BoolArray
    with_open: BoolArray
    level: float
    shared: float

    @property
    def has_open(self) -> bool:
        return bool(self.with_open.any())


def _checked(
    reference: UnitMeans,
    open_sample: UnitMeans | None,
    x: FloatArray,
    open_weight: FloatArray | None,
) -> _Data:
    u = reference.mean.size
    believed = np.ones(u) if open_weight is None else open_weight
    if believed.shape != (u,) or not ((believed >= 0) & (believed <= 1)).all():
        raise CombinationError("open_weight", units=u)
    nothing = UnitMeans(mean=np.full(u, np.nan), variance=np.full(u, np.nan))
    open_means = nothing if open_sample is None else open_sample
    for means in (reference, open_means):
        present = np.isfinite(means.mean)
        if means.mean.shape != (u,) or means.variance.shape != (u,) or x.shape[0] != u:
            raise CombinationError("lengths", units=u)
        if not (means.variance[present] > 0).all():
            raise CombinationError("variance")
    with_reference, with_open = (
        np.isfinite(reference.mean),
        np.isfinite(open_means.mean) & (believed > 0),
    )
    if not with_reference.any():
        raise CombinationError("no_reference")
    return _Data(
        p=np.where(with_reference, reference.mean, 0.0),
        # The last tenth of a variance is not handed over, whatever was said to be shared.
        v_p=np.where(with_reference, reference.variance - _shared(reference), np.inf),
        o=np.where(with_open, open_means.mean, 0.0),
        v_o=np.where(with_open, open_means.variance, 1.0),
        open_weight=np.where(with_open, believed, 1.0),
        x=x,
        with_reference=with_reference,
        with_open=with_open,
        level=float(reference.mean[with_reference].mean()),
        shared=_shared(reference),
    )


def _shared(reference: UnitMeans) -> float:
    return min(reference.shared, 0.9 * float(np.nanmin(reference.variance)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """Distributions of theta given the hyper-parameters (d, u), and of the mixture (d, u, k)."""

    log_likelihood: FloatArray
    mean: FloatArray  # of theta given the reference
    variance: FloatArray
    surprise: FloatArray  # open less its expectation
    scale: FloatArray  # (d, u, k): variance of the open mean about theta + beta, as believed
    share: FloatArray  # (d, u, k): of each normal of the mixture, given the open mean


def _given(data: _Data, hyper: FloatArray) -> _Given:
    q = data.x.shape[1]
    # theta_u ~ N(x_u'gamma, tau^2), then theta given p_u: drawn towards x_u'gamma.
    expected = data.level * data.x[:, 0] + hyper[:, :q] @ data.x.T
    tau2 = np.exp(2 * hyper[:, q])[:, None]
    shrink = np.where(data.with_reference, tau2 / (tau2 + data.v_p), 0.0)
    mean = expected + shrink * (data.p - expected)
    whole = data.with_reference.all()
    variance = shrink * data.v_p if whole else tau2 * (1 - shrink)
    # p_u ~ N(x_u'gamma, tau^2 + v_pu), theta integrated out.
    marginal = tau2 + np.where(data.with_reference, data.v_p, 1.0)
    fit = -0.5 * ((data.p - expected) ** 2 / marginal + np.log(marginal))
    log_likelihood = np.where(data.with_reference, fit, 0.0)
    if not data.has_open:
        none = np.zeros((*mean.shape, 1))
        return _Given(
            log_likelihood=log_likelihood, mean=mean, variance=variance,
            surprise=np.zeros_like(mean), scale=none + 1.0, share=none + 1.0,
        )  # fmt: skip
    # o_u - beta - E(theta): each normal of the mixture has variance omega^2 / lambda_k, and an
    # open mean believed by half counts with twice its error.
    beta, omega2 = hyper[:, q + 1][:, None], np.exp(2 * hyper[:, q + 2])[:, None]
    surprise = data.o - beta - mean
    scale = (omega2[:, :, None] / _NODES + data.v_o[None, :, None]) / data.open_weight[
        None, :, None
    ]
    spread = variance[:, :, None] + scale
    log_part = -0.5 * (surprise[:, :, None] ** 2 / spread + np.log(spread))
    top = log_part.max(axis=2, keepdims=True)
    part = _NODE_SHARE * np.exp(log_part - top)
    total = part.sum(axis=2, keepdims=True)
    open_fit = np.log(total[:, :, 0]) + top[:, :, 0]
    return _Given(
        log_likelihood=log_likelihood + np.where(data.with_open, open_fit, 0.0),
        mean=mean, variance=variance, surprise=surprise, scale=scale, share=part / total,
    )  # fmt: skip


def _log_posterior(data: _Data, hyper: FloatArray) -> FloatArray:
    """Log posterior density of hyper-parameters (d, h), up to a constant, shape (d,)."""
    q = data.x.shape[1]
    # gamma wide; ln tau ~ N(ln 6, 1.5^2) and, by + 2 ln tau, tau^2 about flat.
    log_prior = -0.5 * (hyper[:, :q] ** 2).sum(axis=1) / _WIDE**2
    log_prior = log_prior - 0.5 * ((hyper[:, q] - _LOG_TAU[0]) / _LOG_TAU[1]) ** 2
    log_prior = log_prior + 2 * hyper[:, q]
    if data.has_open:
        log_prior = log_prior - 0.5 * (hyper[:, q + 1] / _WIDE) ** 2
        log_prior = log_prior - 0.5 * ((hyper[:, q + 2] - _LOG_OMEGA[0]) / _LOG_OMEGA[1]) ** 2
    return np.asarray(_given(data, hyper).log_likelihood.sum(axis=1) + log_prior)


def _laplace(data: _Data) -> tuple[FloatArray, FloatArray]:
    """Return the mode of the hyper-parameters and a root of their covariance."""
    q = data.x.shape[1]
    start = np.zeros(q + 1 + 2 * data.has_open)
    start[q] = _LOG_TAU[0]
    if data.has_open:
        both = data.with_reference & data.with_open
        start[q + 1] = np.median(data.o[both] - data.p[both]) if both.any() else 0.0
        start[q + 2] = _LOG_OMEGA[0]
    h = start.size
    nudges = np.concatenate([np.zeros((1, h)), _STEP * np.eye(h), -_STEP * np.eye(h)])

    def descent(at: FloatArray) -> tuple[float, FloatArray]:
        values = _log_posterior(data, at + nudges)
        return -float(values[0]), (values[1 + h :] - values[1 : 1 + h]) / (2 * _STEP)

    mode = np.asarray(minimize(descent, start, jac=True, method="BFGS").x)
    values, vectors = np.linalg.eigh(-_hessian(data, mode))
    # An eigenvector's sign is the library's choice; the draws must not depend on it.
    largest = vectors[np.abs(vectors).argmax(axis=0), np.arange(h)]
    # A direction the data say nothing about keeps the width of the priors.
    return mode, vectors * np.sign(largest) / np.sqrt(np.maximum(values, 1e-2))


def _hessian(data: _Data, at: FloatArray) -> FloatArray:
    h = at.size
    step = 0.02 * np.eye(h)
    first, second = np.triu_indices(h)
    corners = [a * step[first] + b * step[second] for a in (1, -1) for b in (1, -1)]
    value = _log_posterior(data, at + np.concatenate(corners)).reshape(4, -1)
    curvature = (value[0] - value[1] - value[2] + value[3]) / (4 * 0.02**2)
    out = np.zeros((h, h))
    out[first, second] = curvature
    out[second, first] = curvature
    return out


def _summary(data: _Data, hyper: FloatArray, weight: FloatArray) -> Combination:
    given = _given(data, hyper)
    # E(theta | p, o) by component: how far it follows o_u, then the mixture's mean and variance.
    pull = given.variance[:, :, None] / (given.variance[:, :, None] + given.scale)
    pull = np.where(data.with_open[None, :, None], pull, 0.0)
    share = (given.share * pull).sum(axis=2)
    theta = given.mean + share * given.surprise
    within = (given.share * (given.variance[:, :, None] * (1 - pull))).sum(axis=2)
    between = (given.share * pull**2).sum(axis=2) - share**2
    variance = within + np.maximum(between, 0) * given.surprise**2
    # Over the drawn hyper-parameters: total variance = mean of variances + variance of means.
    score = weight @ theta
    about = theta - score
    covariance = (about * weight[:, None]).T @ about + np.diag(weight @ variance) + data.shared
    q = data.x.shape[1]
    beta = float(weight @ hyper[:, q + 1]) if data.has_open else 0.0
    omega = float(weight @ np.exp(hyper[:, q + 2])) if data.has_open else 0.0
    return Combination(
        score=score,
        se=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        open_share=weight @ share,
        beta=beta,
        omega=omega,
        tau=float(weight @ np.exp(hyper[:, q])),
        drawn_variance=variance,
        drawn_weight=weight,
    )
