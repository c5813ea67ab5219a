"""The ledger from the first answer to the offline check, on both databases."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey import codes
from survey.app import create_app
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.ledger import checker
from survey.ledger.book import lock_tail, read_frontier
from survey.ledger.checker import CheckFailed, Head, check_files
from survey.ledger.head import heads_of, public_key, published
from survey.ledger.heads_file import HEADS_FILE, read_heads_file
from survey.ledger.inspection import inspect
from survey.ledger.leaf import row_leaf, statement
from survey.ledger.signing import head_for_receipts, seal_of_today
from survey.ledger.standing import known_keys
from survey.ledger.tree import inclusion_path, root
from survey.model import Campaign, Entrance, Ledger, LedgerNode, Response, TreeHead
from survey.respond.intake import Outcome
from survey.site.installation import Site
from tests.factories import AFTERWARDS, CODE, FIELDWORK, in_fieldwork, open_anlan, standing_at
from tests.respond.factories import hand_in, opened, poster_code

N = 600


def receipt(number: int) -> bytes:
    return number.to_bytes(10, "big")


def answer(site: Site, code: str, numbers: range) -> None:
    with site.database.writing() as session:
        entrance = opened(session, site, code)
        tail = lock_tail(session, campaign_id=entrance.questionnaire.campaign.id)
        for number in numbers:
            done = hand_in(session, entrance, receipt=receipt(number), tail=tail)
            assert done is Outcome.STORED
        tail.save(session)


@pytest.fixture
def answered(each_site: Site) -> Site:
    site = replace(each_site, clock=in_fieldwork)
    open_anlan(site)
    answer(site, poster_code(site), range(N))
    return site


def campaign_of(site: Site) -> Campaign:
    with site.database.reading() as session:
        return find_campaign(session, CODE)


def sign(site: Site, *, minutes: int = 0) -> TreeHead:
    later = replace(site, clock=lambda: FIELDWORK + timedelta(minutes=minutes))
    head = head_for_receipts(later, campaign=campaign_of(site))
    assert head is not None
    return head


def kept(site: Site) -> list[Head]:
    return list(read_heads_file(site.settings.home / HEADS_FILE).kept.values())


def findings(site: Site) -> list[str]:
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        problems = inspect(
            session,
            campaign=campaign,
            heads=[
                *kept(site),
                *(published(head, campaign) for head in heads_of(session, campaign=campaign)),
            ],
            keys=known_keys(site),
        )
    return [problem.en for problem in problems]


def test_parallel_answers_get_places_without_a_gap(each_site: Site) -> None:
    open_anlan(each_site)
    code = poster_code(each_site)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: answer(each_site, code, range(n, n + 1)), range(40)))
    with each_site.database.reading() as session:
        places = session.scalars(sa.select(Response.leaf_index).order_by(Response.leaf_index)).all()
        frontier = read_frontier(session, campaign_id=campaign_of(each_site).id)
    assert list(places) == list(range(40))
    assert frontier.size == 40
    assert findings(each_site) == []


def test_a_repeat_takes_no_place(answered: Site) -> None:
    with answered.database.writing() as session:
        entrance = opened(session, answered, poster_code_of(session))
        assert hand_in(session, entrance, receipt=receipt(5)) is Outcome.REPEATED
        assert read_frontier(session, campaign_id=entrance.questionnaire.campaign.id).size == N


def poster_code_of(session: Session) -> str:
    return session.scalars(sa.select(Entrance.code).where(Entrance.kind == "poster")).first() or ""


def test_every_receipt_verifies_offline_and_growth_is_proved(answered: Site) -> None:
    client = create_app(answered).test_client()
    assert client.get("/ledger").status_code == 200
    key = client.get("/ledger?format=json").json["public_key"]  # type: ignore[index]
    for number in (0, 1, 255, 256, 511, 512, N - 1):
        file = client.get(f"/r/{codes.from_bytes(receipt(number))}.json").json
        assert file is not None
        assert file["simulated"] is True
        assert len(file["path"]) <= 10
        assert len(check_files([file], key)) == 2
        changed = json.loads(json.dumps(file))
        changed["leaf"]["content"] = "0" * 64
        with pytest.raises(CheckFailed, match="not in the ledger"):
            check_files([changed], key)
    with answered.database.writing() as session:
        code = poster_code_of(session)
    answer(answered, code, range(N, N + 100))
    sign(answered, minutes=2)
    grown = client.get(f"/ledger?campaign={CODE}&from={N}&to={N + 100}").json
    assert grown is not None
    assert grown["simulated"] is True
    assert "only grew" in check_files([grown], key)[0]
    grown["second"]["root"] = grown["first"]["root"]
    with pytest.raises(CheckFailed):
        check_files([grown], key)


def test_a_false_signature_or_another_key_is_told(answered: Site) -> None:
    head = published(sign(answered), campaign_of(answered))
    key = public_key(answered.keys.signing())
    assert "holds" in check_files([head], key)[0]
    with pytest.raises(CheckFailed, match="signature"):
        check_files([head | {"size": N - 1}], key)
    with pytest.raises(CheckFailed, match="another key"):
        check_files([head], "A" * 43 + "=")


def test_a_head_is_signed_when_the_ledger_grew_and_the_last_is_a_minute_old(
    answered: Site,
) -> None:
    first = sign(answered)
    assert sign(answered, minutes=30).id == first.id
    with answered.database.writing() as session:
        code = poster_code_of(session)
    answer(answered, code, range(N, N + 1))
    assert sign(answered, minutes=0).size == N
    assert sign(answered, minutes=1).size == N + 1
    assert [head["size"] for head in kept(answered)] == [N, N + 1]


def edit(session: Session) -> None:
    session.execute(sa.update(Response).where(Response.leaf_index == 77).values(answers="55555555"))


def remove(session: Session) -> None:
    session.execute(sa.delete(Response).where(Response.leaf_index == 77))


def remove_the_last(session: Session) -> None:
    session.execute(sa.delete(Response).where(Response.leaf_index == N - 1))


def swap(session: Session) -> None:
    for old, new in ((77, 9999), (78, 77), (9999, 78)):
        session.execute(
            sa.update(Response).where(Response.leaf_index == old).values(leaf_index=new)
        )


def insert(session: Session) -> None:
    row = dict(session.execute(sa.select(Response.__table__)).mappings().first() or {})
    row |= {"id": 10**6, "receipt": b"x" * 10, "leaf_index": N}
    session.execute(sa.insert(Response.__table__), row)  # type: ignore[arg-type]


def edit_and_hide(session: Session) -> None:
    """Edit a row, its leaf, and even the stored end of the ledger, as a careful forger would."""
    row = dict(
        session.execute(sa.select(Response.__table__).where(Response.leaf_index == 599))
        .mappings()
        .one()
    )
    row["answers"] = "55555555"
    session.execute(
        sa.update(Response)
        .where(Response.leaf_index == 599)
        .values(answers="55555555", leaf=row_leaf(row, campaign_code=CODE))
    )


def edit_within_a_block_and_hide(session: Session) -> None:
    row = dict(
        session.execute(sa.select(Response.__table__).where(Response.leaf_index == 300))
        .mappings()
        .one()
    )
    row["answers"] = "11111111"
    session.execute(
        sa.update(Response)
        .where(Response.leaf_index == 300)
        .values(answers="11111111", leaf=row_leaf(row, campaign_code=CODE))
    )


def cut_off(session: Session) -> None:
    """What an older backup looks like: consistent in itself, but smaller."""
    session.execute(sa.delete(TreeHead))
    session.execute(sa.delete(Response))
    session.execute(sa.delete(LedgerNode))
    session.execute(sa.delete(Ledger))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (edit, f"leaf 77 was changed, receipt {codes.from_bytes(receipt(77))}"),
        (remove, "leaf 77 is missing"),
        (remove_the_last, f"leaf {N - 1} is missing"),
        (swap, f"leaf 77 was changed, receipt {codes.from_bytes(receipt(78))}"),
        (insert, f"leaf {N} is too many, receipt {codes.from_bytes(b'x' * 10)}"),
        (edit_within_a_block_and_hide, "one of leaves 256-511 was changed together with its hash"),
        (edit_and_hide, "the stored root disagrees with the rows"),
        (cut_off, "an older backup was restored"),
    ],
)
def test_whatever_is_changed_is_named(
    answered: Site, change: Callable[[Session], None], told: str
) -> None:
    sign(answered)
    assert findings(answered) == []
    with answered.database.writing() as session:
        change(session)
    found = findings(answered)
    assert told in found[0]


CHANGED = {
    "receipt": b"another001", "channel": "token_sms", "answers": "11111111", "age": 3, "sex": 0,
    "residence": 1, "area": 2, "own_staff": True, "submitted_ms": 1, "duration_ms": 1,
    "lang": "en", "device_mark": b"other", "network_mark": None, "salt": b"t" * 16,
    "leaf": b"l" * 32, "group_code": "G2", "local_answers": '{"L1": "2"}', "arrangement": 5,
    "code_opening": b"c" * 32,
}  # fmt: skip
# Keys into other tables, hashed like the rest, and where the row stands (tested above by swapping).
ELSEWHERE = {
    *("id", "campaign_id", "unit_id", "entrance_id", "invitation_id", "questionnaire_id"),
    *("leaf_index", "sitting_id"),
}


def test_no_column_of_an_answer_can_be_changed_unseen(site: Site) -> None:
    assert set(Response.__table__.columns.keys()) == set(CHANGED) | ELSEWHERE
    open_anlan(site)
    answer(site, poster_code(site), range(3))
    sign(site)
    here = sa.update(Response).where(Response.leaf_index == 1)
    with site.database.reading() as session:
        row = session.execute(sa.select(Response.__table__).where(Response.leaf_index == 1))
        before = dict(row.mappings().one())
    for name, value in CHANGED.items():
        assert before[name] != value, name
        with site.database.writing() as session:
            session.execute(here.values({name: value}))
        assert "leaf 1 was changed" in findings(site)[0], name
        with site.database.writing() as session:
            session.execute(here.values({name: before[name]}))
    assert findings(site) == []


def test_a_ledger_rewritten_whole_disagrees_with_the_heads_kept_outside(answered: Site) -> None:
    sign(answered)
    with answered.database.writing() as session:
        code = poster_code_of(session)
        cut_off(session)
    answer(answered, code, range(1000, 1000 + N))
    assert f"the first {N} leaves are not those of the head signed" in findings(answered)[0]


def test_the_checker_runs_alone_and_the_pages_tell_no_secret(
    answered: Site, tmp_path: Path
) -> None:
    client: FlaskClient = create_app(answered).test_client()
    code = codes.from_bytes(receipt(3))
    script, file = tmp_path / "ledger-check.py", tmp_path / "receipt.json"
    script.write_bytes(client.get("/ledger/check.py").data)
    client.get("/ledger")
    proof = client.get(f"/r/{code}.json")
    file.write_bytes(proof.data)
    run = subprocess.run(
        [sys.executable, "-I", str(script), str(file)], capture_output=True, text=True, check=False
    )
    assert (run.returncode, "counted" in run.stdout) == (0, True), run.stderr
    file.write_text(proof.text.replace(code, codes.from_bytes(receipt(4))))
    assert checker.main([str(file)]) == 1
    with answered.database.reading() as session:
        row = session.scalars(sa.select(Response).where(Response.receipt == receipt(3))).one()
    page = client.get(f"/r/{code}").text
    for shown in (page, proof.text, client.get("/ledger?format=json").text):
        assert row.salt.hex() not in shown
        assert row.answers not in shown
        assert str(row.submitted_ms) not in shown
    assert proof.json is not None
    assert proof.json["head"]["root"] in page
    assert client.get(f"/r/{codes.from_bytes(b'y' * 10)}.json").status_code == 404


@pytest.mark.parametrize("console", ["ascii", "latin-1", "cp1252:strict"])
def test_the_checker_holds_on_a_console_that_cannot_show_chinese(
    answered: Site, tmp_path: Path, console: str
) -> None:
    client: FlaskClient = create_app(answered).test_client()
    code = codes.from_bytes(receipt(3))
    script, file = tmp_path / "ledger-check.py", tmp_path / "回执.json"
    script.write_bytes(client.get("/ledger/check.py").data)
    client.get("/ledger")
    proof = client.get(f"/r/{code}.json")
    for content, ends, said in (
        (proof.data, 0, b"counted"),
        (proof.data.replace(code.encode(), codes.from_bytes(receipt(4)).encode()), 1, b"not"),
        (b"[", 1, b"cannot be read"),
    ):
        file.write_bytes(content)
        run = subprocess.run(
            [sys.executable, str(script), str(file)],
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": console},
        )
        assert (run.returncode, said in run.stdout) == (ends, True), run.stderr
        assert b"Traceback" not in run.stderr


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditor:
    """Somebody outside who runs the checker as it is handed out, on all his files at once."""

    folder: Path
    key: str
    capsys: pytest.CaptureFixture[str]

    def judges(self, *files: object) -> tuple[int, str]:
        paths = [self.folder / f"file{number}.json" for number in range(len(files))]
        for path, file in zip(paths, files, strict=True):
            path.write_text(json.dumps(file), "utf-8")
        self.capsys.readouterr()
        exit_code = checker.main([*map(str, paths), "--key", self.key])
        return exit_code, self.capsys.readouterr().out


@pytest.fixture
def auditor(answered: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Auditor:
    key = public_key(answered.keys.signing())
    folder = tmp_path / "audited"
    folder.mkdir()
    return Auditor(folder=folder, key=key, capsys=capsys)


def forged(site: Site, **changes: object) -> Head:
    """Sign a head of another ledger with the office's own key, as whoever runs the server can."""
    head = published(sign(site), campaign_of(site)) | changes
    signature = site.keys.signing().sign(checker.signed_bytes(head))
    return head | {"signature": base64.b64encode(signature).decode()}


