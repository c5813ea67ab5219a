"""A program and a database that do not belong together: said by every command and page."""

import os
import re
import sys
from collections.abc import Callable, Iterator

import click
import pytest
import sqlalchemy as sa
from flask import Flask

from survey import cli
from survey.app import create_app
from survey.site.config import read_settings
from survey.site.database import Database
from survey.site.installation import Site
from survey.site.keys import Keys
from tests.factories import ANLAN, CODE
from tests.migrations.conftest import MakeKept
from tests.migrations.keeping import HEAD

# Every command, so that a new one is asked whether it looks; None: it opens no database.
COMMANDS: dict[str, list[str] | None] = {
    "init": [],
    "start": [],
    "serve": [],
    "demo": ["--responses", "1"],
    "drill": None,  # in a place of its own
    "backup": ["all.backup", "--passphrase-file", str(ANLAN / "scheme.yaml")],
    "restore": None,  # looks at the schema of a file: tests/backup/
    "campaign load": [str(ANLAN)],
    "campaign open": [CODE],
    "campaign rehearse": [CODE],
    "campaign close": [CODE],
    "campaign amend": [CODE, "--from", str(ANLAN / "units.csv"), "--by", "甲"],
    "campaign extend": [CODE, "--until", "2026-12-25", "--by", "甲"],
    "campaign status": [CODE],
    "campaign workbook": [CODE, "--out", "plan.xlsx"],
    "campaign common": [CODE, "--out", "common.json"],
    "campaign items": [CODE, "--out", "items.xlsx"],
    "poster": [CODE, "--out", "posters.pdf"],
    "code issue": [CODE, "--unit", "A01", "--group", "G2", "--count", "1", "--out", "codes.csv"],
    "code balance": [CODE],
    "code batches": [CODE],
    "code make": None,
    "code take-in": [
        *(CODE, "--hashes", str(ANLAN / "units.csv"), "--unit", "A01", "--group", "G2"),
        *("--channel", "token_sms"),
    ],
    "code withdraw": [CODE, "--batch", "1", "--by", "甲"],
    "airgap send": [".", "--to", "hub"],
    "airgap receive": None,
    "city take": [str(ANLAN / "scheme.yaml")],
    "city table": ["--out", "city.csv"],
    "airgap receipt": [str(ANLAN / "scheme.yaml")],
    "collect": [str(ANLAN / "responses_demo.csv"), "--campaign", CODE, "--by", "甲"],
    "user add": ["a", "--name", "甲", "--role", "leader"],
    "user role": ["admin", "leader"],
    "user disable": ["admin"],
    "user enable": ["admin"],
    "user reset": ["admin"],
    "user reset-totp": ["admin"],
    "user confirm": ["admin", "--by", "甲"],
    "user decline": ["admin", "--by", "甲"],
    "user list": [],
    "user sessions": ["admin"],
    "user end-sessions": ["admin"],
    "comments erase": [CODE, "--by", "甲"],
    "appraise": None,
    "score": [CODE],
    "verify": [],
    "draw commit": None,
    "draw people": None,
    "weigh": None,
    "ledger request": [CODE, "--out", "request.txt"],
    "ledger cosign": [CODE, "http://127.0.0.1:9", "--by", "甲"],
    "ledger cosigned": [CODE, str(ANLAN / "scheme.yaml"), "--by", "甲"],
    "witness init": None,
    "witness trust": None,
    "witness list": None,
    "witness cosign": None,
    "witness watch": None,
    "witness serve": None,
    "simulate": None,
    "simulate-fieldwork": None,
    "publish": [CODE, "--by", "甲"],
    "release": [CODE, "--by", "甲"],
    "export": [CODE, "--format", "json", "--out", "scores.json"],
    "folder": [CODE, "--out", "answers"],
    "microdata": [CODE, "--format", "raw", "--out", "microdata.csv"],
    "check-document": None,
    "ledger check": None,
    "ledger head": [CODE],
    "ledger audit": [CODE],
    "ledger bulletin": [CODE, "--out", "bulletin.pdf"],
    "anonymise": [CODE, "--by", "甲"],
    "keys due": [],
    "keys destroy": [CODE, "--by", "甲"],
    "proposals": [],
    "decline": ["1", "--by", "甲", "--reason", "乙"],
}
OPENING = [name for name, words in COMMANDS.items() if words is not None]
UPGRADING = {"init", "start"}

