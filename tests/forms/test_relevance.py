import random
from typing import Any

import pytest

from survey.forms.relevance import Tree, Unreadable, comparisons, holds, parse


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("${A} = 'yes'", ["=", "A", "yes"]),
        ('${A}!="no"', ["!=", "A", "no"]),
        ("3 < ${N}", [">", "N", 3]),
        ("'yes' = ${A}", ["=", "A", "yes"]),
        ("${N} >= -2.5", [">=", "N", -2.5]),
        ("selected(${W}, 'x')", ["selected", "W", "x"]),
        ("not(${A} = '')", ["not", ["=", "A", ""]]),
        (
            "${A} = 1 or ${B} = 2 and ${C} = 3",
            ["or", ["=", "A", 1], ["and", ["=", "B", 2], ["=", "C", 3]]],
        ),
        (
            "( ${A} = 1 or ${B} = 2 ) and ${C} = 3",
            ["and", ["or", ["=", "A", 1], ["=", "B", 2]], ["=", "C", 3]],
        ),
        (
            "${A} = 1 and ${B} = 2 and ${C} = 3",
            ["and", ["=", "A", 1], ["=", "B", 2], ["=", "C", 3]],
        ),
    ],
)
def test_an_expression_becomes_a_tree(text: str, tree: Tree) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not complete"),
        ("${A} =", "not complete"),
        ("${A}", "not complete"),
        ("(${A} = 1", "not complete"),
        ("${A} = 1)", "')' is not expected"),
        ("${A} == 1", "'=' is not expected"),
        ("${A} = 1 ${B} = 2", "'${B}' is not expected"),
        ("and ${A} = 1", "'and' is not supported"),
        ("count-selected(${A}) > 1", "'count-selected' is not supported"),
        ("today() > 3", "'today' is not supported"),
        ("A = 1", "'A' is not supported"),
        ("${A} = ${B}", "one side"),
        ("1 = 2", "one side"),
        ("${A} > 'b'", "without quotes"),
        (". > 3", "cannot be read"),
        ("${A} = ‘yes’", "cannot be read"),
        ("${A} + 1 = 2", "cannot be read"),
        ("selected(${A}, 1)", "'1' is not expected"),
        ("selected('a', ${A})", "'a'\" is not expected"),
        ("${A} = " + "1" * 600, "longer than 500"),
    ],
)
def test_what_is_not_of_the_subset_is_refused_in_both_languages(text: str, told: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(text)
    assert told in caught.value.en
    assert caught.value.zh


@pytest.mark.parametrize(
    ("text", "answers", "asked"),
    [
        ("${A} = 'yes'", {"A": "yes"}, True),
        ("${A} = 'yes'", {}, False),
        ("${A} != 'yes'", {}, True),
        ("${N} < 5", {}, False),
        ("${N} >= 5", {"N": ""}, False),
        ("${N} >= 5", {"N": "10"}, True),
        ("${N} = 5", {"N": "05"}, True),
        ("${N} != 5", {}, True),
        ("${A} = ''", {}, True),
        ("selected(${W}, 'a')", {"W": "b a"}, True),
        ("selected(${W}, 'a')", {"W": "ab"}, False),
        ("not(selected(${W}, 'a'))", {}, True),
    ],
)
def test_an_unanswered_item_is_an_empty_text(
    text: str, answers: dict[str, str], *, asked: bool
) -> None:
    assert holds(parse(text), answers) is asked


def test_the_tests_of_a_tree_are_listed() -> None:
    tree = parse("${A} = 1 and (selected(${B}, 'x') or not(2 < ${C}))")
    assert list(comparisons(tree)) == [("=", "A", 1), ("selected", "B", "x"), (">", "C", 2)]


def written(tree: Tree) -> str:
    """Return a tree as an expression, every part in brackets."""
    match tree:
        case ["not", part]:
            return f"not({written(part)})"
        case ["and" | "or" as word, *parts]:
            return f" {word} ".join(f"({written(part)})" for part in parts)
        case ["selected", item_id, value]:
            return f"selected(${{{item_id}}}, '{value}')"
    sign, item_id, value = tree
    return f"${{{item_id}}} {sign} {value!r}"


def random_tree(chance: random.Random, depth: int = 3) -> Tree:
    """Return a tree such as an expression can give."""
    item_id = chance.choice("ABC")
    kind = chance.randrange(6 if depth else 3)
    if kind == 0:
        return ["selected", item_id, chance.choice(["a", "b", "1"])]
    if kind == 1:
        return [chance.choice(["=", "!="]), item_id, chance.choice(["a", "1", "", "a b"])]
    if kind == 2:
        sign = chance.choice(["=", "!=", "<", "<=", ">", ">="])
        return [sign, item_id, chance.choice([-1, 0, 1, 2.5, 10])]
    if kind == 3:
        return ["not", random_tree(chance, depth - 1)]
    parts = [random_tree(chance, depth - 1) for _ in range(chance.randint(2, 3))]
    return [chance.choice(["and", "or"]), *parts]


def random_answers(chance: random.Random) -> dict[str, str]:
    values = ["", "a", "b", "a b", "1", "01", "-1", "2.5", "10", "1 ", "１", "NaN", "0x10", "1e1"]
    return {item_id: chance.choice(values) for item_id in "ABC" if chance.random() < 0.8}


def cases(n: int, seed: int = 20261205) -> list[tuple[Tree, dict[str, str], bool]]:
    """Return random expressions with answers and what the server makes of them."""
    chance = random.Random(seed)
    made: list[tuple[Tree, dict[str, str], bool]] = []
    for _ in range(n):
        tree, answers = random_tree(chance), random_answers(chance)
        made.append((tree, answers, holds(tree, answers)))
    return made


def test_writing_a_tree_and_reading_it_gives_the_tree() -> None:
    trees = [tree for tree, _answers, _asked in cases(2000)]
    assert [parse(written(tree)) for tree in trees if len(written(tree)) <= 500] == [
        tree for tree in trees if len(written(tree)) <= 500
    ]


def test_random_cases_are_of_both_kinds() -> None:
    asked: list[Any] = [case[2] for case in cases(2000)]
    assert 500 < sum(asked) < 1500
