"""What the data did that a reader of a figure should know; never an exception."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A stable ``code`` for programs and an English ``message`` for people.

    ``domains`` holds the codes of the domains it is about, when it is about domains.
    """

    code: str
    message: str
    domains: tuple[int, ...] = ()
