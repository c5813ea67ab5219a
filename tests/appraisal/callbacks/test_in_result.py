"""Calls in the result: said beside the score, intervals never narrower; without any, nothing."""

import json
from pathlib import Path

import jsonschema
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.appraisal.folder_run import appraise_folder
from survey.appraisal.record import AppraisalRecord
from survey.appraisal.run import score_campaign
from survey.appraisal.runs import read_record
from survey.exchange.answers_folder import write_folder
from survey.model import Appraisal, Release
from survey.problems import Refused
from survey.site.installation import Site
from tests.appraisal.callbacks.calling import (
    HERE,
    PAGE,
    Hearing,
    called,
    draw,
    fill_in,
    office,
    sheet,
    upload,
)
from tests.demonstrated import CODE
from tests.officials import approved, signed_in, token
from tests.reckoned import reckon_anew

pytestmark = pytest.mark.slow

DOCS = Path(__file__).resolve().parents[3] / "docs"


def runs(site: Site) -> list[AppraisalRecord]:
    with site.database.reading() as session:
        found = session.scalars(sa.select(Appraisal).order_by(Appraisal.id)).all()
        return [read_record(each) for each in found]


def said(record: AppraisalRecord, unit_code: str) -> list[str]:
    return [
        each.code
        for each in record.notices
        if each.unit_code == unit_code and each.code.startswith("calls_")
    ]


def called_again(client: FlaskClient, hear: Hearing) -> None:
    """Call those of a second round, if any are left to call: lots may leave a unit open in one."""
    if draw(client, at_most=2_000).status_code == 302:
        assert upload(client, fill_in(sheet(client), hear)).status_code == 302


def test_honest_people_confirm_a_score(site: Site) -> None:
    later, _app, client = called(site, "本人所答", at_most=2_000)
    called_again(client, lambda _n, _row: "本人所答")
    assert "已确认：不超过5分" in client.get(PAGE).text
    score_campaign(later, campaign_code=CODE, by="admin")
    before, after = runs(later)
    units = {unit.unit_code: unit for unit in after.calls or ()}
    assert units["B03"].state == "confirmed"
    assert units["B03"].chance <= 0.05
    assert units["B03"].raised_upper <= 5.0
    assert said(after, "B03") == ["calls_confirmed"]
    assert said(after, "A03") == ["calls_none"]
    assert said(after, "A01") == []  # without a score there is nothing to confirm
    assert after.units == before.units
    page = client.get(f"{HERE}/scores/B03").text
    assert "确认假答卷对得分的影响不超过5分" in page
    assert "已确认" in page
    assert "没有确认" in client.get(f"{HERE}/scores/A03").text
    assert "回访核验</dt>" not in client.get(f"{HERE}/scores/A01").text


def test_false_answers_widen_the_interval_and_leave_the_score(site: Site) -> None:
    later, _app, client = called(
        site,
        lambda _n, row: (
            "非本人所答"
            if row["单位代码"] == "B03" and row["次序"] in {"2", "9"}
            else "未联系上"
            if row["次序"] == "5"
            else "本人所答"
        ),
        at_most=2_000,
    )
    score_campaign(later, campaign_code=CODE, by="admin")
    before, after = runs(later)
    told = {unit.unit_code: unit for unit in after.calls or ()}["B03"]
    assert (told.n_false, told.outcomes["no_contact"]) == (2, 1)
    old, new = (
        next(unit for unit in record.units if unit.unit_code == "B03") for record in (before, after)
    )
    assert old.lower is not None
    assert new.lower is not None
    assert new.lower == pytest.approx(max(0.0, old.lower - told.widened_down))
    assert told.widened_down > told.raised_upper > 0
    assert new.score == old.score
    assert said(after, "B03")[-1] == "calls_widened"
    assert "区间下限放宽" in client.get(f"{HERE}/scores/B03").text
    for one, other in zip(before.units, after.units, strict=True):
        if one.lower is not None and one.upper is not None:
            assert other.lower is not None
            assert other.upper is not None
            assert other.lower <= one.lower
            assert other.upper >= one.upper


def test_many_false_answers_refute_it(site: Site) -> None:
    later, _app, client = called(
        site,
        lambda _n, row: "被告知如何作答" if row["单位代码"] == "B03" else "本人所答",
        at_most=2_000,
    )
    assert "不能确认：查出的假答卷可使得分变动超过5分" in client.get(PAGE).text
    score_campaign(later, campaign_code=CODE, by="admin")
    assert said(runs(later)[-1], "B03") == ["calls_refuted", "calls_widened"]


