"""What a run keeps of the decisions it was made under: which cases, of nobody's answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCase:
    """A case and what stands of it; `n` is how many answers it is about, never which."""

    number: int
    kind: str
    unit_code: str
    group_code: str
    n: int
    verdict: Literal["keep", "exclude", "one", "undo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """The digest of all decisions made until the run, and those that stood then."""

    log_digest: str
    cases: tuple[DecidedCase, ...]
