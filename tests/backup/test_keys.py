"""Keys apart, keys lost, and keys that were destroyed and stay so."""

import shutil
from pathlib import Path

import pytest

from survey.site.installation import open_site
from survey.site.keys import Keys
from tests.backup.conftest import Lived
from tests.factories import CODE


@pytest.fixture
def keyless(here: Lived) -> Path:
    return here.backup("keyless.backup", "--without-keys")


def test_without_keys_it_says_what_cannot_be_done(
    here: Lived, keyless: Path, elsewhere: Path
) -> None:
    signing = (here.home / "keys" / "signing.pem").read_bytes()
    told = here.refuses("restore", str(keyless), *here.with_passphrase, "--to", str(elsewhere))
    assert "备份不含密钥" in told
    assert "receipts are not found" in told
    assert not list((elsewhere / "keys").iterdir())
    there = {"SURVEY_HOME": str(elsewhere), "SURVEY_DATABASE": f"sqlite:///{elsewhere}/survey.db"}
    assert "密钥文件缺失" in here.refuses("verify", **there)
    shutil.copytree(here.home / "keys", elsewhere / "keys", dirs_exist_ok=True)
    assert (elsewhere / "keys" / "signing.pem").read_bytes() == signing
    assert f"{CODE} 与封存时一致" in here.succeeds("verify", **there).stdout


def test_keys_that_were_kept_apart_are_given(here: Lived, keyless: Path, elsewhere: Path) -> None:
    apart = here.passphrase.with_name("apart")
    shutil.copytree(here.home / "keys", apart)
    words = ("restore", str(keyless), *here.with_passphrase, "--to", str(elsewhere))
    done = here.succeeds(*words, "--keys", str(apart))
    assert f"{CODE} 与封存时一致" in done.stdout
    assert not [path for path in (elsewhere / "keys").iterdir() if path.stat().st_mode & 0o077]


def test_an_empty_folder_of_keys_is_refused(here: Lived, keyless: Path, elsewhere: Path) -> None:
    empty = here.passphrase.with_name("empty")
    empty.mkdir()
    words = ("restore", str(keyless), *here.with_passphrase, "--to", str(elsewhere))
    assert "the folder given by --keys has none" in here.refuses(*words, "--keys", str(empty))
    assert not elsewhere.exists()


def test_a_key_that_was_destroyed_does_not_come_back(here: Lived) -> None:
    backup = here.backup()
    name = Keys.name_of_campaign(CODE)
    assert here.site.keys.destroy_campaign(CODE)
    here.site.database.close()
    done = here.succeeds("restore", str(backup), *here.with_passphrase, "--move-aside")
    assert f"{name} 早已销毁，没有恢复" in done.stderr
    with open_site({"SURVEY_HOME": str(here.home)}) as restored:
        assert restored.keys.is_destroyed(name)
        assert not restored.keys.has_campaign(CODE)
    assert not list(here.home.glob("keys/campaign-*.key"))


def test_a_mark_of_a_destroyed_key_is_in_the_backup(here: Lived, elsewhere: Path) -> None:
    assert here.site.keys.destroy_campaign(CODE)
    apart = here.passphrase.with_name("apart")
    shutil.copytree(here.home / "keys", apart)
    (apart / Keys.name_of_campaign(CODE)).write_bytes(b"kept by somebody all the same")
    backup = here.backup("keyless.backup", "--without-keys")
    words = ("restore", str(backup), *here.with_passphrase, "--to", str(elsewhere))
    here.succeeds(*words, "--keys", str(apart))
    with open_site({"SURVEY_HOME": str(elsewhere)}) as restored:
        assert restored.keys.is_destroyed(Keys.name_of_campaign(CODE))
        assert not restored.keys.has_campaign(CODE)


def test_keys_of_another_installation_are_refused_by_name(
    here: Lived, keyless: Path, elsewhere: Path
) -> None:
    apart = here.passphrase.with_name("apart")
    Keys(apart).make()
    words = ("restore", str(keyless), *here.with_passphrase, "--to", str(elsewhere))
    told = here.refuses(*words, "--keys", str(apart))
    assert "signing.pem" in told
    assert "is not the key the database was made with" in told