PAGES = ("/", "/q/AAAAAAAAA", "/r/AAAAAAAAA", "/ledger", "/office/", f"/office/campaigns/{CODE}")


def newer(database: Database) -> None:
    with database.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))


def unfinished(database: Database) -> None:
    """Make tables as a version before the frozen one might have left them."""
    with database.writing() as session:
        session.execute(sa.text("DROP TABLE coaching_report"))
        session.execute(sa.text("ALTER TABLE account ADD COLUMN telephone TEXT"))


NEWER = (HEAD, newer, r"9999，由更新版本的程序建立", r"9999, made by a newer version")
UNFINISHED = (
    HEAD,
    unfinished,
    r"不符（-coaching_report, \+account\.telephone）.*无法升级",
    r"\(-coaching_report, \+account\.telephone\).*cannot be upgraded",
)
UNFINISHED_FIRST = ("0001", *UNFINISHED[1:])
OLDER = ("0001", lambda _database: None, "旧版 0001.*survey init", "older 0001.*`survey init`")
Case = tuple[str, Callable[[Database], None], str, str]
CASES = [NEWER, UNFINISHED, UNFINISHED_FIRST, OLDER]
NAMES = ["newer", "unfinished", "unfinished-first", "older"]


def application(database: Database) -> Flask:
    settings = read_settings(os.environ)
    return create_app(Site(settings=settings, database=database, keys=Keys(settings.home / "keys")))


def leaves(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_command_is_among_those_that_are_tried() -> None:
    assert sorted(leaves(cli.survey)) == sorted(COMMANDS)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_command_says_what_does_not_belong_together(
    case: Case,
    make_kept: MakeKept,
    database: Database,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    revision, spoil, zh, en = case
    make_kept(revision)
    spoil(database)
    monkeypatch.chdir(os.environ["SURVEY_HOME"])
    for name in OPENING:
        if case is OLDER and name in UPGRADING:
            continue
        monkeypatch.setattr(sys, "argv", ["survey", *name.split(), *(COMMANDS[name] or [])])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert (name, ended.value.code, told.out) == (name, 1, "")
        chinese, english = told.err.splitlines()
        assert re.search(zh, chinese), (name, chinese)
        assert re.search(en, english), (name, english)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_page_says_what_does_not_belong_together(
    case: Case,
    make_kept: MakeKept,
    database: Database,
) -> None:
    revision, spoil, zh, en = case
    make_kept(revision)
    spoil(database)
    web = application(database).test_client()
    for page in PAGES:
        for lang, words in (("zh", zh), ("en", en)):
            answer = web.get(page, query_string={"lang": lang})
            assert answer.status_code == 503, page
            assert re.search(words, answer.text.replace("&#39;", "'")), answer.text
    ready = web.get("/readyz")
    assert ready.status_code == 503
    assert re.search(zh, ready.text)
    assert re.search(en, ready.text)
    assert web.get("/healthz").status_code == 200
    with web.get("/static/error.css") as style:
        assert style.status_code == 200


def test_a_program_upgraded_under_says_so_within_seconds(
    make_kept: MakeKept,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_kept(HEAD)
    web, seconds = application(database).test_client(), [0.0]
    monkeypatch.setattr("survey.web.schema_watch.monotonic", lambda: seconds[0])
    page = "/ledger"
    assert web.get(page).status_code == 200
    newer(database)
    seconds[0] = 4.0
    assert web.get(page).status_code == 200
    seconds[0] = 6.0
    assert web.get(page).status_code == 503
    with database.writing() as session:
        session.execute(sa.text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))
    seconds[0] = 12.0
    assert web.get(page).status_code == 200
    with database.writing() as session:  # and at once where a page stumbles over it
        session.execute(sa.text("ALTER TABLE campaign RENAME COLUMN title_zh TO title"))
    answer = web.get(page, query_string={"lang": "en"})
    assert answer.status_code == 503
    assert "campaign.title_zh" in answer.text
