"""A backup made while residents answer brings everything back, on either database."""

import base64
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.auditing.names import names_in
from survey.auditing.sentences import sentence
from survey.backup import container, making, rows
from survey.backup.sealing import Cost
from survey.ledger import checker
from survey.model import Account, AuditEntry, Base, Comment, OfficeSession, Response
from survey.site import schema
from survey.site.database import Database
from survey.site.installation import Site, open_site
from survey.verification.whole import verify
from tests.backup.conftest import PASSPHRASE, Lived
from tests.factories import CODE, in_fieldwork
from tests.officials import signed_in
from tests.respond.factories import thanked
from tests.respond.test_resident_page import send

WORDS = "窗口排队要两个小时"


def opened(home: Path, url: str = "") -> Site:
    environment = {"SURVEY_HOME": str(home)} | ({"SURVEY_DATABASE": url} if url else {})
    return open_site(environment)


def all_rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is kept; what a restore itself adds is left out."""
    added = {"audit_entry", "audit_tail", "office_session"}
    with database.reading() as session:
        return {
            table.name: sorted(map(tuple, session.execute(sa.select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in added
        }


def deeds(site: Site, action: str) -> list[AuditEntry]:
    with site.database.reading() as session:
        return list(session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action)))


def test_a_backup_made_while_residents_answer_is_whole(each: Lived, elsewhere: Path) -> None:
    before = each.answered(3)
    each.succeeds("ledger", "head", CODE)
    answering, stop, failed = Event(), Event(), list[BaseException]()

    def answer() -> None:
        try:
            while not stop.is_set():
                each.answered(1)
                answering.set()
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    resident = Thread(target=answer)
    resident.start()
    assert answering.wait(30)
    backup = each.backup()
    stop.set()
    resident.join()
    assert failed == []
    done = each.succeeds("restore", str(backup), *each.with_passphrase, "--to", str(elsewhere))
    assert f"{CODE} 与封存时一致" in done.stdout
    with opened(elsewhere) as restored, restored.database.reading() as session:
        n = session.scalar(sa.select(sa.func.count(Response.id)))
        assert n is not None
        assert n >= len(before) + 1
        resident_there = create_app(replace(restored, clock=in_fieldwork)).test_client()
        assert verify(restored) == []
        for receipt in before:
            assert resident_there.get(f"/r/{receipt}").status_code == 200
            proof = resident_there.get(f"/r/{receipt}.json").json
            assert proof is not None
            assert "已计入" in checker.check_receipt(proof)


def test_a_lost_home_comes_back_and_a_receipt_is_still_proved(here: Lived) -> None:
    """The drill: everything of the machine is gone but the file and the passphrase."""
    [receipt] = here.answered(1)
    proof = here.client().get(f"/r/{receipt}.json").json
    here.succeeds("ledger", "head", CODE)
    held, backup = all_rows(here.site.database), here.backup()
    here.site.database.close()
    shutil.rmtree(here.home)
    here.succeeds("restore", str(backup), *here.with_passphrase)
    assert backup.stat().st_mode & 0o077 == 0
    assert not [path for path in here.home.rglob("*.key") if path.stat().st_mode & 0o077]
    with opened(here.home) as restored:
        assert all_rows(restored.database) == held
        resident = create_app(replace(restored, clock=in_fieldwork)).test_client()
        again = resident.get(f"/r/{receipt}.json").json
        assert again is not None
        assert proof is not None
        assert (again["leaf"], again["receipt"]) == (proof["leaf"], proof["receipt"])
        assert "已计入" in checker.check_receipt(again)
        web = create_app(restored).test_client()
        assert web.get("/readyz").status_code == 200


def test_both_deeds_are_on_record_in_words(here: Lived, elsewhere: Path) -> None:
    backup = here.backup()
    [made] = deeds(here.site, "backup.make")
    assert (made.detail["answers"], made.detail["keys"]) == (3, True)
    here.succeeds("restore", str(backup), *here.with_passphrase, "--to", str(elsewhere))
    with opened(elsewhere) as restored:
        [back] = deeds(restored, "backup.restore")
        assert back.detail["missing"] == 0
        app = create_app(restored)
        with app.test_request_context(), restored.database.reading() as session:
            told = sentence(back, names_in(session, [back], lang="zh", deeds={}))
    assert told.endswith("缺0份答卷")


def test_what_comes_back_from_sqlite_goes_on_in_postgresql(
    here: Lived, elsewhere: Path, postgresql_url: str
) -> None:
    held, backup = all_rows(here.site.database), here.backup()
    there = {"SURVEY_HOME": str(elsewhere), "SURVEY_DATABASE": postgresql_url}
    emptied(postgresql_url)
    here.succeeds("restore", str(backup), *here.with_passphrase, **there)
    with opened(elsewhere, postgresql_url) as restored:
        assert all_rows(restored.database) == held
        moved = replace(here, site=restored)
        moved.answered(2)
        assert verify(restored) == []
        moved.succeeds("ledger", "head", CODE)
    assert "--move-aside" in here.refuses("restore", str(backup), *here.with_passphrase, **there)
    aside = ("--move-aside", "--accept-loss")
    here.succeeds("restore", str(backup), *here.with_passphrase, *aside, **there)
    with opened(elsewhere, postgresql_url) as restored:
        assert all_rows(restored.database) == held
        with restored.database.reading() as session:
            inspected = sa.inspect(session.connection())
            [schema_aside] = [n for n in inspected.get_schema_names() if n.startswith("before_")]
            asked = sa.text(f"SELECT count(*) FROM {schema_aside}.response")
            assert session.scalar(asked) == 5


def emptied(url: str) -> None:
    """Take away the tables that the tests' databases come with."""
    database = Database(url)
    with database.altering() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    database.close()


