"""What a process keeps of residents' pages and answers between requests."""

from dataclasses import dataclass

from survey.respond.door.guessing import Guesses
from survey.respond.door.opening import Memory
from survey.respond.door.refusals import Refusals
from survey.respond.page import Pages
from survey.respond.page_counts import PageCounts
from survey.respond.quick.batches import Batches


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessState:
    """What a process keeps between requests; `key` is the intake's."""

    key: bytes
    memory: Memory
    pages: Pages
    guesses: Guesses
    refusals: Refusals
    counts: PageCounts
    batches: Batches
