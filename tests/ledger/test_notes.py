"""Notes, checkpoints and cosignatures against the words of C2SP, read by nothing of ours."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest

from survey.ledger.notes.checkpoint import Checkpoint, read_checkpoint
from survey.ledger.notes.cosignature import cosign, cosigned
from survey.ledger.notes.note import (
    COSIGNER,
    LOG,
    Malformed,
    Note,
    is_signed,
    note_key,
    read_key,
    read_note,
    signed,
)
from survey.ledger.notes.request import Request, read_request
from tests.witnessed import by_the_book, holds, read_by_the_book, seed_of

# The example of signed-note.md.
_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONn"
    "cAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
# The request of tlog-witness.md, and the checkpoint of tlog-cosignature.md that a witness signed.
_REQUEST = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""  # noqa: E501
_AT = datetime.fromtimestamp(1679315147, UTC)


def test_the_examples_of_the_specifications_are_read_and_written_alike() -> None:
    key, note = read_key(_VKEY, kind=LOG), read_note(_NOTE)
    assert key.text == _VKEY
    assert is_signed(note, key)
    assert note.text == _NOTE
    assert not is_signed(Note(body=note.body + "x\n", lines=note.lines), key)
    request = read_request(_REQUEST)
    assert request.text == _REQUEST
    assert (request.old, len(request.proof)) == (20852014, 4)
    stated = read_checkpoint(request.checkpoint.body)
    assert (stated.origin, stated.size) == ("example.com/behind-the-sofa", 20852163)
    assert stated.body == request.checkpoint.body


def test_what_we_sign_holds_for_a_reader_made_from_the_specification() -> None:
    log, witness = seed_of("log"), seed_of("witness")
    raw = {name: seed_of(name).public_key().public_bytes_raw() for name in ("log", "witness")}
    root = hashlib.sha256(b"root").digest()
    body = Checkpoint(origin="gongping/x/Y", size=7, root=root, more=("head 1", "sha256 0")).body
    note = signed(body, name="gongping/x/Y", key=log)
    line = cosign(body, name="县统计局", key=witness, at=_AT)
    text = Note(body=note.body, lines=(*note.lines, line)).text
    read, [ours, theirs] = read_by_the_book(text)
    assert read.split("\n")[:3] == ["gongping/x/Y", "7", base64.b64encode(root).decode()]
    assert ours[:2] == ("gongping/x/Y", by_the_book("gongping/x/Y", 1, raw["log"]))
    assert holds(raw["log"], ours[2], read.encode())
    assert theirs[:2] == ("县统计局", by_the_book("县统计局", 4, raw["witness"]))
    time, signature = theirs[2][:8], theirs[2][8:]
    assert int.from_bytes(time, "big") == 1679315147
    message = f"cosignature/v1\ntime 1679315147\n{read}".encode()
    assert holds(raw["witness"], signature, message)
    made = cosigned(body, line, note_key("县统计局", witness, kind=COSIGNER))
    assert made is not None
    assert made.at == _AT
    for other in (
        note_key("县审计局", witness, kind=COSIGNER),
        note_key("县统计局", log, kind=COSIGNER),
        note_key("县统计局", witness, kind=LOG),
    ):
        assert cosigned(body, line, other) is None
    own = note_key("县统计局", witness, kind=COSIGNER)
    assert cosigned(body.replace("\n7\n", "\n8\n"), line, own) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no signature\n",
        _NOTE.replace("— ", "- "),
        _NOTE.replace("\n\n", "\n"),
        _NOTE.removesuffix("\n"),
        _NOTE.replace("message", "mess\rage"),
        _NOTE.replace("aQM=", "aQM"),
        _NOTE.replace("aQM=", "aQN="),  # another spelling of the same bytes
        _NOTE.replace("foo Uw", "foo  Uw"),
        _NOTE + "— a AAAA\n",
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(Malformed, match="C2SP"):
        read_note(text)


@pytest.mark.parametrize(
    "body",
    ["a\n1\n", "a\n01\nAA==\n", "a\n-1\nAA==\n", f"a\n1\n{'A' * 44}\n", f"a\n1\n{'A' * 43}=\n\n"],
)
def test_what_is_no_checkpoint_is_refused(body: str) -> None:
    with pytest.raises(Malformed):
        read_checkpoint(body)


def test_a_key_with_a_sign_lost_or_of_another_kind_is_refused() -> None:
    for spoiled in (_VKEY.replace("foo", "fob"), _VKEY[:-4], _VKEY.replace("+", " "), "foo"):
        with pytest.raises(Malformed):
            read_key(spoiled, kind=LOG)
    with pytest.raises(Malformed, match="another kind"):
        read_key(_VKEY, kind=COSIGNER)


def test_a_request_of_too_many_steps_is_refused() -> None:
    step, note = b"0" * 32, read_request(_REQUEST).checkpoint
    assert read_request(Request(old=1, proof=(step,) * 63, checkpoint=note).text).old == 1
    for asked in (Request(old=1, proof=(step,) * 64, checkpoint=note).text, "old 01\n\n" + _NOTE):
        with pytest.raises(Malformed):
            read_request(asked)
