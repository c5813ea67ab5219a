"""Fault 37: a backup older than a head that somebody has is not restored in silence."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey.ledger import checker
from survey.ledger.heads_file import HEADS_FILE, read_heads_file
from survey.model import AuditEntry
from survey.site.installation import open_site
from tests.backup.conftest import Lived
from tests.factories import CODE


@pytest.fixture
def older(here: Lived) -> Path:
    """A backup after which two more answers came, under a head that was signed."""
    backup = here.backup("monday.backup")
    here.answered(2)
    here.succeeds("ledger", "head", CODE)
    return backup


def newest(lived: Lived) -> checker.Head:
    return list(read_heads_file(lived.home / HEADS_FILE).kept.values())[-1]


def written(lived: Lived, name: str, content: object) -> str:
    path = lived.passphrase.with_name(name)
    path.write_text(json.dumps(content), "utf-8")
    return str(path)


def test_any_head_that_somebody_kept_tells_how_much_is_missing(
    here: Lived, older: Path, elsewhere: Path
) -> None:
    ledger = here.client().get("/ledger?format=json").json  # signs one more
    head = newest(here)
    assert head["size"] == 5
    kept = here.passphrase.with_name("kept.jsonl")
    kept.write_bytes((here.home / HEADS_FILE).read_bytes())
    words = ("restore", str(older), *here.with_passphrase, "--to", str(elsewhere))
    for known in (
        ("--heads", written(here, "head.json", head)),
        ("--heads", written(here, "ledger.json", ledger)),
        ("--heads", str(kept)),
        ("--printed", checker.short_form(head)),
    ):
        told = here.refuses(*words, *known)
        assert "签名时有 5 份答卷，备份里只有 3 份，至少缺 2 份" in told
        assert "THE BACKUP IS OLDER" in told
        assert "counts 5 answers, the backup has 3: at least 2 are missing" in told
        assert checker.fingerprint(head) in told
        assert "--accept-loss" in told
    assert not elsewhere.exists()


def test_folders_of_heads_are_looked_at_too(here: Lived, older: Path, elsewhere: Path) -> None:
    folder = here.passphrase.with_name("auditor")
    folder.mkdir()
    (folder / "head.json").write_text(json.dumps(newest(here)), "utf-8")
    words = ("restore", str(older), *here.with_passphrase, "--to", str(elsewhere))
    for name in ("SURVEY_HEADS_WITNESSED", "SURVEY_HEADS_DROP"):
        told = here.refuses(*words, **{name: str(folder)})
        assert "at least 2 are missing" in told


def test_what_is_there_knows_better_than_an_older_backup(here: Lived, older: Path) -> None:
    """From the home's own file of heads, and from the database where that is gone."""
    words = ("restore", str(older), *here.with_passphrase, "--move-aside")
    assert "at least 2 are missing" in here.refuses(*words)
    (here.home / HEADS_FILE).unlink()
    told = here.refuses(*words)
    assert "SURVEY_DATABASE" in told
    assert "at least 2 are missing" in told


def test_a_broken_database_is_no_witness_and_in_nobody_s_way(here: Lived, older: Path) -> None:
    here.site.database.close()
    (here.home / HEADS_FILE).unlink()
    for ending in ("-wal", "-shm"):
        (here.home / f"survey.db{ending}").unlink(missing_ok=True)
    (here.home / "survey.db").write_bytes(b"not a database any more" * 100)
    done = here.succeeds("restore", str(older), *here.with_passphrase, "--move-aside")
    assert "cannot be read, its heads were not compared" in done.stderr
    [aside] = here.home.glob("before-*")
    assert (aside / "survey.db").read_bytes().startswith(b"not a database")


def test_a_loss_that_is_accepted_is_said_and_on_record(
    here: Lived, older: Path, elsewhere: Path
) -> None:
    known = ("--heads", written(here, "head.json", newest(here)), "--accept-loss")
    words = ("restore", str(older), *here.with_passphrase, "--to", str(elsewhere))
    done = here.succeeds(*words, *known)
    assert "at least 2 are missing" in done.stderr
    with open_site({"SURVEY_HOME": str(elsewhere)}) as restored:
        moved = replace(here, site=restored)
        with restored.database.reading() as session:
            asked = sa.select(AuditEntry).where(AuditEntry.action == "backup.restore")
            entry = session.scalars(asked).one()
        assert entry.detail["missing"] == 2
        [loss] = entry.detail["losses"]
        assert (loss["campaign"], loss["answers"]) == (CODE, 3)
        assert checker.fingerprint(newest(here)) in loss["head"]
        moved.answered(1)
        moved.succeeds("ledger", "head", CODE)
        # Whoever restores once more with the head of then is told that there are two histories.
        later = moved.backup("later.backup")
    told = here.refuses(
        "restore", str(later), *here.with_passphrase, "--to", f"{elsewhere}2", *known[:2]
    )
    assert "同一编号签了两部历史" in told
    assert "two histories were signed under one number" in told


def test_a_head_without_new_answers_is_a_head_that_is_missing(here: Lived, elsewhere: Path) -> None:
    backup = here.backup()
    here.succeeds("ledger", "head", CODE)
    known = ("--printed", checker.short_form(newest(here)))
    words = ("restore", str(backup), *here.with_passphrase, "--to", str(elsewhere), *known)
    assert "at least 0 are missing" in here.refuses(*words)


def test_what_is_no_newer_or_nobody_s_is_in_nobody_s_way(here: Lived, elsewhere: Path) -> None:
    head = newest(here)
    forged = {**head, "size": 900, "number": 90}
    backup = here.backup()
    words = ("restore", str(backup), *here.with_passphrase, "--to", str(elsewhere))
    assert "is not PRH:" in here.refuses(*words, "--printed", "PRH:yes")
    heads = (written(here, "head.json", head), written(here, "forged.json", forged))
    done = here.succeeds(*words, *(word for file in heads for word in ("--heads", file)))
    assert "not signed by the keys of the backup" in done.stderr
    assert "forged.json" in done.stderr


def test_a_campaign_that_the_backup_does_not_have_is_missed(
    here: Lived, older: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("survey.backup.making._campaigns", lambda _session: [])
        patched.setattr("survey.backup.making._content", lambda _path: b"")
        without = here.backup("without.backup")
    known = ("--heads", written(here, "head.json", newest(here)))
    words = ("restore", str(without), *here.with_passphrase, "--to", str(elsewhere), *known)
    assert "counts 5 answers, the backup has 0: at least 5" in here.refuses(*words)
