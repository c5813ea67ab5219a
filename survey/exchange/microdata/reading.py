"""The answers of a release as the database holds them: no more of each than is given out.

Nothing is read that goes when answers are made anonymous: before and after it is the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from survey.appraisal.small_cells import LocalAnswers
from survey.model import Area, Campaign, Release, Response, Verdict
from survey.stats.campaign.ages import counts
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.campaign.sample import BLANK
from survey.stats.campaign.verdicts import ScreeningVerdict

FACTS = ("unit", "group", "entry", "age", "sex", "residence", "township")
_VERDICTS = {verdict.name.lower(): int(verdict) for verdict in ScreeningVerdict}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What may be said of a person: ages that count, sexes, residences, townships as options."""

    ages: tuple[str, ...]
    sexes: tuple[str, ...]
    residences: tuple[str, ...]
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All answers of a release, one row each.

    `facts` are places in the plan's units, groups and kinds of channel (0 open, 1 invited), then
    in what is asked of a person (township 0: elsewhere); one past the last where nothing was said.
    """

    facts: NDArray[np.intp]
    channels: tuple[str, ...]
    items: NDArray[np.int8]
    local: tuple[LocalAnswers, ...]
    verdicts: tuple[int, ...]


def asked_of(session: Session, *, campaign: Campaign) -> Asked:
    """Return what the campaign's residents may say of themselves."""
    options = {item["id"]: item["options"] for item in campaign.questionnaire.content["profile"]}
    query = sa.select(Area).where(Area.campaign_id == campaign.id).order_by(Area.position)
    return Asked(
        ages=tuple(age for age in options["P1"] if counts(age)),
        sexes=tuple(options["P2"]),
        residences=tuple(options["P4"]),
        areas=tuple(session.scalars(query)),
    )


def read_answers(
    session: Session, *, campaign: Campaign, lists: CodeLists, release: Release, asked: Asked
) -> Answers:
    """Return the answers, each with the verdict of the run that was released."""
    verdict = sa.and_(
        Verdict.response_id == Response.id, Verdict.appraisal_id == release.appraisal_id
    )
    query = (
        sa.select(
            Response.unit_id, Response.group_code, Response.channel, Response.age, Response.sex,
            Response.residence, Response.area, Response.answers, Response.local_answers,
            Verdict.verdict,
        )
        .outerjoin(Verdict, verdict)
        .where(Response.campaign_id == campaign.id)
    )  # fmt: skip
    place = _Places(campaign, lists, asked)
    rows = session.execute(query).all()
    local: dict[str, LocalAnswers] = {"": {}}
    for row in rows:
        if row.local_answers not in local:
            local[row.local_answers] = json.loads(row.local_answers)
    facts = np.array([place.of(row) for row in rows], dtype=np.intp)
    items = [[BLANK if sign == "-" else int(sign) for sign in row.answers] for row in rows]
    return Answers(
        facts=facts.reshape(len(rows), len(FACTS)),
        channels=tuple(row.channel for row in rows),
        items=np.array(items, dtype=np.int8).reshape(len(rows), len(lists.items)),
        local=tuple(local[row.local_answers] for row in rows),
        verdicts=tuple(_VERDICTS[row.verdict or "keep"] for row in rows),
    )


class _Places:
    """Where each fact of a row stands in the lists it comes from."""

    def __init__(self, campaign: Campaign, lists: CodeLists, asked: Asked) -> None:
        codes = {code: place for place, code in enumerate(lists.units)}
        self._units = {entry.unit_id: codes[entry.unit.code] for entry in campaign.units}
        self._groups = {code: place for place, code in enumerate(lists.groups)}
        self._invited = {code: int(code in lists.invited) for code in lists.channels}
        options = {item["id"]: item for item in campaign.questionnaire.content["profile"]}
        ages = enumerate(options["P1"]["options"])
        self._ages = {place: asked.ages.index(age) for place, age in ages if age in asked.ages}
        self._asked = asked

    def of(self, row: Any) -> tuple[int, ...]:
        asked = self._asked
        return (
            self._units[row.unit_id],
            self._groups[row.group_code],
            self._invited[row.channel],
            self._ages.get(row.age, len(asked.ages)),
            _within(row.sex, len(asked.sexes)),
            _within(row.residence, len(asked.residences)),
            _within(row.area, len(asked.areas) + 1),
        )


def _within(place: int, n: int) -> int:
    return place if 0 <= place < n else n
