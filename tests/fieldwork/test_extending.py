"""More time for residents: by two, on record, sealed; anything else that moves the end is seen."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey import audit
from survey.app import create_app
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.ledger.head import newest_head
from survey.ledger.records import campaign_digest
from survey.ledger.signing import seal_of_today
from survey.model import AuditEntry
from survey.problems import Refused
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.factories import CODE, FIELDWORK, poster, standing_at
from tests.officials import approved, open_as_an_office, signed_in, token

HERE = f"/office/campaigns/{CODE}"
BEFORE = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
IN_TIME = datetime(2026, 12, 23, 2, 0, tzinfo=UTC)  # of an extension to the 25th
EXTEND = ("campaign", "extend", CODE, "--until", "2026-12-25")
CHANGED = "the name and period changed after the opening"
UNSEALED = "the name and period is not what the head signed"


@pytest.fixture
def opened(each_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A campaign opened and sealed as an office does it, in the middle of the fieldwork."""
    return open_as_an_office(each_site, tmp_path, monkeypatch)


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, list(words))


def extended() -> None:
    """Let two officials give residents until the 25th."""
    proposed = run(*EXTEND, "--by", "admin", "--reason", "汛情，部分村道路中断")
    assert proposed.exit_code == 1
    assert "原定 2026-12-20 23:59 结束，改为 2026-12-25 23:59 结束，多 5 天" in proposed.stdout
    done = run(*EXTEND, "--by", "review")
    assert done.exit_code == 0, done.exception


def at(site: Site, moment: datetime) -> FlaskClient:
    return create_app(replace(site, clock=lambda: moment)).test_client()


def hung(site: Site) -> str:
    """Hang a poster and return the path its code leads to."""
    with site.database.writing() as session:
        return f"/q/{poster(session).code}"


def issued(until: str = "") -> str:
    """Issue a code and return the path it leads to."""
    out = Path(f"codes-{until or 'end'}.csv")
    words = ("--unit", "A01", "--group", "G2", "--count", "1", "--out", str(out))
    done = run("code", "issue", CODE, *words, *(("--until", until) if until else ()))
    assert done.exit_code == 0, done.exception
    [row] = csv.DictReader(out.read_text("utf-8-sig").splitlines())
    return "/q/" + row["评议码"].replace(" ", "")


def test_what_was_good_until_the_end_is_good_until_the_new_one(opened: Site) -> None:
    on_poster, long, short = hung(opened), issued(), issued("2026-12-10")
    for path in (on_poster, long):
        assert at(opened, IN_TIME).get(path).status_code == 410
    extended()
    later = at(opened, IN_TIME)
    assert [later.get(path).status_code for path in (on_poster, long, short)] == [200, 200, 410]
    assert "已过有效期" in later.get(short).text
    over = at(opened, IN_TIME + timedelta(days=5)).get(on_poster)
    assert over.status_code == 410
    assert "本次评议已于2026年12月25日结束" in over.text


def test_a_server_that_runs_says_the_new_end_without_a_restart(opened: Site) -> None:
    moment, path = [IN_TIME], hung(opened)
    client = create_app(replace(opened, clock=lambda: moment[0])).test_client()
    assert "本次评议已于2026年12月20日结束" in client.get(path).text
    extended()
    client.application.extensions["respond"].memory._rows.clear()  # as after two seconds
    assert client.get(path).status_code == 200
    moment[0] = IN_TIME + timedelta(days=5)
    assert "本次评议已于2026年12月25日结束" in client.get(path).text


def test_it_is_on_record_and_sealed_and_the_heads_that_follow_keep_it(opened: Site) -> None:
    extended()
    with opened.database.reading() as session:
        campaign = find_campaign(session, CODE)
        query = sa.select(AuditEntry).where(AuditEntry.action == "campaign.extend")
        entry = session.scalars(query).one()
        head = newest_head(session, campaign=campaign)
        assert head is not None
        assert head.occasion == "extend"
        assert (head.records or {})["campaign"] == campaign_digest(campaign)
    assert (entry.by, entry.detail["proposed_by"]) == ("review", "admin")
    assert entry.detail["reason"] == "汛情，部分村道路中断"
    assert entry.detail["before"].startswith("2026-12-20T15:59:59")
    assert entry.detail["until"].startswith("2026-12-25T15:59:59")
    assert verify(opened) == []
    tomorrow = replace(opened, clock=lambda: FIELDWORK + timedelta(days=1))
    seal_of_today(tomorrow, campaign=campaign)
    assert verify(tomorrow) == []
    again = ("campaign", "extend", CODE, "--until", "2026-12-27", "--reason", "又有汛情", "--by")
    assert [run(*again, "admin").exit_code, run(*again, "leader").exit_code] == [1, 0]
    assert verify(tomorrow) == []


def move_the_end(session: Session) -> None:
    find_campaign(session, CODE).ends_at += timedelta(days=2)


def undo_the_extension(session: Session) -> None:
    find_campaign(session, CODE).ends_at -= timedelta(days=5)


def rename_it(session: Session) -> None:
    find_campaign(session, CODE).title_zh = "别的评议"


def move_the_end_with_an_entry(session: Session) -> None:
    """Write all that an extension writes, but for the head that only the key can sign."""
    move_the_end(session)
    session.flush()
    audit.record(
        session,
        by="review",
        at=FIELDWORK,
        action="campaign.extend",
        subject=CODE,
        fixed={"campaign": campaign_digest(find_campaign(session, CODE))},
    )


