"""Files of a package that say what they never say: file, place and remedy are named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.site.installation import Site
from tests.exchange.package.forging import ANSWERS, Files, opened, signed_anew, spelt, zipped
from tests.exchange.package.made import Made, made
from tests.exchange.package.programs import ours

pytestmark = pytest.mark.slow
_REMEDY = "keep this package and ask the office for another one"


def _told(packages: Made, files: Files, path: Path, **said: Any) -> str:
    """Return what `survey verify` says of files signed anew, which it must refuse."""
    path.write_bytes(zipped(signed_anew(files, packages.signing, **said)))
    code, told = ours(path, packages.key)
    assert code == 1, told
    assert "cannot be read" not in told
    return told


def _no_size(said: Any) -> None:
    said["release"]["ledger"]["size"] = "many"


def _no_digest(said: Any) -> None:
    del said["data_digest"]


def _no_unit(said: Any) -> None:
    said["units"][0]["unit_code"] = None


def _no_number(said: Any) -> None:
    said["heads"][1]["size"] = "1"


def _no_balance(said: Any) -> None:
    said["balance"]["made"] = None


def _no_meaning(said: Any) -> None:
    said["unit_id"] = []


def _no_code(said: Any) -> None:
    said["codes"][0]["units"] = "A01"


@pytest.mark.parametrize(
    ("file", "place", "spoil"),
    [
        ("scores.json", "release.ledger.size", _no_size),
        ("run.json", "data_digest", _no_digest),
        ("appraisal.json", "units.0.unit_code", _no_unit),
        ("codes.json", "codes.0.units", _no_code),
        ("ledger/heads.json", "heads.1.size", _no_number),
        ("ledger/codes.json", "balance.made", _no_balance),
        ("ledger/meanings.json", "unit_id", _no_meaning),
    ],
)
def test_what_a_file_does_not_say_is_named_by_its_place(
    site: Site, tmp_path: Path, file: str, place: str, spoil: Callable[[Any], None]
) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.opened)
    said = json.loads(files[file])
    spoil(said)
    told = _told(packages, files | {file: spelt(said)}, tmp_path / "package.zip")
    assert f"{file}, {place}: is not what" in told
    assert "ask the office" in told or "write it anew" in told


@pytest.mark.parametrize("content", [b"[]\n", b"{\n", b"\xff\n"])
def test_a_file_that_is_no_object_is_named(site: Site, tmp_path: Path, content: bytes) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.opened) | {"run.json": content}
    told = _told(packages, files, tmp_path / "package.zip")
    assert "run.json: is not what this program writes there" in told
    assert _REMEDY in told


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answers": 5}, "answers"),
        ({"own_staff": 1}, "own_staff"),
        ({"code_opening": 7}, "code_opening"),
    ],
)
def test_an_opening_is_named_by_its_line(
    site: Site, tmp_path: Path, change: dict[str, object], field: str
) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.opened)
    lines = files["ledger/openings.jsonl"].splitlines()
    opening = json.loads(lines[2])
    opening["content"] = json.dumps(json.loads(opening["content"]) | change)
    lines[2] = json.dumps(opening).encode()
    changed = files | {"ledger/openings.jsonl": b"\n".join(lines) + b"\n"}
    told = _told(packages, changed, tmp_path / "package.zip")
    assert f"ledger/openings.jsonl, row 3, {field}: is not what" in told


def test_a_receipt_that_is_spelt_otherwise_is_named_by_its_line(site: Site, tmp_path: Path) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.opened)
    lines = files["ledger/openings.jsonl"].splitlines()
    at, opening = next(
        (n, opening)
        for n, opening in enumerate(map(json.loads, lines))
        if opening["receipt"] != opening["receipt"].upper()
    )
    opening["receipt"] = opening["receipt"].upper()
    lines[at] = json.dumps(opening).encode()
    changed = files | {"ledger/openings.jsonl": b"\n".join(lines) + b"\n"}
    told = _told(packages, changed, tmp_path / "package.zip")
    assert f"ledger/openings.jsonl, row {at + 1}, receipt: is not what" in told


def test_records_that_a_head_does_not_seal_are_named(site: Site, tmp_path: Path) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.opened)
    said = json.loads(files["ledger/codes.json"])
    [number] = said["records"]
    said["records"][number]["plan"] = "0" * 64
    told = _told(packages, files | {"ledger/codes.json": spelt(said)}, tmp_path / "package.zip")
    assert f"the records beside it are not those that head {number} seals" in told


@pytest.mark.parametrize(
    "spoilt", [b'{"index":0}', b"[]", b"{", b'{"content":"","index":"0"}', b"null"]
)
def test_a_line_that_is_no_opening_is_named(site: Site, tmp_path: Path, spoilt: bytes) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.opened)
    lines = [*files["ledger/openings.jsonl"].splitlines()[:-1], spoilt]
    changed = files | {"ledger/openings.jsonl": b"\n".join(lines) + b"\n"}
    told = _told(packages, changed, tmp_path / "package.zip")
    assert f"ledger/openings.jsonl, row {len(lines)}" in told


@pytest.mark.parametrize("openings", [True, False])
@pytest.mark.parametrize("file", [ANSWERS, "folder/invitations.csv"])
def test_a_row_of_another_width_is_named_and_no_sound_file_is(
    site: Site, tmp_path: Path, openings: bool, file: str
) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.opened if openings else packages.closed)
    rows = files.get(file, b"unit_code,group_code,channel,response_id,wave\nA01,G1,sms,,0\n")
    lines = rows.splitlines(keepends=True)
    lines[-1] = lines[-1].replace(b"\n", b",1\n")
    told = _told(packages, files | {file: b"".join(lines)}, tmp_path / "package.zip")
    n = lines[0].count(b",") + 1
    assert f"{file}, row {len(lines)}: has {n + 1} cells, the heading {n}: this program" in told
    assert _REMEDY in told
    assert told.count(f"{file}, row") == 1
    assert "appraisal.json" not in told


@pytest.mark.parametrize("openings", [True, False])
def test_a_column_that_is_not_there_is_named(site: Site, tmp_path: Path, openings: bool) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.opened if openings else packages.closed)
    changed = files[ANSWERS].replace(b",token,", b",other,", 1)
    told = _told(packages, files | {ANSWERS: changed}, tmp_path / "package.zip")
    assert f"{ANSWERS}, row 1, token: is not what" in told
    assert "appraisal.json" not in told


@pytest.mark.parametrize("row", [b"A01,G1,sms,,never", b"A01,G1,sms,first,1"])
def test_an_invitation_that_is_none_is_named(site: Site, tmp_path: Path, row: bytes) -> None:
    packages, file = made(site, tmp_path), "folder/invitations.csv"
    content = b"unit_code,group_code,channel,response_id,wave\n" + row + b"\n"
    files = opened(packages.closed) | {file: content}
    told = _told(packages, files, tmp_path / "package.zip")
    assert f"{file}, row 2: is not what" in told
    assert "appraisal.json" not in told


@pytest.mark.parametrize("spoilt", [b"zz\n", b"00\n", b"\xff\n"])
def test_a_leaf_that_is_none_is_named(site: Site, tmp_path: Path, spoilt: bytes) -> None:
    packages, file = made(site, tmp_path), "ledger/leaves.txt"
    files = opened(packages.opened)
    changed = files | {file: files[file] + spoilt}
    told = _told(packages, changed, tmp_path / "package.zip")
    assert f"{file}: is not what" in told
    assert "heads.json" not in told


def test_a_moment_that_is_none_is_named_by_row_and_field(site: Site, tmp_path: Path) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.opened)
    heading, first, *rows = files[ANSWERS].decode().splitlines(keepends=True)
    changed = "".join((heading, first.replace(first.split(",")[4], "noon"), *rows)).encode()
    told = _told(packages, files | {ANSWERS: changed}, tmp_path / "package.zip")
    assert f"{ANSWERS}, row 2, submitted_at: is not what the ledger holds" in told


def test_codes_say_no_more_than_the_scores(site: Site, tmp_path: Path) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.closed)
    said = json.loads(files["codes.json"])
    said["codes"][0]["exactly"] = 3
    told = _told(packages, files | {"codes.json": spelt(said)}, tmp_path / "package.zip")
    assert "codes.json: is not what the released scores list" in told


def test_a_quotation_mark_that_does_not_end_is_named_by_its_row(site: Site, tmp_path: Path) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.closed)
    lines = files[ANSWERS].splitlines(keepends=True)
    lines[-1] = b'"' + lines[-1]
    told = _told(packages, files | {ANSWERS: b"".join(lines)}, tmp_path / "package.zip")
    assert f"{ANSWERS}, row {len(lines)}: is not what" in told


def test_a_manifest_is_read_as_any_other_file(site: Site, tmp_path: Path) -> None:
    packages, path = made(site, tmp_path), tmp_path / "package.zip"
    files = opened(packages.closed)
    assert "manifest.json, number: is not what" in _told(packages, files, path, number="1")
    assert "of no package that this version knows" in _told(packages, files, path, version=2)


def test_scores_without_a_signature_are_named(site: Site, tmp_path: Path) -> None:
    packages = made(site, tmp_path)
    files = opened(packages.closed)
    scores = json.loads(files["scores.json"])
    del scores["release"]["signature"]
    told = _told(packages, files | {"scores.json": spelt(scores)}, tmp_path / "package.zip")
    assert "scores.json, release.signature: is not signed" in told
