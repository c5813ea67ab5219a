"""Who needs a part of something is given the part, and what is read has a shape."""

import ast
import re
from collections.abc import Iterator

from tests.repository.imported import MODULES, ROOT, tree

MOST_OF_THE_PLAN = 25  # files that take the whole plan of a campaign
# Where scores are made and given out: what is kept as anything, and what is looked into as such.
MOST_KEPT, MOST_OF_ANYTHING = 10, 20
_OF_ANYTHING = re.compile(r"(dict|Mapping)\[str, (Any|object)\]")
# They put a step behind another and all figures together; a step has its settings and the domains.
WHOLE = {"survey.stats.pipeline.appraise", "survey.stats.pipeline.figures.result"}


def annotations(module: str) -> Iterator[ast.expr]:
    """What arguments, fields and variables of a module are said to be."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation


def takes_the_plan(module: str) -> bool:
    """Whether anything in a module is said to be a plan of a campaign, by whatever name."""
    taken = {"survey.stats.campaign", "survey.stats.campaign.plan"}
    knows = module == "survey.stats.campaign.plan" or any(
        isinstance(node, ast.ImportFrom)
        and node.module in taken
        and "Plan" in {name.name for name in node.names}
        for node in ast.walk(tree(module))
    )
    return knows and any(
        isinstance(part, ast.Name) and part.id == "Plan"
        for annotation in annotations(module)
        for part in ast.walk(annotation)
    )


def test_few_take_the_whole_plan_and_no_step_does() -> None:
    takers = {module for module in MODULES if takes_the_plan(module)}
    assert "survey.stats.campaign.plan" in takers
    assert len(takers) <= MOST_OF_THE_PLAN, sorted(takers)
    steps = {module for module in takers if module.startswith("survey.stats.pipeline.")}
    assert steps == WHOLE


def test_few_read_or_give_a_mapping_of_anything() -> None:
    rooms = ("survey.appraisal", "survey.exchange")
    found = [
        (f"{MODULES[module].relative_to(ROOT)}:{node.lineno}", ast.unparse(node))
        for module in MODULES
        if module.startswith(rooms)
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Subscript) and _OF_ANYTHING.fullmatch(ast.unparse(node))
    ]
    kept = [each for each in found if each[1].startswith("dict")]
    assert len(kept) <= MOST_KEPT, kept
    assert len(found) <= MOST_OF_ANYTHING, found


def test_nobody_asks_whether_a_questionnaire_is_of_one_unit_or_several() -> None:
    asked = [
        f"{module}:{node.lineno}"
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "isinstance"
        and "Sitting" in ast.unparse(node)
    ]
    assert asked == []
