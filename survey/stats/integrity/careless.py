"""How probable it is that a respondent answered without reading.

Two ways of not reading - one answer all the way down, or any answer anywhere - beside reading.
No index convicts alone: straight-lining may be honest praise or honest anger, speed may be
practice. And no index knows whether the answers are good or bad for the unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.integrity.careless_indices import CarelessError, longstring, mahalanobis

_ROUNDS = 25
_SMALLEST_CHANNEL = 30
_NORMAL = 1.4826  # median absolute deviation to standard deviation
_NINE_TENTHS = 1.6449
_LEVELS = 6  # bands of a respondent's own mean within which scatter is compared
_BOUNDS_PRIOR = (0.002, 0.2)  # share of careless answers, both kinds together
_FAST = (-6.0, -3.0)  # where the careless may lie on the scale of the attentive
_SCATTERED = (1.5, 6.0)
_LINES = 0.95, 0.01  # chance of one answer all the way: straight-liners, random answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Carelessness:
    """Posterior probabilities and what they rest on.

    Attributes
    ----------
    probability : ndarray of float64, shape (n,)
        Of having answered without reading, in [0, 1].
    share : float
        Estimated share of such answers in the sample.
    speed, scatter : ndarray of float64, shape (n,)
        Robust z of log time per item in its channel, and of how erratic the answers are; 0 where
        unknown.
    straight : ndarray of bool, shape (n,)
        One and the same answer to all items.
    """

    probability: FloatArray
    share: float
    speed: FloatArray
    scatter: FloatArray
    straight: BoolArray


def careless_probability(
    *,
    items: FloatArray,
    duration_ms: NDArray[np.integer],
    channel: IndexArray,
) -> Carelessness:
    """Combine speed, scatter and straight-lining into one probability.

    Parameters
    ----------
    items : ndarray of float64, shape (n, k)
        Answers in the order asked, nan for 不了解 and for left empty.
    duration_ms : ndarray of int, shape (n,)
        Time spent answering; -1 unknown (telephone, paper).
    channel : ndarray of intp, shape (n,)
        What times are compared within: channel, or channel by device class, from 0.

    Returns
    -------
    Carelessness

    Raises
    ------
    CarelessError
        If the arrays do not fit together.

    Notes
    -----
    Mixture of three classes fitted by EM: attentive; straight-lining (fast, one answer); random
    (fast, erratic). Speed is log(time / items) against median and spread of its channel, normal
    in each class. Scatter is the log Mahalanobis distance of the answers *centred within the
    respondent*, against respondents of a similar level either side of the middle: that takes
    out how good or bad the answers are. Each index's likelihood ratio is capped at the inverse
    prior odds, so with only one index against them nobody's probability passes 0.5; where the
    time is unknown and the answers are all the same, that is the case.

    References
    ----------
    Meade, A. W. and Craig, S. B. (2012). doi:10.1037/a0028085
    Ulitzsch, E. et al. (2022), Br. J. Math. Stat. Psychol. 75, 668-698. doi:10.1111/bmsp.12272

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import careless_probability
    >>> rng = np.random.default_rng(1)
    >>> items = np.clip(np.round(rng.normal(4, 0.6, (200, 8))), 1, 5)
    >>> items[0] = 4
    >>> duration = np.round(np.exp(rng.normal(np.log(90_000), 0.3, 200))).astype(int)
    >>> duration[0] = 4_000
    >>> found = careless_probability(
    ...     items=items, duration_ms=duration, channel=np.zeros(200, dtype=int)
    ... )
    >>> bool(found.probability[0] > 0.9), bool(np.median(found.probability) < 0.05)
    (True, True)
    """
    n = items.shape[0]
    if duration_ms.shape != (n,) or channel.shape != (n,):
        raise CarelessError("duration_ms and channel must have one value per row of items")
    if not n:
        nothing = np.zeros(0)
        return Carelessness(
            probability=nothing, share=0.0, speed=nothing, scatter=nothing,
            straight=np.zeros(0, dtype=np.bool_),
        )  # fmt: skip
    speed = _speed(duration_ms, items.shape[1], channel)
    scatter = _scatter(items)
    longest, _ = longstring(items)
    straight = (longest == items.shape[1]) & (items.shape[1] > 1)
    probability, share = _fit(speed, scatter, straight, timed=duration_ms > 0)
    return Carelessness(
        probability=probability, share=share, speed=speed, scatter=scatter, straight=straight
    )


def _speed(duration_ms: NDArray[np.integer], n_items: int, channel: IndexArray) -> FloatArray:
    timed = duration_ms > 0
    pace = np.log(np.where(timed, duration_ms, 1) / n_items)
    everyone = _middle_and_spread(pace[timed]) if timed.any() else (0.0, 1.0)
    out = np.zeros(pace.size)
    for code in np.unique(channel[timed]):
        here = timed & (channel == code)
        enough = here.sum() >= _SMALLEST_CHANNEL
        middle, spread = _middle_and_spread(pace[here]) if enough else everyone
        out[here] = (pace[here] - middle) / spread
    return out


def _scatter(items: FloatArray) -> FloatArray:
    n, k = items.shape
    known = np.isfinite(items)
    n_known = known.sum(axis=1)
    rated = n_known > max(1, k // 2)
    if k < 3 or rated.sum() < _SMALLEST_CHANNEL:
        return np.zeros(n)
    mean = np.where(known, items, 0.0).sum(axis=1) / np.maximum(n_known, 1)
    within = np.where(known, items - mean[:, None], np.nan)
    distance = np.zeros(n)
    distance[rated] = mahalanobis(within[rated])
    some = rated & (distance > 1e-9)
    middle = (np.nanmin(items) + np.nanmax(items)) / 2
    level = np.abs(mean - middle)
    out = np.zeros(n)
    if not some.any():
        return out
    edges = np.quantile(level[some], np.linspace(0, 1, _LEVELS + 1)[1:-1])
    band = np.searchsorted(edges, level)
    for code in np.unique(band[some]):
        here = some & (band == code)
        centre, spread = _middle_and_spread(np.log(distance[here]))
        out[here] = (np.log(distance[here]) - centre) / spread
    return out


def _middle_and_spread(values: FloatArray) -> tuple[float, float]:
    """Return the median, and the larger of the spreads that half and nine tenths lie within."""
    middle = float(np.median(values))
    half, most = np.quantile(np.abs(values - middle), [0.5, 0.9])
    return middle, max(_NORMAL * float(half), float(most) / _NINE_TENTHS, 0.1)


def _fit(
    speed: FloatArray,
    scatter: FloatArray,
    straight: BoolArray,
    *,
    timed: BoolArray,
) -> tuple[FloatArray, float]:
    """Return the posterior of carelessness of either kind, and its share."""
    prior = np.array([0.02, 0.02])
    fast, wild = -2.5, 2.5
    lines = min(max(float(straight.mean()), 0.005), 0.5)
    odds = np.zeros((2, speed.size))
    for _ in range(_ROUNDS):
        total = float(np.clip(prior.sum(), *_BOUNDS_PRIOR))
        prior *= total / prior.sum()
        cap = (1 - total) / total
        faster = np.minimum(np.where(timed, np.exp(fast * speed - fast**2 / 2), 1.0), cap)
        erratic = np.minimum(np.where(straight, 1.0, np.exp(wild * scatter - wild**2 / 2)), cap)
        lined = _line_ratio(straight, lines, cap)
        odds[0] = prior[0] / (1 - total) * faster * lined[0]
        odds[1] = prior[1] / (1 - total) * faster * erratic * lined[1]
        posterior = odds / (1 + odds.sum(axis=0))
        prior = np.maximum(posterior.mean(axis=1), 1e-4)
        careless = posterior.sum(axis=0)
        fast = float(np.clip(_mean(speed, careless * timed), *_FAST))
        wild = float(np.clip(_mean(scatter, posterior[1] * ~straight), *_SCATTERED))
        lines = min(max(_mean(straight.astype(np.float64), 1 - careless), 0.005), 0.5)
    return careless, float(careless.mean())


def _line_ratio(straight: BoolArray, lines: float, cap: float) -> tuple[FloatArray, FloatArray]:
    ratios = []
    for chance in _LINES:
        # Answers that vary speak for nobody; they only fail to speak against straight-liners.
        ratio = np.where(straight, chance / lines, min((1 - chance) / (1 - lines), 1.0))
        ratios.append(np.minimum(ratio, cap))
    return ratios[0], ratios[1]


def _mean(values: FloatArray, weight: FloatArray) -> float:
    total = float(weight.sum())
    return float(values @ weight) / total if total > 0 else 0.0
