"""People who rate several units: their leniency taken out of the comparison."""

from survey.stats.raters.rater_effects import (
    NetMeans,
    RaterModel,
    Ratings,
    Wanted,
    choose_net,
    contributions,
    fit_net,
    rater_effects_of,
    sandwich,
)

__all__ = [
    "NetMeans",
    "RaterModel",
    "Ratings",
    "Wanted",
    "choose_net",
    "contributions",
    "fit_net",
    "rater_effects_of",
    "sandwich",
]
