"""Known totals become weights: margins, cells, raking, bounded calibration, trimming."""

from survey.stats.weighting.auxiliary import Auxiliary, solve_gram
from survey.stats.weighting.bounded import Total, calibrate
from survey.stats.weighting.calibration import (
    Calibration,
    margin_cells,
    poststratify,
    rake,
    rake_once,
)
from survey.stats.weighting.cells import BLOCK, equal_weight, reduce_to_cells
from survey.stats.weighting.margin import (
    InfeasibleBoundsError,
    Margin,
    ShapeError,
    WeightError,
    check_base_weights,
)
from survey.stats.weighting.trimming import trim

__all__ = [
    "BLOCK",
    "Auxiliary",
    "Calibration",
    "InfeasibleBoundsError",
    "Margin",
    "ShapeError",
    "Total",
    "WeightError",
    "calibrate",
    "check_base_weights",
    "equal_weight",
    "margin_cells",
    "poststratify",
    "rake",
    "rake_once",
    "reduce_to_cells",
    "solve_gram",
    "trim",
]
