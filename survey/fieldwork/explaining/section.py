"""One section of the plan in words."""

from dataclasses import dataclass

from survey.two_persons.deed import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and its sentences; what it `warns` of stands out."""

    heading: Said
    lines: tuple[Said, ...]
    warns: tuple[Said, ...] = ()
