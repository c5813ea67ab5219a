"""What the data did that a reader of a figure should know; never an exception."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A stable ``code`` for programs and an English ``message`` for people."""

    code: str
    message: str
