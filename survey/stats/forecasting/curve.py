"""How the answers of all units together die away with the days since something was sent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray

# What is believed of log answers per person sent to, before any day is over: how they change with
# the day, with its log and the log's square, and at a weekend. Delays of answers are skewed like
# log-normal or Weibull times: the log of their density bends down in the log of time.
_SLOPES = np.array([-0.05, 0.0, -0.15, 0.0])
_SLOPE_SDS = np.array([0.05, 0.5, 0.2, 0.3])
# Standard deviations between which the days themselves decide: of a day's own factor, and of a
# day's step of the curve away from the slopes.
_SHOCKS = (0.08, 0.15, 0.25, 0.4)
_STEPS = (0.02, 0.06, 0.12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """What is believed of the log of the first day."""

    level: float
    sd: float


UNKNOWN = Believed(level=0.0, sd=10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Logs of answers per person sent to, by age: means, shape (a,), and covariance, (a, a)."""

    mean: FloatArray
    covariance: FloatArray

    def expected(self) -> FloatArray:
        """Return the median of each day itself, shape (a,).

        The mean would be drawn up by curves that grow for weeks, which is not how people answer.
        """
        return np.asarray(np.exp(self.mean))

    def moments(self) -> FloatArray:
        """Return the covariance of the days themselves to first order, shape (a, a)."""
        expected = self.expected()
        return np.asarray(np.outer(expected, expected) * self.covariance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days since something was sent, from 0, and whether each is at a weekend."""

    age: FloatArray
    weekend: FloatArray

    def design(self) -> FloatArray:
        """Return level, slopes and weekend, shape (days, 5)."""
        late = np.log1p(self.age)
        return np.column_stack([np.ones(self.age.size), self.age, late, late**2, self.weekend])


def fit_curve(
    *,
    seen: Days,
    answers: FloatArray,
    exposure: FloatArray,
    dispersion: float,
    ahead: Days,
    believed: Believed = UNKNOWN,
) -> Curve:
    """Learn a curve from days that are over, and carry it on.

    Parameters
    ----------
    seen, ahead : Days
    answers, exposure : ndarray of float64, shape (seen,)
        Answers of all units together, and people they were sent to; exposure above zero.
    dispersion : float
        Variance of a count over its mean.
    believed : Believed
        Of the first day.

    Returns
    -------
    Curve
        Of the days ahead, a day's own factor included.

    Notes
    -----
    A Gaussian process on log((y + 1/2) / exposure): linear in the day, its log, the log's square
    and weekends with normal priors, a random walk over the days and a factor of each day. The two
    variances that nobody knows beforehand are averaged over a grid with the weights of their
    marginal likelihoods, so that few days give a wide forecast by themselves.

    References
    ----------
    Rasmussen, C. E. and Williams, C. K. I. (2006), Gaussian Processes for Machine Learning, MIT
    Press, ISBN 978-0-262-18253-9, sections 2.7 and 5.2. Harvey, A. C. (1989), Forecasting,
    Structural Time Series Models and the Kalman Filter, doi:10.1017/CBO9781107049994.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.forecasting.curve import Days, fit_curve
    >>> week = Days(age=np.arange(7.0), weekend=np.zeros(7))
    >>> after = Days(age=np.arange(7.0, 9.0), weekend=np.zeros(2))
    >>> halving = 1000 * 0.5 ** np.arange(7.0)
    >>> curve = fit_curve(
    ...     seen=week, answers=halving, exposure=np.ones(7), dispersion=1.0, ahead=after
    ... )
    >>> first, second = curve.expected()
    >>> bool(14 > first > second > 1)
    True
    """
    prior_mean = np.array([believed.level, *_SLOPES])
    prior = np.diag(np.array([believed.sd, *_SLOPE_SDS]) ** 2)
    past, future = seen.design(), ahead.design()
    y = np.log((answers + 0.5) / exposure) - past @ prior_mean
    counting = np.diag(dispersion / (answers + 0.5))
    walked, between, onward = (
        np.minimum.outer(a, b)
        for a, b in ((seen.age, seen.age), (ahead.age, seen.age), (ahead.age, ahead.age))
    )
    fits, means, covariances = [], [], []
    for shock, step in ((shock, step) for shock in _SHOCKS for step in _STEPS):
        known = past @ prior @ past.T + step**2 * walked + counting + shock**2 * np.eye(y.size)
        shared = future @ prior @ past.T + step**2 * between
        own = future @ prior @ future.T + step**2 * onward + shock**2 * np.eye(ahead.age.size)
        gain = np.linalg.solve(known, shared.T).T
        means.append(future @ prior_mean + gain @ y)
        covariances.append(own - gain @ shared.T)
        fits.append(-0.5 * (np.linalg.slogdet(known)[1] + y @ np.linalg.solve(known, y)))
    return _averaged(np.array(fits), np.array(means), np.array(covariances))


def _averaged(fits: FloatArray, means: FloatArray, covariances: FloatArray) -> Curve:
    """Average curves by how well each fits, and count how far they lie apart."""
    chance = np.exp(fits - fits.max())
    chance /= chance.sum()
    mean = chance @ means
    apart = means - mean
    covariance = np.einsum("g,gde->de", chance, covariances)
    covariance += np.einsum("g,gd,ge->de", chance, apart, apart)
    return Curve(mean=mean, covariance=covariance)
