"""Codes of people drawn with unequal chances: the chance goes with the batch into the scores."""

import csv
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from survey.appraisal.folder_run import appraise_folder
from survey.appraisal.runs import latest_appraisal
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.ledger.head import public_key
from survey.model import AuditEntry
from survey.problems import Refused
from survey.site.installation import Site
from tests.demonstrated import close
from tests.exchange.package.forging import opened as opened_zip
from tests.exchange.package.forging import signed_anew, zipped
from tests.exchange.package.programs import ours, theirs
from tests.factories import CODE
from tests.officials import done_by_two, open_as_an_office
from tests.respond.factories import hand_in, opened

PEOPLE = [f"{i:03d},A01,G2,{'城镇' if i < 20 else '农村'}" for i in range(30)]
SIZES = "unit_code,group_code,residence,size\nA01,G2,城镇,4\nA01,G2,农村,8\n"
# Few of the town were drawn, and they are not content; most of the villages were.
ANSWER = {"城镇": "23132212", "农村": "45534554"}
POINTS = {"1": 0, "2": 30, "3": 60, "4": 80, "5": 100}


def run(*words: str) -> Result:
    done = CliRunner().invoke(survey, list(words))
    if isinstance(done.exception, Refused):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture
def place(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    heading = "person_id,unit_code,group_code,residence\n"
    (tmp_path / "roster.csv").write_text(heading + "\n".join(PEOPLE) + "\n", "utf-8")
    (tmp_path / "sizes.csv").write_text(SIZES, "utf-8")
    here = open_as_an_office(site, tmp_path, monkeypatch)
    run("draw", "roster.csv", "--plan", "sizes.csv", "--seed", "0714", "--out", "drawn.csv")
    return here


def issue(stratum: str, *more: str) -> list[str]:
    """Issue the codes of a stratum; return them in the order of those drawn."""
    out = f"{stratum}.csv"
    words = ("code", "issue", CODE, "--drawn", "drawn.csv", "--unit", "A01", "--group", "G2")
    run(*words, "--stratum", stratum, "--out", out, *more)
    listed = csv.DictReader(Path(out).read_text("utf-8-sig").splitlines())
    return [next(iter(row.values())).replace(" ", "") for row in listed]


def answered(site: Site) -> None:
    for stratum, answers in ANSWER.items():
        for n, code in enumerate(issue(stratum)):
            mark = f"{stratum}{n}".encode()[-8:]
            with site.database.writing() as session:
                entrance = opened(session, site, code)
                marks = {"receipt": mark.rjust(10), "device_mark": mark, "network_mark": mark}
                hand_in(session, entrance, answers=answers[n:] + answers[:n], **marks)


def issues(site: Site) -> list[dict[str, object]]:
    query = sa.select(AuditEntry).where(AuditEntry.action == "invitation.issue")
    with site.database.reading() as session:
        return [entry.detail for entry in session.scalars(query.order_by(AuditEntry.id))]


def test_the_chance_goes_from_the_list_into_batch_folder_and_score(place: Site) -> None:
    answered(place)
    assert [one["drawn"] for one in issues(place)] == [
        {"stratum": "城镇", "drawn": 4, "people": 20},
        {"stratum": "农村", "drawn": 8, "people": 10},
    ]
    listed = run("code", "batches", CODE).stdout
    assert "抽取 drawn 城镇 4/20" in listed
    assert "抽取 drawn 农村 8/10" in listed
    close(place)
    run("score", CODE)
    run("folder", CODE, "--out", "answers")
    rows = list(csv.DictReader(Path("answers/responses_demo.csv").read_text("utf-8").splitlines()))
    assert [float(row["probability"]) for row in rows] == [0.2] * 4 + [0.8] * 8
    appraise_folder(Path("answers"), Path("out"))
    anew = json.loads(Path("out/appraisal.json").read_text("utf-8"))
    [group] = [one for one in anew["groups"] if one["n"]]
    asked = [name for name in rows[0] if name.startswith("q_")]
    for item, column in zip(group["items"], asked, strict=True):
        points = [POINTS[row[column]] for row in rows]
        stand_for = [20 / 4] * 4 + [10 / 8] * 8  # so many people each
        meant = sum(d * y for d, y in zip(stand_for, points, strict=True)) / 30
        assert item["score"] == pytest.approx(meant), item
        assert meant < sum(points) / 12 - 5
    with place.database.reading() as session:
        campaign = find_campaign(session, CODE)
        stored = latest_appraisal(session, campaign=campaign)
        assert stored is not None
        assert stored.content["groups"] == anew["groups"]
        assert stored.content["units"] == anew["units"]
        assert set(stored.content["inputs"]) == {"draws", "responses"}
    [said] = [one for one in stored.content["notices"] if one["code"] == "design_weights"]
    assert said["values"] == {"n": 12, "least": 0.2, "most": 0.8}
    assert run("verify").exit_code == 0


def test_both_programs_name_a_chance_that_was_changed_in_a_package(
    place: Site, tmp_path: Path
) -> None:
    answered(place)
    close(place)
    run("score", CODE)
    done_by_two(lambda *words: CliRunner().invoke(survey, list(words)), "release", CODE)
    run("export", CODE, "--format", "package", "--out", "release.zip")
    key, honest = public_key(place.keys.signing()), tmp_path / "release.zip"
    for program in (ours, theirs):
        code, said = program(honest, key)
        assert code == 0, said
    name = "folder/responses_demo.csv"
    files = opened_zip(honest.read_bytes())
    forged = {**files, name: files[name].replace(b",0.8,", b",0.4,", 1)}
    assert forged != files
    Path("forged.zip").write_bytes(zipped(signed_anew(forged, place.keys.signing())))
    for end, told in (ours(Path("forged.zip"), key), theirs(Path("forged.zip"), key)):
        assert (end, "probability" in told) == (1, True), told


def test_codes_are_for_strata_of_the_list_alone(place: Site) -> None:
    with pytest.raises(Refused, match="名单里没有 A01 G2 山区；有的是：A01 G2 农村；A01 G2 城镇"):
        issue("山区")
    text = Path("drawn.csv").read_text("utf-8-sig").splitlines()
    Path("drawn.csv").write_text("\n".join(text[:-1]) + "\n", "utf-8")
    with pytest.raises(Refused, match="A01 G2 城镇 应有 4 行抽中的人，现有 3 行"):
        issue("城镇")
    assert issues(place) == []


def test_a_draw_beyond_the_plan_takes_two_and_says_what_was_drawn(place: Site) -> None:
    text = Path("sizes.csv").read_text("utf-8").replace("城镇,4", "城镇,20")
    Path("sizes.csv").write_text(text, "utf-8")
    words = ("code", "issue", CODE, "--unit", "A01", "--group", "G2", "--count", "55")
    run(*words, "--out", "before.csv")
    run("draw", "roster.csv", "--plan", "sizes.csv", "--seed", "1", "--out", "drawn.csv")
    words = ("code", "issue", CODE, "--drawn", "drawn.csv", "--unit", "A01", "--group", "G2")
    asked = (*words, "--stratum", "城镇", "--reason", "x", "--out")
    told = CliRunner().invoke(survey, [*asked, "one.csv", "--by", "admin"])
    assert "分层 城镇，名册 20 人中抽 20 人" in told.output
    assert "drawn" not in str(issues(place))
    run(*asked, "two.csv", "--by", "review")
    assert issues(place)[-1]["drawn"] == {"stratum": "城镇", "drawn": 20, "people": 20}
