"""Behind PgBouncer, which lends a connection for a transaction, everything does what it did."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from survey import cli
from survey.app import create_app
from survey.site.database import Database
from survey.site.installation import upgrade_site
from tests.factories import CODE
from tests.journeys.test_crashes import FORM, hold, ready

N_REPEATS = 12  # the driver prepares what it is asked for the sixth time


@pytest.fixture
def pooled_url(postgresql_url: str) -> Iterator[str]:
    """The address of a fresh database through a pooler that has one connection to lend."""
    # Not in the test's own folder, which is shut to the user that it serves as.
    with TemporaryDirectory(prefix="survey-pooler-") as folder:
        Path(folder).chmod(0o755)
        settings, port = _settings(postgresql_url, Path(folder))
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen([*_as_nobody(), _pooler(), settings], stdout=log, stderr=log)
        asked = {"drivername": "postgresql+psycopg", "username": "postgres", "host": "127.0.0.1"}
        url = sa.URL.create(**asked, port=port, database=sa.make_url(postgresql_url).database)
        try:
            _wait(port, Path(folder) / "log")
            yield url.render_as_string()
        finally:
            server.terminate()
            server.wait(20)


def _pooler() -> str:
    found = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if found is None:
        why = "no pgbouncer: apt-get install pgbouncer"
        if os.environ.get("SURVEY_REQUIRE_PGBOUNCER"):
            pytest.fail(why)
        pytest.skip(why)
    return found


def _as_nobody() -> list[str]:
    """Return what starts a program that refuses to serve as root."""
    if os.geteuid():
        return []
    # The server's socket lies in a folder that is shut to others.
    reaching = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *reaching]


def _settings(url: str, folder: Path) -> tuple[Path, int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    asked = sa.make_url(url)
    host = asked.host or asked.query["host"]
    path = folder / "pgbouncer.ini"
    path.write_text(
        f"""[databases]
* = host={host} port={asked.port or 5432} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
query_wait_timeout = 10
"""
    )
    return path, port


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(log.read_text())


def test_two_that_share_a_connection_do_not_meet_each_others_statements(pooled_url: str) -> None:
    mine, yours = Database(pooled_url), Database(pooled_url)
    for number in range(N_REPEATS):
        for database in (mine, yours):
            with database.writing() as session:  # what is rolled back is forgotten
                asked = sa.select(sa.literal(number) + sa.bindparam("one", 1))
                assert session.scalar(asked, {"one": 1}) == number + 1
    for database in (mine, yours):
        database.close()


def test_without_a_pooler_statements_are_prepared(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        assert driver.prepare_threshold == 5
    database.close()


def test_an_installation_is_made_answered_and_audited_behind_a_pooler(
    pooled_url: str, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with upgrade_site({"SURVEY_HOME": str(home), "SURVEY_DATABASE": pooled_url}) as site:
        phones = ready(site)
        web = create_app(site).test_client(use_cookies=False)
        for number in range(N_REPEATS):
            receipt, body = phones.form(Random(number))
            assert web.post(phones.address, data=body, headers=FORM).status_code == 200
            phones.acknowledged.add(receipt)
        hold(site, phones, sent=phones.sent)
    here = {"SURVEY_HOME": str(home), "SURVEY_DATABASE": pooled_url}
    secret = tmp_path / "passphrase"
    secret.write_text("a passphrase of a test\n")
    secret.chmod(0o600)
    sealed = ["backup", str(tmp_path / "all.backup"), "--passphrase-file", str(secret)]
    for words in (["ledger", "head", CODE], ["ledger", "audit", CODE], sealed):
        ran = CliRunner().invoke(cli.survey, words, env=here)
        assert ran.exit_code == 0, ran.output
