"""The package of a release: what is in it, who may have it, and that honest ones are accepted."""

import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey.exchange.package.making import make_package
from survey.fieldwork.campaigns import find_campaign
from survey.ledger.checker import short_form
from survey.model import AuditEntry, Campaign, TreeHead
from survey.problems import Refused
from survey.site.installation import Site
from tests.demonstrated import CODE, released
from tests.exchange.package.forging import Files, opened, resigned, signed_anew, zipped
from tests.exchange.package.made import ASKED_BY, command, exported, made
from tests.exchange.package.programs import STANDALONE, ours, theirs

pytestmark = pytest.mark.slow


def _deeds(site: Site) -> list[tuple[str, str]]:
    with site.database.reading() as session:
        entries = sa.select(AuditEntry.action, AuditEntry.by).order_by(AuditEntry.id)
        return [(action, by) for action, by in session.execute(entries)]


def test_one_release_is_one_package_and_holds_what_is_given_out_otherwise(
    site: Site, tmp_path: Path
) -> None:
    released(site, n=900)
    first = exported(site, tmp_path / "first.zip")
    assert exported(site, tmp_path / "again.zip", "--number", "1") == first
    files = opened(first)
    scores, folder = tmp_path / "scores.json", tmp_path / "folder"
    assert command(site, "export", CODE, "--format", "json", "--out", str(scores)).exit_code == 0
    assert command(site, "folder", CODE, "--out", str(folder)).exit_code == 0
    assert files["scores.json"] == scores.read_bytes()
    written = {f"folder/{path.name}": path.read_bytes() for path in folder.iterdir()}
    assert written == {name: files[name] for name in files if name.startswith("folder/")}
    assert "ledger/openings.jsonl" not in files
    assert "模拟" in files["README.zh.md"].decode()
    assert "Demonstration" in files["README.en.md"].decode()
    for entry in zipfile.ZipFile(tmp_path / "first.zip").infolist():
        assert (entry.compress_type, entry.date_time[:3]) == (zipfile.ZIP_STORED, (1980, 1, 1))
    assert ("answers.export", "system") in _deeds(site)
    assert command(site, "verify").exit_code == 0


def test_openings_are_asked_for_by_name(site: Site, tmp_path: Path) -> None:
    released(site, n=900)
    out = str(tmp_path / "out.zip")
    words = ("export", CODE, "--out", out, "--openings")
    assert command(site, *words, "--format", "package").exit_code == 2
    assert command(site, *words, "--format", "json", "--by", ASKED_BY).exit_code == 2
    unknown = command(site, *words, "--format", "package", "--by", "nobody")
    assert unknown.exit_code == 1
    assert "there is no account" in str(unknown.exception)
    assert command(site, "user", "disable", "demo.review").exit_code == 0
    disabled = command(site, *words, "--format", "package", "--by", "demo.review")
    assert disabled.exit_code == 1
    assert "is disabled or may not export" in str(disabled.exception)
    assert not Path(out).exists()
    assert "openings.export" not in dict(_deeds(site))
    exported(site, tmp_path / "out.zip", "--openings", "--by", ASKED_BY)
    assert _deeds(site)[-3:] == [
        ("release.export", ASKED_BY),
        ("answers.export", ASKED_BY),
        ("openings.export", ASKED_BY),
    ]


def test_both_programs_accept_honest_packages_and_say_what_they_did_not_check(
    site: Site, tmp_path: Path
) -> None:
    packages = made(site, tmp_path)
    path = tmp_path / "package.zip"
    last = json.loads(opened(packages.opened)["ledger/heads.json"])["heads"][-1]
    for content, said in ((packages.closed, False), (packages.opened, True)):
        path.write_bytes(content)
        code, told = ours(path, packages.key)
        assert code == 0, told
        assert "every figure the same to the last digit" in told
        assert ("answers that are what the ledger holds" in told) is said
        assert ("NOT checked: answers one by one" in told) is not said
        assert "not compared with a head on paper" in told
        code, told = theirs(path, packages.key)
        assert code == 0, told
        assert ("compared one by one with the ledger" in told) is said
        assert "NOT computed: statistics" in told
        for program in (ours, theirs):
            code, told = program(path, packages.key, "--printed", short_form(last))
            assert code == 0, told
            assert "on paper" not in told
    code, told = ours(path, "")
    assert code == 0
    assert "by the key in the package" in told


def test_the_independent_program_needs_nothing_but_python(site: Site, tmp_path: Path) -> None:
    packages = made(site, tmp_path)
    path = tmp_path / "package.zip"
    path.write_bytes(packages.opened)
    lines = STANDALONE.read_text("utf-8").splitlines()
    assert len(lines) <= 300
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names
    words = [sys.executable, "-I", "-S", str(STANDALONE), str(path), "--key", packages.key]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    usage = subprocess.run(words[:4], capture_output=True, text=True, check=False)
    assert usage.returncode == 2