def test_two_roots_of_one_size_are_two_ledgers(answered: Site, auditor: Auditor) -> None:
    client = create_app(answered).test_client()
    client.get("/ledger")
    mine = client.get(f"/r/{codes.from_bytes(receipt(3))}.json").json
    assert auditor.judges(mine)[0] == 0
    exit_code, told = auditor.judges(mine, forged(answered, root="ab" * 32))
    assert (exit_code, "two roots for one size" in told) == (1, True)


def test_growth_is_believed_on_proof_alone(answered: Site, auditor: Auditor) -> None:
    client = create_app(answered).test_client()
    seal_of_today(answered, campaign=campaign_of(answered))
    first = kept(answered)[-1]
    with answered.database.writing() as session:
        code = poster_code_of(session)
    answer(answered, code, range(N, N + 100))
    tomorrow = replace(answered, clock=lambda: FIELDWORK + timedelta(days=1))
    seal_of_today(tomorrow, campaign=campaign_of(answered))
    second = kept(answered)[-1]
    exit_code, told = auditor.judges(first, second)
    assert (exit_code, "not proved" in told) == (1, True)
    grown = client.get(f"/ledger?campaign={CODE}&from={N}&to={N + 100}").json
    exit_code, told = auditor.judges(second, grown, first)
    assert (exit_code, f"one ledger: {CODE} {N} → {N + 100}" in told) == (0, True)
    # A head between the two that the proof passes over may be of another ledger.
    between = forged(answered, size=N + 50, root="ab" * 32)
    assert auditor.judges(first, second, grown, between)[0] == 1
    # The ledger's own page proves what its heads claim, day by day.
    page = create_app(tomorrow).test_client().get("/ledger?format=json")
    exit_code, told = auditor.judges(page.json, first)
    assert (exit_code, f"{N} → {N + 100}" in told) == (0, True)


