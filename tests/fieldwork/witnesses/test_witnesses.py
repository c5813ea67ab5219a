"""Witnesses seen from the office: what they are asked, what they sign, and what waits for it."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pypdfium2
import pytest
import sqlalchemy as sa
import zxingcpp
from click.testing import CliRunner, Result
from flask import Flask

from survey.app import create_app
from survey.appraisal.release import RELEASE
from survey.cli import survey
from survey.clock import now
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.readiness.checklist import readiness
from survey.ledger.head import public_key
from survey.model import AuditEntry, Cosignature, Release, TreeHead
from survey.problems import Refused
from survey.site.installation import Site
from survey.two_persons.both import done_by_both
from survey.verification.whole import verify
from survey.witness.folder import open_witness
from survey.witness.serving import WitnessServer
from tests.delivery.systems import listening
from tests.demonstrated import CODE
from tests.officials import signed_in, token
from tests.witnessed import (
    NAMES,
    PAGE,
    by_the_book,
    fetched,
    hand_in,
    holds,
    read_by_the_book,
    scored,
    signs,
    told,
    witness_at,
)


@pytest.fixture
def there(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A campaign that is scored, two of whose three witnesses have to sign."""
    return scored(site, monkeypatch)


@pytest.fixture
def web(there: Site) -> Flask:
    return create_app(there)


def command(site: Site, *words: str) -> Result:
    return CliRunner().invoke(survey, words, env={"SURVEY_HOME": str(site.settings.home)})


def release(site: Site) -> None:
    done_by_both(site, proposer="admin", approver="review", deed=RELEASE, code=CODE, reason="年度")


def kept(site: Site) -> list[tuple[str, int | None]]:
    with site.database.reading() as session:
        query = sa.select(Cosignature.witness, TreeHead.number)
        return [
            (name, number)
            for name, number in session.execute(query.join(TreeHead).order_by(Cosignature.id))
        ]


def test_a_checkpoint_is_what_the_specifications_say_and_of_our_chain(
    there: Site, web: Flask
) -> None:
    client = web.test_client()
    head = client.get("/ledger?format=json").json["campaigns"][0]["heads"][0]
    note, key = fetched(client, "checkpoint").text, fetched(client, "key").text.strip()
    body, [(name, short, signature)] = read_by_the_book(note)
    origin, size, _root, number, _digest = body.removesuffix("\n").split("\n")
    raw = there.keys.signing().public_key().public_bytes_raw()
    assert origin.startswith("gongping/")
    assert origin.endswith(f"/{CODE}")
    assert (name, short) == (origin, by_the_book(origin, 1, raw))
    assert holds(raw, signature, body.encode())
    assert (int(size), number) == (head["size"], f"head {head['number']}")
    assert key.startswith(f"{origin}+{short.hex()}+")
    assert fetched(client, "checkpoint", download=1).headers["Content-Disposition"]
    assert fetched(client, "request").text == f"old 0\n\n{note}"
    assert fetched(client, "request", old=int(size)).text == f"old {size}\n\n{note}"
    # From any size between one could tell how the ledger grew from minute to minute.
    assert fetched(client, "request", old=int(size) - 1).status_code == 404
    assert fetched(client, "request", old=int(size) + 1).status_code == 404
    assert fetched(client, "request", old=-1).status_code == 400
    assert client.get("/ledger?format=checkpoint&campaign=NONE").status_code == 404


def test_a_head_written_into_the_database_gets_no_signature(there: Site, web: Flask) -> None:
    with there.database.writing() as session:
        session.execute(sa.update(TreeHead).values(root=b"x" * 32))
    answer = fetched(web.test_client(), "checkpoint")
    assert answer.status_code == 503
    assert public_key(there.keys.signing()) not in answer.text
    assert "— " not in answer.text


