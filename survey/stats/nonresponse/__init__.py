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
from survey.stats.nonresponse.proxy_pattern import ProxyPattern, proxy_pattern
from survey.stats.nonresponse.representativity import (
    partial_indicators,
    representativity,
    represents_population,
)

__all__ = [
    "CallbackError",
    "Callbacks",
    "NonresponseAdjustment",
    "NonresponseError",
    "ProxyPattern",
    "Waves",
    "adjust_by_class",
    "adjust_by_propensity",
    "fit_callbacks",
    "partial_indicators",
    "proxy_pattern",
    "representativity",
    "represents_population",
    "weights_given",
]