def test_the_run_says_which_calls_it_used(site: Site) -> None:
    later, _app, client = called(site, "本人所答", at_most=30)
    score_campaign(later, campaign_code=CODE, by="admin")
    changed = fill_in(sheet(client), lambda n, row: "非本人所答" if n == 3 else row["结果"])
    assert upload(client, changed).status_code == 302
    score_campaign(later, campaign_code=CODE, by="admin")
    first, second, third = (record.inputs.get("calls") for record in runs(later))
    assert first is None
    assert second
    assert third
    assert second != third


def test_a_release_says_what_is_confirmed_and_what_is_not(site: Site) -> None:
    def hear(_n: int, row: dict[str, str]) -> str:
        return "非本人所答" if row["单位代码"] == "B03" else "本人所答"

    later, app, client = called(site, hear, at_most=2_000)
    called_again(client, hear)
    score_campaign(later, campaign_code=CODE, by="admin")
    carried = token(client.get("/office/password"))
    asked = client.post(f"{HERE}/release", data={"csrf_token": carried, "reason": "回访后更新"})
    assert approved(signed_in(app, "review"), asked).status_code == 302
    with later.database.reading() as session:
        query = sa.select(Release.document).order_by(Release.number.desc())
        document = json.loads(session.scalars(query).first() or "")
    told = {
        unit["unit_code"]: [
            notice["code"] for notice in unit["notices"] if notice["code"].startswith("calls_")
        ]
        for unit in document["units"]
    }
    assert told["B04"] == ["calls_confirmed"]
    assert told["B03"] == ["calls_refuted", "calls_widened"]
    assert told["A03"] == ["calls_none"]
    calls = {unit["unit_code"]: unit["reported"].get("calls") for unit in document["units"]}
    assert [calls[code]["state"] for code in ("B04", "B03", "A03")] == [
        "confirmed",
        "refuted",
        "none",
    ]
    assert calls["B03"]["false"] == calls["B03"]["reached"] > 0
    assert calls["B04"]["false"] == 0
    page = client.get(f"{HERE}/classes/B").text
    assert f"已确认影响不超过5分（联系上{calls['B04']['reached']}人）" in page
    assert f"查出{calls['B03']['false']}份不是本人所答" in page
    assert "回访查出的假答卷影响过大，须作决定" in page
    jsonschema.validate(
        document, json.loads((DOCS / "score-document.schema.json").read_text("utf-8"))
    )


def test_without_calls_a_run_is_what_it_was(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    reckon_anew(monkeypatch)
    later, _app = office(site)
    score_campaign(later, campaign_code=CODE, by="admin")
    first, second = runs(later)
    assert json.dumps(first.to_dict()) == json.dumps(second.to_dict())
    assert "calls" not in second.to_dict()


def test_the_page_is_small_and_shows_how_it_stands(site: Site) -> None:
    _later, app, client = called(site, "本人所答", at_most=60)
    assert draw(client, "C").status_code == 302
    answer = client.get(PAGE)
    assert len(answer.data) < 60_000
    assert "已抽1轮60个号码，0个还没有结果" in answer.text
    assert "<script" not in answer.text.split("<main")[1]
    assert signed_in(app, "auditor").get(PAGE).status_code == 200
    assert "抽B" not in signed_in(app, "auditor").get(PAGE).text


def test_a_folder_of_it_gives_the_same_figures(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reckon_anew(monkeypatch)
    later, _app, _client = called(
        site,
        lambda _n, row: "非本人所答" if row["次序"] == "4" else "本人所答",
        at_most=300,
    )
    score_campaign(later, campaign_code=CODE, by="admin")
    (run,) = runs(later)[1:]
    write_folder(later.database, campaign_code=CODE, out=tmp_path / "county")
    appraise_folder(tmp_path / "county", tmp_path / "out")
    again = AppraisalRecord.from_dict(
        json.loads((tmp_path / "out" / "appraisal.json").read_text("utf-8"))
    )
    assert again.calls == run.calls
    assert again.units == run.units
    told = [each for each in run.notices if each.code != "codes_unlike"]
    assert list(again.notices) == told
    assert any(unit.widened_down > 0 for unit in again.calls or ())


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (",1,own", ",2,own", "应为 1"),
        (",1,own", ",1,yes", "“yes”不在回访结果中"),
        ("\n", "\nNOBODY,,\n", "“NOBODY”不在答卷文件中"),
    ],
)
def test_a_folder_whose_calls_make_no_sense_is_refused(
    site: Site, tmp_path: Path, old: str, new: str, fault: str
) -> None:
    later, _app, _client = called(site, "本人所答", at_most=20)
    write_folder(later.database, campaign_code=CODE, out=tmp_path / "county")
    path = tmp_path / "county" / "calls.csv"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refused, match=fault):
        appraise_folder(tmp_path / "county", tmp_path / "out")
