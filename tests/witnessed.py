"""安澜县 with three witnesses, two of whom have to sign: scored, and what its witnesses hold."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.appraisal.run import score_campaign
from survey.cli import survey
from survey.demo import campaigns
from survey.demo import respondents as residents
from survey.demo.answering import answer_through_intake
from survey.demo.county import county_starting, days_between
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.notes.note import COSIGNER, note_key
from survey.scheme.county import CountyFolder
from survey.site.installation import Site
from tests.demonstrated import CODE, STARTS_ON
from tests.officials import add_officials, token
from tests.prepared import prepared

NAMES = ("安澜县统计局", "安澜县审计局", "anlan.example/w3")
REQUIRED = 2
PAGE = f"/office/campaigns/{CODE}/witnesses"


def seed_of(name: str) -> Ed25519PrivateKey:
    """The key of a witness of the tests: the same in every process of a run."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def vkey(name: str) -> str:
    return note_key(name, seed_of(name), kind=COSIGNER).text


def witness_at(folder: Path, name: str) -> Path:
    """Make a witness by its command, and give it the key that the scheme names."""
    done = told("init", str(folder), "--name", name)
    assert done.exit_code == 0, done.output
    pem = seed_of(name).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "witness.pem").write_bytes(pem)
    return folder


def told(*words: str, given: str | None = None) -> Result:
    """Give a command to a witness, which knows no installation."""
    return CliRunner().invoke(survey, ["witness", *words], input=given, env={"SURVEY_HOME": "/no"})


def scored(site: Site, monkeypatch: pytest.MonkeyPatch, *, n: int = 320) -> Site:
    """Bring an installation to the scores of a campaign with witnesses, nobody having signed."""
    monkeypatch.setattr(campaigns, "county_starting", _with_witnesses)
    prepared(site, f"scored with witnesses by {n}", lambda: _score(site, n))
    return replace(site, clock=_afterwards(site))


def _score(site: Site, n: int) -> None:
    people = residents.all_respondents(shift=days_between(STARTS_ON))
    people = residents.choose(people, n=n, seed=7)
    codes = campaigns.stage_open(site, starts_on=STARTS_ON, code=CODE, respondents=people)
    answer_through_intake(site, respondents=people, codes=codes, advance=lambda _more: None)
    later = replace(site, clock=_afterwards(site))
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=later.clock)
        seal_ledger(later, session, campaign, "close")
    score_campaign(later, campaign_code=CODE, by="tests")
    add_officials(site)


def _afterwards(site: Site) -> Callable[[], datetime]:
    with site.database.reading() as session:
        end = find_campaign(session, CODE).ends_at + timedelta(hours=34)
    return lambda: end


def _with_witnesses(*words: Any, **more: Any) -> CountyFolder:
    folder = county_starting(*words, **more)
    named = [{"name": f"见证{place}", "public_key": vkey(one)} for place, one in enumerate(NAMES)]
    return replace(
        folder, document={**folder.document, "witnesses": {"required": REQUIRED, "of": named}}
    )


def read_by_the_book(text: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Read a signed note as its specification says, by nothing of ours."""
    body, blank, below = text.rpartition("\n\n")
    assert blank
    found = []
    for line in below.removesuffix("\n").split("\n"):
        dash, name, encoded = line.split(" ")
        assert dash == "\N{EM DASH}"
        raw = base64.b64decode(encoded)
        found.append((name, raw[:4], raw[4:]))
    return body + "\n", found


def by_the_book(name: str, kind: int, key: bytes) -> bytes:
    """The key ID of a signed note: SHA-256(name || newline || kind || key)[:4]."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + key).digest()[:4]


def holds(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def fetched(client: FlaskClient, what: str, **more: object) -> TestResponse:
    return client.get("/ledger", query_string={"campaign": CODE, "format": what, **more})


def signs(folder: Path, client: FlaskClient, name: str, old: int = 0) -> str:
    """Let a witness trust the ledger and sign what the office asks; return the file it makes."""
    at = folder / name.replace("/", "-")
    if not at.exists():
        witness_at(at, name)
        assert told("trust", str(at), fetched(client, "key").text.strip()).exit_code == 0
    done = told("cosign", str(at), "-", given=fetched(client, "request", old=old).text)
    assert done.exit_code == 0, done.exception
    newest = max((at / "cosigned").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    return newest.read_text("utf-8")


def hand_in(client: FlaskClient, text: str) -> TestResponse:
    carried = token(client.get("/office/password"))
    return client.post(PAGE, data={"csrf_token": carried, "typed": text})
