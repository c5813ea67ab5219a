"""Names that were given up do not come back: the glossary has the word to say instead."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.repository.imported import MODULES, ROOT, tree

# A name in code, its case part of it, and the word to say.
GIVEN_UP = {
    "Frame": "CampaignDomains",
    "build_frame": "cut_domains",
    "Anchored": "CombinedGroup",
    "heard": "open_weight",
    "weigh_trust": "quality_weights",
    "make_up_for_silence": "adjust_nonresponse",
    "take_out_leniency": "remove_rater_effects",
    "net_of_raters": "rater_effects_of",
    "Lenient": "RaterAdjusted",
    "Chosen": "RaterModel",
    "assist": "small_area_estimates",
    "with_assistance": "with_small_area_estimates",
    "bare": "unreferenced_share",
    "Yardstick": "ReferenceDistribution",
    "make_yardstick": "reference_distribution",
    "universe": "population",
    "worth": "points",
    "CaseFile": "SuspicionReport",
    "Look": "Presentation",
    "Shut": "Closed",
    "entity": "unit",
    "deff": "design_effect",
}
EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def names_in(node: ast.AST) -> Iterator[str]:
    """The names a node of the syntax tree gives or uses."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.arg | ast.keyword):
        yield node.arg or ""
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.alias):
        yield from node.name.split(".")


def in_modules() -> Iterator[tuple[Path, int, str]]:
    for module, path in MODULES.items():
        yield path, 1, path.stem
        for node in ast.walk(tree(module)):
            for name in names_in(node):
                yield path, getattr(node, "lineno", 1), name


def in_templates() -> Iterator[tuple[Path, int, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text("utf-8")
        for found in EXPRESSION.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            for name in re.findall(r"[A-Za-z_]\w*", QUOTED.sub("", found[0])):
                yield path, line, name


def test_no_name_that_was_given_up_comes_back() -> None:
    back = [
        f"{path.relative_to(ROOT)}:{line}: `{name}`, say {GIVEN_UP[name]}"
        for path, line, name in [*in_modules(), *in_templates()]
        if name in GIVEN_UP
    ]
    assert not back, "\n".join(back)


def test_every_name_that_was_given_up_is_on_the_page() -> None:
    words = set(re.findall(r"\w+", (ROOT / "docs/glossary.md").read_text("utf-8")))
    assert sorted(set(GIVEN_UP) - words) == []
