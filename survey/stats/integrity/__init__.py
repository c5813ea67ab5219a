"""Organised and careless answers, found by what honest ones would not do."""

from survey.stats.integrity.captured_codes import CapturedCodes, find_captured_codes
from survey.stats.integrity.captured_marks import InvitedSheets
from survey.stats.integrity.careless import careless_probability
from survey.stats.integrity.careless_indices import irv, longstring, mahalanobis
from survey.stats.integrity.coached_groups import CoachedGroup, find_coached_groups
from survey.stats.integrity.code_batches import UnlikeBatch, unlike_batches
from survey.stats.integrity.collusion import cluster_cap, find_collusion
from survey.stats.integrity.finding import Finding

__all__ = [
    "CapturedCodes",
    "CoachedGroup",
    "Finding",
    "InvitedSheets",
    "UnlikeBatch",
    "careless_probability",
    "cluster_cap",
    "find_captured_codes",
    "find_coached_groups",
    "find_collusion",
    "irv",
    "longstring",
    "mahalanobis",
    "unlike_batches",
]
