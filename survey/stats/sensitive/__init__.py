"""What people would not say outright, asked so that no answer gives anybody away."""

from survey.stats.sensitive.crosswise import crosswise

__all__ = ["crosswise"]
