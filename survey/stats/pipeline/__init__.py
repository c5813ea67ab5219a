"""A plan and its answers become figures: `appraise`, one file for each step."""

from survey.stats.pipeline.appraise import appraise
from survey.stats.pipeline.screening import RULE_IDS

__all__ = ["RULE_IDS", "appraise"]
