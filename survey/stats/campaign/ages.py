"""The ages a campaign asks for: who is too young, the bands of those who count, who is too old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

AGE_GROUPS = ("under18", "18-29", "30-44", "45-59", "60-69", "70+")
TOO_YOUNG = "under18"
TOO_OLD = "over"  # and the last age that counts: over70

# What the usual bands may be raked on, coarser than what is asked; others are raked on as asked.
_AGE4 = {"18-29": "18-29", "30-44": "30-44", "45-59": "45-59", "60-69": "60+", "70+": "60+"}
_AGE5 = {age: age for age in AGE_GROUPS[1:]}
# Variables whose categories have an order: neighbours may be merged.
AGE_VARIABLES = ("age4", "age5", "age")


def counts(age: str) -> bool:
    """Say whether people of this age may answer."""
    return age != TOO_YOUNG and not age.startswith(TOO_OLD)


def age_bands(ages: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """Return, by the variables that ages may be raked on, the category of each age that counts."""
    if tuple(ages) == AGE_GROUPS:
        return {"age4": _AGE4, "age5": _AGE5}
    return {"age": {age: age for age in ages if counts(age)}}


def coarsest(ages: Sequence[str]) -> str:
    """Return the variable with the fewest categories, for corrections that cross it with others."""
    return next(iter(age_bands(ages)))
