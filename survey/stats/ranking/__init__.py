"""Rank sets, tiers, sure sides of a line, change between campaigns, what could overturn a rank."""

from survey.stats.ranking.change import Change, Measured, measure_change
from survey.stats.ranking.decisions import about_mean, decide
from survey.stats.ranking.funnel_limits import Funnel, funnel
from survey.stats.ranking.rank_sets import rank_sets, tiers
from survey.stats.ranking.robustness import (
    SHARES,
    false_answer_bounds,
    share_to_change_tier,
    weight_left,
)

__all__ = [
    "SHARES",
    "Change",
    "Funnel",
    "Measured",
    "about_mean",
    "decide",
    "false_answer_bounds",
    "funnel",
    "measure_change",
    "rank_sets",
    "share_to_change_tier",
    "tiers",
    "weight_left",
]
