"""What counts shown together give away of those not shown, and which to hide besides."""

from survey.stats.disclosure.hiding import CannotHideError, hide_small
from survey.stats.disclosure.published_sums import PublishedSums

__all__ = ["CannotHideError", "PublishedSums", "hide_small"]