def test_no_release_before_enough_witnesses_signed_all_answers(
    there: Site, web: Flask, tmp_path: Path
) -> None:
    client = signed_in(web, "admin")
    page = client.get(PAGE).text
    assert "方案要求 2 个见证方签名，已有 0 个签到全部" in page
    assert "见证0、见证1、见证2" in page
    with pytest.raises(Refused, match="0 of 2 witnesses required have signed all 3"):
        release(there)
    with there.database.reading() as session:
        campaign = find_campaign(session, CODE)
        items = readiness(session, site=there, campaign=campaign, deed="release")
    assert [one.standing for one in items if one.name.zh == "见证签名"] == ["blocks"]
    shown = client.get(f"/office/campaigns/{CODE}/release")
    assert "请在“见证签名”页面" in shown.text
    first, second = (signs(tmp_path, client, name) for name in NAMES[:2])
    answer = hand_in(client, first)
    assert answer.status_code == 302, answer.text
    assert hand_in(client, first).status_code == 302  # a second click keeps nothing twice
    assert [name for name, _ in kept(there)] == ["见证0"]
    with pytest.raises(Refused, match="1 of 2 witnesses"):
        release(there)
    # What a scanner reads: the line of the witness alone.
    line = read_line(second, NAMES[1])
    assert hand_in(client, line).status_code == 302
    page = client.get(PAGE).text
    assert "已有 2 个签到全部" in page
    assert page.count("已签到全部答卷") == 2
    assert page.count("下载请求文件</a>") == 0
    assert page.count("下载请求文件<span") == 1
    release(there)
    with there.database.reading() as session:
        document = session.scalars(sa.select(Release.document)).one()
        deeds = session.execute(
            sa.select(AuditEntry.action, AuditEntry.by).where(AuditEntry.action == "witness.take")
        ).all()
    assert [tuple(each) for each in deeds] == [("witness.take", "admin")] * 2
    assert document.count("见证0") == 1
    assert "安澜县统计局 " in document
    assert verify(there) == []
    audit = signed_in(web, "auditor").get("/office/audit/").text
    assert re.search("收下“见证0”对“.+”第\\d+号总校验码", audit)


def read_line(text: str, name: str) -> str:
    [line] = [line for line in text.splitlines() if line.startswith(f"— {name} ")]
    return line


def test_what_no_witness_signed_of_this_ledger_is_not_taken(
    there: Site, web: Flask, tmp_path: Path
) -> None:
    client = signed_in(web, "admin")
    good = signs(tmp_path, client, NAMES[0])
    line = read_line(good, NAMES[0])
    swapped = line[:-6] + ("A" if line[-6] != "A" else "B") + line[-5:]
    for text, said in {
        "": "请选择见证方签好的文件",
        "随便": "不是见证方签好的文件",
        good.replace(line, swapped): "签名不对",
        swapped: "签名不对",
        good.replace(line + "\n", ""): "没有方案里的见证方的签名",
        good.replace("head ", "heed "): "不是本次评议的总校验码",
    }.items():
        answer = hand_in(client, text)
        assert answer.status_code == 422, text
        assert said in answer.text, (text, answer.text)
    assert kept(there) == []
    assert hand_in(signed_in(web, "review"), good).status_code == 403
    carried = token(client.get(PAGE))
    spoiled = {"csrf_token": carried, "file": (tmp_path / "w.bin").open("w+b")}
    spoiled["file"].write(b"\xff\xfe")
    spoiled["file"].seek(0)
    answer = client.post(PAGE, data=spoiled)
    assert answer.status_code == 422
    assert "不是文本文件" in answer.text


def test_signatures_that_are_gone_or_put_in_are_named(
    there: Site, web: Flask, tmp_path: Path
) -> None:
    client = signed_in(web, "admin")
    assert hand_in(client, signs(tmp_path, client, NAMES[0])).status_code == 302
    with there.database.writing() as session:
        session.execute(sa.update(Cosignature).values(witness="见证2"))
    said = "\n".join(problem.both() for problem in verify(there))
    assert "见证0在第" in said
    assert "what 见证2 signed of head" in said
    with there.database.writing() as session:
        session.execute(sa.delete(Cosignature))
    assert "what 见证0 signed of head" in "\n".join(one.both() for one in verify(there))


