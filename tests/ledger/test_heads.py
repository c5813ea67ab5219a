"""Heads that bind: whoever rolls the database back, or signs a second history, is told of it.

Each attack is made on the files and rows themselves, and must be told by a command or a page.
"""

import base64
import email
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey.app import create_app
from survey.cli import survey
from survey.clock import Clock
from survey.fieldwork.campaigns import find_campaign
from survey.ledger import checker
from survey.ledger.checker import Head
from survey.ledger.head import published
from survey.ledger.heads_file import HEADS_FILE, read_heads_file
from survey.ledger.tree import Frontier
from survey.ledger.watch import EVERY_SECONDS
from survey.model import KeyFingerprint, Ledger, LedgerNode, Response, TreeHead
from survey.respond.intake import Outcome
from survey.site.identity import fingerprint
from survey.site.installation import Site, upgrade_site
from survey.site.keys import Keys
from survey.web.qr import qr_svg
from tests.factories import (
    AFTERWARDS,
    ANLAN,
    CODE,
    FIELDWORK,
    in_fieldwork,
    open_anlan,
    poster,
    standing_at,
)
from tests.fieldwork.papers.printed import scanned, texts
from tests.officials import add_officials, done_by_two, sign_in, signed_in, token
from tests.respond.factories import hand_in, opened

N = 5
_PERSON = {"age": "30-44", "sex": "female", "area": "990621001000", "residence": "urban"}
_ITEMS = ("C1", "C2", "C3", "C4", "C5", "C6", "S1A", "S2A")


@dataclass
class Installation:
    """A home folder worked on by commands, and by pages at a time of one's own."""

    home: Path
    site: Site
    poster: str

    def run(self, *words: str, **environment: str) -> Result:
        return CliRunner().invoke(survey, words, env={"SURVEY_HOME": str(self.home), **environment})

    def succeeds(self, *words: str, **environment: str) -> Result:
        done = self.run(*words, **environment)
        assert done.exit_code == 0, (done.output, done.exception)
        return done

    def refuses(self, *words: str, **environment: str) -> str:
        done = self.run(*words, **environment)
        assert done.exit_code == 1, done.output
        return str(done.exception)

    def web(self, clock: Clock = in_fieldwork) -> FlaskClient:
        return create_app(replace(self.site, clock=clock)).test_client()

    def answer(self, numbers: range) -> None:
        with self.site.database.writing() as session:
            entrance = opened(session, replace(self.site, clock=in_fieldwork), self.poster)
            for number in numbers:
                receipt = number.to_bytes(10, "big")
                assert hand_in(session, entrance, receipt=receipt) is Outcome.STORED

    def rows(self) -> dict[Any, list[dict[str, Any]]]:
        with self.site.database.reading() as session:
            return {
                table: [dict(row) for row in session.execute(sa.select(table)).mappings()]
                for table in (m.__table__ for m in (TreeHead, Response, Ledger, LedgerNode))
            }

    def put_back(self, rows: dict[Any, list[dict[str, Any]]]) -> None:
        """Make the ledger's tables what they were: what restoring a backup does."""
        with self.site.database.writing() as session:
            for table, kept in rows.items():
                session.execute(sa.delete(table))
                if kept:
                    session.execute(sa.insert(table), kept)

    @property
    def file(self) -> Path:
        return self.home / HEADS_FILE

    def heads(self) -> list[Head]:
        return list(read_heads_file(self.file).kept.values())


