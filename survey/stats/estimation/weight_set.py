"""A sample ready for estimation: its weights, how they came about, its design."""

from __future__ import annotations

from dataclasses import dataclass

from survey.stats.arrays import FloatArray
from survey.stats.estimation.design import Design
from survey.stats.estimation.linearisation import weighted_residuals
from survey.stats.weighting.calibration import Calibration
from survey.stats.weighting.margin import ShapeError, WeightError, check_base_weights


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSet:
    """Weights of n rows with the design and the calibration their variance needs.

    Attributes
    ----------
    base_weights : ndarray of float64, shape (n,)
        Design weights; after trimming, the trimmed weights, held fixed.
    design : Design
    calibration : Calibration or None
        Of these base weights.
    """

    base_weights: FloatArray
    design: Design
    calibration: Calibration | None = None

    def __post_init__(self) -> None:
        check_base_weights(self.base_weights)
        if self.base_weights.size != self.design.n_rows:
            raise ShapeError(
                f"{self.base_weights.size} weights for a design of {self.design.n_rows} rows"
            )
        if self.calibration is None and self.base_weights.max() <= 0:
            raise WeightError("all base weights are zero")

    @property
    def weights(self) -> FloatArray:
        """Final weights, shape (n,)."""
        return self.base_weights if self.calibration is None else self.calibration.weights

    @property
    def degrees_of_freedom(self) -> int:
        """First-stage units less strata, among rows of positive base weight."""
        positive = None if self.base_weights.min() > 0 else self.base_weights > 0
        return self.design.degrees_of_freedom(positive)

    def covariance(self, influence: FloatArray, stand_in: FloatArray | None = None) -> FloatArray:
        """Covariance of the estimates with this ``influence`` (n, m): shape (m, m).

        ``stand_in`` (m,) as :meth:`Design.covariance` takes it.
        """
        residuals = weighted_residuals(influence, self.calibration, self.base_weights)
        return self.design.covariance(residuals, stand_in)
