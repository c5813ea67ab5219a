"""What one person hands in: who he is, how it came, and what he said of each unit he rated."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is known of a sheet beside its answers.

    `receipt` and `ticket` are the server's own for the page it was filled in on: one proves the
    answer, one opens the cases of its comments. `taken_ms` is the time from making that page to
    receiving its answer, None where the clock was set back meanwhile. Marks are keyed hashes or
    None; `arrangement` is in which order all was shown.
    """

    receipt: bytes
    ticket: bytes
    at: datetime
    taken_ms: int | None
    lang: str
    device_mark: bytes | None = None
    network_mark: bytes | None = None
    arrangement: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """What was said of one unit.

    `answers` has one character per scored item (`5`..`1`, `0` 不了解, `-` blank). Answers to local
    items are JSON by item, empty where there are none.
    """

    unit_code: str
    answers: str
    own_staff: bool = False
    reasons: tuple[str, ...] = ()
    comment: str = ""
    local_answers: str = ""
    local_texts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A valid form as it is stored: one row a unit rated, of which there is at least one.

    `age`, `sex`, `residence` are positions in the questionnaire's options, `area` the township's
    position, 0 elsewhere; `duration_ms` is the time the first unit alone would have taken, or
    None.
    """

    source: Source
    age: int
    sex: int
    residence: int
    area: int
    duration_ms: int | None
    rated: tuple[Rated, ...]