def test_by_commands_and_over_http(
    there: Site, web: Flask, tmp_path: Path, served: Iterator[tuple[Path, str]]
) -> None:
    folder, url = served
    out = tmp_path / "request.txt"
    asked = command(there, "ledger", "request", CODE, "--out", str(out))
    assert asked.exit_code == 0, asked.exception
    assert told("trust", str(folder), asked.stdout.strip()).exit_code == 0
    sent = command(there, "ledger", "cosign", CODE, url, "--by", "admin")
    assert sent.exit_code == 0, sent.exception
    assert sent.stdout.startswith("见证2 已签名")
    # Again: the witness says how far it is, and is asked from there.
    assert command(there, "ledger", "cosign", CODE, url, "--by", "admin").exit_code == 0
    assert [name for name, _ in kept(there)] == ["见证2"]
    other = witness_at(tmp_path / "other", NAMES[1])
    told("trust", str(other), asked.stdout.strip())
    assert told("cosign", str(other), str(out)).exit_code == 0
    [made] = (other / "cosigned").iterdir()
    taken = command(there, "ledger", "cosigned", CODE, str(made), "--by", "admin")
    assert taken.exit_code == 0, taken.exception
    assert len(kept(there)) == 2
    refused = command(there, "ledger", "cosigned", CODE, str(made), "--by", "leader")
    assert refused.exit_code == 1
    none = command(there, "ledger", "request", CODE, "--old", "7", "--out", str(out))
    assert "there is no head of 7 answers" in str(none.exception)
    for bad, said in (("ftp://x", "must begin with"), ("http://127.0.0.1:9", "cannot be reached")):
        done = command(there, "ledger", "cosign", CODE, bad, "--by", "admin")
        assert said in str(done.exception)
    (folder / "logs").rename(folder / "gone")
    (folder / "logs").mkdir()
    done = command(there, "ledger", "cosign", CODE, url, "--by", "admin")
    assert "the witness did not sign (404)" in str(done.exception)


def test_a_witness_s_address_leads_nowhere_else(there: Site) -> None:
    asked = []

    class Leads(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404, "\x1b[2Jsigned")

        def log_message(self, *_words: object) -> None: ...

    with listening(Leads) as port:
        url = f"http://127.0.0.1:{port}"
        done = command(there, "ledger", "cosign", CODE, url, "--by", "admin")
        assert "leads elsewhere (302)" in str(done.exception)
        assert asked == ["/add-checkpoint"]
        Leads.do_POST = Leads.do_GET  # type: ignore[method-assign]
        done = command(there, "ledger", "cosign", CODE, url, "--by", "admin")
        assert "did not sign (404)" in str(done.exception)
        assert str(done.exception).replace("\n", "").isprintable()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    folder = witness_at(tmp_path / "served", NAMES[2])
    with WitnessServer(open_witness(folder), host="127.0.0.1", port=0, clock=now) as server:
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_witness_that_looks_by_itself_signs_each_growth_once(
    there: Site, web: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = web.test_client()

    class Answer:
        def __init__(self, url: str) -> None:
            self.page = client.get(url.removeprefix("http://office"))

        def __enter__(self) -> "Answer":
            return self

        def __exit__(self, *_error: object) -> None: ...

        def read(self, _most: int) -> bytes:
            return bytes(self.page.data)

    monkeypatch.setattr("urllib.request.urlopen", lambda url, timeout: Answer(url))
    folder = witness_at(tmp_path / "w", NAMES[0])
    told("trust", str(folder), fetched(client, "key").text.strip())
    first = told("watch", str(folder), "http://office")
    assert first.exit_code == 0, first.output
    assert "cosigned:" in first.output
    again = told("watch", str(folder), "http://office/")
    assert (again.exit_code, "cosigned:" in again.output) == (0, False)
    later = replace(there, clock=there.clock)
    with later.database.reading() as session:
        assert find_campaign(session, CODE).state == "scored"
    signed = command(there, "ledger", "head", CODE)
    assert signed.exit_code == 0
    third = told("watch", str(folder), "http://office")
    assert "cosigned:" in third.output
    assert told("watch", str(folder), "ftp://office").exit_code == 1


def test_the_printed_bulletin_carries_the_checkpoint_for_a_scanner(
    there: Site, web: Flask, tmp_path: Path
) -> None:
    out = tmp_path / "bulletin.pdf"
    done = command(there, "ledger", "bulletin", CODE, "--out", str(out))
    assert done.exit_code == 0, done.exception
    page = pypdfium2.PdfDocument(out)[0].render(scale=4).to_pil()
    read = {found.text for found in zxingcpp.read_barcodes(page)}
    note = fetched(web.test_client(), "checkpoint").text
    assert note in read
    assert any(text.startswith("PRH:") for text in read)
    assert len(read) == 2
