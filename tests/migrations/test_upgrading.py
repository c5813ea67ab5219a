"""Databases of every revision become today's: whole, once, or not at all."""

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import event

from survey import cli, codes
from survey.feedback.tickets import cases_under
from survey.model import Base, Case, Response, Sitting
from survey.problems import Refused
from survey.site import schema
from survey.site.database import Database
from survey.site.names import names_in, names_of
from tests.factories import CODE
from tests.migrations.conftest import MakeKept
from tests.migrations.keeping import HEAD, KEPT, MIGRATIONS, KeptDatabase, rows_in
from tests.migrations.killing import is_reading

pytestmark = pytest.mark.slow

# Whoever has a database of a version would not get what is added to it later.
FROZEN = {
    "0001_first_tables.py": "b7f9d18bb3d3186220394bee449e01adcbfa45e109abb6c2d976b7838c5393fd",
    "0002_hold_answers_to_their_campaign.py": (
        "ad148a89d2d07838f2dc4c8a93d4692298688e220602cf3984fc6f34104d6c3a"
    ),
    "0003_seal_records.py": "d7a9da979755b87bc539ef773d9029bf6b7038f60d84c13c449fca986b875cc3",
    "0004_name_the_installation_and_note_its_keys.py": (
        "2699a8861220866f3bcad65048be0fc47f1139021245cd6052be05e831d88062"
    ),
    "0005_chain_the_heads_of_the_ledger.py": (
        "b34b13c545f9772dc10a5900e8cf83c588beaf6f142f8c7e2f9c1b09305800e1"
    ),
    "0006_keep_the_door_of_the_office.py": (
        "a27d049cd58b19f2707cebe3a444cef277d3ab32b7865ff9c445a325de3f370b"
    ),
    "0007_ask_for_what_takes_two_persons.py": (
        "80d04e5476272832f789768c02589bec04d50c0afdd79a678794d0267b663ab3"
    ),
    "0008_let_a_duration_be_unknown.py": (
        "f3089ea3c46904d0a918fa9d09f6519ae6d639f13b581ee1fb514a6c10f60916"
    ),
    "0009_anonymous_answers.py": "0737b061c988974c71a0fbf421a472eae73fb1d24ba897aec7e7a27b358e4762",
    "0010_let_auditors_in_and_the_audit_be_read.py": (
        "f5324bf258a88938589f7bd3b4e0d806eadb33451c0aae498fb761c7660a4448"
    ),
    "0011_tell_collected_answers_from_codes_issued.py": (
        "894a0733a1303f8d569bcd44f925b8c263172053d505cf0ce6aca2cac6f345b0"
    ),
    "0012_keep_paper_sheets_that_wait_for_a_second_person.py": (
        "b11537521c1cb54e8d89cb4cdf0887e86bd48c389343629cf733be48979c49dc"
    ),
    "0013_count_attempts_to_reach_invited_people.py": (
        "3f743d015fb53187f7a8eba99d851d359b9bf429e56cd76daacf266d6c76581c"
    ),
    "0014_keep_reminders_and_bulletins.py": (
        "21e7dd729a61e465e51b268e173df78e4600bde860501a9768229c7fa24c0a7e"
    ),
    "0015_count_pages_served_and_handed_in.py": (
        "9967ebb1c13cb620272aa8181f0ac5c4b8734478d2028dee4f2feccd5ea1eb7d"
    ),
    "0016_count_codes_and_answers_where_pages_read_them.py": (
        "39b5630c456b87ed3bd065dd4839eee5c66d124f21c212e458e07c0b8be35ae1"
    ),
    "0017_keep_what_residents_words_are_and_which_are_alike.py": (
        "296835dcafd286486aa60be4eb03895e1b5cc39ad8f1ccf1f3a8cdda8013c581"
    ),
    "0018_keep_case_files_of_answers_and_what_people_decide_on_them.py": (
        "d7d6741f46c2959a3adf104caeb32477b040bb991e147b2bf8775cf37a60ef2c"
    ),
    "0019_keep_verification_calls.py": (
        "ad05affc0812933ff0e5b860b7eedb7a424b4a1b07fa9f64050504a5fc708d22"
    ),
    "0020_keep_templates_of_documents_that_an_office_uploads.py": (
        "2c2fc3721951b537c4b5d8e214d431ee25428beb4838b4360864ac11388cc82e"
    ),
    "0021_keep_appeals_of_units_and_what_becomes_of_them.py": (
        "5e7ace9aeb7dee175ff24954743314a8e8dd7b09e0773ba5ac11e05ae04cc38d"
    ),
    "0022_keep_what_inspectors_found_at_units.py": (
        "295d094dda9667a70f8cad5013bd6b860989d27dbbdc6d504e8efd32abcbd427"
    ),
    "0023_let_other_systems_take_scores_and_say_so.py": (
        "06e211fdb074bdcaf4921ca8f9253e119311479c6258cc8cdea6e3b354a0aef3"
    ),
    "0024_send_releases_to_other_systems.py": (
        "98e0db1427488bf65fead24f10c43688f80f902a316e94c058260171a97579b0"
    ),
    "0025_commit_one_time_codes_before_anybody_answers_by_them.py": (
        "44b8dce2b6a3d57a9931544d32643df947e67df9f7328a38a3dacb9c8d36e4cd"
    ),
    "0026_keep_what_witnesses_signed.py": (
        "394f9c134e1cbd93a8c06419438dea8da585d3566d02e76a0082615672852d3e"
    ),
    "0027_keep_counties_keys_and_their_releases.py": (
        "98ae1aaa5dc7b4c4238c823c013afa637d9673cb0810f830c3eb254cc6a05bee"
    ),
    "0028_keep_monthly_totals_of_another_rating_system_beside_units.py": (
        "390f75b23d1ad798b2cf68e450ebaaa9dc9138b79e138d3e0992ebbaeaccefd8"
    ),
    "0029_keep_jobs_that_are_done_beside_the_requests.py": (
        "425700faa0851b5218bf2343f05b5155ac6a3550b8f92260d59bd043a54dabf4"
    ),
    "0030_remind_half_of_a_batch_by_lot.py": (
        "37dd9810962df94a4d91a24978fee51563fcf86d37d2493f345790b630a5fc71"
    ),
    "0031_find_answers_and_cases_by_smaller_indexes.py": (
        "71fc8200de36f3b788c908638b301fc6df4b5730a0ff4a815e2f820a30b39f69"
    ),
}


