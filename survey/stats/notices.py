"""What the data did that a reader of a figure should know; never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from survey.stats.errors import Value, spelt


@dataclass(frozen=True, slots=True, init=False)
class Notice:
    """A stable ``code`` and the values it is about; its words are made by who shows it.

    Parameters
    ----------
    code : str
    **values : str, int, float, None, or tuples of them
        By how much, from where, how many. ``domains`` holds the codes of the domains it is
        about, when it is about domains.

    Examples
    --------
    >>> print(Notice("large_nonresponse_factor", largest=12.5))
    large_nonresponse_factor: largest=12.5
    """

    code: str
    values: Mapping[str, Value]

    def __init__(self, code: str, /, **values: Value) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "values", values)

    @property
    def domains(self) -> tuple[int, ...]:
        """Codes of the domains it is about; none where it is about all."""
        return cast("tuple[int, ...]", self.values.get("domains", ()))

    def having(self, **values: Value) -> Notice:
        """Return the same notice with these values added or in place of its own."""
        return Notice(self.code, **{**self.values, **values})

    def __str__(self) -> str:
        return spelt(self.code, self.values)
