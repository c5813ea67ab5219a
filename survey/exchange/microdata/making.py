"""The microdata of a release: its answers read, protected, coded and put in an order of no time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from survey.appraisal.item_results import closed_items, concealed
from survey.exchange.document import FrozenDocument
from survey.exchange.microdata import describing, unscored
from survey.exchange.microdata.protecting import Rules, told_facts
from survey.exchange.microdata.reading import FACTS, Answers, asked_of, read_answers
from survey.exchange.microdata.variables import (
    NO_ANSWER,
    WITHHELD,
    WITHHELD_TEXT,
    Code,
    Dataset,
    Value,
    Variable,
)
from survey.exchange.tables import local_moment
from survey.model import Campaign, Release
from survey.publication.answered import read_answered
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.plan import Plan, UnitPlan
from survey.wording import Words


def dataset_of(
    session: Session, *, campaign: Campaign, release: Release, document: FrozenDocument
) -> Dataset:
    """Return a release's answers as they are given out.

    Raises Refused where numbers of few people could be told whatever is left out.
    """
    plan, scheme = Plan.from_dict(campaign.plan or {}), scheme_of(campaign)
    lists = plan.lists
    asked = asked_of(session, campaign=campaign)
    answers = read_answers(session, campaign=campaign, lists=lists, release=release, asked=asked)
    facts = told_facts(
        answers,
        lists=lists,
        page=read_answered(session, campaign),
        rules=Rules(smallest=scheme.privacy.smallest_cell, width=scheme.publication.hidden_width),
    )
    people = describing.person_variables(campaign, asked)
    scored = describing.item_variables(campaign, plan.units)
    own = _unscored(session, campaign, answers, facts[:, FACTS.index("unit")], lists.units)
    columns = [
        *_people(people, plan.units, lists.groups, facts),
        *_scored(answers),
        *own[1],
        list(answers.verdicts),
    ]
    variables = (*people, *scored, *own[0], describing.verdict_variable())
    if document.simulated:
        variables = (describing.simulated_variable(), *variables)
        columns = [[1] * len(answers.verdicts), *columns]
    content = document.content
    return Dataset(
        release_code=document.release_code,
        number=release.number,
        title=Words(content.campaign.title, content.campaign.title_en),
        organiser=campaign.organiser_zh,
        frozen_on=local_moment(document)[:10],
        simulated=document.simulated,
        smallest=scheme.privacy.smallest_cell,
        variables=variables,
        rows=tuple(sorted(zip(*columns, strict=True), key=_order(variables))),
    )


def _people(
    variables: Sequence[Variable],
    units: Sequence[UnitPlan],
    groups: Sequence[str],
    facts: NDArray[np.intp],
) -> list[list[Code]]:
    """Return the columns about a person; the class of a unit is told where the unit is."""
    columns: list[list[Code]] = []
    for variable in variables:
        if variable.name == "unit_class":
            codes: list[Code] = [unit.class_code for unit in units]
            column = facts[:, FACTS.index("unit")]
        else:
            codes = _codes(variable, units, groups)
            column = facts[:, FACTS.index(variable.name)]
        left_out: Code = WITHHELD_TEXT if variable.text else WITHHELD
        columns.append([left_out if place < 0 else codes[place] for place in column.tolist()])
    return columns


def _codes(variable: Variable, units: Sequence[UnitPlan], groups: Sequence[str]) -> list[Code]:
    """Return the code of each place; what nobody said is one past the last."""
    if variable.name == "unit":
        return [unit.unit_code for unit in units]
    if variable.name == "group":
        return [*groups]
    return [*(value.code for value in variable.values if not value.missing), NO_ANSWER]


def _scored(answers: Answers) -> list[list[Code]]:
    return [column.tolist() for column in answers.items.T]


def _unscored(
    session: Session,
    campaign: Campaign,
    answers: Answers,
    rated: NDArray[np.intp],
    units: Sequence[str],
) -> tuple[tuple[Variable, ...], list[list[Code]]]:
    items = closed_items(campaign)
    if not items:
        return (), []
    _total, pages = concealed(session, campaign=campaign, items=items)
    places = {code: place for place, code in enumerate(units)}
    columns = unscored.columns_of(
        items,
        answers.local,
        units=rated.tolist(),
        pages={places[entry.unit.code]: pages[entry.unit_id] for entry in campaign.units},
        smallest=scheme_of(campaign).privacy.smallest_cell,
    )
    return unscored.variables_of(items), columns


def _order(variables: Sequence[Variable]) -> Callable[[tuple[Code, ...]], tuple[int, ...]]:
    """Return the order of rows, by what they say alone: it tells nothing of who came first."""
    places = [_places(variable.values) for variable in variables]

    def key(row: tuple[Code, ...]) -> tuple[int, ...]:
        # A number without a list of its own stands for itself.
        return tuple(
            of.get(code, code if isinstance(code, int) else 0)
            for of, code in zip(places, row, strict=True)
        )

    return key


def _places(values: Sequence[Value]) -> dict[Code, int]:
    return {value.code: place for place, value in enumerate(values)}
