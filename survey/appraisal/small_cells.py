"""Which figures of the unscored items are hidden, so that no few people's answers can be told.

A figure of too few is hidden, and so is what would give it away: the last cell open beside it,
the unit that all units less the others would leave, and an item asked only of some, whose number
of answers is a cell of the question before it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from survey.forms.local_items import LocalItem
from survey.forms.relevance import comparisons

# What one person answered to the items, by their ids: a choice, several, or a whole number.
LocalAnswers = Mapping[str, str | list[str] | int]


@dataclass(slots=True)
class Counted:
    """How many answered an item, and how many gave each answer."""

    n: int = 0
    cells: Counter[Any] = field(default_factory=Counter)


@dataclass(slots=True)
class Hidden:
    """What a page hides of an item: the whole of it, or some of its cells."""

    whole: bool
    cells: set[str]

    def hides(self, value: str | None) -> bool:
        """Tell whether a cell is hidden, or, of None, the number of all who answered."""
        return self.whole or value in self.cells


@dataclass(slots=True)
class Page:
    """What is counted on a page, of all units or of one; `received` are the answers to it."""

    received: int = 0
    counted: dict[str, Counted] = field(default_factory=dict)
    hidden: dict[str, Hidden] = field(default_factory=dict)

    def add(self, given: LocalAnswers, count: int) -> None:
        """Count the answers, by item, that so many gave alike."""
        self.received += count
        for item_id, counted in self.counted.items():
            if item_id in given:
                counted.n += count
                value = given[item_id]
                for one in value if isinstance(value, list) else [value]:
                    counted.cells[one] += count


def empty_page(items: Sequence[LocalItem]) -> Page:
    """Return a page on which nothing is counted yet."""
    return Page(counted={item.item_id: Counted() for item in items})


def conceal(
    items: Sequence[LocalItem], *, total: Page, units: Sequence[Page], smallest: int
) -> None:
    """Set what the page of all units hides, and the page of each."""
    single = {item.item_id for item in items if item.type == "single"}
    for item in items:
        for page in (total, *units):
            page.hidden[item.item_id] = _on_its_own(item, page, single, smallest)
            _close_row(item, page)
        answered = [page for page in units if page.counted[item.item_id].n]
        while _close_columns(item, total, answered, smallest):
            for page in answered:
                _close_row(item, page)


def _on_its_own(item: LocalItem, page: Page, single: set[str], smallest: int) -> Hidden:
    """Return what a page hides of an item whatever the other pages show."""
    own = page.counted[item.item_id]
    whole = own.n < smallest
    for _sign, asked, _value in comparisons(item.relevant) if item.relevant else ():
        before = page.hidden.get(asked)
        left_out = (page.received if before is None else page.counted[asked].n) - own.n
        whole |= 0 < left_out < smallest
        if before is not None and left_out:
            whole |= before.whole or (asked in single and bool(before.cells))
    return Hidden(whole, {value for value in item.options if own.cells[value] < smallest})


def _close_row(item: LocalItem, page: Page) -> None:
    """Hide a second cell where one alone would be what the others leave of all."""
    hidden, cells = page.hidden[item.item_id], page.counted[item.item_id].cells
    if item.type == "single" and len(hidden.cells) == 1:
        rest = [value for value in item.options if value not in hidden.cells]
        hidden.cells |= set(sorted(rest, key=lambda value: cells[value])[:1])


def _close_columns(item: LocalItem, total: Page, units: Sequence[Page], smallest: int) -> bool:
    """Hide one more unit's figure where all units less the others would tell of too few.

    Returns whether there was any such figure.
    """
    closed_any = False
    for value in (None, *item.options):
        closed = [page for page in units if page.hidden[item.item_id].hides(value)]
        shown = [page for page in units if not page.hidden[item.item_id].hides(value)]
        if not closed or not shown or total.hidden[item.item_id].hides(value):
            continue
        if len(closed) > 1 and sum(_figure(page, item, value) for page in closed) >= smallest:
            continue
        least = min(shown, key=lambda page: _figure(page, item, value)).hidden[item.item_id]
        if value is None:
            least.whole = True
        else:
            least.cells.add(value)
        closed_any = True
    return closed_any


def _figure(page: Page, item: LocalItem, value: str | None) -> int:
    own = page.counted[item.item_id]
    return own.n if value is None else own.cells[value]
