"""A plan and its answers become figures: `appraise`, one file for each step."""

from survey.stats.pipeline.appraise import appraise

__all__ = ["appraise"]
