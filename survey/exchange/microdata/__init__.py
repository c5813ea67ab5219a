"""Answers one by one for statisticians: coarsened, with codebook, as CSV, SPSS and DDI."""

__all__ = ["making_job"]
