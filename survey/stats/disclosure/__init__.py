"""What counts shown together give away of those not shown, and which to hide besides."""

from survey.stats.disclosure.hiding import CannotHideError, hide_small
from survey.stats.disclosure.published_sums import PublishedSums
from survey.stats.disclosure.withholding import TooFewRowsError, withhold_rare

__all__ = ["CannotHideError", "PublishedSums", "TooFewRowsError", "hide_small", "withhold_rare"]
