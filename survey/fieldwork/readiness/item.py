"""One line of the list: what was looked at, and whether it lets the deed be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from survey.model import Campaign
from survey.problems import Problem
from survey.site.config import Settings
from survey.two_persons.deed import Said

Deed = Literal["poster", "code", "open", "close", "release"]
Standing = Literal["ready", "warns", "blocks"]

STANDING: dict[Standing, Said] = {
    "ready": Said(zh="已就绪", en="ready"),
    "warns": Said(zh="请注意", en="note"),
    "blocks": Said(zh="须先解决", en="must be settled first"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What was looked at and what was found."""

    name: Said
    standing: Standing
    said: Said

    @property
    def problem(self) -> Problem:
        """The line as it is said of a deed that it stops."""
        return Problem(zh=f"{self.name.zh}：{self.said.zh}", en=f"{self.name.en}: {self.said.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What is looked at, at a moment, before which deed.

    `altered` is what was found to be other than it was sealed, by whoever has looked.
    """

    session: Session
    settings: Settings
    campaign: Campaign
    at: datetime
    deed: Deed
    altered: tuple[Problem, ...] = ()

    @property
    def strict(self) -> Standing:
        """What is said of a fault that spoils a real campaign: a demonstration may have it."""
        return "warns" if self.campaign.simulated else "blocks"
