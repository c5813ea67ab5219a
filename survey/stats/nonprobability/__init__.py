"""Open answers beside invited ones: combined, limited, corrected, alarmed at."""

from survey.stats.nonprobability.alarms import Alarms, find_alarms
from survey.stats.nonprobability.channel_answers import ChannelAnswers, channel_answers
from survey.stats.nonprobability.combination import Combination, UnitMeans, combine
from survey.stats.nonprobability.corrected_scores import CORRECTIONS, reference
from survey.stats.nonprobability.equivalent_sample import EquivalentSample, equivalent_sample
from survey.stats.nonprobability.limiter import Limited, limit
from survey.stats.nonprobability.pseudo_inclusion import pseudo_weights
from survey.stats.nonprobability.selection import Corrected, Samples, SelectionError, participation

__all__ = [
    "CORRECTIONS",
    "Alarms",
    "ChannelAnswers",
    "Combination",
    "Corrected",
    "EquivalentSample",
    "Limited",
    "Samples",
    "SelectionError",
    "UnitMeans",
    "channel_answers",
    "combine",
    "equivalent_sample",
    "find_alarms",
    "limit",
    "participation",
    "pseudo_weights",
    "reference",
]
