"""What registers of the office say of a unit that the answers alone do not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterDay:
    """A poster and the day it brought far more than usual, with the answers of that day."""

    code: str
    place: str
    unit_code: str
    group_code: str
    day: str
    n: int
    responses: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """Reports of coaching about one unit; `sources` are the networks they came from."""

    unit_code: str
    n: int
    sources: int
    first_day: str
    last_day: str
