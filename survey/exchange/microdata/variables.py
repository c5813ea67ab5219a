"""What a column of the microdata is: its name, words, codes and which of them are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from survey.wording import Words

Code = int | str

NO_ANSWER = -1
WITHHELD = -2
WITHHELD_TEXT = "withheld"
DONT_KNOW = 0

_WITHHELD = Words("为保护答卷人不提供", "withheld to protect people")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A code of a variable and what it means; `missing` ones are left out of statistics."""

    code: Code
    words: Words
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A column: numbers unless its codes are `text`; `values` empty where any number may stand."""

    name: str
    words: Words
    values: tuple[Value, ...]
    measure: Literal["nominal", "ordinal", "scale"] = "nominal"
    text: bool = False

    @property
    def missing(self) -> tuple[Code, ...]:
        """Return the codes that are left out of statistics."""
        return tuple(value.code for value in self.values if value.missing)

    @property
    def width(self) -> int:
        """Return how many bytes or digits its longest code has."""
        return max((len(str(value.code).encode()) for value in self.values), default=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A release's answers as they are given out: variables, and a row of codes for each answer."""

    release_code: str
    number: int
    title: Words
    organiser: str
    frozen_on: str
    simulated: bool
    smallest: int
    variables: tuple[Variable, ...]
    rows: tuple[tuple[Code, ...], ...]

    @property
    def name(self) -> str:
        """Return what its files are called; simulated ones say so."""
        return f"{self.release_code}-microdata{'-SIMULATED' if self.simulated else ''}"


def numbered(names: list[Words], *, first: int = 1) -> tuple[Value, ...]:
    """Return values with numbers for names."""
    return tuple(Value(code=code, words=words) for code, words in enumerate(names, start=first))


def not_given(*, answer: Words | None = None) -> tuple[Value, ...]:
    """Return the missing values of a number: nothing said, in these words, and withheld."""
    said = (Value(code=NO_ANSWER, words=answer, missing=True),) if answer else ()
    return (*said, Value(code=WITHHELD, words=_WITHHELD, missing=True))


def text_withheld() -> Value:
    """Return the missing value of a text."""
    return Value(code=WITHHELD_TEXT, words=_WITHHELD, missing=True)
