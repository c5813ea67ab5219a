"""What is computed: numpy and scipy in, figures out; no clock, no files, no web."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from survey.stats.errors import StatsError
    from survey.stats.estimation import (
        Design,
        Domains,
        Estimates,
        WeightSet,
        association_test,
        design_effect,
        effective_n,
        kish_design_effect,
        mean,
        proportion,
        proportion_interval,
        quantile,
        ratio,
        regress,
        roll_up,
        total,
        wald_test,
    )
    from survey.stats.estimation.replication import Replicates, by_replication, jackknife
    from survey.stats.estimation.survey_data import SurveyData
    from survey.stats.integrity import careless_probability, irv, longstring, mahalanobis
    from survey.stats.nonprobability import (
        Samples,
        UnitMeans,
        combine,
        equivalent_sample,
        limit,
        participation,
        pseudo_weights,
    )
    from survey.stats.nonresponse import (
        Rounds,
        Waves,
        adjust_by_class,
        adjust_by_propensity,
        fit_callbacks,
        fit_rounds,
        partial_indicators,
        pool_slopes,
        proxy_pattern,
        representativity,
    )
    from survey.stats.notices import Notice
    from survey.stats.ranking import (
        Measured,
        decide,
        false_answer_bounds,
        measure_change,
        rank_sets,
        share_to_change_tier,
        tiers,
    )
    from survey.stats.sensitive import crosswise
    from survey.stats.small_areas import borrow, fay_herriot, smooth_variances
    from survey.stats.weighting import (
        Calibration,
        Margin,
        Total,
        calibrate,
        poststratify,
        rake,
        trim,
    )

__all__ = [
    "Calibration",
    "Design",
    "Domains",
    "Estimates",
    "Margin",
    "Measured",
    "Notice",
    "Replicates",
    "Rounds",
    "Samples",
    "StatsError",
    "SurveyData",
    "Total",
    "UnitMeans",
    "Waves",
    "WeightSet",
    "adjust_by_class",
    "adjust_by_propensity",
    "association_test",
    "borrow",
    "by_replication",
    "calibrate",
    "careless_probability",
    "combine",
    "crosswise",
    "decide",
    "design_effect",
    "effective_n",
    "equivalent_sample",
    "false_answer_bounds",
    "fay_herriot",
    "fit_callbacks",
    "fit_rounds",
    "irv",
    "jackknife",
    "kish_design_effect",
    "limit",
    "longstring",
    "mahalanobis",
    "mean",
    "measure_change",
    "partial_indicators",
    "participation",
    "pool_slopes",
    "poststratify",
    "proportion",
    "proportion_interval",
    "proxy_pattern",
    "pseudo_weights",
    "quantile",
    "rake",
    "rank_sets",
    "ratio",
    "regress",
    "representativity",
    "roll_up",
    "share_to_change_tier",
    "smooth_variances",
    "tiers",
    "total",
    "trim",
    "wald_test",
]

# Loaded when first asked for: the command line needs the errors alone, and not all of scipy.
_WINGS = (
    "errors",
    "notices",
    "weighting",
    "estimation",
    "estimation.replication",
    "estimation.survey_data",
    "nonresponse",
    "nonprobability",
    "integrity",
    "ranking",
    "sensitive",
    "small_areas",
)


def __getattr__(name: str) -> Any:
    """Fetch a public name from its wing."""
    if name in __all__:
        for wing in _WINGS:
            found = getattr(import_module(f"{__name__}.{wing}"), name, None)
            if found is not None:
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
