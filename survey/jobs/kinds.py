"""Kinds of jobs: what each does, who may ask for it, and where its result is seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel.speaklater import LazyString

from survey.access.roles import Action
from survey.jobs.steps import Tell
from survey.site.installation import Site

# By what the result of a job is found: numbers and names, kept with the job.
Found = dict[str, int | str]
# That, what the job was asked with, and its own number.
Said = Mapping[str, int | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One job as whoever does it sees it; `tell` says which step it is at.

    `is_again` where it was begun before, by a worker that may have died after it wrote the result.
    """

    site: Site
    campaign_code: str
    arguments: Mapping[str, Any]
    by: str
    asked_at: datetime
    is_again: bool
    tell: Tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of job.

    `do` writes its own result in one short transaction and returns where it is found; what it
    raises as Refused is told to whoever asked. It can be begun again after a worker died.
    """

    name: str
    action: Action
    do: Callable[[Work], Found]
    done: LazyString
    # The address of the result, and that of the page the job was asked for on.
    result_page: Callable[[str, Said], str]
    asking_page: Callable[[str, Said], str]
    is_file: bool = False  # it is taken by whoever presses, and not led to


Kinds = Mapping[str, Kind]
