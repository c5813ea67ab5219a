"""A newcomer finds his way: no folder of a hundred files, no import that leads on and on."""

import ast
from functools import cache

import pytest

from tests.repository.imported import MODULES, PACKAGES, imports, tree

MOST_FILES = 20  # beside the __init__
LONGEST_CHAIN = 16  # imports one after another


def test_no_folder_holds_more_than_one_can_look_through() -> None:
    counts = {
        name: len(list(folder.glob("*.py"))) - 1
        for name, folder in PACKAGES.items()
        if name != "survey.translations"
    }
    assert {name: n for name, n in counts.items() if n > MOST_FILES} == {}


@pytest.mark.second
def test_no_chain_of_imports_is_longer_than_it_was() -> None:
    longest = max((chain(name) for name in MODULES), key=len)
    assert len(longest) - 1 <= LONGEST_CHAIN, " → ".join(longest)


@cache
def chain(module: str) -> tuple[str, ...]:
    """The longest way down from a module; the layers keep it from going round."""
    unread = typed(module)
    below = {each.module for each in imports(module) if each.line not in unread}
    ways = [chain(name) for name in below - {module} if name not in parents(module)]
    return (module, *max(ways, key=len, default=()))


def parents(module: str) -> set[str]:
    """The packages a module is in, which name their modules."""
    parts = module.split(".")
    return {".".join(parts[:depth]) for depth in range(1, len(parts))}


def typed(module: str) -> set[int]:
    """Lines of imports that are only read by whoever checks types."""
    guarded = (
        node
        for node in ast.walk(tree(module))
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    )
    return {each.lineno for node in guarded for each in node.body}
