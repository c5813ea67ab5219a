"""What is not in order is said before the deed, on its page and by its command, and stops it."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from survey.app import create_app
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.papers import font
from survey.fieldwork.readiness.checklist import readiness
from survey.model import Entrance, Proposal, TreeHead
from survey.problems import Refused
from survey.site.installation import Site, open_site
from tests.factories import AFTERWARDS, ANLAN, CODE, FIELDWORK, standing_at
from tests.officials import PASSWORD, add_officials, signed_in, token

HERE = f"/office/campaigns/{CODE}"
PUBLIC = "https://ping.anlan.gov.cn"
NUMBERS = '\nhotline: "0555-12345"\ncontact: "0555-1234567"\n'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SURVEY_DATABASE", raising=False)
    monkeypatch.delenv("SURVEY_BASE_URL", raising=False)
    monkeypatch.setattr(font, "_system_families", frozenset[str])
    standing_at(monkeypatch, FIELDWORK)
    assert run("init").exit_code == 0
    return tmp_path / "home"


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, list(words))


def real_county(tmp_path: Path, *, filled: bool = True, numbers: str = NUMBERS) -> None:
    """Load 安澜县 as a county that is there, with what an office has to fill in."""
    folder = tmp_path / "county"
    shutil.copytree(ANLAN, folder)
    scheme = (folder / "scheme.yaml").read_text("utf-8")
    (folder / "scheme.yaml").write_text(
        scheme.replace("fictional: true", "fictional: false") + numbers, "utf-8"
    )
    if filled:
        made = folder / "questionnaire.json"
        made.write_text(made.read_text("utf-8").replace("（待填）", "皖统批"), "utf-8")
    loaded = run("campaign", "load", str(folder))
    assert loaded.exit_code == 0, loaded.exception


def refused(*words: str) -> str:
    done = run(*words)
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, Refused)
    return str(done.exception)


@pytest.fixture
def here(home: Path) -> Iterator[Site]:
    """The installation that the commands work in, in the middle of the fieldwork."""
    with open_site({"SURVEY_HOME": str(home)}) as site:
        yield replace(site, clock=lambda: FIELDWORK)


POSTER = ("poster", CODE, "--out", "posters.pdf", "--unit", "A01")
CODES = ("code", "issue", CODE, "--unit", "A01", "--group", "G1", "--count", "3", "--out", "c.csv")
OPEN = ("campaign", "open", CODE)


@pytest.mark.parametrize("deed", [POSTER, CODES, OPEN], ids=lambda deed: deed[0])
def test_a_real_campaign_leads_to_no_address_of_this_machine(
    deed: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    real_county(tmp_path)
    said = refused(*deed)
    assert "网址：http://127.0.0.1:8000 居民的手机打不开" in said
    assert "Address: residents cannot open http://127.0.0.1:8000" in said
    assert not list(tmp_path.glob("*.pdf")) + list(tmp_path.glob("*.csv"))
    monkeypatch.setenv("SURVEY_BASE_URL", PUBLIC)
    done = run(*deed)
    assert done.exit_code == 0, done.exception


def test_a_demonstration_may_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("campaign", "load", str(ANLAN)).exit_code == 0
    for deed in (POSTER, CODES, OPEN):
        done = run(*deed)
        assert done.exit_code == 0, done.exception
        assert "请注意 note  网址：http://127.0.0.1:8000" in done.stderr
        assert "（待填）：questionnaire.json survey_label" in done.stderr


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        (
            {"filled": False},
            "待填内容：还有 2 处写着（待填）：questionnaire.json survey_label.appro",
        ),
        ({"numbers": ""}, "电话：scheme.yaml 没有 hotline、contact"),
    ],
)
def test_what_an_office_forgot_to_fill_in_stops_the_opening(
    faults: dict[str, bool | str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_BASE_URL", PUBLIC)
    real_county(tmp_path, **faults)  # type: ignore[arg-type]
    assert words in refused(*OPEN)
    status = run("campaign", "status", CODE).stdout
    assert f"须先解决 must be settled first  {words}" in status
    assert status.count("draft") == 1


def test_a_period_that_has_passed_and_a_slow_clock_stop_the_opening(
    here: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_BASE_URL", PUBLIC)
    real_county(tmp_path)
    standing_at(monkeypatch, AFTERWARDS)
    assert "已经过去，居民一份也交不了" in refused(*OPEN)
    standing_at(monkeypatch, FIELDWORK)
    with here.database.writing() as session:  # as a clock that was ahead would have left it
        session.add(
            TreeHead(
                campaign_id=find_campaign(session, CODE).id,
                version=1,
                size=0,
                root=b"",
                signed_at=AFTERWARDS,
                key_id="",
                signature=b"",
                behind=0,
                occasion="day",
            )
        )
    with here.database.reading() as session:
        draft = find_campaign(session, CODE)
        found = readiness(session, site=here, campaign=draft, deed="open")
    [clock] = [item for item in found if item.name.en == "Clock"]
    assert (clock.standing, "慢 1382400 秒" in clock.said.zh) == ("blocks", True)


def test_the_pages_show_the_same_list_and_stop_the_same_deeds(here: Site, tmp_path: Path) -> None:
    real_county(tmp_path)
    add_officials(here)
    client = signed_in(create_app(here), "admin")
    _enrol(client)
    for page in ("posters", "invitations", "open"):
        shown = client.get(f"{HERE}/{page}").text
        assert "办理前检查" in shown
        assert "http://127.0.0.1:8000 居民的手机打不开" in shown
        assert "须先解决" in shown
    client.post(
        f"{HERE}/posters/default", data={"csrf_token": token(client.get(f"{HERE}/posters"))}
    )
    printed = client.get(f"{HERE}/posters.pdf?unit=A01")
    assert (printed.status_code, printed.mimetype) == (422, "text/html")
    assert "居民的手机打不开" in printed.text
    asked = client.get(f"{HERE}/invitations")
    form = {
        "csrf_token": token(asked),
        "unit": "A01",
        "group": "G1",
        "channel": "token_sms",
        "count": "3",
        "file": "list",
        "words": "zh",
    }
    stopped = client.post(f"{HERE}/invitations", data=form)
    assert stopped.status_code == 422
    assert "网址：http://127.0.0.1:8000" in stopped.text
    opened = client.post(f"{HERE}/open", data={"csrf_token": token(client.get(f"{HERE}/open"))})
    assert opened.status_code == 422
    with here.database.reading() as session:
        assert find_campaign(session, CODE).state == "draft"
        invited = sa.select(Entrance).where(Entrance.kind == "invitation")
        assert session.scalars(invited).all() == []


def test_groups_with_posters_want_codes_in_enough_units(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("campaign", "load", str(ANLAN)).exit_code == 0
    assert "公开答卷的对照" not in run("campaign", "status", CODE).stdout
    assert run("poster", CODE, "--out", "all.pdf").exit_code == 0
    assert "G1 群众只有 0 个单位够数" in run("campaign", "status", CODE).stdout
    for number in range(1, 13):
        words = ("--unit", f"A{number:02}", "--group", "G1", "--count", "10")
        out = ("--out", f"{number}.csv")
        assert run("code", "issue", CODE, *words, *out).exit_code == 0
        told = f"G1 群众只有 {number} 个单位够数" in run("campaign", "status", CODE).stdout
        assert told == (number < 8)


def test_closing_tells_the_share_of_the_plan_and_what_waits(here: Site) -> None:
    assert run("campaign", "load", str(ANLAN)).exit_code == 0
    assert run(*OPEN).exit_code == 0
    status = run("campaign", "status", CODE).stdout
    assert "计划完成率：有效答卷 0 份，计划 8,721 份，完成 0%" in status
    assert "待批事项：没有待批的" in status
    with here.database.writing() as session:
        session.add(
            Proposal(
                deed="poster.withdraw",
                campaign_id=find_campaign(session, CODE).id,
                arguments="{}",
                basis="{}",
                digest="d",
                told=[],
                reason="",
                proposed_by="admin",
                proposed_at=FIELDWORK,
            )
        )
    assert "有 1 件等待另一人批准" in run("campaign", "status", CODE).stdout


def test_what_was_altered_stands_on_the_list(here: Site) -> None:
    assert run("campaign", "load", str(ANLAN)).exit_code == 0
    assert run(*OPEN).exit_code == 0
    assert "存档核对：与封存时一致" in run("campaign", "status", CODE).stdout
    with here.database.writing() as session:
        session.execute(sa.text("UPDATE campaign SET title_zh = '别的'"))
    status = run("campaign", "status", CODE).stdout
    assert "须先解决 must be settled first  存档核对：campaign" in status


def _enrol(client: FlaskClient) -> None:
    """Set up the second step that real campaigns demand of who decides."""
    page = client.get("/office/own/second-factor")
    [secret] = re.findall(r"<code>([A-Z2-7 ]+)</code>", page.text)
    code = pyotp.TOTP(secret.replace(" ", "")).at(FIELDWORK)
    sent = {"csrf_token": token(page), "code": code, "password": PASSWORD}
    assert client.post("/office/own/second-factor", data=sent).status_code in {200, 302}
