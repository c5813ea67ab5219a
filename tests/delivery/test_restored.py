"""What waited when a backup was made is not sent anew by whoever restores it, before a word."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.backup.sealing import Cost
from survey.cli import survey
from survey.site.installation import open_site
from tests.delivery.systems import Office, Receiver


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Cost.new
    monkeypatch.setattr(
        Cost, "new", lambda: replace(new(), time_cost=1, memory_kib=32, parallelism=1)
    )


def test_a_restored_installation_sends_nothing_before_somebody_says_so(
    office: Office, receiver: Receiver, tmp_path: Path
) -> None:
    number = office.sends_to(receiver)
    office.catch_up(number)
    passphrase = tmp_path / "passphrase"
    passphrase.touch(mode=0o600)
    passphrase.write_text("correct horse battery", "utf-8")
    made, home = tmp_path / "all.backup", tmp_path / "restored"
    known = {
        "SURVEY_HOME": str(office.site.settings.home),
        "SURVEY_DATABASE": office.site.settings.database_url,
    }

    def run(*words: str) -> Result:
        told = CliRunner().invoke(survey, [*words, "--passphrase-file", str(passphrase)], env=known)
        assert told.exit_code == 0, (told.output, told.exception)
        return told

    run("backup", str(made))
    assert office.send_due() == 1
    said = run("restore", str(made), "--to", str(home)).output
    assert "1 个送达地址已停用" in said
    with open_site({"SURVEY_HOME": str(home)}) as site:
        restored = Office(site, office.clock)
        restored.allow(receiver.host)
        assert [each.state for each in restored.deliveries] == ["waiting"]
        assert restored.send_due() == 0
        assert len(receiver.got) == 1
        restored.start(number)
        assert restored.send_due() == 1
