"""The examples in docstrings and on the page for Python run as they are printed."""

import doctest
import inspect
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import survey.stats
from tests.repository.imported import MODULES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/methods/from-python.md"
FUNCTIONS = [name for name in survey.stats.__all__ if name[0].islower()]
STATISTICS = [name for name in MODULES if name.startswith("survey.stats")]


def failures(test: doctest.DocTest) -> str:
    told: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=told.append)
    return "".join(told)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_has_an_example(name: str) -> None:
    shown = inspect.getdoc(getattr(survey.stats, name)) or ""
    _, _, example = shown.partition("\nExamples\n--------\n")
    assert re.search(rf"(>>>|\.\.\.) .*\b{name}\(", example), name


@pytest.mark.parametrize("module", STATISTICS)
def test_examples_in_docstrings_are_true(module: str) -> None:
    found = doctest.DocTestFinder(exclude_empty=True).find(import_module(module))
    assert [told for test in found if test.examples and (told := failures(test))] == []


def test_the_page_for_python_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
    test = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) > 40
    assert failures(test) == ""


def test_the_figures_of_r_on_the_page_are_those_r_printed() -> None:
    lines = re.findall(r"R prints ([\d., ]+) \(`(d\d\d)`: (.*)\)", PAGE.read_text("utf-8"))
    assert len(lines) == PAGE.read_text("utf-8").count("R prints")
    for figures, case, paths in lines:
        (file,) = (ROOT / "tests/golden/cases").glob(f"{case}_*.json")
        expected = json.loads(file.read_text("utf-8"))["expected"]
        wanted = [at(expected, path) for path in re.findall(r"`([^`]+)`", paths)]
        for shown, value in zip(figures.split(", "), wanted, strict=True):
            assert float(shown) == round(value, len(shown.partition(".")[2])), (case, shown)


def at(expected: Any, path: str) -> float:
    """Follow a path of names, which may have dots in them, and of places in lists."""
    if isinstance(expected, dict):
        name = max((key for key in expected if f"{path}.".startswith(f"{key}.")), key=len)
        return at(expected[name], path.removeprefix(name).removeprefix("."))
    place, _, rest = path.partition(".")
    return at(expected[int(place)], rest) if path else float(expected)
