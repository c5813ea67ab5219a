"""The county's own items in the microdata: told of a unit where the office's page tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from survey.appraisal.small_cells import LocalAnswers, Page
from survey.exchange.microdata.variables import (
    NO_ANSWER,
    WITHHELD,
    Code,
    Variable,
    not_given,
    numbered,
)
from survey.forms.local_items import LocalItem
from survey.stats.disclosure import withhold_rare
from survey.wording import Words

_NOTHING = not_given(answer=Words("未答或未问到", "not answered or not asked"))
_CHOSEN = numbered([Words("未选", "not chosen"), Words("选了", "chosen")], first=0)
# A whole number may be any, also below zero: these two are none that can be typed.
NUMBER_NO_ANSWER, NUMBER_WITHHELD = -9_999_999_991, -9_999_999_992


def variables_of(items: Sequence[LocalItem]) -> tuple[Variable, ...]:
    """Return the columns of the items; one for each choice where several may be chosen."""
    found: list[Variable] = []
    for item in items:
        words = Words(*(item.words[lang].replace("{unit}", _UNIT[lang]) for lang in ("zh", "en")))
        if item.type == "multiple":
            found += [
                Variable(
                    name=f"l_{item.item_id}.{number}",
                    words=Words(f"{words.zh}：{option['zh']}", f"{words.en}: {option['en']}"),
                    values=(*_CHOSEN, *_NOTHING),
                )
                for number, option in enumerate(item.options.values(), start=1)
            ]
        else:
            found.append(_single(item, words))
    return tuple(found)


_UNIT = {"zh": "该单位", "en": "the unit"}


def _single(item: LocalItem, words: Words) -> Variable:
    if item.type == "integer":
        codes = (NUMBER_NO_ANSWER, NUMBER_WITHHELD)
        values = tuple(
            type(value)(code=code, words=value.words, missing=True)
            for code, value in zip(codes, _NOTHING, strict=True)
        )
        return Variable(name=f"l_{item.item_id}", words=words, values=values, measure="scale")
    named = numbered([Words(option["zh"], option["en"]) for option in item.options.values()])
    return Variable(name=f"l_{item.item_id}", words=words, values=(*named, *_NOTHING))


def columns_of(
    items: Sequence[LocalItem],
    local: Sequence[LocalAnswers],
    *,
    units: Sequence[int],
    pages: Mapping[int, Page],
    smallest: int,
) -> list[list[Code]]:
    """Return the codes of each column; `units` are the answers' units, -1 where one is not told.

    `pages` say of each unit what is hidden. Of a unit that is not told nothing is.
    """
    columns: list[list[Code]] = []
    for item in items:
        if item.type == "integer":
            columns.append(_numbers(item, local, units, pages, smallest))
        elif item.type == "single":
            columns.append([_chosen(item, *of, pages) for of in zip(local, units, strict=True)])
        else:
            columns += [
                [_ticked(item, option, *of, pages) for of in zip(local, units, strict=True)]
                for option in item.options
            ]
    return columns


def _chosen(item: LocalItem, given: LocalAnswers, unit: int, pages: Mapping[int, Page]) -> Code:
    said = given.get(item.item_id)
    value = said if isinstance(said, str) else None
    hidden = pages[unit].hidden[item.item_id] if unit >= 0 else None
    if hidden is None or hidden.whole or (value is not None and hidden.hides(value)):
        return WITHHELD
    return NO_ANSWER if value is None else list(item.options).index(value) + 1


def _ticked(
    item: LocalItem,
    option: str,
    given: LocalAnswers,
    unit: int,
    pages: Mapping[int, Page],
) -> Code:
    if unit < 0 or pages[unit].hidden[item.item_id].hides(option):
        return WITHHELD
    ticked = given.get(item.item_id)
    return int(option in ticked) if isinstance(ticked, list) else NO_ANSWER


def _numbers(
    item: LocalItem,
    local: Sequence[LocalAnswers],
    units: Sequence[int],
    pages: Mapping[int, Page],
    smallest: int,
) -> list[Code]:
    """Return numbers that enough answers about the unit share; rarer ones could be recognised."""
    said = [given.get(item.item_id) for given in local]
    values = [value if isinstance(value, int) else NUMBER_NO_ANSWER for value in said]
    _known, places = np.unique(np.array(values, dtype=np.int64), return_inverse=True)
    open_to = [unit >= 0 and not pages[unit].hidden[item.item_id].whole for unit in units]
    facts = np.stack([np.array(units), np.where(open_to, places.reshape(-1), -1)], axis=1)
    hidden = withhold_rare(facts, smallest=smallest)[:, 1]
    return [NUMBER_WITHHELD if here else value for here, value in zip(hidden, values, strict=True)]