def test_a_package_is_held_against_heads_that_were_kept_elsewhere(
    site: Site, tmp_path: Path
) -> None:
    released(site, n=900)
    path, kept = tmp_path / "package.zip", tmp_path / "ledger.json"
    path.write_bytes(exported(site, tmp_path / "a.zip"))
    kept.write_text(command(site, "ledger", "head", CODE).stdout, "utf-8")
    key = made(site, tmp_path).key
    assert ours(path, key, str(kept))[0] == 0
    with site.database.reading() as session:
        heads = session.scalars(sa.select(TreeHead).order_by(TreeHead.id)).all()
        assert len(heads) > len(json.loads(opened(path.read_bytes())["ledger/heads.json"])["heads"])
    head = json.loads(kept.read_text("utf-8"))
    mine = json.loads(opened(path.read_bytes())["ledger/heads.json"])["heads"][1]
    # The same number signed twice: the one in the package is not the one that was kept.
    other = mine | {"behind": mine["behind"] + 1}
    other = resigned(other, site.keys.signing())
    kept.write_text(json.dumps(other), "utf-8")
    code, told = ours(path, key, str(kept))
    assert code == 1
    assert "another history than head 2" in told
    # Another campaign's says nothing of this one, be it signed or not.
    kept.write_text(json.dumps(resigned(mine | {"campaign": "OTHER"}, site.keys.signing())))
    assert ours(path, key, str(kept))[0] == 0
    kept.write_text(json.dumps(head), "utf-8")
    for program in (ours, theirs):
        code, told = program(path, key, "--printed", short_form(other))
        assert code == 1
        assert "as printed" in told or "not as printed" in told
    assert command(site, "verify", str(kept), "--printed", "PRH:x").exit_code == 2


def test_what_moved_on_or_is_gone_is_not_packed(site: Site, tmp_path: Path) -> None:
    released(site, n=900)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        kept = campaign.notices
        campaign.notices = {**kept, "more": "words"}
    with pytest.raises(Refused, match="texts"):
        make_package(site, campaign_code=CODE, number=1, openings=False, out=tmp_path / "no.zip")
    with site.database.writing() as session:
        session.execute(
            sa.update(Campaign).values(
                notices=kept, anonymised_at=datetime(2027, 2, 1, tzinfo=UTC), anonymised_digest="0"
            )
        )
    with pytest.raises(Refused, match="anonymous"):
        make_package(site, campaign_code=CODE, number=1, openings=False, out=tmp_path / "no.zip")
    none = command(site, "export", CODE, "--format", "package", "--number", "9", "--out", "x.zip")
    assert none.exit_code == 1


def test_archives_that_nobody_should_open_are_refused_unread(site: Site, tmp_path: Path) -> None:
    packages = made(site, tmp_path)
    path, files = tmp_path / "package.zip", opened(packages.closed)
    odd: dict[str, bytes] = {}
    for name, entries, method in (
        ("bomb", [("README.zh.md", b"0" * 10_000_000)], zipfile.ZIP_DEFLATED),
        ("outside", [("../scores.json", b"1")], zipfile.ZIP_STORED),
        ("absolute", [("/scores.json", b"1")], zipfile.ZIP_STORED),
        ("many", [(f"f{number}", b"") for number in range(101)], zipfile.ZIP_STORED),
    ):
        with zipfile.ZipFile(path, "w", method) as archive:
            for entry, content in entries:
                archive.writestr(entry, content)
        odd[name] = path.read_bytes()
    # Both of a name that is there twice: the list at the end is made to say so.
    odd["twice"] = zipped({"a.json": b"1", "b.json": b"2"}).replace(b"b.json", b"a.json")
    odd |= {
        "empty": b"PK",
        "behind": packages.closed + b"more",
        "no manifest": zipped({name: files[name] for name in files if "manifest" not in name}),
        "another kind": zipped(signed_anew(files, packages.signing, kind="other")),
        "unlisted": zipped(files | {"folder/more.csv": b"1"}),
        "stranger": zipped(signed_anew(files | {"more.txt": b"1"}, packages.signing)),
        "not json": zipped(signed_anew(files | {"run.json": b"[]"}, packages.signing)),
        "gone": zipped(signed_anew(_without(files, "run.json"), packages.signing)),
    }
    for name, content in odd.items():
        path.write_bytes(content)
        for program in (ours, theirs):
            code, told = program(path, packages.key)
            assert code == 1, (name, program, told)


def _without(files: Files, name: str) -> Files:
    return {each: content for each, content in files.items() if each != name}
