"""Every step a score can take has its words: a page that lacks one cannot be shown."""

import ast
import inspect

from survey.stats.pipeline import appraise
from survey.wording import STEPS


def test_every_step_that_scores_take_has_words() -> None:
    tree = ast.parse(inspect.getsource(inspect.getmodule(appraise) or appraise))
    put_in = {
        node.slice.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        and ast.unparse(node.value) == "steps"
        and isinstance(node.slice, ast.Constant)
    }
    begun = {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "steps"
        and isinstance(node.value, ast.Dict)
        for key in node.value.keys
        if isinstance(key, ast.Constant)
    }
    assert {"returned", "screened"} <= begun
    assert {"responded", "lenient", "weighted"} <= put_in
    taken_later = {"assisted"}  # by units of few answers, after the corrections
    assert put_in | begun | taken_later == STEPS.keys()
