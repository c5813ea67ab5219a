"""A package whose ledger was witnessed: both programs name who did not sign, or not this."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.app import create_app
from survey.appraisal.release import RELEASE
from survey.ledger.checker import head_digest
from survey.ledger.notes.checkpoint import read_checkpoint
from survey.ledger.notes.cosignature import cosign
from survey.ledger.notes.note import COSIGNER, Note, note_key, read_note, signed
from survey.site.installation import Site
from survey.two_persons.both import done_by_both
from tests.demonstrated import CODE
from tests.exchange.package.forging import (
    Files,
    opened,
    scores_signed,
    sealed_anew,
    zipped,
)
from tests.exchange.package.made import command, exported
from tests.exchange.package.programs import of_witnesses, ours, theirs
from tests.officials import signed_in
from tests.witnessed import NAMES, hand_in, scored, seed_of, signs

pytestmark = pytest.mark.slow
_Facts = dict[str, Any]


def _missing(facts: _Facts, *_more: Any) -> None:
    [text] = facts["checkpoints"]
    note = read_note(text)
    facts["checkpoints"] = [Note(body=note.body, lines=note.lines[:-1]).text]


def _none(facts: _Facts, *_more: Any) -> None:
    facts["checkpoints"] = []


def _fewer(facts: _Facts, *_more: Any) -> None:
    facts["required"] = 1


def _spoiled(facts: _Facts, *_more: Any) -> None:
    """Another second than was signed."""
    [text] = facts["checkpoints"]
    note = read_note(text)
    last = note.lines[-1]
    wrong = last.signature[:7] + bytes([last.signature[7] ^ 1]) + last.signature[8:]
    line = type(last)(name=last.name, key_hash=last.key_hash, signature=wrong)
    facts["checkpoints"] = [Note(body=note.body, lines=(*note.lines[:-1], line)).text]


def _by_the_office(facts: _Facts, key: Ed25519PrivateKey, _files: Files) -> None:
    """The office signs in the name of a witness, with its own key."""
    [text] = facts["checkpoints"]
    note = read_note(text)
    last = note.lines[-1]
    own = cosign(note.body, name=last.name, key=key, at=_at(last.signature))
    line = type(last)(name=last.name, key_hash=last.key_hash, signature=own.signature)
    facts["checkpoints"] = [Note(body=note.body, lines=(*note.lines[:-1], line)).text]


def _twice(facts: _Facts, *_more: Any) -> None:
    facts["of"][1] = {**facts["of"][0], "name": "另一个"}


def _another_key(facts: _Facts, key: Ed25519PrivateKey, _files: Files) -> None:
    """The office puts a key of its own in the place of a witness's, and signs."""
    [text] = facts["checkpoints"]
    note = read_note(text)
    facts["of"][1]["public_key"] = note_key(NAMES[1], key, kind=COSIGNER).text
    line = cosign(note.body, name=NAMES[1], key=key, at=_at(note.lines[-1].signature))
    facts["checkpoints"] = [Note(body=note.body, lines=(*note.lines[:-1], line)).text]


def _of_an_earlier_head(facts: _Facts, key: Ed25519PrivateKey, files: Files) -> None:
    """Signed by real witnesses and the office, but before the answers came."""
    head = json.loads(files["ledger/heads.json"])["heads"][0]
    [text] = facts["checkpoints"]
    origin = read_checkpoint(read_note(text).body).origin
    stated = type(read_checkpoint(read_note(text).body))(
        origin=origin,
        size=head["size"],
        root=bytes.fromhex(head["root"]),
        more=(f"head {head['number']}", f"sha256 {head_digest(head)}"),
    )
    note = signed(stated.body, name=origin, key=key)
    at = _at(read_note(text).lines[-1].signature)
    own = [cosign(note.body, name=name, key=seed_of(name), at=at) for name in NAMES[:2]]
    facts["checkpoints"] = [Note(body=note.body, lines=(*note.lines, *own)).text]


def _not_by_the_office(facts: _Facts, *_more: Any) -> None:
    [text] = facts["checkpoints"]
    note = read_note(text)
    facts["checkpoints"] = [Note(body=note.body, lines=note.lines[1:]).text]


def _at(signature: bytes) -> datetime:
    return datetime.fromtimestamp(int.from_bytes(signature[:8]), UTC)


_FORGED: dict[Callable[..., None], tuple[str, str]] = {
    _missing: ("2 witnesses had to sign, 1 did; missing: 见证1", "witnesses missing: ['见证1'"),
    _none: ("2 witnesses had to sign, 0 did", "witnesses missing: ['见证0', '见证1'"),
    _spoiled: ("the signature of 见证1 is wrong", "the signature of 见证1 is wrong"),
    _by_the_office: ("the signature of 见证1 is wrong", "the signature of 见证1 is wrong"),
    _twice: ("a witness is listed twice", "a witness listed twice"),
    _of_an_earlier_head: ("signed what is no head of this ledger", "no head of this ledger"),
    _not_by_the_office: ("signed what is no head of this ledger", "KeyError"),
    # What only the plan says: the independent program prints the keys, to be held against paper.
    _fewer: ("are not the witnesses the plan names", ""),
    _another_key: ("are not the witnesses the plan names", ""),
}


def test_both_programs_name_a_missing_or_wrong_signature(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = scored(site, monkeypatch)
    client = signed_in(create_app(there), "admin")
    for name in NAMES[:2]:
        assert hand_in(client, signs(tmp_path, client, name)).status_code == 302
    done_by_both(there, proposer="admin", approver="review", deed=RELEASE, code=CODE, reason="年度")
    path = tmp_path / "package.zip"
    files, key = opened(exported(site, path)), site.keys.signing()
    public = json.loads(files["scores.json"])["release"]["signature"]["public_key"]
    for program in (ours, of_witnesses):
        code, told = program(path, public)
        assert code == 0, told
        assert "见证0" in told
        assert ("见证方没有签名 / witness NOT signed: 见证2" in told) is (program is ours)
    assert "witnesses (witnesses.py)" in theirs(path, public)[1]  # one file says what it leaves
    assert command(site, "verify").exit_code == 0
    for forge, said in _FORGED.items():
        scores = json.loads(files["scores.json"])
        forge(scores["release"]["witnesses"], key, files)
        forged = files | {"scores.json": scores_signed(scores, key)}
        path.write_bytes(zipped(sealed_anew(forged, key)))
        for program, words in zip((ours, of_witnesses), said, strict=True):
            code, told = program(path, public)
            assert code == (1 if words else 0), (forge.__name__, program.__name__, told)
            assert words in told, (forge.__name__, told)
    scores = json.loads(files["scores.json"])
    del scores["release"]["witnesses"]
    path.write_bytes(zipped(sealed_anew(files | {"scores.json": scores_signed(scores, key)}, key)))
    assert "are not the witnesses the plan names" in ours(path, public)[1]