@pytest.fixture(scope="module")
def opened_home(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> tuple[Path, str]:
    """安澜县 opened by the command, answered twice, with heads of both times."""
    home = tmp_path_factory.mktemp("opened")
    shutil.copy(migrated_file, home / "survey.db")
    with installed(home, "") as made:
        made.succeeds("campaign", "load", str(ANLAN), "--simulated")
        made.succeeds("campaign", "open", CODE)
        with made.site.database.writing() as session:
            made.poster = poster(session).code or ""
        add_officials(made.site)
        made.site.campaign_key(CODE)
        for start in (0, N):
            made.answer(range(start, start + N))
            made.succeeds("ledger", "head", CODE)
    return home, made.poster


@contextmanager
def installed(home: Path, code: str) -> Iterator[Installation]:
    with upgrade_site({"SURVEY_HOME": str(home)}) as site:
        yield Installation(home, site, code)


@pytest.fixture
def here(
    opened_home: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    home, code = opened_home
    standing_at(monkeypatch, AFTERWARDS)  # so that one person may close
    shutil.copytree(home, tmp_path / "home")
    with installed(tmp_path / "home", code) as made:
        yield made


def test_heads_of_every_deed_are_one_chain_that_the_public_checker_follows(
    here: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here.succeeds("campaign", "close", CODE)
    heads = here.heads()
    assert [head["size"] for head in heads] == [0, N, 2 * N, 2 * N]
    assert [head["number"] for head in heads] == [1, 2, 3, 4]
    assert heads[0]["previous"] == checker.FIRST
    for before, after in pairwise(heads):
        assert after["previous"] == checker.head_digest(before)
    said = here.succeeds("ledger", "audit", CODE).output
    assert "4 个总校验码 heads" in said
    short = checker.short_form(heads[-1])
    assert short in said
    web = here.web()
    listed = web.get("/ledger?format=json").json
    grown = web.get(f"/ledger?campaign={CODE}&from={N}&to={2 * N}").json
    paths = []
    for number, file in enumerate((*heads, listed, grown)):
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_text(json.dumps(file), "utf-8")
    assert listed is not None
    words = [*map(str, paths), "--key", listed["public_key"]]
    assert checker.main([*words, "--printed", short]) == 0
    said = capsys.readouterr().out
    assert f"heads in one chain: {CODE} 1–4\n" in said
    assert f"as printed: {short}" in said
    assert checker.main([*words, "--printed", short[:-4] + "0000"]) == 1
    assert "not as printed" in capsys.readouterr().out


def forge(here: Installation, head: Head, **changes: object) -> Head:
    """Sign a head anew with the office's own key, as whoever runs the server can."""
    unsigned = {name: value for name, value in head.items() if name != "signature"} | changes
    key = here.site.keys.signing()
    signature = key.sign(checker.signed_bytes(unsigned))
    return unsigned | {"signature": base64.b64encode(signature).decode()}


@pytest.mark.parametrize(
    "second",
    [
        {"time": "2026-11-28T00:00:09Z"},
        {"records": "ab" * 32},
        {"previous": "cd" * 32},
    ],
)
def test_two_heads_in_one_place_of_the_chain_are_an_alarm_to_the_public(
    here: Installation,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    second: dict[str, object],
) -> None:
    mine = here.heads()[-1]
    for name, head in (("mine", mine), ("yours", forge(here, mine, **second))):
        (tmp_path / f"{name}.json").write_text(json.dumps(head))
    key = here.web().get("/ledger?format=json").json
    assert key is not None
    files = [str(tmp_path / f"{name}.json") for name in ("mine", "yours")]
    assert checker.main([*files, "--key", key["public_key"]]) == 1
    assert "the heads fork" in capsys.readouterr().out


def last_rolled_back(here: Installation, session: Session) -> None:
    """Remove the last answers with the ledger's end and the heads that knew of them."""
    session.execute(sa.delete(Response).where(Response.leaf_index >= N))
    session.execute(sa.delete(TreeHead).where(TreeHead.size > N))
    edge = Frontier()
    for leaf in session.scalars(sa.select(Response.leaf).order_by(Response.leaf_index)):
        edge.append(leaf)
    session.execute(sa.update(Ledger).values(size=edge.size, frontier=edge.packed()))


def last_head_removed(_here: Installation, session: Session) -> None:
    newest = sa.select(sa.func.max(TreeHead.id)).scalar_subquery()
    session.execute(sa.delete(TreeHead).where(TreeHead.id == newest))


def middle_head_removed(_here: Installation, session: Session) -> None:
    session.execute(sa.delete(TreeHead).where(TreeHead.number == 2))


def all_heads_removed(_here: Installation, session: Session) -> None:
    session.execute(sa.delete(TreeHead))


def signed_anew(here: Installation, session: Session) -> None:
    head = session.scalars(sa.select(TreeHead).where(TreeHead.number == 3)).one()
    head.records = {**(head.records or {}), "plan": "another"}
    campaign = find_campaign(session, CODE)
    statement = checker.signed_bytes(published(head, campaign))
    head.signature = here.site.keys.signing().sign(statement)


def edited(_here: Installation, session: Session) -> None:
    session.execute(sa.update(TreeHead).where(TreeHead.number == 3).values(behind=7))


ATTACKS = [
    (last_rolled_back, "№3 .* is not in the database .* an older database was restored"),
    (last_head_removed, "№3 .* is not in the database"),
    (middle_head_removed, "number 2 is due, №3 .* stands there"),
    (all_heads_removed, r"is not in the database \(3 such heads\), the database has no head"),
    (signed_anew, "two heads have number 3: .* two histories were signed"),
    (edited, "the signature of the head №3 .* is wrong"),
]


@pytest.mark.parametrize(("attack", "told"), ATTACKS, ids=[a.__name__ for a, _ in ATTACKS])
def test_a_database_that_lacks_a_head_or_has_another_is_written_no_more(
    here: Installation, attack: Callable[[Installation, Session], None], told: str
) -> None:
    with here.site.database.writing() as session:
        attack(here, session)
    before = here.rows()
    # Commands that write refuse, and those that read do not.
    for words in (["ledger", "audit", CODE], ["campaign", "close", CODE], ["ledger", "head", CODE]):
        assert re.search(told, here.refuses(*words)), words
    here.succeeds("campaign", "status", CODE)
    assert create_app(here.site).test_client().get("/readyz").status_code == 503
    assert here.rows() == before


@pytest.mark.parametrize(("attack", "told"), [ATTACKS[0], ATTACKS[4]], ids=["older", "forked"])
def test_an_older_or_forked_database_is_served_read_only_until_the_right_one_is_back(
    here: Installation, attack: Callable[[Installation, Session], None], told: str
) -> None:
    before, web = here.rows(), here.web()
    ticks = [0.0]
    web.application.extensions["heads_watch"]._ticks = lambda: ticks[0]
    assert web.get("/readyz").status_code == 200
    answer = filled(web, here.poster)
    with here.site.database.writing() as session:
        attack(here, session)
    ticks[0] += EVERY_SECONDS
    # Residents' answers are not taken, and stay on the phone: it tries again after a 503.
    refused = web.post(f"/q/{here.poster}", data=answer, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert "只供查看" in refused.text
    assert web.get(f"/q/{here.poster}").status_code == 503
    assert "只供查看" in web.get("/ledger").text
    ready = web.get("/readyz")
    assert (ready.status_code, bool(re.search(told, ready.text))) == (503, True)
    # Times are the county's, as on every page.
    assert not re.search(r"T\d\d:\d\d:\d\dZ", ready.text)
    assert ("(UTC+8)" in ready.text) == (told == ATTACKS[0][1])
    # The office gets in to read why, and can change nothing.
    assert sign_in(web, "admin").status_code == 302
    page = web.get(f"/office/campaigns/{CODE}?lang=en")
    assert (page.status_code, bool(re.search(told, page.text.replace("&#39;", "'")))) == (200, True)
    form = {"csrf_token": token(web.get(f"/office/campaigns/{CODE}/close"))}
    assert web.post(f"/office/campaigns/{CODE}/close", data=form).status_code in {422, 503}
    with here.site.database.reading() as session:
        assert find_campaign(session, CODE).state == "open"
    # With the right database back all goes on, and the answer that waited is taken.
    here.put_back(before)
    ticks[0] += EVERY_SECONDS
    taken = web.post(f"/q/{here.poster}", data=answer, headers={"Accept": "application/json"})
    assert taken.status_code == 200
    here.succeeds("ledger", "audit", CODE)


def filled(web: FlaskClient, code: str) -> dict[str, str]:
    """Open the questionnaire and fill it in."""
    page = web.get(f"/q/{code}").text
    [form_token] = re.findall(r'name="response_id" value="([^"]+)"', page)
    rated = {f"q_{item}": "4" for item in _ITEMS}
    return {**_PERSON, **rated, "device": "abc", "response_id": form_token}


def test_an_older_database_is_told_by_a_file_from_outside_when_our_own_is_gone(
    here: Installation, tmp_path: Path
) -> None:
    witnessed = tmp_path / "witnessed"
    witnessed.mkdir()
    (witnessed / "mail.json").write_text(json.dumps(here.heads()[-1]))
    (witnessed / "backup.jsonl").write_bytes(here.file.read_bytes())
    with here.site.database.writing() as session:
        last_rolled_back(here, session)
    here.file.unlink()
    # Nobody here knows better now, and it is said that the file proves nothing any more.
    here.succeeds("ledger", "audit", CODE)
    said = here.succeeds("ledger", "audit", CODE).output
    assert "2 heads were missing and were written back from the database" in said
    for name in ("mail.json", "backup.jsonl"):
        told = here.refuses("ledger", "audit", CODE, "--witnessed", str(witnessed / name))
        assert re.search(f"{name}.*№3 .* is not in the database", told)
    settings = {"SURVEY_HEADS_WITNESSED": str(witnessed)}
    assert "№3" in here.refuses("campaign", "close", CODE, **settings)
    # A fork is told by the file from outside even where our own was written anew to match.
    here.succeeds("ledger", "head", CODE)
    told = here.refuses("ledger", "audit", CODE, **settings)
    assert "two heads have number 3" in told


def test_no_head_at_all_proves_nothing(here: Installation) -> None:
    with here.site.database.writing() as session:
        all_heads_removed(here, session)
    here.file.unlink()
    assert "there is not one signed head" in here.refuses("ledger", "audit", CODE)


def test_a_clock_that_was_ahead_once_stops_no_later_head(here: Installation) -> None:
    def heads_at(moment: datetime) -> Head:
        assert here.web(lambda: moment).get("/ledger").status_code == 200
        return here.heads()[-1]

    first = heads_at(FIELDWORK)
    ahead = heads_at(FIELDWORK + timedelta(days=4000))
    back = heads_at(FIELDWORK + timedelta(days=1))
    later = heads_at(FIELDWORK + timedelta(days=2))
    assert [head["number"] for head in (first, ahead, back, later)] == [4, 5, 6, 7]
    assert ahead["time"] == back["time"] == later["time"] > first["time"]
    assert (back["behind"], later["behind"]) == (3999 * 86400, 3998 * 86400)
    here.succeeds("ledger", "audit", CODE)
    office = signed_in(here.web().application, "admin")
    assert "the clock stood" in office.get(f"/office/campaigns/{CODE}?lang=en").text
    # The close is sealed on that same day though nothing was added to the ledger.
    here.succeeds("campaign", "close", CODE)
    assert here.heads()[-1]["number"] == 8


def test_heads_of_another_key_are_an_alarm_until_the_old_key_is_declared(
    here: Installation,
) -> None:
    listed = here.web().get("/ledger?format=json").json
    assert listed is not None
    replaced = Keys(here.home / "keys")
    (here.home / "keys" / "signing.pem").unlink()
    replaced.make()
    digest = fingerprint("signing.pem", replaced.content("signing.pem") or b"")
    with here.site.database.writing() as session:  # and noted as if it had always been this one
        session.execute(
            sa.update(KeyFingerprint)
            .where(KeyFingerprint.name == "signing.pem")
            .values(fingerprint=digest)
        )
    assert "signed by another key" in here.refuses("ledger", "audit", CODE)
    assert "signed by another key" in here.refuses("campaign", "close", CODE)
    declared = {"SURVEY_FORMER_KEYS": listed["public_key"]}
    here.succeeds("campaign", "close", CODE, **declared)
    here.succeeds("ledger", "audit", CODE, **declared)
    assert "SURVEY_FORMER_KEYS" in here.refuses("ledger", "audit", CODE, SURVEY_FORMER_KEYS="x")


def test_a_deed_that_cannot_be_sealed_is_not_done(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("survey.ledger.heads_file.os.fsync", full)
        assert "the head cannot be written" in here.refuses("campaign", "close", CODE)
    said = here.succeeds("campaign", "status", CODE).output
    assert f"{CODE}  open" in said
    here.succeeds("campaign", "close", CODE)
    here.succeeds("ledger", "audit", CODE)
    assert [head["number"] for head in here.heads()] == [1, 2, 3, 4]


def test_a_kill_between_the_seal_and_the_commit_is_no_alarm(
    here: Installation, tmp_path: Path
) -> None:
    """The process is killed where it does most harm: the head on the disk, the deed not."""
    script = tmp_path / "killed.py"
    script.write_text(
        "import os, signal\n"
        "from survey.ledger import signing\n"
        "append = signing.append_head\n"
        "def die(path, head):\n"
        "    append(path, head)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "signing.append_head = die\n"
        "from survey.cli import survey\n"
        f"survey(['ledger', 'head', {CODE!r}])\n"
    )
    killed = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | {"SURVEY_HOME": str(here.home)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(read_heads_file(here.file).heads) == 4
    assert "not completed" in here.succeeds("ledger", "audit", CODE).output
    here.succeeds("campaign", "close", CODE)
    here.succeeds("ledger", "audit", CODE)


def test_a_torn_last_line_is_named_and_costs_nothing(here: Installation) -> None:
    with here.file.open("a") as file:
        file.write('{"algorithm": "Ed25')
    here.succeeds("campaign", "close", CODE)
    said = here.succeeds("ledger", "audit", CODE).output
    assert "line 7 is torn" in said
    assert len(here.heads()) == 4


def test_heads_leave_the_machine_by_themselves(here: Installation, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    settings = {"SURVEY_HEADS_DROP": str(drop)}
    here.succeeds("ledger", "head", CODE, **settings)  # the stick is not there yet
    drop.mkdir()
    here.succeeds("campaign", "close", CODE, **settings)
    files = sorted(drop.iterdir())
    assert [path.suffix for path in files] == [".eml", ".json", ".eml", ".json"]
    head = json.loads(files[-1].read_text("utf-8"))
    assert head == here.heads()[-1]
    letter = email.message_from_bytes(files[-2].read_bytes())
    text, attached = letter.get_payload()  # type: ignore[misc]
    assert checker.short_form(head) in text.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert json.loads(attached.get_payload(decode=True)) == head  # type: ignore[union-attr,arg-type]
    here.succeeds("ledger", "audit", CODE, "--witnessed", str(files[-1]))


def test_what_a_resident_makes_us_sign_is_neither_listed_nor_sent(
    here: Installation, tmp_path: Path
) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    here.site = replace(here.site, settings=replace(here.site.settings, heads_drop=drop))
    web = here.web()
    assert web.get("/ledger").status_code == 200
    here.answer(range(50, 51))
    minutes = [FIELDWORK + timedelta(minutes=n) for n in (3, 6)]
    receipt = checker.receipt_code((50).to_bytes(10, "big"))
    proof = here.web(lambda: minutes[0]).get(f"/r/{receipt}.json").json
    assert proof is not None
    assert proof["head"]["size"] == 2 * N + 1
    listed = here.web(lambda: minutes[1]).get("/ledger?format=json").json
    assert listed is not None
    sizes = [head["size"] for entry in listed["campaigns"] for head in entry["heads"]]
    assert set(sizes) == {2 * N}  # of the day it was opened on, and of this one
    assert len(list(drop.glob("*.json"))) == 1
    assert proof["head"] in here.heads()
    number = proof["head"]["number"]
    assert web.get(f"/ledger?campaign={CODE}&number={number}").status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_newest_head_goes_onto_paper(here: Installation, tmp_path: Path, lang: str) -> None:
    page = create_app(here.site).test_client().get(f"/ledger?lang={lang}").text
    short = checker.short_form(here.heads()[-1])
    bulletin, posters = tmp_path / "bulletin.pdf", tmp_path / "posters.pdf"
    here.succeeds("ledger", "bulletin", CODE, "--out", str(bulletin), "--lang", lang)
    assert scanned(bulletin.read_bytes(), 2.0) == [[short]]
    [text] = texts(bulletin.read_bytes())
    assert short.rpartition(":")[2] in text
    here.succeeds("poster", CODE, "--out", str(posters), "--unit", "A01", "--lang", lang)
    [text] = texts(posters.read_bytes())
    assert short in text
    # One code on a poster: the one that leads to the questions.
    assert scanned(posters.read_bytes(), 1.0) == [[f"http://127.0.0.1:8000/q/{here.poster}"]]
    assert short in page
    assert qr_svg(short, width=180) in page
    first = here.web().get(f"/ledger?campaign={CODE}&number=1").json
    assert first == here.heads()[0]
    assert here.web().get(f"/ledger?campaign={CODE}&number=99").status_code == 404


def test_a_head_is_signed_for_each_export(
    each_site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On both databases: the chain goes on through deeds made by pages and commands."""
    here = Installation(tmp_path, each_site, "")
    open_anlan(each_site)
    with each_site.database.writing() as session:
        here.poster = poster(session).code or ""
    here.answer(range(N))
    database = {"SURVEY_DATABASE": each_site.settings.database_url}
    standing_at(monkeypatch, AFTERWARDS)
    add_officials(each_site)
    for words in (["campaign", "close"], ["score"]):
        here.succeeds(*words, CODE, **database)
    released = done_by_two(lambda *words: here.run(*words, **database), "release", CODE)
    assert released.exit_code == 0, released.exception
    here.succeeds("export", CODE, "--format", "json", "--out", str(tmp_path / "s.json"), **database)
    occasions = sa.select(TreeHead.occasion).order_by(TreeHead.id)
    with each_site.database.reading() as session:
        assert list(session.scalars(occasions)) == ["close", "score", "release", "export"]
    assert "4 个总校验码" in here.succeeds("ledger", "audit", CODE, **database).output
    with each_site.database.writing() as session:
        last_head_removed(here, session)
    assert "№4" in here.refuses("ledger", "audit", CODE, **database)


@pytest.mark.server
def test_several_workers_sign_the_head_of_the_day_once_and_unasked(site: Site) -> None:
    open_anlan(site)  # not by the command: so no head is signed yet
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"SURVEY_HOME": str(site.settings.home)}
    command = [sys.executable, "-m", "survey", "serve", "--port", str(port), "--workers", "2"]
    with (site.settings.home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + 30
        while not read_heads_file(site.settings.home / HEADS_FILE).kept:
            assert time.monotonic() < end, (site.settings.home / "server.log").read_text()
            time.sleep(0.2)
        time.sleep(1.5)  # the other worker has looked as well
    finally:
        server.terminate()
        server.wait(20)
    [head] = read_heads_file(site.settings.home / HEADS_FILE).kept.values()
    assert (head["number"], head["size"]) == (1, 0)