def test_a_later_head_that_is_smaller_is_an_alarm(answered: Site, auditor: Auditor) -> None:
    now = published(sign(answered), campaign_of(answered))
    smaller = forged(answered, size=N - 5, time="2027-01-01T00:00:00Z")
    exit_code, told = auditor.judges(now, smaller)
    assert (exit_code, "a later head is smaller" in told) == (1, True)


def test_ten_thousand_receipts_verify_offline() -> None:
    leaves = [
        statement(campaign_code=CODE, index=n, receipt=receipt(n), salt=b"s" * 16, content=str(n))
        for n in range(10_000)
    ]
    hashes = [checker.leaf_hash(leaf) for leaf in leaves]
    top = root(hashes)
    levels = [hashes]
    while len(levels[-1]) > 1:  # every perfect subtree once, so that the test stays quick
        below = levels[-1]
        levels.append(
            [checker.node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)]
        )
    for index, leaf in enumerate(hashes):
        path = inclusion_path(lambda level, at: levels[level][at], index=index, size=10_000)
        assert len(path) <= 14
        assert checker.included(leaf=leaf, index=index, size=10_000, path=path, root=top)
    assert checker.node_hash(hashes[0], hashes[1]) == levels[1][0]


def test_the_close_is_sealed_by_a_head(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    open_anlan(site)
    answer(site, poster_code(site), range(3))
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    standing_at(monkeypatch, AFTERWARDS)
    closed = CliRunner().invoke(survey, ["campaign", "close", CODE])
    assert closed.exit_code == 0, closed.output
    [head] = kept(site)
    assert (head["size"], head["number"], head["previous"]) == (3, 1, checker.FIRST)
    again = CliRunner().invoke(survey, ["ledger", "head", CODE])
    assert json.loads(again.stdout)["previous"] == checker.head_digest(head)
    assert "演示数据" in again.stderr
