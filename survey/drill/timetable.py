"""The steps of a drill as they are done: what, how long, and whether it ended as it has to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter


class WentWrong(Exception):  # noqa: N818 - what a step did not lead to, told in the table
    """A step that did not end as it has to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step that was done; `fault` says why it did not end well."""

    day: str
    zh: str
    en: str
    seconds: float
    fault: str = ""


class Timetable:
    """Times the steps of each bad day; after a step that went wrong the day is over."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._day = ""

    @contextmanager
    def day(self, name: str) -> Iterator[None]:
        """Go through one bad day; the next one is tried whatever became of it."""
        self._day = name
        try:
            yield
        except WentWrong:
            return

    @contextmanager
    def step(self, zh: str, en: str) -> Iterator[None]:
        """Do a step and note how long it took."""
        begun, fault = perf_counter(), ""
        try:
            yield
        except Exception as error:
            fault = str(error) or type(error).__name__
            raise WentWrong(fault) from error
        finally:
            seconds = perf_counter() - begun
            self.steps.append(Step(day=self._day, zh=zh, en=en, seconds=seconds, fault=fault))

    @property
    def went_well(self) -> bool:
        """Whether every step ended as it has to."""
        return not any(step.fault for step in self.steps)


def require(holds: bool, what: str) -> None:  # noqa: FBT001 - as assert is said
    """Raise WentWrong unless something holds."""
    if not holds:
        raise WentWrong(what)
