"""The page of `survey weigh`: its example runs, and it names whatever a plan may say."""

import ast
import inspect
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.weigh import plan
from survey.weigh.commands import weigh

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/methods/weighing.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_runs_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    data = ROOT / "tests/golden/data/apiclus1.csv"
    arguments = [str(data), str(path), "--out", str(tmp_path / "weights.csv"), "--json"]
    found = json.loads(CliRunner().invoke(weigh, arguments, catch_exceptions=False).stdout)
    assert found["converged"]
    assert found["n_trimmed"] > 0
    assert len(found["estimates"]) == 1 + 1 + 1 + 3
    assert found["estimates"][2]["estimate"] == pytest.approx(0.84861, abs=1e-5)


def test_what_is_commented_out_can_be_said_too(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    said = re.sub(r"^# (?=[\w\[])(?=.*[=\]])", "", EXAMPLE, flags=re.MULTILINE)
    path.write_text(said, encoding="utf-8")
    found = plan.read_plan(path)
    assert found.design.strata == "stratum"
    assert found.calibration.bounds == (0.6, 1.7)
    assert found.calibration.totals == (("api99", 3914069.0),)


def test_whatever_a_plan_may_say_is_on_the_page() -> None:
    tree = ast.parse(inspect.getsource(plan))
    known: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and all(isinstance(e, ast.Constant) for e in node.elts):
            known |= {str(e.value) for e in node.elts if isinstance(e, ast.Constant)}
    known |= {name for kind in (plan.CalibrationMethod, plan.StatisticName, plan.Rescaling)
              for name in kind.__args__}  # fmt: skip
    assert {"nested", "lonely_psu", "bounds", "denominator", "mean_one"} <= known
    assert {name for name in known if name and name not in EXAMPLE} == set()
