"""Runs of every format are read: shown, released and exported, and compared with this year's."""

import csv
import io
import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey import audit
from survey.app import create_app
from survey.appraisal.record import AppraisalRecord
from survey.cli import survey
from survey.exchange.schema import SCORE_DOCUMENT
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_campaign
from survey.ledger.records import digest_of_verdicts, run_digest
from survey.model import Appraisal, Campaign
from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.site.installation import Site
from tests.appraisal.small_anlan import write_small_anlan
from tests.factories import CODE, in_fieldwork
from tests.officials import add_officials, approved, signed_in, token

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent / "golden"
FORMATS = ("format-1.0-first", "format-1.0-last", "format-2.0")
SCORES = f"/office/campaigns/{CODE}/scores"
RELEASE = f"/office/campaigns/{CODE}/release"


def golden(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    return content


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A county whose newest run is of some format, and its administrator's browser."""

    site: Site
    client: FlaskClient

    def run(self, *words: str) -> Result:
        settings = self.site.settings
        environment = {
            "SURVEY_HOME": str(settings.home),
            "SURVEY_DATABASE": settings.database_url,
        }
        return CliRunner().invoke(survey, words, env=environment)


@pytest.fixture
def keep(site: Site, tmp_path: Path) -> Callable[[dict[str, Any]], Office]:
    """Store a run as an earlier program did, in the campaign it was made for."""

    def kept(content: dict[str, Any]) -> Office:
        folder = read_folder(write_small_anlan(tmp_path / "county"))
        with site.database.writing() as session:
            load_campaign(session, folder=folder, by="tests", clock=in_fieldwork, simulated=True)
            session.flush()
            campaign = find_campaign(session, CODE)
            session.refresh(campaign)
            open_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
            end = campaign.ends_at + timedelta(minutes=1)
            close_campaign(session, campaign=campaign, by="tests", clock=lambda: end)
            _store(session, campaign, content, at=end)
            campaign.state = "scored"
        add_officials(site)
        return Office(site=site, client=signed_in(create_app(site), "admin"))

    return kept


def _store(session: Session, campaign: Campaign, content: dict[str, Any], *, at: datetime) -> None:
    """Store a run without answers, sealed and on record as runs are."""
    run = Appraisal(
        campaign_id=campaign.id,
        run_at=at,
        run_by="tests",
        plan_digest=content["plan_digest"],
        data_digest="0" * 64,
        code_version=content["versions"]["gongping"],
        content=content,
        verdict_digest=digest_of_verdicts([]),
    )
    run.content_digest = run_digest(run)
    session.add(run)
    session.flush()
    audit.record(
        session,
        by="tests",
        at=at,
        action="campaign.score",
        subject=campaign.code,
        appraisal=run.id,
        content_digest=run.content_digest,
    )


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_of_every_format_is_shown_released_and_exported(
    keep: Callable[[dict[str, Any]], Office], tmp_path: Path, name: str
) -> None:
    content = golden(name)
    office = keep(content)
    page = office.client.get(SCORES)
    assert page.status_code == 200
    for unit in content["units"]:
        assert f"<strong>{unit['score']}</strong>" in page.text
    assert f"{content['responses']['returned']:,}" in page.text
    first = office.client.get(f"{SCORES}/{content['units'][0]['unit_code']}")
    assert "在规定的权重上下限内无法完全符合人口" in first.text
    for figure in content["units"]:
        shown = office.client.get(f"{SCORES}/{figure['unit_code']}")
        assert shown.status_code == 200
        assert figure["score"] in shown.text
        assert "按人口加权后" in shown.text
        assert ("抗造假检验" in shown.text) == ("robustness" in content)
        assert "评议码被冒用时约低" not in shown.text  # what no program of that time could say
    asked = {"csrf_token": token(office.client.get(RELEASE)), "reason": "年度结果"}
    released = approved(
        signed_in(office.client.application, "leader"), office.client.post(RELEASE, data=asked)
    )
    assert released.status_code == 302
    assert f"{CODE}-R1" in office.client.get(SCORES).text
    out = tmp_path / "scores.csv"
    assert office.run("export", CODE, "--format", "csv", "--out", str(out)).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"), newline="")))
    assert [(row["单位编码"], row["百分制得分"], row["折算得分"]) for row in rows] == [
        (unit["unit_code"], unit["score"], unit["points"]) for unit in content["units"]
    ]
    assert [row["可能名次"] for row in rows] == [
        f"{unit['rank_lower']}–{unit['rank_upper']}" for unit in content["units"]
    ]


def decided(content: dict[str, Any]) -> dict[str, Any]:
    """Return a run that held class A against two lines, and told what changed and what is worth."""
    content["plan"]["decisions"] = {
        "thresholds": [{"class_code": "A", "score": 80.0}, {"class_code": "A", "score": None}],
        "error_rate": 0.1,
    }
    sides = {"A01": ("above", False), "A02": ("below", True), "A08": (None, False)}
    content["decisions"] = [
        {"unit_code": code, "kind": kind, "threshold": line, "difference": 1.0, "se": 1.0,
         "side": sides.get(code, ("above", True))[0] if kind == "score" else None,
         "strict": sides.get(code, ("above", True))[1] if kind == "score" else False,
         "q_value": 0.01}
        for kind, line in (("score", 80.0), ("class_mean", 78.045))
        for code in ("A01", "A02", "A08", "A12")
    ]  # fmt: skip
    worth = {"equivalent_n": 50.4, "equivalent_lower": 30.0, "equivalent_upper": 70.0}
    content["channels"][0] |= worth
    content["open_bias"][0] |= worth | {"open_n": 900}
    changed = {"before": 80.0, "now": 82.0, "delta": 2.0, "se": 0.5, "lower": 1.0, "upper": 3.0}
    content["changes"] = {
        "before": {"campaign": "OLD", "simulated": True, "plan_digest": "0" * 64},
        "comparable": True,
        "reasons": [],
        "units": [
            {"unit_code": code, "class_code": "B", **changed, "side": side, "strict": False}
            for code, side in (("B01", "improved"), ("B02", "fell"))
        ],
    }
    return content


def test_units_surely_beyond_a_line_are_named_on_the_page_and_in_every_file(
    keep: Callable[[dict[str, Any]], Office], tmp_path: Path
) -> None:
    office = keep(decided(golden("format-2.0")))
    page = re.sub(r"\s+", " ", office.client.get(SCORES).text)
    with office.site.database.reading() as session:
        name = {
            entry.unit.code: entry.unit.short_name("zh")
            for entry in find_campaign(session, CODE).units
        }
    assert (
        f"肯定高于80分线的单位：{name['A12']}、{name['A01']}（其中一个都不会错的：{name['A12']}）。"
        in page
    )
    assert f"肯定低于80分线的单位：{name['A02']}（一个都不会错）。" in page
    assert "没有一个单位肯定高于或低于本类平均分（78.05分）。" in page
    assert f"肯定比上次提高的单位：{name['B01']}。" in page
    assert f"肯定比上次下降的单位：{name['B02']}。" in page
    assert "列错的平均不超过10%；注明“一个都不会错”的，全部列对的把握为90%。" in page
    unit = office.client.get(f"{SCORES}/A08").text
    assert "是否高于80分线，不能肯定。" in unit
    assert "得分肯定低于80分线。" in office.client.get(f"{SCORES}/A02").text
    assert "该单位肯定比上次下降" in office.client.get(f"{SCORES}/B02").text
    asked = {"csrf_token": token(office.client.get(RELEASE)), "reason": "年度结果"}
    approved(
        signed_in(office.client.application, "leader"), office.client.post(RELEASE, data=asked)
    )
    files = {name: tmp_path / f"scores.{name}" for name in ("csv", "json", "xlsx")}
    for kind, out in files.items():
        assert office.run("export", CODE, "--format", kind, "--out", str(out)).exit_code == 0
    document = json.loads(files["json"].read_text("utf-8"))
    jsonschema.Draft202012Validator(SCORE_DOCUMENT).validate(document)
    assert document["units"][1]["decisions"][0] == {
        "kind": "score", "threshold": "80.00", "side": "below", "strict": True, "error_rate": "0.1",
    }  # fmt: skip
    assert "decisions" not in document["units"][4]
    worth = {"n": "50", "lower": "30", "upper": "70"}
    assert document["open_answers"] == [
        {"group_code": "G1", "open_n": 900, "equivalent_sample": worth}
    ]
    text = files["csv"].read_text("utf-8-sig")
    rows = {row["单位编码"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert [rows[code]["肯定高于或低于的分数线"] for code in ("A01", "A02", "A08", "B01")] == [
        "高于80.00分", "低于80.00分", "", "",
    ]  # fmt: skip
    assert [rows[code]["其中连一个都不会列错的"] for code in ("A01", "A02")] == ["", "低于80.00分"]
    (group,) = (
        each["name"] for each in document["units"][0]["groups"] if each["group_code"] == "G1"
    )
    told = [
        rows["A01"][f"G1{group} {head}"]
        for head in ("公开答卷折合受邀份数", "折合份数下限", "折合份数上限")
    ]
    assert told == ["50", "30", "70"]
    assert rows["A02"][f"G1{group} 公开答卷折合受邀份数"] == ""
    facts = openpyxl.load_workbook(files["xlsx"]).worksheets[2]
    assert "公开答卷 900 份，折合受邀答卷约 50 份（30–70）" in [
        row[1].value for row in facts.iter_rows()
    ]


def test_the_formats_say_the_same_in_other_words() -> None:
    # No figure changed from one to the other, only what it is called; a run keeps its sentences.
    kept = json.dumps(golden(FORMATS[2]), ensure_ascii=False)
    stored = json.loads(kept.replace("人口边际", "人口结构"))
    before, now = (AppraisalRecord.from_dict(each) for each in (golden(FORMATS[1]), stored))
    assert replace(before, plan_digest=now.plan_digest) == now
    assert len(now.channels) == 8
    assert {figure.open_n > 0 for figure in now.channels} == {True}
    written = json.loads(json.dumps(AppraisalRecord.from_dict(json.loads(kept)).to_dict()))
    assert written | {"plan": None} == golden("format-2.0") | {"plan": None}
    assert before.to_dict()["schema_version"] == "2.0"


def test_a_notice_is_told_by_its_new_name(keep: Callable[[dict[str, Any]], Office]) -> None:
    content = golden("format-1.0-first")
    content["notices"][0]["code"] = "trim_exceeded"
    page = keep(content).client.get(f"{SCORES}/{content['notices'][0]['unit_code']}")
    assert "以权重限值为准" in page.text


def appraise(tmp_path: Path, before: dict[str, Any]) -> tuple[Result, Path]:
    (tmp_path / "earlier.json").write_text(json.dumps(before), "utf-8")
    folder, out = write_small_anlan(tmp_path / "county"), tmp_path / "out"
    words = ["appraise", str(folder), "--out", str(out), "--before", str(tmp_path / "earlier.json")]
    return CliRunner().invoke(survey, words), out


@pytest.mark.parametrize("name", FORMATS[1:])
def test_changes_are_told_from_a_file_of_every_format(tmp_path: Path, name: str) -> None:
    result, out = appraise(tmp_path, golden(name))
    assert result.exit_code == 0, result.output
    with (out / "changes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    before = [f"{unit['estimate']:.2f}" for unit in golden(name)["units"]]
    assert [row["before"] for row in rows] == before
    assert {row["comparable"] for row in rows} == {"yes"}
    # Old files stay as they are; what the method has been changed by since moves little.
    moved = [float(row["now"]) - float(row["before"]) for row in rows]
    assert [float(row["delta"]) for row in rows] == pytest.approx(moved, abs=0.011)
    assert max(map(abs, moved)) <= 0.05 + 1e-9


def _newer(content: dict[str, Any]) -> None:
    content["schema_version"] = "3.0"


def _odd(content: dict[str, Any]) -> None:
    content["schema_version"] = ["2.0"]


def _number(content: dict[str, Any]) -> None:
    content["units"][3]["score"] = 81.7


def _gone(content: dict[str, Any]) -> None:
    del content["groups"][2]["items"][1]["score"]


def _no_plan(content: dict[str, Any]) -> None:
    content["plan"]["classes"][0]["coefficients"][0] += 1


def _no_list(content: dict[str, Any]) -> None:
    content["robustness"] = "many"


def _no_number(content: dict[str, Any]) -> None:
    content["units"][0]["points"] = "many"


def _no_names(content: dict[str, Any]) -> None:
    content["responses"]["by_rule"] = ["V01"]


def _other_status(content: dict[str, Any]) -> None:
    content["units"][0]["status"] = "praised"


def _no_members(content: dict[str, Any]) -> None:
    content["versions"] = "4"


def _endless(content: dict[str, Any]) -> None:
    content["units"][0]["se"] = float("inf")


@pytest.mark.parametrize(
    ("name", "spoil", "words"),
    [
        ("format-1.0-first", lambda _content: None, "appraise that campaign again"),
        ("format-2.0", _newer, "earlier.json: is of format 3.0, which this version does not know"),
        ("format-2.0", _odd, "does not know yet"),
        ("format-2.0", _number, "earlier.json, units.3.score: is not what"),
        ("format-2.0", _gone, "groups.2.items.1.score: is not what"),
        ("format-2.0", _no_plan, "earlier.json, plan: is not what"),
        ("format-2.0", _no_list, "robustness: is not what"),
        ("format-1.0-last", _no_list, "earlier.json: is not what"),
        ("format-2.0", _no_number, "units.0.points: is not what"),
        ("format-2.0", _no_names, "responses.by_rule: is not what"),
        ("format-2.0", _other_status, "units.0.status: is not what"),
        ("format-2.0", _no_members, "versions: is not what"),
        ("format-2.0", _endless, "units.0.se: is not what"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(
    tmp_path: Path, name: str, spoil: Callable[[dict[str, Any]], None], words: str
) -> None:
    content = deepcopy(golden(name))
    spoil(content)
    result, out = appraise(tmp_path, content)
    assert isinstance(result.exception, Refused)
    assert words in result.exception.text("en")
    assert result.exception.text("zh") != result.exception.text("en")
    assert not out.exists()


def test_a_run_of_a_later_format_is_told_on_the_page(
    keep: Callable[[dict[str, Any]], Office],
) -> None:
    page = keep(golden("format-2.0") | {"schema_version": "3.0"}).client.get(SCORES)
    assert page.status_code == 422
    assert "本版程序还不认识的格式 3.0" in page.text
