"""The page for newcomers names every room with its own sentence, and only files that exist."""

import re
import sys
from pathlib import Path

import pytest

from tests.repository.imported import MODULES, PACKAGES, ROOT

PAGE = (ROOT / "docs/developing.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text("utf-8")
RECIPES = (
    "A validity rule",
    "A setting of the scheme",
    "A notice",
    "A migration",
    "A translated word",
    "An office page",
    "An estimator",
)
PATH = re.compile(r"`((?:survey|tests|docs|templates|static|migrations|bench)/[\w./-]*)`")


@pytest.mark.parametrize("package", sorted(set(PACKAGES) - {"survey"}))
def test_every_room_stands_in_the_tree_with_its_own_sentence(package: str) -> None:
    said = MODULES[package].read_text("utf-8").split('"""')[1]
    row = f"| `{package.replace('.', '/')}/` | {said} |"
    assert row in PAGE, f"docs/developing.md lacks the line: {row}"


def test_every_room_stands_on_the_page_of_the_architecture() -> None:
    rooms = {name for name in PACKAGES if name.count(".") == 1}
    told = set(re.findall(r"`survey/(\w+)/`", ARCHITECTURE))
    assert {f"survey.{name}" for name in told} == rooms


@pytest.mark.parametrize("page", ["developing", "architecture"])
def test_every_file_a_page_names_is_there(page: str) -> None:
    text = (ROOT / f"docs/{page}.md").read_text("utf-8")
    named = set(PATH.findall(text)) - {"templates/office/NAME.html", "tests/ROOM/test_FILE.py"}
    assert named
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_every_program_that_documents_name_is_installed() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    named = set(re.findall(r"(?<![\w/])\.venv/bin/([\w-]+)", text))
    assert "survey" in named
    assert sorted(name for name in named if not (Path(sys.executable).parent / name).exists()) == []


def test_each_recipe_is_there_and_says_what_to_test() -> None:
    for recipe in RECIPES:
        _, found, text = PAGE.partition(f"\n### {recipe}\n")
        assert found, recipe
        assert re.search(r"^\d\. Tests?: ", text.partition("\n### ")[0], re.MULTILINE), recipe


def test_links_of_the_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("bench/*.md")]
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)[^)]*\)", page.read_text("utf-8"))
        if not (page.parent / link).exists()
    ]
    assert broken == []