def survey(*words: str) -> str:
    done = CliRunner().invoke(cli.survey, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def content(kept: KeptDatabase, database: Database) -> bool:
    """Tell whether all rows that were kept are there as they were."""
    with database.engine.connect() as connection:
        found = rows_in(connection, kept)
    for name, rows in kept.tables.items():
        assert sorted(map(repr, found[name])) == sorted(map(repr, rows)), name
    return True


def receipts_open_their_cases(database: Database) -> bool:
    """Tell whether what residents held before cases had numbers of their own still opens them."""
    query = sa.select(Case.code, sa.func.coalesce(Sitting.receipt, Response.receipt))
    query = query.join(Response, Response.id == Case.response_id)
    query = query.outerjoin(Sitting, Sitting.invitation_id == Response.sitting_id)
    with database.reading() as session:
        rows = session.execute(query).all()
        opened = [
            code in {case.code for _of, case in cases_under(session, codes.from_bytes(receipt))}
            for code, receipt in rows
        ]
    return bool(opened) and all(opened)


def test_no_version_is_ever_edited_and_each_is_kept_filled() -> None:
    versions = sorted((MIGRATIONS / "versions").glob("*.py"))
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in versions}
    assert found == FROZEN
    assert [name[:4] for name in FROZEN] == KEPT


def test_the_head_file_names_the_only_head() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_current_head() == HEAD  # alembic refuses to name one of several
    told = [script.revision for script in scripts.walk_revisions()]
    assert list(schema._revisions()) == told[::-1]  # the program goes by the names of the files
    assert (MIGRATIONS / ".current-head").read_text("utf-8") == f"{HEAD}\n"


@pytest.mark.parametrize("revision", KEPT)
def test_every_table_of_a_revision_is_kept_with_rows(revision: str) -> None:
    kept = KeptDatabase.read(revision)
    assert {name.table for name in schema._names_at(revision)} == set(kept.tables)
    assert all(kept.tables.values())


@pytest.mark.parametrize("revision", KEPT)
def test_a_filled_database_of_each_revision_is_upgraded_and_read(
    revision: str, make_kept: MakeKept, database: Database, tmp_path: Path
) -> None:
    kept = make_kept(revision)
    survey("init")
    with database.engine.connect() as connection:
        found = {name for name in names_in(connection) if name.table != "alembic_version"}
        assert found == names_of(Base.metadata)
        if database.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
            tables = connection.exec_driver_sql("SELECT name, strict FROM pragma_table_list")
            assert {row.strict for row in tables if row.name in Base.metadata.tables} == {1}
    assert content(kept, database)
    assert revision >= "0009" or receipts_open_their_cases(database)
    assert f"{CODE}  released" in survey("campaign", "status", CODE)
    assert "the ledger holds" in survey("ledger", "audit", CODE)
    document = tmp_path / "scores.json"
    survey("export", CODE, "--format", "json", "--out", str(document))
    assert document.read_text("utf-8") == kept.tables["release"][0]["document"]


