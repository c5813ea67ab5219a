"""A roster is on record before its seed is, each by two persons, and the draw holds to it."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.cli import survey as command
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.draws.recorded import draws_of
from survey.model import AuditEntry
from survey.problems import Refused
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.factories import CODE, FIELDWORK
from tests.officials import approved, open_as_an_office, signed_in, token

HERE = f"/office/campaigns/{CODE}/draw"
HEADING = "person_id,unit_code,group_code,name,telephone\n"
PEOPLE = [f"{i:03d},A01,G2,李{i},138{i:08d}\n" for i in range(40)]


@pytest.fixture
def opened(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    (tmp_path / "roster.csv").write_text(HEADING + "".join(PEOPLE), "utf-8")
    (tmp_path / "sizes.csv").write_text("unit_code,group_code,size\nA01,G2,10\n", "utf-8")
    return open_as_an_office(site, tmp_path, monkeypatch)


def clients(site: Site, days: int = 0) -> tuple[FlaskClient, FlaskClient]:
    app = create_app(replace(site, clock=lambda: FIELDWORK + timedelta(days=days)))
    return signed_in(app, "admin"), signed_in(app, "review")


def draw(*words: str) -> str:
    done = CliRunner().invoke(command, ["draw", *words])
    if done.exception:
        raise done.exception
    return done.stdout


def fixed() -> dict[str, str]:
    draw("commit", "roster.csv", "--plan", "sizes.csv", "--out", "fixed.json")
    said = json.loads(Path("fixed.json").read_text("utf-8"))
    return {
        "roster": said["roster_digest"],
        "sizes": said["sizes_digest"],
        "people": str(said["people"]),
        "source": "双色球 2026140 期",
        "known_on": "2026-12-08",
        "reason": "第一批受邀人员",
    }


def posted(client: FlaskClient, form: dict[str, str], at: str = HERE) -> TestResponse:
    return client.post(at, data={"csrf_token": token(client.get(HERE)), **form})


def on_record(site: Site) -> list[tuple[int, str, str]]:
    with site.database.reading() as session:
        found = draws_of(session, campaign=find_campaign(session, CODE))
    return [(one.number, one.roster_digest, one.seed) for one in found]


def test_from_roster_to_list_by_two_persons_and_a_seed_nobody_knew(opened: Site) -> None:
    form = fixed()
    admin, review = clients(opened)
    asked = posted(admin, form)
    assert asked.status_code == 302
    assert on_record(opened) == []
    approved(review, asked)
    assert on_record(opened) == [(1, form["roster"], "")]
    Path("early.json").write_bytes(admin.get(f"{HERE}/1.json").data)
    with pytest.raises(Refused, match="种子还没有登记"):
        draw("roster.csv", "--plan", "sizes.csv", "--record", "early.json", "--out", "drawn.csv")

    admin, review = clients(opened, days=3)
    asked = posted(admin, {"seed": "03091721262811", "reason": "已公布"}, f"{HERE}/1")
    assert on_record(opened)[0][2] == ""
    with opened.database.reading() as session:
        asking = sa.select(AuditEntry.by).where(AuditEntry.action == "proposal.propose")
        assert session.scalars(asking).all() == ["admin", "admin"]
    approved(review, asked)
    assert on_record(opened) == [(1, form["roster"], "03091721262811")]
    Path("record.json").write_bytes(review.get(f"{HERE}/1.json").data)
    words = ("roster.csv", "--plan", "sizes.csv", "--fixed", "fixed.json", "--record")
    told = draw(*words, "record.json", "--out", "drawn.csv")
    assert "双色球 2026140 期" in told
    assert Path("drawn.csv").read_text("utf-8-sig").count(",G2,,drawn,") == 10
    said = json.loads(Path("drawn.statement.json").read_text("utf-8"))
    assert (said["roster_on_record"], said["seed"]) == (True, "03091721262811")
    assert verify(opened) == []

    # The chances of the list weight answers: another number of people is not what was drawn.
    issue = ("code", "issue", CODE, "--drawn", "drawn.csv", "--unit", "A01", "--group", "G2")
    listed = Path("drawn.csv").read_text("utf-8-sig")
    Path("drawn.csv").write_text(listed.replace(",40,10,", ",4000,10,"), "utf-8")
    refused = CliRunner().invoke(command, [*issue, "--out", "codes.csv"])
    assert "各层共 4000 人，与登记的抽取不符（登记了种子的名册：40 人）" in str(refused.exception)
    Path("drawn.csv").write_text(listed, "utf-8")
    done = CliRunner().invoke(command, [*issue, "--out", "codes.csv"])
    assert (done.exit_code, Path("codes.csv").read_text("utf-8-sig").count("\n")) == (0, 11)

    Path("roster.csv").write_text(HEADING + "".join(PEOPLE[1:]), "utf-8")
    with pytest.raises(Refused, match="不是先前登记的名册"):
        draw(*words, "record.json", "--out", "other.csv")


def test_everybody_reads_it_and_nobody_is_named(opened: Site) -> None:
    form = fixed()
    admin, review = clients(opened)
    approved(review, posted(admin, form))
    anybody = create_app(opened).test_client()
    page = anybody.get("/ledger").text
    for words in (form["roster"], form["sizes"], "双色球 2026140 期", "2026-12-08", "尚未登记"):
        assert words in page
    listed = anybody.get("/ledger?format=json").json
    assert listed["draws"][CODE][0]["roster_digest"] == form["roster"]
    assert listed["draws"][CODE][0]["seed"] == ""
    with opened.database.reading() as session:
        kept = str(session.scalars(sa.select(AuditEntry.detail)).all())
    assert form["roster"] in kept
    assert "李1" not in kept
    assert json.loads(Path("fixed.json").read_text("utf-8"))["salt"] not in kept + page


def test_what_could_be_picked_is_not_fixed(opened: Site) -> None:
    admin, _review = clients(opened)
    form = fixed()
    for wrong, told in (
        ({"known_on": "2026-12-05"}, "须晚于今天"),
        ({"roster": "abc"}, "64 位十六进制"),
        ({"people": "0"}, "请填写名册里的人数"),
        ({"source": ""}, "请写明来源"),
    ):
        refused = posted(admin, form | wrong)
        assert (refused.status_code, told in refused.text) == (422, True), told
    assert on_record(opened) == []


def test_a_seed_is_entered_once_and_not_before_its_day(opened: Site) -> None:
    admin, review = clients(opened)
    approved(review, posted(admin, fixed()))
    early = posted(admin, {"seed": "1", "reason": "x"}, f"{HERE}/1")
    assert (early.status_code, "还没有到" in early.text) == (422, True)
    admin, review = clients(opened, days=3)
    approved(review, posted(admin, {"seed": "1", "reason": "x"}, f"{HERE}/1"))
    again = posted(admin, {"seed": "2", "reason": "x"}, f"{HERE}/1")
    assert (again.status_code, "不能更改" in again.text) == (422, True)
    assert [seed for _number, _roster, seed in on_record(opened)] == ["1"]
    assert posted(admin, {"seed": "2", "reason": "x"}, f"{HERE}/2").status_code == 404
