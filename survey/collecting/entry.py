"""One interview or paper sheet that was collected, as it is handed to the intake."""

from dataclasses import dataclass

from survey.forms.sheet import Sheet
from survey.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An answer with where it stands and what it came by: a one-time `code`, or its `serial`."""

    file: str
    row: int | None
    serial: str
    code: str
    unit_code: str
    group_code: str
    channel: str
    sheet: Sheet

    @property
    def domain(self) -> tuple[str, str, str]:
        """The unit, the group and the channel: what codes are issued for."""
        return self.unit_code, self.group_code, self.channel

    def problem(self, field: str, *, zh: str, en: str) -> Problem:
        """Return what is wrong with it, by its row."""
        return Problem(file=self.file, row=self.row, field=field, zh=zh, en=en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The answers that entered, and what is wrong with those that did not.

    `stopped` tells that rows are left that were not tried.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    stopped: bool = False
