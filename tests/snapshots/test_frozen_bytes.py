"""What the commands publish, frozen: a change of a digit is meant, named and explained, or a fault.

Written anew by `SURVEY_FREEZE=1 pytest tests/snapshots`, with a line in CHANGELOG.md that says why.
Files rounded as published are compared byte by byte; full precision is compared to six significant
digits, for another processor may add the same numbers in another order.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from survey.cli import survey
from survey.exchange.document import find_document
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import Site
from tests.appraisal.test_invitations_file import people, write
from tests.demonstrated import CODE
from tests.factories import ANLAN

pytestmark = pytest.mark.slow

FROZEN = Path(__file__).parent / "frozen"
GOLDEN = Path(__file__).parents[1] / "golden" / "data"
FREEZING = os.environ.get("SURVEY_FREEZE") == "1"
METHODS = ("anchored", "pooled", "chen_li_wu", "elliott_valliant")
# What says who ran which program when, and nothing of the result.
PASSING = ("id", "frozen_at", "signature", "data_digest", "code_version", "ledger")
WEIGHINGS = {
    "raked_clusters": (
        "apiclus1.csv",
        """
        [design]
        weights = "pw"
        psu = "dnum"
        fpc = "fpc"
        [calibration]
        method = "raking"
        [[calibration.margin]]
        variable = "stype"
        totals = {E = 4421, H = 755, M = 1018}
        [[calibration.margin]]
        variable = "sch.wide"
        totals = {No = 1072, Yes = 5122}
        [trim]
        upper = 52
        [[estimate]]
        variable = "api00"
        [[estimate]]
        variable = "api00"
        by = "stype"
        [[estimate]]
        statistic = "ratio"
        variable = "api.stu"
        denominator = "enroll"
        """,
    ),
    "bounded_two_stages": (
        "apiclus2.csv",
        """
        [design]
        weights = "pw"
        psu = ["dnum", "snum"]
        fpc = ["fpc1", "fpc2"]
        [calibration]
        method = "logit"
        bounds = [0.5, 2.5]
        [[calibration.margin]]
        variable = "stype"
        totals = {E = 4421, H = 755, M = 1018}
        [[estimate]]
        statistic = "total"
        variable = "api00"
        """,
    ),
}


def run(*words: object) -> str:
    done = CliRunner().invoke(survey, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def kept(name: str, found: str) -> str:
    """Return what is frozen under this name; freeze what was found where that is asked for."""
    path = FROZEN / name
    if FREEZING:
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, "utf-8")
    return path.read_text("utf-8")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def six_digits(value: Any) -> Any:
    """Return plain data with every number to six significant digits."""
    if isinstance(value, dict):
        return {name: six_digits(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [six_digits(entry) for entry in value]
    if not isinstance(value, float):
        return value
    # What is left of a margin after convergence is rounding of the processor's own.
    return float(f"{value:.6g}") if abs(value) > 1e-9 else 0.0


def digests(content: dict[str, Any]) -> dict[str, str]:
    """Return a digest of each part, so that a difference says where it is."""
    return {
        name: digest(json.dumps(six_digits(part), ensure_ascii=False))
        for name, part in content.items()
        if name != "versions"
    }


def pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def choose(method: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / "scheme.yaml"
        scheme = yaml.safe_load(path.read_text("utf-8"))
        scheme["scoring"]["debiasing"] = {"combination": method, "nonresponse": "classes"}
        path.write_text(yaml.safe_dump(scheme, allow_unicode=True, sort_keys=False), "utf-8")

    return edit


@pytest.mark.parametrize("listed", [False, True], ids=["plain", "invitations"])
@pytest.mark.parametrize("method", METHODS)
def test_appraise_writes_the_frozen_bytes(tmp_path: Path, method: str, *, listed: bool) -> None:
    folder, out = tmp_path / "county", tmp_path / "out"
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("main_system*"))
    if method != "anchored" or listed:
        choose(method)(folder)
    if listed:
        write(folder, people(folder))
    run("appraise", folder, "--out", out)
    name = f"appraise-{method}{'-invitations' if listed else ''}"
    units = (out / "unit_scores.csv").read_text("utf-8")
    assert units == kept(f"{name}.csv", units)
    found = pretty(
        {
            file: digest((out / file).read_text("utf-8"))
            for file in ("unit_group_scores.csv", "verdicts.csv")
        }
        | digests(json.loads((out / "appraisal.json").read_text("utf-8")))
    )
    assert found == kept(f"{name}.json", found)


def test_the_release_says_the_frozen_words(released_site: Site) -> None:
    with released_site.database.reading() as session:
        content = json.loads(find_document(session, campaign=find_campaign(session, CODE)).text)
    content["release"] = {
        name: value for name, value in content["release"].items() if name not in PASSING
    }
    found = pretty(content)
    assert found == kept("release.json", found)


@pytest.mark.parametrize("name", list(WEIGHINGS))
def test_weigh_writes_the_frozen_weights(tmp_path: Path, name: str) -> None:
    data, plan = WEIGHINGS[name]
    path, out = tmp_path / "plan.toml", tmp_path / "weights.csv"
    path.write_text("\n".join(line.strip() for line in plan.splitlines()), "utf-8")
    report = json.loads(run("weigh", GOLDEN / data, path, "--out", out, "--json"))
    weights = [float(line.rpartition(",")[2]) for line in out.read_text("utf-8").splitlines()[1:]]
    found = pretty({"report": six_digits(report), "weights": digest(str(six_digits(weights)))})
    assert found == kept(f"weigh-{name}.json", found)