def test_a_backup_of_an_older_program_is_upgraded(
    here: Lived, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = "0025"  # whose tables since are empty here
    had = {(each.table, each.name) for each in schema._names_at(older) if each.kind == "column"}
    tables = [
        sa.Table(
            table.name,
            sa.MetaData(),
            *(
                sa.Column(column.name, column.type, primary_key=column.primary_key)
                for column in table.columns
                if (table.name, column.name) in had
            ),
        )
        for table in Base.metadata.sorted_tables
        if any(name == table.name for name, _column in had)
    ]
    assert len(tables) < len(Base.metadata.tables)
    with monkeypatch.context() as patched:
        patched.setattr(rows, "tables", lambda: tables)
        patched.setattr(schema, "revision_now", lambda: older)
        backup = here.backup()
    here.succeeds("restore", str(backup), *here.with_passphrase, "--to", str(elsewhere))
    with opened(elsewhere) as restored:
        assert all_rows(restored.database) == all_rows(here.site.database)


def test_nobody_stays_signed_in(here: Lived, elsewhere: Path) -> None:
    signed_in(create_app(here.site), "admin")
    backup = here.backup()
    here.succeeds("restore", str(backup), *here.with_passphrase, "--to", str(elsewhere))
    with opened(elsewhere) as restored, restored.database.reading() as session:
        sessions = list(session.scalars(sa.select(OfficeSession)))
        assert sessions
        assert all(each.ended_at for each in sessions)


def test_nothing_of_a_person_stands_in_the_file_unsealed(here: Lived) -> None:
    """Fault 40: a canary for answers, words, receipts, accounts, keys."""
    assert thanked(send(here.client(), here.poster, comment=WORDS))
    [receipt] = here.answered(1)
    content = here.backup().read_bytes()
    with here.site.database.reading() as session:
        assert session.scalar(sa.select(Comment.text).where(Comment.text == WORDS)) == WORDS
        account = session.scalars(sa.select(Account)).first()
        assert account is not None
        assert account.password_hash
        leaf = session.scalars(sa.select(Response.salt)).first()
    keys = [path.read_bytes() for path in (here.home / "keys").iterdir()]
    assert leaf is not None
    secrets = [
        *(receipt.encode(), WORDS.encode(), account.password_hash.encode(), leaf, *keys),
        *(account.name.encode(), base64.b64encode(leaf), here.poster.encode()),
        PASSPHRASE.encode(),
    ]
    assert [secret for secret in secrets if secret in content] == []


def test_the_home_comes_back_without_what_is_not_its_content(here: Lived, elsewhere: Path) -> None:
    (here.home / "server.log").write_text("a line")
    (here.home / "fonts").mkdir()
    (here.home / "fonts" / "county.ttf").write_bytes(b"a font")
    first = here.backup()
    shutil.copy(first, here.home / "monday.backup")
    here.succeeds("restore", str(here.backup("b")), *here.with_passphrase, "--to", str(elsewhere))
    found = {path.relative_to(elsewhere).as_posix() for path in elsewhere.rglob("*")}
    assert "fonts/county.ttf" in found
    assert not found & {"server.log", "monday.backup"}
    same = ("heads.jsonl", "installation.id", "keys/signing.pem", f"keys/campaign-{CODE}.key")
    for name in same:
        assert (elsewhere / name).read_bytes() == (here.home / name).read_bytes(), name


def test_the_manifest_tells_what_and_when_without_the_passphrase(here: Lived) -> None:
    with zipfile.ZipFile(here.backup()) as archive:
        manifest = json.loads(archive.read(container.MANIFEST))
        assert "survey restore" in archive.read(container.README).decode()
    [campaign] = manifest["campaigns"]
    assert (campaign["id"], campaign["answers"]) == (CODE, 3)
    assert checker.check_head(campaign["head"], manifest["public_keys"][0])
    assert manifest["tables"]["response"] == 3
    assert manifest["schema"] == schema.revision_now()
    assert {part["name"] for part in manifest["parts"]} >= {making.FILES, making.KEYS}


def test_a_try_at_the_passphrase_costs_what_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    cost = Cost.new()
    assert (cost.time_cost, cost.memory_kib) == (3, 65_536)
    assert Cost.new().salt != cost.salt


@pytest.mark.parametrize(
    "said", [{"memory_kib": 1 << 24}, {"time_cost": 10_000}, {"algorithm": "none"}]
)
def test_a_file_cannot_ask_for_more_than_there_is(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"argon2id|none"):
        Cost.read({**Cost.new().told(), **said})


def test_an_installation_served_read_only_is_backed_up_all_the_same(
    here: Lived, elsewhere: Path
) -> None:
    """It is evidence; that it cannot be put on record is said."""
    with here.site.database.writing() as session:
        session.execute(sa.text("DELETE FROM tree_head WHERE id = (SELECT max(id) FROM tree_head)"))
    path = here.passphrase.with_name("evidence.backup")
    done = here.succeeds("backup", str(path), *here.with_passphrase)
    assert "not on record" in done.stderr
    assert deeds(here.site, "backup.make") == []
    told = here.refuses("restore", str(path), *here.with_passphrase, "--to", str(elsewhere))
    assert "an older database was restored, or heads were removed" in told