def test_a_process_killed_half_way_leaves_all_to_the_next(
    make_kept: MakeKept, database: Database
) -> None:
    kept = make_kept("0001")
    run = subprocess.run(
        [sys.executable, "-m", "tests.migrations.killing"],
        check=True,
        capture_output=True,
        text=True,
        cwd=MIGRATIONS.parent,
    )
    found = run.stdout.split()
    assert len(found) > 8
    assert set(found[:-1]) == {"0001"}
    assert found[-1] == HEAD
    assert content(kept, database)
    schema.check_current(database)


@pytest.mark.parametrize("kept_url", ["sqlite"], indirect=True)
def test_the_files_after_any_statement_are_those_of_before(
    make_kept: MakeKept, database: Database, tmp_path: Path
) -> None:
    kept, copies = make_kept("0001"), []

    @event.listens_for(database.engine, "after_cursor_execute")
    def copy(_connection: object, _cursor: object, statement: str, *_about: object) -> None:
        if not is_reading(statement):
            folder = tmp_path / f"{len(copies)}"
            folder.mkdir()
            for file in tmp_path.glob("survey.db*"):
                shutil.copy(file, folder)
            copies.append(folder / "survey.db")

    schema.upgrade(database)
    assert len(copies) > 200
    for number, path in enumerate(copies):
        left = Database(f"sqlite:///{path}")
        with left.engine.connect() as connection:
            assert schema._revision(connection) == "0001", number
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        if number % 60 == 0:
            schema.upgrade(left)
            assert content(kept, left)
        left.close()
        shutil.rmtree(path.parent)


def test_of_two_upgrading_at_once_one_waits_for_the_other(
    make_kept: MakeKept, database: Database
) -> None:
    kept = make_kept("0001")
    with database.altering():
        other = subprocess.Popen(
            [sys.executable, "-m", "survey", "init"], stderr=subprocess.PIPE, text=True
        )
        time.sleep(4)
        assert other.poll() is None
    schema.upgrade(database)  # for the lock that is free now, against the other
    told = other.communicate()[1]
    assert other.returncode == 0, told
    assert content(kept, database)
    schema.check_current(database)


def test_an_upgrade_that_would_break_a_reference_changes_nothing(
    make_kept: MakeKept, database: Database
) -> None:
    kept = make_kept("0001")
    with database.engine.connect() as connection:
        number = connection.execute(sa.text("SELECT max(id) FROM response")).scalar_one()
    spoil = sa.text(f"UPDATE response SET group_code = 'G9' WHERE id = {number}")
    with database.writing() as session:
        session.execute(spoil)
    with pytest.raises(Refused) as refused:
        schema.upgrade(database)
    told = refused.value
    assert ("表 response" if database.is_sqlite else "升级未进行") in told.text("zh")
    named = f"row {number} of the table response" if database.is_sqlite else "response"
    assert named in told.text("en")
    assert "nothing was changed" in told.text("en")
    with database.engine.connect() as connection:
        assert schema._revision(connection) == "0001"
        found = rows_in(connection, kept)["response"]
    assert len(found) == len(kept.tables["response"])


@pytest.mark.parametrize("kept_url", ["postgresql"], indirect=True)
def test_a_lock_that_cannot_be_had_is_told_in_words(
    make_kept: MakeKept, database: Database
) -> None:
    make_kept("0001")
    other = Database(database.engine.url.render_as_string(hide_password=False))
    with other.writing() as session:
        session.execute(sa.text("SELECT 1 FROM response LIMIT 1"))
        with pytest.raises(Refused, match="stop the server and try again"):
            schema.upgrade(database)
    other.close()
    schema.upgrade(database)


def test_a_new_version_is_numbered_and_rewrites_the_head(tmp_path: Path) -> None:
    copy = shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    words = [sys.executable, str(copy / "new_revision.py"), "Say what is new."]
    run = subprocess.run(words, check=True, capture_output=True, text=True, cwd=MIGRATIONS.parent)
    number = f"{int(HEAD) + 1:04}"
    written = copy / "versions" / f"{number}_say_what_is_new.py"
    assert run.stdout.splitlines()[-1] == str(written)
    assert (copy / ".current-head").read_text("utf-8") == f"{number}\n"
    said = written.read_text("utf-8")
    assert said.startswith('"""Say what is new.\n')
    assert f'revision = "{number}"\ndown_revision = "{HEAD}"\n' in said
    assert "    pass\n" in said  # the models have nothing that the migrations have not
