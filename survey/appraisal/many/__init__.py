"""Campaigns scored aside: one as a job, all on several processes or machines, to the same bytes."""

__all__ = ["scoring_job"]
