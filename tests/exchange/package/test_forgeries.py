"""Packages that somebody altered: both programs name each; `bench.packages` tries more of them."""

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from survey.ledger.checker import short_form
from survey.site.installation import Site
from tests.exchange.package.forging import (
    PLAN,
    another_score,
    cheats,
    edited,
    opened,
    outsiders,
    resigned,
    scores_signed,
    sealed_anew,
    signed_anew,
    spelt,
    zipped,
)
from tests.exchange.package.made import Made, exported, made
from tests.exchange.package.programs import ours, standalone, theirs

pytestmark = pytest.mark.slow
# RFC 8032, 7.1, tests 1 to 3: public key, message, signature.
_VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a||e5564300c360ac729086e2cc806e"
        "828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e"
        "7a100b"
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c|72|92a009a9f0d4cab8720e820b5f"
        "642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d2916"
        "12bb0c00"
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025|af82|6291d657deec24024827e69c"
        "3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027be"
        "ceea1ec40a"
    ),
)


def test_both_programs_name_whatever_was_altered(site: Site, tmp_path: Path) -> None:
    packages, path, tried = made(site, tmp_path), tmp_path / "package.zip", Counter[str]()
    forged = [
        *outsiders(packages.closed, "closed", 16),
        *outsiders(packages.opened, "opened", 16),
        *cheats(packages.opened, packages.signing, "cheat", 30),
    ]
    for name, content in forged:
        path.write_bytes(content)
        tried[name.split()[0]] += 1
        for program in (ours, theirs):
            code, told = program(path, packages.key)
            assert code == 1, (name, program.__name__, told)
    assert tried == {"flipped": 32, "altered": 32, "re-listed": 32, "signed": 60}


def _accepted_by_the_other(packages: Made, path: Path, content: bytes) -> str:
    """Return what ours says of a package that the other, which computes nothing, accepts."""
    path.write_bytes(content)
    code, told = theirs(path, packages.key)
    assert code == 0, told
    code, told = ours(path, packages.key)
    assert code == 1, told
    return told


def test_what_only_computing_anew_can_tell_ours_names(site: Site, tmp_path: Path) -> None:
    packages, path, chance = made(site, tmp_path), tmp_path / "package.zip", Random(7)
    key, files = packages.signing, opened(packages.closed)
    # The office signs another score, and a head that seals it.
    forged = files | {"scores.json": another_score(files, key, chance)}
    told = _accepted_by_the_other(packages, path, zipped(sealed_anew(forged, key)))
    assert "scores.json" in told
    assert "is not what the record of the run gives" in told
    # Another figure in the record.
    record = json.loads(files["appraisal.json"])
    record["groups"][0]["n"] += 1
    forged = files | {"appraisal.json": spelt(record)}
    told = _accepted_by_the_other(packages, path, zipped(sealed_anew(forged, key)))
    assert "computed anew it is another (A01)" in told
    for name in PLAN:
        forged = files | {name: _replanned(name, files[name], chance)}
        content = zipped(signed_anew(forged, key))
        told = _accepted_by_the_other(packages, path, content)
        assert name.rpartition("/")[2] in told or "appraisal.json" in told, told


def test_published_scores_are_held_to_the_last_digit(released_site: Site, tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    content, signing = exported(released_site, path), released_site.keys.signing()
    packages = Made(closed=content, opened=b"", signing=signing)
    code, told = ours(path, packages.key)
    assert code == 0, told
    files = opened(content)
    forged = files | {"scores.json": another_score(files, signing, Random(1))}
    scores = [json.loads(each["scores.json"])["units"] for each in (files, forged)]
    [unit] = [one for one, other in zip(*scores, strict=True) if one != other]
    assert unit["status"] == "published"
    told = _accepted_by_the_other(packages, path, zipped(sealed_anew(forged, signing)))
    assert f"scores.json, {unit['unit_code']}: is not what the record of the run gives" in told


def _replanned(name: str, content: bytes, chance: Random) -> bytes:
    """Return a file of the plan with another digit, or with weights that still sum to 100."""
    if not name.endswith("weights.csv"):
        return edited(content, chance)
    other = content.replace(b"A,G1,50,", b"A,G1,45,").replace(b"A,G2,20,", b"A,G2,25,")
    assert other != content
    return other


@pytest.mark.parametrize(
    ("answered", "said"),
    [(1_000_000, "more were answered and withdrawn than issued"), (1, "are said to be answered")],
)
def test_codes_that_do_not_add_up_are_named(
    site: Site, tmp_path: Path, answered: int, said: str
) -> None:
    packages, path = made(site, tmp_path), tmp_path / "package.zip"
    files = opened(packages.closed)
    scores = json.loads(files["scores.json"])
    code = next(one for one in scores["release"]["codes"] if one["answered"])
    code["answered"] += answered
    code["issued"] = max(code["issued"], code["answered"] if answered == 1 else 0)
    forged = files | {
        "scores.json": scores_signed(scores, packages.signing),
        "codes.json": spelt({"codes": scores["release"]["codes"]}),
    }
    path.write_bytes(zipped(sealed_anew(forged, packages.signing)))
    for program in (ours, theirs):
        code_of_exit, told = program(path, packages.key)
        assert code_of_exit == 1
        assert (said if program is ours else "codes.json: more") in told


def test_who_holds_the_key_is_found_by_a_head_on_paper_alone(site: Site, tmp_path: Path) -> None:
    packages, path = made(site, tmp_path), tmp_path / "package.zip"
    files = opened(packages.opened)
    said = json.loads(files["ledger/heads.json"])
    printed = short_form(said["heads"][-1])
    said["heads"][-1] = resigned(said["heads"][-1] | {"behind": 7}, packages.signing)
    forged = signed_anew(files | {"ledger/heads.json": spelt(said)}, packages.signing)
    path.write_bytes(zipped(forged))
    for program in (ours, theirs):
        assert program(path, packages.key)[0] == 0
        assert program(path, packages.key, "--printed", printed)[0] == 1


def test_the_signature_is_that_of_rfc_8032() -> None:
    program = standalone()
    for vector in _VECTORS:
        raw, text, sign = map(bytes.fromhex, vector.split("|"))
        assert program.signed(raw, text, sign)
        assert not program.signed(raw, text + b"x", sign)
        assert not program.signed(raw, text, sign[:32] + sign[:32])
        assert not program.signed(raw, text, sign + b"x")
        # The same point, and a number that is larger by the order of the group.
        larger = int.from_bytes(sign[32:], "little") + program.L
        assert not program.signed(raw, text, sign[:32] + larger.to_bytes(32, "little"))
