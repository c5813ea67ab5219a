"""A reader of a file, a page or a terminal learns by how much, from where and how many."""

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from click.testing import CliRunner
from flask.testing import FlaskClient

from survey.app import create_app
from survey.appraisal.runs import latest_appraisal
from survey.cli import main, survey
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import Site
from survey.stats.campaign.plan import PlanError
from survey.wording import CAMPAIGN_NAMES, say
from tests.demonstrated import CODE
from tests.factories import ANLAN
from tests.officials import add_officials, signed_in

SCORES = f"/office/campaigns/{CODE}/scores"


def appraised(tmp_path: Path) -> dict[str, Any]:
    """Appraise the demonstration by a method that assumes, asking for a list that is not there."""
    folder, out = tmp_path / "county", tmp_path / "out"
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("main_system*"))
    path = folder / "scheme.yaml"
    scheme = yaml.safe_load(path.read_text("utf-8"))
    scheme["scoring"]["debiasing"] = {"combination": "chen_li_wu", "nonresponse": "classes"}
    path.write_text(yaml.safe_dump(scheme, allow_unicode=True, sort_keys=False), "utf-8")
    done = CliRunner().invoke(
        survey, ["appraise", str(folder), "--out", str(out)], catch_exceptions=False
    )
    assert done.exit_code == 0
    content: dict[str, Any] = json.loads((out / "appraisal.json").read_text("utf-8"))
    return content


def test_a_document_has_codes_values_and_both_languages(tmp_path: Path) -> None:
    content = appraised(tmp_path)
    notices = content["notices"]
    codes = {notice["code"] for notice in notices}
    assert codes >= {
        *("margins_missed", "organised_answers", "selection_assumed", "nonresponse_without_list"),
    }
    for notice in notices:
        assert set(notice) == {"unit_code", "group_code", "code", "values", "zh", "en"}
        # The file says of itself what its words are made of.
        said = say(notice["code"], notice["values"], names=CAMPAIGN_NAMES)
        assert (notice["zh"], notice["en"]) == (said.zh, said.en)
    missed = next(notice for notice in notices if notice["code"] == "margins_missed")
    assert missed["values"]["lower"] == 0.2
    for words in (missed["zh"], missed["en"]):
        assert f"{missed['values']['missed']:.2%}" in words
    for case in content["cases"]:
        assert case["zh"].startswith(f"{case['n']}份答卷疑似有人组织填报")
        assert case["en"].startswith(f"{case['n']} ")
        assert len(case["responses"]) == case["n"]


def office(site: Site) -> FlaskClient:
    add_officials(site)
    return signed_in(create_app(site), "admin")


def test_the_office_reads_the_figures_in_both_languages(released_site: Site) -> None:
    with released_site.database.reading() as session:
        run = latest_appraisal(session, campaign=find_campaign(session, CODE))
        assert run is not None
        few = next(n for n in run.content["notices"] if n["code"] == "insufficient_group")
        count, needed = few["values"]["n"], few["values"]["needed"]
        unit = few["unit_code"]
    client = office(released_site)
    said = f"有效答卷{count}份，不足规定的{needed}份，不计入得分，其权重按比例分给其他评议对象"
    assert said in client.get(f"{SCORES}/{unit}").text
    client.set_cookie("lang", "en")
    english = client.get(f"{SCORES}/{unit}?lang=en").text
    assert f"valid responses: {count}, needed: {needed}; not in the score" in english


def test_the_office_still_reads_what_an_earlier_program_scored(released_site: Site) -> None:
    with released_site.database.writing() as session:
        run = latest_appraisal(session, campaign=find_campaign(session, CODE))
        assert run is not None
        old = {
            "unit_code": "A01",
            "group_code": "",
            "code": "margins_missed",
            "message": "missed by up to 0.88 % of the population",
        }
        run.content = run.content | {"schema_version": "1.0", "notices": [old], "cases": []}
    page = office(released_site).get(f"{SCORES}/A01").text
    assert "在规定的权重上下限内无法完全符合人口结构，以权重限值为准" in page


PLAN = """
[design]
strata = "h"
lonely_psu = "remove"
[calibration]
method = "raking"
[[calibration.margin]]
variable = "sex"
totals = {"male" = 5000, "female" = 50}
[trim]
upper = 270
[[estimate]]
variable = "y"
by = "unit"
"""


def weighed(tmp_path: Path, *options: str) -> str:
    lines = [f"a,male,A{i % 3},{i}" for i in range(18)] + [
        "a,female,B,3",
        "b,female,B,4",
        "b,female,C,4",
    ]
    data, plan = tmp_path / "数据.csv", tmp_path / "plan.toml"
    data.write_text("\n".join(["h,sex,unit,y", *lines]), "utf-8")
    plan.write_text(PLAN, "utf-8")
    command = ["weigh", str(data), str(plan), "--out", str(tmp_path / "w.csv"), *options]
    done = CliRunner().invoke(survey, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_weigh_says_in_both_languages_how_many(tmp_path: Path) -> None:
    page = weighed(tmp_path)
    for line in (
        "! 21个权数中有18个被截尾：只有截尾之前符合已知总数，误差按截尾后的权数固定计算",
        "  18 of 21 weights were trimmed: the known totals are met only before trimming, and",
        "! y的均值：1个分组只有一人作答，看不出方差：unit=C",
        "  mean of y: domains that have one answer, so that no variance can be seen (1): unit=C",
    ):
        assert line in page
    document = json.loads(weighed(tmp_path, "--json"))
    trimmed, single, unsure = document["notice_details"]
    assert (trimmed["code"], trimmed["values"]) == ("trimmed", {"n": 18, "total": 21})
    assert single["values"] == {"domains": ["unit=C"], "statistic": "mean", "variable": "y"}
    assert document["notices"] == [
        f"{notice['code']}: {notice['en']}" for notice in (trimmed, single, unsure)
    ]
    # Two answers, each the only one of its stratum: their difference is one of strata.
    assert unsure["code"] == "no_degree_of_freedom"
    assert unsure["values"]["domains"] == ["unit=B"]
    assert f"! {single['zh']}\n  {single['en']}" in page


def test_an_error_of_the_statistics_is_said_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def refusing() -> None:
        raise PlanError("item_coefficients", unit="A01", total=90.0)

    monkeypatch.setattr("survey.cli.survey", refusing)
    monkeypatch.setattr("sys.argv", ["survey"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.splitlines() == [
        "单位 A01 各题权重合计为 90，应为 100",
        "the item coefficients of unit A01 sum to 90, not 100",
    ]


def test_an_error_survives_the_way_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(PlanError("item_coefficients", unit="A01", total=90.0)))
    assert isinstance(error, PlanError)
    assert error.values == {"unit": "A01", "total": 90.0}
    assert str(error) == "plan_contradicts_itself.item_coefficients: unit=A01, total=90"
