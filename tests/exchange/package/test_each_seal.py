"""What an office that seals anew can still not say otherwise: one thing at a time, by its name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.exchange.package.making import make_package
from survey.model import TreeHead
from survey.problems import Refused
from survey.site.installation import Site
from tests.demonstrated import CODE, released
from tests.exchange.package.forging import (
    ANSWERS,
    Files,
    opened,
    resigned,
    scores_signed,
    sealed_anew,
    signed_anew,
    spelt,
    zipped,
)
from tests.exchange.package.made import made
from tests.exchange.package.programs import ours, theirs

pytestmark = pytest.mark.slow
_INVITED = "unit_code,group_code,channel,response_id,wave\nA01,G1,token_sms,0000000000,1\n"


def _another_list(files: Files, key: Ed25519PrivateKey) -> Files:
    return signed_anew(files | {"folder/invitations.csv": _INVITED.encode()}, key)


def _another_input(files: Files, key: Ed25519PrivateKey) -> Files:
    run = json.loads(files["run.json"]) | {"data_digest": "0" * 64}
    return sealed_anew(files | {"run.json": spelt(run)}, key)


def _another_release(files: Files, key: Ed25519PrivateKey) -> Files:
    return signed_anew(files, key, release="ANLAN-2026-GZPY-R9")


def _another_notice(files: Files, key: Ed25519PrivateKey) -> Files:
    scores = json.loads(files["scores.json"])
    scores["notices"] = [*scores["notices"], {"code": "x", "group_code": None, "zh": "", "en": ""}]
    return sealed_anew(files | {"scores.json": scores_signed(scores, key)}, key)


def _another_question(files: Files, key: Ed25519PrivateKey) -> Files:
    asked = json.loads(files["folder/questionnaire.json"]) | {"title_en": "Another"}
    return signed_anew(files | {"folder/questionnaire.json": spelt(asked)}, key)


def _another_campaign(files: Files, key: Ed25519PrivateKey) -> Files:
    said = json.loads(files["ledger/heads.json"])
    said["heads"][0] = resigned(said["heads"][0] | {"campaign": "OTHER"}, key)
    return signed_anew(files | {"ledger/heads.json": spelt(said)}, key)


def _no_last_head(files: Files, key: Ed25519PrivateKey) -> Files:
    said = json.loads(files["ledger/heads.json"])
    said["heads"] = [head for head in said["heads"] if not head["size"]]
    return signed_anew(files | {"ledger/heads.json": spelt(said)}, key)


def _capital_leaves(files: Files, key: Ed25519PrivateKey) -> Files:
    return signed_anew(files | {"ledger/leaves.txt": files["ledger/leaves.txt"].upper()}, key)


def _another_time(files: Files, key: Ed25519PrivateKey) -> Files:
    heading, first, *rows = files[ANSWERS].decode().splitlines(keepends=True)
    at = first.split(",")[4]
    later = first.replace(at, at.replace("+08:00", "+07:00"))
    return signed_anew(files | {ANSWERS: "".join((heading, later, *rows)).encode()}, key)


def _unsigned_head(files: Files, key: Ed25519PrivateKey) -> Files:
    said = json.loads(files["ledger/heads.json"])
    said["heads"][0]["signature"] = said["heads"][1]["signature"]
    return signed_anew(files | {"ledger/heads.json": spelt(said)}, key)


def _unsigned_scores(files: Files, key: Ed25519PrivateKey) -> Files:
    scores = json.loads(files["scores.json"])
    scores["campaign"]["title"] = "另一次评议"
    return sealed_anew(files | {"scores.json": spelt(scores)}, key)


def _another_s_record(files: Files, key: Ed25519PrivateKey) -> Files:
    record = json.loads(files["appraisal.json"]) | {"campaign": "OTHER"}
    return sealed_anew(files | {"appraisal.json": spelt(record)}, key)


def _another_source(files: Files, key: Ed25519PrivateKey) -> Files:
    scores = json.loads(files["scores.json"])
    scores["campaign"]["common_items"] = {
        "organiser": "另一个市",
        "key_id": "0" * 16,
        "digest": "0" * 64,
    }
    return sealed_anew(files | {"scores.json": scores_signed(scores, key)}, key)


def _every_row(files: Files, key: Ed25519PrivateKey) -> Files:
    changed = files[ANSWERS].decode().replace(",male,", ",female,")
    return signed_anew(files | {ANSWERS: changed.encode()}, key)


def _another_chance(files: Files, key: Ed25519PrivateKey) -> Files:
    heading, first, *rows = files[ANSWERS].decode().splitlines()
    lines = [f"{heading},probability", f"{first},0.5", *(f"{row}," for row in rows)]
    return signed_anew(files | {ANSWERS: "".join(f"{line}\n" for line in lines).encode()}, key)


def _one_row_less(files: Files, key: Ed25519PrivateKey) -> Files:
    rows = files[ANSWERS].decode().splitlines(keepends=True)
    return signed_anew(files | {ANSWERS: "".join(rows[:-1]).encode()}, key)


def _a_row_of_more_cells(files: Files, key: Ed25519PrivateKey) -> Files:
    heading, first, *rows = files[ANSWERS].decode().splitlines(keepends=True)
    changed = "".join((heading, first.replace("\n", ",1\n"), *rows))
    return signed_anew(files | {ANSWERS: changed.encode()}, key)


# What is said of the figures and of the plan is no digest's: the independent program reads neither.
_OURS_ALONE = (_another_notice, _another_source)


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (_unsigned_head, "ledger/heads.json"),
        (_unsigned_scores, "its signature is wrong"),
        (_another_s_record, "is of another campaign"),
        (_another_source, "names another source of common items than the plan"),
        (_every_row, "nor are rows"),
        (_another_list, "is not the list that was scored with"),
        (_another_input, "names other inputs than run.json"),
        (_another_release, "names another release"),
        (_another_notice, "is not the record’s"),
        (_another_question, "is not the sealed questionnaire"),
        (_another_campaign, "is of another campaign"),
        (_no_last_head, "is not of the release’s size"),
        (_capital_leaves, "ledger/leaves.txt"),
        (_another_time, "submitted_at"),
        (_another_chance, "chances of being drawn are not those"),
        (_one_row_less, "are not one for each answer"),
        (_a_row_of_more_cells, "folder/responses_demo.csv, row 2: has 24 cells, the heading 23"),
    ],
)
def test_one_thing_said_otherwise_is_named(
    site: Site, tmp_path: Path, forge: Callable[[Files, Any], Files], said: str
) -> None:
    packages, path = made(site, tmp_path), tmp_path / "package.zip"
    path.write_bytes(zipped(forge(opened(packages.opened), packages.signing)))
    code, told = ours(path, packages.key)
    assert code == 1
    assert said in told
    assert theirs(path, packages.key)[0] == int(forge not in _OURS_ALONE)


def test_what_no_head_or_not_today_s_key_vouches_for_is_not_packed(
    site: Site, tmp_path: Path
) -> None:
    released(site, n=900)
    with site.database.writing() as session:
        session.execute(sa.update(TreeHead).values(key_id="0" * 16))
    with pytest.raises(Refused, match="signing key was replaced"):
        make_package(site, campaign_code=CODE, number=1, openings=False, out=tmp_path / "no.zip")
    with site.database.writing() as session:
        session.execute(sa.update(TreeHead).values(records={"releases": ""}))
    with pytest.raises(Refused, match="no head seals this release"):
        make_package(site, campaign_code=CODE, number=1, openings=False, out=tmp_path / "no.zip")
