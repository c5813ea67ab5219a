"""Invited people who did not answer, and what their silence can mean."""

from survey.stats.nonresponse.adjustment import (
    NonresponseAdjustment,
    NonresponseError,
    adjust_by_class,
    adjust_by_propensity,
)
from survey.stats.nonresponse.callbacks import (
    CallbackError,
    Callbacks,
    Waves,
    fit_callbacks,
    weights_given,
)
from survey.stats.nonresponse.earlier_slopes import pool_slopes
from survey.stats.nonresponse.proxy_pattern import ProxyPattern, proxy_pattern
from survey.stats.nonresponse.representativity import (
    partial_indicators,
    representativity,
    represents_population,
)
from survey.stats.nonresponse.rounds import (
    FIRST_LOT,
    NO_LOT,
    SECOND_LOT,
    Rounds,
    RoundsError,
    answered_given,
)
from survey.stats.nonresponse.silence_slope import SilenceSlope, fit_rounds

__all__ = [
    "FIRST_LOT",
    "NO_LOT",
    "SECOND_LOT",
    "CallbackError",
    "Callbacks",
    "NonresponseAdjustment",
    "NonresponseError",
    "ProxyPattern",
    "Rounds",
    "RoundsError",
    "SilenceSlope",
    "Waves",
    "adjust_by_class",
    "adjust_by_propensity",
    "answered_given",
    "fit_callbacks",
    "fit_rounds",
    "partial_indicators",
    "pool_slopes",
    "proxy_pattern",
    "representativity",
    "represents_population",
    "weights_given",
]
