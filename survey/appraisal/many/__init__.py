"""Campaigns scored aside: one as a job, all closed ones on several processes, to the same bytes."""

__all__ = ["scoring_job"]
