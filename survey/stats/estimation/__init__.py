"""Estimates and their errors from weighted answers of a declared design."""

from survey.stats.estimation.association import association_test
from survey.stats.estimation.design import Design, LonelyRule, LonelyUnitError
from survey.stats.estimation.design_effect import design_effect, effective_n, kish_design_effect
from survey.stats.estimation.estimate import Estimates
from survey.stats.estimation.estimators import Domains, mean, proportion, ratio, total
from survey.stats.estimation.intervals import proportion_interval
from survey.stats.estimation.linearisation import linearised_covariance, weighted_residuals
from survey.stats.estimation.pooled_slopes import PooledSlopes
from survey.stats.estimation.quantiles import quantile
from survey.stats.estimation.regression import RegressionError, regress
from survey.stats.estimation.rolled_up import RolledUp, roll_up
from survey.stats.estimation.sample_size import planned_error, times_as_many
from survey.stats.estimation.significance import wald_test
from survey.stats.estimation.weight_set import WeightSet

__all__ = [
    "Design",
    "Domains",
    "Estimates",
    "LonelyRule",
    "LonelyUnitError",
    "PooledSlopes",
    "RegressionError",
    "RolledUp",
    "WeightSet",
    "association_test",
    "design_effect",
    "effective_n",
    "kish_design_effect",
    "linearised_covariance",
    "mean",
    "planned_error",
    "proportion",
    "proportion_interval",
    "quantile",
    "ratio",
    "regress",
    "roll_up",
    "times_as_many",
    "total",
    "wald_test",
    "weighted_residuals",
]
