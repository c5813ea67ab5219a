"""Microdata and public page together tell of no few people how they answered or came in."""

from collections import Counter
from functools import partial
from typing import Any

import numpy as np
import pytest

from survey.exchange.microdata import protecting
from survey.exchange.microdata.protecting import Rules, told_facts
from survey.exchange.microdata.reading import Answers
from survey.problems import Refused
from survey.publication.answered import ALL, Answered, Way
from survey.stats.campaign.code_lists import CodeLists
from tests.exchange.microdata.attacker import told_apart
from tests.publication.test_answered import SMALLEST, WIDTH, county, shown

RULES = Rules(smallest=SMALLEST, width=WIDTH)
INVITED = {"paper": True, "qr_open": False, "sms": True}
COUNTIES = 4


def _lists(received: dict[Way, int]) -> CodeLists:
    units, groups = ({way[place] for way in received} for place in (0, 1))
    return CodeLists(
        units=tuple(sorted(units)),
        groups=tuple(sorted(groups)),
        channels=tuple(INVITED),
        invited=tuple(name for name, of in INVITED.items() if of),
        townships=(),
        ages=(),
        items=("C1",),
        n_points=6,
    )


def _answers(received: dict[Way, int], lists: CodeLists) -> Answers:
    """Return the answers a county received, of people drawn at random."""
    rng = np.random.default_rng(7)
    ways = [way for way, n in received.items() for _ in range(n)]
    facts = [
        (lists.units.index(u), lists.groups.index(g), int(INVITED[c]), *rng.integers(0, 4, size=4))
        for u, g, c in ways
    ]
    return Answers(
        facts=np.array(facts, dtype=np.intp).reshape(len(ways), 7),
        channels=tuple(way[2] for way in ways),
        items=np.zeros((len(ways), 1), dtype=np.int8),
        local=({},) * len(ways),
        verdicts=(0,) * len(ways),
    )


def _rows(facts: Any, lists: CodeLists) -> Counter[tuple[str, str, int]]:
    units, groups = (*lists.units, "withheld"), (*lists.groups, "withheld")
    return Counter((units[u], groups[g], -2 if e < 0 else e) for u, g, e in facts[:, :3].tolist())


def _attacked(received: dict[Way, int]) -> tuple[Answered, Any, dict[Way, float]]:
    lists, page = _lists(received), shown(received)
    facts = told_facts(_answers(received, lists), lists=lists, page=page, rules=RULES)
    few = partial(_is_few, received, page)
    return page, facts, told_apart(page, _rows(facts, lists), INVITED, few)


def _true(received: dict[Way, int], name: Way) -> int:
    unit, group, kind = name
    return sum(
        n
        for (u, g, channel), n in received.items()
        if unit in {u, ALL} and g == group and kind in {"all", channel, _entry(channel)}
    )


def _is_few(received: dict[Way, int], page: Answered, name: Way) -> bool:
    """Say whether it is a number the page hides, or of a way in where the page tells the group."""
    unit, group, kind = name
    is_told = unit == ALL or kind == "all" or page.units[unit, group] is not None
    return is_told and 0 < _true(received, name) < SMALLEST


def _entry(channel: str) -> str:
    return f"entry {int(INVITED[channel])}"


@pytest.mark.parametrize("seed", range(COUNTIES))
def test_no_number_of_few_people_can_be_told_from_file_and_page(seed: int) -> None:
    received = county(seed)
    page, facts, found = _attacked(received)
    assert min(found.values()) >= WIDTH - 1e-6
    # The file counts by unit and group what the page shows of them, and nothing that it hides.
    counted = Counter((u, g) for u, g, _e in _rows(facts, _lists(received)).elements())
    for (unit, group), n in counted.items():
        if "withheld" not in {unit, group}:
            assert page.units[unit, group] == n
    # And of no facts about a person, all together, there are few.
    assert min(Counter(map(tuple, facts.tolist())).values()) >= SMALLEST
    assert 0 < (facts[:, 2] >= 0).mean() < 1
    assert (facts[:, 3:] >= 0).any()


def test_the_attack_finds_what_would_be_given_away(monkeypatch: pytest.MonkeyPatch) -> None:
    received = county(0)
    monkeypatch.setattr(
        protecting,
        "_entries_told",
        lambda counts, *_others: np.ones(len(counts), dtype=bool),
    )
    monkeypatch.setattr(protecting, "withhold_rare", lambda facts, smallest: facts < 0)
    _page, _facts, found = _attacked(received)
    assert min(found.values()) < 1


def test_a_county_with_too_few_answers_gives_out_none() -> None:
    received: dict[Way, int] = {("U1", "G1", "sms"): 9}
    lists = _lists(received)
    page = Answered(
        units={("U1", "G1"): None, ("U1", ALL): None, (ALL, "G1"): None},
        channels={("G1", "sms"): None},
        total=9,
    )
    with pytest.raises(Refused) as refused:
        told_facts(_answers(received, lists), lists=lists, page=page, rules=RULES)
    problem = refused.value.problems[0]
    assert "9" in problem.zh
    assert "9" in problem.en
