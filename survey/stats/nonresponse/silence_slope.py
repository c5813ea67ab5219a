"""How answering depends on the answer, from rounds of reminders and earlier campaigns."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.nonresponse.earlier_slopes import NOTHING_EARLIER, SlopePrior
from survey.stats.nonresponse.round_moments import moments_of, of_lots_alone
from survey.stats.nonresponse.rounds import Rounds, with_full_waves
from survey.stats.scipy_calls import CubicSpline, chdtrc, ndtri

_FARTHEST = 1.5
_GRID, _FINE = 31, 601
_DOUBTED = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceSlope:
    """The slope of a campaign.

    Attributes
    ----------
    g, se : float
        Log odds of answering per SD of the answer, by this campaign alone, and its error.
    mean, sd : float
        With what earlier campaigns told: what is used.
    prior : SlopePrior
        That which earlier campaigns told.
    by_lots, by_lots_se : float or None
        By the lots alone, which takes no two waves for alike; None without lots.
    p_value : float or None
        Of the waves and lots telling one slope (Hansen's J); None where one moment is all.
    doubted : bool
        Whether they do not, at 1 %: errors are then larger by the root of J over its degrees.
    """

    g: float
    se: float
    mean: float
    sd: float
    prior: SlopePrior
    by_lots: float | None
    by_lots_se: float | None
    p_value: float | None
    doubted: bool

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the range of the slope."""
        half = float(ndtri((1 + confidence) / 2)) * self.sd
        return self.mean - half, self.mean + half


def fit_rounds(rounds: Rounds, *, prior: SlopePrior = NOTHING_EARLIER) -> SilenceSlope:
    """Estimate how answering depends on the answer, one number for the campaign.

    Parameters
    ----------
    rounds : Rounds
    prior : SlopePrior, optional

    Returns
    -------
    SilenceSlope

    Raises
    ------
    RoundsError
        Fewer than ten answers at once, or after reminders.

    Notes
    -----
    logit P(answer in wave k | silent so far, x, y) = x'a_k + g y. For a given g, a_k solves
    sum x / pi_k = sum x over those still silent. Moments: the silent after wave k as wave k sees
    them less the same as wave k + 1 sees them (Alho 1990; Miao et al. 2021); everybody as the
    first lot sees them when the turn of the second comes, less everybody as the second does (the
    instrument of Sun et al. 2018). Continuously updated generalised method of moments: Q(g) =
    h' Omega^-1 h with the contributions of people to h, the intercepts' error included. Estimate
    and error are the mean and SD of exp(-Q/2) over |g| <= 1.5, those used of it times the prior
    (Chernozhukov and Hong 2003). Where the least Q is above its 99th percentile, Q is divided by
    that over its degrees of freedom first.

    R has no call for it; tested on populations whose g is known.

    References
    ----------
    Alho, J. M. (1990), Biometrika 77, 617-624. doi:10.1093/biomet/77.3.617
    Sun, B., Liu, L., Miao, W., Wirth, K., Robins, J. and Tchetgen Tchetgen, E. J. (2018),
    Statistica Sinica 28, 1965-1983. doi:10.5705/ss.202016.0324
    Miao, W., Li, X., Zhang, P. and Sun, B. (2021), arXiv:2112.02822
    Hansen, L. P., Heaton, J. and Yaron, A. (1996), doi:10.1080/07350015.1996.10524656
    Chernozhukov, V. and Hong, H. (2003), doi:10.1016/S0304-4076(03)00100-3

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Rounds, fit_rounds
    >>> rng = np.random.default_rng(1)
    >>> y = rng.normal(size=6000)
    >>> chance = 1 / (1 + np.exp(0.5 - 0.6 * y))
    >>> wave = np.select([rng.random(6000) < chance for _ in range(3)], [1, 2, 3], 0)
    >>> found = fit_rounds(
    ...     Rounds(
    ...         x=np.ones((6000, 1)), wave=wave.astype(np.int8), y=y,
    ...         lot=np.zeros(6000, dtype=np.int8), early=np.zeros(6000, dtype=np.bool_),
    ...     )
    ... )
    >>> low, high = found.interval()
    >>> bool(low < 0.6 < high)
    True
    """
    rounds = replace(rounds, wave=with_full_waves(rounds))
    grid = np.linspace(-_FARTHEST, _FARTHEST, _GRID)
    found = [moments_of(rounds, float(g)) for g in grid]
    misfit = np.array([each.misfit for each in found])
    best = int(misfit.argmin())
    step, least = found[best].step()
    freedom = found[best].slope.size - 1
    p_value = float(chdtrc(freedom, least)) if freedom else None
    doubted = p_value is not None and p_value < _DOUBTED
    spread = least / freedom if doubted else 1.0
    g, se = _told(grid, misfit / spread, None)
    mean, sd = _told(grid, misfit / spread, prior)
    lots = of_lots_alone(rounds, float(grid[best] + step))
    return SilenceSlope(
        g=g,
        se=se,
        mean=mean,
        sd=sd,
        prior=prior,
        by_lots=lots[0] if lots else None,
        by_lots_se=lots[1] if lots else None,
        p_value=p_value,
        doubted=doubted,
    )


def _told(grid: FloatArray, misfit: FloatArray, prior: SlopePrior | None) -> tuple[float, float]:
    """Return mean and SD of the slope; without a prior all of the grid is as likely."""
    fine = np.linspace(grid[0], grid[-1], _FINE)
    log = -CubicSpline(grid, misfit)(fine) / 2
    if prior is not None:
        log -= ((fine - prior.mean) / prior.sd) ** 2 / 2
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean = float(weight @ fine)
    return mean, float(np.sqrt(weight @ (fine - mean) ** 2))
