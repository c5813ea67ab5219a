"""The sampling design: how many of each stratum, and the weights that its chances make."""

from survey.stats.sampling.allocation import AllocationError, allocate
from survey.stats.sampling.chances import design_weights

__all__ = ["AllocationError", "allocate", "design_weights"]
