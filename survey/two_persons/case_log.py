"""The log of people's words on cases, replayed: what is decided follows from it alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Literal

from survey.canonical import digest_of

CaseVerdict = Literal["keep", "exclude", "one", "undo"]
State = Literal["open", "waiting", "split", "decided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One person's word on a case; `seal` is its salted digest, as the audit has it."""

    case: int
    turn: int
    position: int
    verdict: CaseVerdict
    reason: str
    by: str
    at: datetime
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One decision of a case in the making, or made."""

    number: int
    words: tuple[Word, ...]

    @property
    def outcome(self) -> CaseVerdict | None:
        """Return what was decided: by two who agree, or by the third; None before that."""
        said = [word.verdict for word in self.words]
        if len(said) == 2 and said[0] == said[1]:
            return said[0]
        return said[2] if len(said) == 3 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a case stands: every turn of it, the oldest first."""

    turns: tuple[Turn, ...] = ()

    @property
    def settled(self) -> tuple[Turn, ...]:
        """Return the turns in which something was decided."""
        return tuple(turn for turn in self.turns if turn.outcome is not None)

    @property
    def verdict(self) -> CaseVerdict | None:
        """Return what stands: the newest decision, None where there is none or it undid one."""
        made = self.settled
        outcome = made[-1].outcome if made else None
        return None if outcome == "undo" else outcome

    @property
    def current(self) -> tuple[Word, ...]:
        """Return the words given towards a decision that is not made yet."""
        last = self.turns[-1] if self.turns else None
        return last.words if last and last.outcome is None else ()

    @property
    def state(self) -> State:
        """Say what the case waits for."""
        if self.current:
            return "waiting" if len(self.current) == 1 else "split"
        return "decided" if self.verdict else "open"

    @property
    def next_turn(self) -> int:
        """Return the turn that the next word belongs to."""
        return self.turns[-1].number if self.current else len(self.turns) + 1


NOTHING_SAID = Standing()


def replay(words: Iterable[Word]) -> dict[int, Standing]:
    """Return how each case stands of which anybody said a word, by its number."""
    ordered = sorted(words, key=lambda word: (word.case, word.turn, word.position))
    return {
        case: Standing(
            turns=tuple(
                Turn(number=number, words=tuple(said))
                for number, said in groupby(of_case, key=lambda word: word.turn)
            )
        )
        for case, of_case in groupby(ordered, key=lambda word: word.case)
    }


def log_digest(standings: dict[int, Standing]) -> str:
    """Return the digest of all decisions ever made; empty where none was.

    Words that have not come to a decision are left out: nobody learns from it what the first
    person said.
    """
    made: Sequence[tuple[int, int, list[str]]] = [
        (case, turn.number, [word.seal for word in turn.words])
        for case, standing in sorted(standings.items())
        for turn in standing.settled
    ]
    return digest_of(made) if made else ""