@pytest.mark.parametrize(
    ("change", "first", "named"),
    [
        (move_the_end, False, CHANGED),
        (move_the_end, True, CHANGED),
        (undo_the_extension, True, CHANGED),
        (rename_it, True, CHANGED),
        (move_the_end_with_an_entry, False, UNSEALED),
        (move_the_end_with_an_entry, True, UNSEALED),
    ],
)
def test_an_end_that_moved_in_any_other_way_is_an_alarm(
    opened: Site, change: Callable[[Session], None], first: bool, named: str
) -> None:
    if first:
        extended()
    with opened.database.writing() as session:
        change(session)
    assert named in "\n".join(problem.both() for problem in verify(opened))
    stopped = run("campaign", "close", CODE, "--by", "admin", "--reason", "汛情")
    assert named in str(stopped.exception)
    later = replace(opened, clock=lambda: FIELDWORK + timedelta(days=1))
    with opened.database.reading() as session:
        campaign = find_campaign(session, CODE)
    seal_of_today(later, campaign=campaign)  # another head makes it no better
    assert "the name and period" in "\n".join(problem.both() for problem in verify(later))


def test_what_gives_nobody_more_time_is_refused(opened: Site) -> None:
    for day in ("2026-12-20", "2026-12-01"):
        done = run("campaign", "extend", CODE, "--until", day, "--by", "admin", "--reason", "x")
        assert "须晚于 2026-12-20" in str(done.exception)
    silent = run(*EXTEND, "--by", "admin")
    assert isinstance(silent.exception, Refused)
    assert "请写明理由" in str(silent.exception)
    close = ("campaign", "close", CODE, "--reason", "x", "--by")
    assert [run(*close, "admin").exit_code, run(*close, "review").exit_code] == [1, 0]
    over = run(*EXTEND, "--by", "admin", "--reason", "x")
    assert "已结束" in str(over.exception)


def test_the_page_asks_for_day_and_reason_and_proposes_it(opened: Site) -> None:
    client = signed_in(create_app(opened), "admin")
    page = client.get(f"{HERE}/extend")
    assert "2026-12-20 23:59" in page.text
    sent = {"csrf_token": token(page), "until": "2026-12-25", "reason": "汛情"}
    for wrong, words in (
        ({"reason": ""}, "请写明理由"),
        ({"until": ""}, "请填写日期"),
        ({"until": "2026-12-02"}, "须晚于 2026-12-20"),
    ):
        answer = client.post(f"{HERE}/extend", data={**sent, **wrong})
        assert (answer.status_code, words in answer.text) == (422, True)
    asked = client.post(f"{HERE}/extend", data=sent)
    assert "12-20" in client.get(HERE).text
    assert approved(signed_in(create_app(opened), "review"), asked).status_code == 302
    assert "12-25" in client.get(HERE).text


def test_a_proposal_to_close_is_void_once_the_end_has_moved(opened: Site) -> None:
    close = ("campaign", "close", CODE, "--reason", "人数已够", "--by")
    proposed = run(*close, "admin")
    assert "原定 2026-12-20 23:59 结束，提前 15 天" in proposed.stdout
    assert "完成 0%" in proposed.stdout
    extended()
    assert "things have changed" in str(run(*close, "review").exception)


def test_closing_shows_its_numbers_and_one_closed_early_says_its_real_end(opened: Site) -> None:
    path = hung(opened)
    page = signed_in(create_app(opened), "admin").get(f"{HERE}/close").text
    for words in (
        "原定 2026-12-20 23:59 结束，提前 15 天",
        "完成 0%",
        "项（单位×对象）不足最低数",
    ):
        assert words in page
    close = ("campaign", "close", CODE, "--reason", "人数已够", "--by")
    assert "提前 15 天" in run(*close, "admin").stderr
    assert run(*close, "review").exit_code == 0
    shut = at(opened, FIELDWORK + timedelta(hours=1)).get(path)
    assert shut.status_code == 410
    assert "本次评议已于2026年12月5日结束" in shut.text
    assert "12月20日" not in shut.text
    assert "12-05" in signed_in(create_app(opened), "admin").get(HERE).text
    assert verify(opened) == []


def test_one_that_is_open_says_so_before_its_first_day_and_after_its_last(
    opened: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for moment, words, told, status in (
        (BEFORE, "评议已经开启，2026-12-01 00:00 才开始", "已开启，未到时间", "starts then"),
        (FIELDWORK, "评议进行中", "评议进行中", f"{CODE}  open  演示"),
        (IN_TIME, "评议时间 2026-12-20 23:59 已到", "时间已到，待结束", "its period is over"),
    ):
        standing_at(monkeypatch, moment)
        client = signed_in(create_app(replace(opened, clock=lambda at=moment: at)), "admin")
        overview = client.get(HERE).text
        assert (words in overview, told in overview) == (True, True)
        assert ("flash caution" in overview) is (moment is not FIELDWORK)
        assert told in client.get("/office/").text
        assert status in run("campaign", "status", CODE).stdout.splitlines()[0]
    early = at(opened, BEFORE).get(hung(opened))
    assert early.status_code == 403
    assert "开始日期：2026年12月1日" in early.text
