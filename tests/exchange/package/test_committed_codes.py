"""What an office that seals anew can still not say of its codes: each by its name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.canonical import digest_of
from survey.ledger.checker import leaf_hash
from survey.site.installation import Site
from tests.exchange.package.forging import (
    Files,
    opened,
    sealed_anew,
    signed_anew,
    spelt,
    zipped,
)
from tests.exchange.package.made import made
from tests.exchange.package.programs import ours, theirs

pytestmark = pytest.mark.slow
_CODES = "ledger/codes.json"
_Said = dict[str, Any]


def _another_root(said: _Said) -> None:
    said["commitments"][0]["root"] = "0" * 64


def _other_records(said: _Said) -> None:
    number = next(iter(said["records"]))
    said["records"][number]["releases"] = "9=" + "0" * 64


def _another_code(said: _Said) -> None:
    hashes = next(iter(said["hashes"].values()))
    hashes[0] = "0" * 64


def _more_made(said: _Said) -> None:
    said["balance"]["made"] += 1


def _fewer_used(said: _Said) -> None:
    said["balance"]["used"] -= 1
    said["balance"]["left"] += 1


# Our program alone holds the balance to what was committed and shown.
_FORGED: dict[Callable[[_Said], None], tuple[str, bool]] = {
    _another_root: ("the codes committed are not those the heads seal", True),
    _other_records: ("the records beside it are not those that head", True),
    _another_code: ("do not give its root", True),
    _more_made: ("the balance of codes does not add up", False),
    _fewer_used: ("codes were used, answers show", False),
}


def test_what_was_committed_is_not_told_otherwise(site: Site, tmp_path: Path) -> None:
    packages, path = made(site, tmp_path), tmp_path / "package.zip"
    files = opened(packages.opened)
    for forge, (words, by_both) in _FORGED.items():
        said = json.loads(files[_CODES])
        forge(said)
        path.write_bytes(zipped(signed_anew(files | {_CODES: spelt(said)}, packages.signing)))
        code, told = ours(path, packages.key)
        assert (code, words in told) == (1, True), (forge.__name__, told)
        assert theirs(path, packages.key)[0] == int(by_both), forge.__name__


@pytest.mark.parametrize("is_dated_back", [False, True])
def test_codes_added_late_do_not_say_they_were_there_before(
    site: Site, tmp_path: Path, is_dated_back: bool
) -> None:
    packages, path = made(site, tmp_path), tmp_path / "package.zip"
    files = opened(packages.opened)
    said, sealed = json.loads(files[_CODES]), json.loads(files["ledger/heads.json"])
    added = said["commitments"][0]["batches"][0] | {"batch": 999_999, "codes": 1}
    of = {name: added[name] for name in ("units", "group_code", "channel")}
    statement = said["commitments"][0] | {
        "number": len(said["commitments"]) + 1,
        "batches": [added],
        "codes": 1,
        "root": leaf_hash({**of, "code": "1" * 64}).hex(),
        "size": 0 if is_dated_back else sealed["heads"][-2]["size"],
    }
    assert sealed["heads"][-2]["size"] > 0
    said["commitments"].append(statement)
    said["hashes"]["999999"] = ["1" * 64]
    said["balance"] |= {name: said["balance"][name] + 1 for name in ("made", "left")}
    sealed["records"]["commitments"] += f";{statement['number']}={digest_of(statement)}"
    more = {_CODES: spelt(said), "ledger/heads.json": spelt(sealed)}
    path.write_bytes(zipped(sealed_anew(files | more, packages.signing)))
    for program in (ours, theirs):
        code, told = program(path, packages.key)
        assert code == int(is_dated_back), told
        assert ("dated back" in told) is is_dated_back


def test_codes_are_not_left_out(site: Site, tmp_path: Path) -> None:
    packages, path = made(site, tmp_path), tmp_path / "package.zip"
    files: Files = {
        name: content for name, content in opened(packages.opened).items() if name != _CODES
    }
    path.write_bytes(zipped(signed_anew(files, packages.signing)))
    for program in (ours, theirs):
        code, told = program(path, packages.key)
        assert code == 1, told
        assert "ledger/codes.json" in told
