"""How one domain was weighted."""

from __future__ import annotations

from dataclasses import dataclass

from survey.stats.arrays import FloatArray
from survey.stats.campaign.plan import CalibratedBy
from survey.stats.notices import Notice
from survey.stats.weighting.calibration import Calibration, Margin


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainWeighting:
    """How one domain was weighted.

    Attributes
    ----------
    weights : ndarray of float64, shape (n,)
        Final weights; they sum to the population (nearly, where limits hold over margins), or
        to n without margins.
    calibration : Calibration or None
        What the variance needs; None where weights are held fixed in it: unweighted groups,
        and raked ones whose margins cannot all be met within the trimming limits.
    margins : tuple of Margin
        The margins raked to, after merging and dropping.
    corrected : tuple of str
        Variables that answers are corrected for by slopes, their weights left alone.
    max_margin_error : float
        Largest |achieved - known| over a margin's categories, as a share of the population.
    notices : tuple of Notice
    """

    weights: FloatArray
    calibration: Calibration | None
    margins: tuple[Margin, ...]
    max_margin_error: float
    notices: tuple[Notice, ...]
    corrected: tuple[str, ...] = ()

    @property
    def method(self) -> CalibratedBy:
        """What makes the domain's answers those of its population."""
        if self.corrected:
            return "pooled_slopes"
        return "raking" if self.margins else "none"

    @property
    def variables(self) -> tuple[str, ...]:
        """What the population is known by, as far as the answers carry it."""
        return self.corrected or tuple(margin.variable for margin in self.margins)
