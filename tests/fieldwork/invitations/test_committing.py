"""Codes committed before anybody answers: at the opening, as they are added, and by each answer."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from survey.app import create_app
from survey.canonical import digest_of
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import code_opening
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.committed.commitments import statements_of
from survey.ledger.leaf import ledger_content
from survey.ledger.records import listed
from survey.model import CodeBatch, CodeCommitment, Entrance, Response, TreeHead
from survey.respond.intake import Outcome
from survey.scheme.folder import read_folder
from survey.site.installation import Site
from survey.verification.deeds import read_deeds
from survey.verification.entrances.committed import check_commitments, codes_committed
from tests.factories import ANLAN, CODE, in_fieldwork, standing_at
from tests.respond.factories import RECEIPT, hand_in, invitation_codes, opened, sitting_codes


@pytest.fixture
def draft(each_site: Site) -> Site:
    """A draft of 安澜县."""
    site = replace(each_site, clock=in_fieldwork)
    with site.database.writing() as session:
        folder = read_folder(ANLAN)
        load_campaign(session, folder=folder, by="tests", clock=in_fieldwork, simulated=True)
    return site


def let_in(site: Site) -> None:
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        open_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
        seal_ledger(site, session, campaign, "open")


def said(site: Site, *words: str) -> str:
    settings = site.settings
    env = {"SURVEY_HOME": str(settings.home), "SURVEY_DATABASE": settings.database_url}
    ran: Result = CliRunner().invoke(survey, words, env=env)
    return ran.output + str(ran.exception or "")


def answer(site: Site, code: str, n: int = 1, receipt: bytes = RECEIPT) -> None:
    with site.database.writing() as session:
        done = hand_in(session, opened(session, site, code), n, receipt=receipt)
    assert done is Outcome.STORED


def rows(session: Session) -> list[dict[str, object]]:
    query = sa.select(Response.__table__).order_by(Response.leaf_index)
    return [dict(row) for row in session.execute(query).mappings()]


def test_the_opening_commits_what_nobody_can_answer_by(draft: Site) -> None:
    codes, several = invitation_codes(draft, 3), sitting_codes(draft, 2, "A01,A02")
    let_in(draft)
    with draft.database.reading() as session:
        [first] = statements_of(session, find_campaign(session, CODE))
        kept = set(session.scalars(sa.select(Entrance.code_hash)))
        head = session.scalars(sa.select(TreeHead)).one()
    assert (first["number"], first["size"], first["codes"]) == (1, 0, 5)
    batches = [(one["units"], one["group_code"], one["codes"]) for one in first["batches"]]
    assert batches == [(["B01"], "G2", 3), (["A01", "A02"], "G4", 2)]
    assert "phone" in first["uncoded_channels"]
    assert list(listed((head.records or {})["commitments"])) == ["1"]
    key = draft.keys.intake()
    for code in (*codes, *several):
        # What a code opens by is nowhere: only its hash is.
        assert code_opening(key, code) not in kept
        assert hashlib.sha256(code_opening(key, code)).digest() in kept


def test_each_answer_by_a_code_opens_what_was_committed_of_it(draft: Site) -> None:
    [code], [several] = invitation_codes(draft), sitting_codes(draft, 1, "A01,A02")
    let_in(draft)
    answer(draft, code)
    answer(draft, several, n=2, receipt=b"sitting 10")
    [other] = invitation_codes(draft, unit_code="A02")
    answer(draft, other, receipt=b"other   10")
    with draft.database.reading() as session:
        stored = rows(session)
        added = statements_of(session, find_campaign(session, CODE))[1]
    key = draft.keys.intake()
    shown = [code_opening(key, each) for each in (code, several, several, other)]
    assert [row["code_opening"] for row in stored] == shown
    assert all(
        f'"code_opening":"{row["code_opening"].hex()}"' in ledger_content(row) for row in stored
    )
    assert (added["number"], added["size"], added["codes"]) == (2, 3, 1)
    assert "codes" not in said(draft, "verify")


def test_what_the_database_says_otherwise_is_named(draft: Site) -> None:
    codes = invitation_codes(draft, 4)
    let_in(draft)
    for number, code in enumerate(codes[:3]):
        answer(draft, code, receipt=b"answer  1%d" % number)
    with draft.database.writing() as session:
        spare = sa.select(sa.func.max(Entrance.id)).scalar_subquery()
        session.execute(sa.update(Entrance).where(Entrance.id == spare).values(code_hash=b"n" * 32))
    told = said(draft, "verify")
    assert "the codes are not those of commitment 1: some were added, removed or replaced" in told
    with draft.database.writing() as session:
        kept = session.scalars(sa.select(CodeCommitment)).one()
        kept.statement = {**kept.statement, "reason": "另一个理由"}
    assert "commitment 1 of codes is not what the audit says" in said(draft, "verify")
    with draft.database.writing() as session:
        session.execute(sa.delete(CodeCommitment))
    told = said(draft, "verify")
    assert "commitment 1 of codes is not what the audit says" in told
    assert "codes committed is not what the head signed" in told


def test_campaigns_of_before_go_on_and_are_said_to_have_none(draft: Site) -> None:
    """A database of before: codes stored as what they open by, and a campaign that opened so."""
    [old, older] = invitation_codes(draft, 2)
    key = draft.keys.intake()
    with draft.database.writing() as session:
        for code in (old, older):
            stored = hashlib.sha256(code_opening(key, code)).digest()
            changed = sa.update(Entrance).where(Entrance.code_hash == stored)
            session.execute(changed.values(code_hash=code_opening(key, code)))
        session.execute(sa.update(CodeBatch).values(form=1))
    let_in(draft)
    answer(draft, old)
    told = said(draft, "verify")
    # Both spellings commit the same.
    assert "commitment" not in told
    with draft.database.writing() as session:
        session.execute(sa.delete(CodeCommitment))
    invitation_codes(draft, 2)
    with draft.database.reading() as session:
        assert statements_of(session, find_campaign(session, CODE)) == []
    page = create_app(draft).test_client().get("/ledger").text
    assert "没有公布评议码" in page


def test_the_public_reads_how_many_codes_there_are_and_for_whom_of_none(draft: Site) -> None:
    invitation_codes(draft, 3)
    let_in(draft)
    invitation_codes(draft, 2, unit_code="A02")
    web = create_app(draft).test_client()
    [campaign] = web.get("/ledger?format=json").json["campaigns"]
    first, added = campaign["codes"]
    assert (first["codes"], first["size"], added["codes"]) == (3, 0, 2)
    assert set(first) == {"number", "time", "size", "codes", "reason", "root", "digest"}
    page = web.get("/ledger").text
    assert "共3个" in page
    assert first["root"] in page
    assert "补登2个" in page
    assert "3 codes" in web.get("/ledger?lang=en").text


def test_codes_added_say_why(draft: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    let_in(draft)
    standing_at(monkeypatch, in_fieldwork())
    words = ("code", "issue", CODE, "--unit", "A01", "--group", "G2", "--count", "2")
    told = said(draft, *words, "--out", str(tmp_path / "codes.csv"), "--reason", "补发遗失的")
    with draft.database.reading() as session:
        found = statements_of(session, find_campaign(session, CODE))
    assert len(found) == 2, told
    added = found[1]
    assert added["reason"] == "补发遗失的", told


def test_a_supplement_that_is_dated_back_is_named(draft: Site) -> None:
    """Whoever holds everything makes it anew, audit and all; the heads of between know better."""
    [code] = invitation_codes(draft)
    let_in(draft)
    answer(draft, code)
    with draft.database.writing() as session:
        seal_ledger(draft, session, find_campaign(session, CODE), "day")
    invitation_codes(draft, unit_code="A02")
    with draft.database.writing() as session:
        campaign, deeds = find_campaign(session, CODE), read_deeds(session)
        assert check_commitments(session, campaign, deeds, codes_committed(session, campaign)) == []
        added = session.scalars(sa.select(CodeCommitment).where(CodeCommitment.number == 2)).one()
        assert added.statement["size"] == 1
        added.statement = {**added.statement, "size": 0}
        session.flush()
        [entry] = deeds.of(campaign, "invitation.issue")[-1:]
        entry["detail"]["commitment_digest"] = digest_of(added.statement)
        [told] = check_commitments(session, campaign, deeds, codes_committed(session, campaign))
        session.rollback()
    assert "第 2 次公布的评议码说是在 0 份答卷时公布的" in told.zh
