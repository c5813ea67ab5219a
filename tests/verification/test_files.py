"""`survey verify`: of an installation, and of files without one."""

import json
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from survey.ledger.head import public_key
from survey.model import Response
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.demonstrated import CODE, answered
from tests.verification.homes import opened, run


def exported(home: Path, tmp_path: Path) -> Path:
    file = tmp_path / "scores.json"
    assert run(home, "export", CODE, "--format", "json", "--out", str(file)).exit_code == 0
    return file


def test_a_release_is_checked_by_itself_and_against_a_head(
    home_of: Callable[[str], Path], tmp_path: Path
) -> None:
    home = home_of("released")
    file, head = exported(home, tmp_path), tmp_path / "head.json"
    head.write_text(run(home, "ledger", "head", CODE).stdout, "utf-8")
    key = public_key(opened(home).keys.signing())
    nowhere = tmp_path / "nowhere"
    alone = run(nowhere, "verify", str(file), "--key", key)
    assert alone.exit_code == 0, alone.exception
    assert "signature holds" in alone.output
    assert "not compared with a head" in alone.output
    together = run(nowhere, "verify", str(file), str(head), "--key", key)
    assert "as the head says" in together.output
    document = json.loads(file.read_text("utf-8"))
    document["units"][0]["n"] += 1
    file.write_text(json.dumps(document), "utf-8")
    changed = run(nowhere, "verify", str(file), "--key", key)
    assert changed.exit_code == 1
    assert "signature is wrong" in str(changed.exception)
    assert not nowhere.exists()


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[1]", "utf-8")
    told = run(tmp_path, "verify", str(tmp_path / "a.json"))
    assert told.exit_code == 1
    assert "a.json" in str(told.exception)


def test_both_databases_are_verified_and_tell_that_they_changed(each_site: Site) -> None:
    answered(each_site, n=60)
    assert verify(each_site) == []
    before = each_site.database.version()
    assert each_site.database.version() == before
    with each_site.database.writing() as session:
        session.execute(sa.update(Response).where(Response.leaf_index == 3).values(age=5))
    assert each_site.database.version() != before
    found = verify(each_site)
    assert "leaf 3 was changed" in found[0].en
    assert found[0].field == f"{CODE} ledger"
