"""A witness: signs what only grew, nothing else, and nothing before it is on the disk."""

import hashlib
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from survey.ledger import heads_file
from survey.ledger.notes.checkpoint import Checkpoint
from survey.ledger.notes.note import LOG, note_key, signed
from survey.ledger.notes.request import Request
from survey.ledger.tree import consistency_path, over, root, root_of_first
from survey.witness.folder import open_witness
from survey.witness.serving import WitnessServer, add_checkpoint
from tests.witnessed import NAMES, by_the_book, holds, read_by_the_book, seed_of, told, witness_at

ORIGIN = "gongping/0123/ANLAN-2026-GZPY"
AT = datetime(2026, 12, 5, 2, 0, tzinfo=UTC)
_KEY = seed_of("office")
_LEAVES = [hashlib.sha256(str(n).encode()).digest() for n in range(300)]


def vkey() -> str:
    return note_key(ORIGIN, _KEY, kind=LOG).text


def note(leaves: list[bytes], *, origin: str = ORIGIN, more: tuple[str, ...] = ("head 1",)) -> str:
    stated = Checkpoint(origin=origin, size=len(leaves), root=root(leaves), more=more)
    return signed(stated.body, name=origin, key=_KEY).text


def asked(leaves: list[bytes], old: int, new: int, **more: str) -> str:
    """What an office asks that has these leaves."""
    steps = consistency_path(over(leaves), old=old, new=new)
    stated = Checkpoint(
        origin=more.get("origin", ORIGIN),
        size=new,
        root=root_of_first(over(leaves), size=new),
        more=(f"head {new}",),
    )
    key = seed_of(more.get("key", "office"))
    checkpoint = signed(stated.body, name=stated.origin, key=key)
    return Request(old=old, proof=tuple(steps), checkpoint=checkpoint).text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = witness_at(tmp_path / "w", NAMES[0])
    assert told("trust", str(made), vkey()).exit_code == 0
    return made


def post(folder: Path, text: str) -> tuple[int, str, str]:
    return add_checkpoint(open_witness(folder), text, at=AT)


def test_honest_growth_is_signed_and_a_thousand_forks_are_not(folder: Path) -> None:
    chance, seen, n_forks, n_grown, opened = Random(16), 0, 0, 0, open_witness(folder)
    state = folder / "logs" / f"{hashlib.sha256(ORIGIN.encode()).hexdigest()}.json"
    for new in sorted(chance.sample(range(1, len(_LEAVES)), 40)):
        status, line, _ = add_checkpoint(opened, asked(_LEAVES, seen, new), at=AT)
        assert status == 200, (seen, new, line)
        seen, n_grown, kept = new, n_grown + 1, state.read_bytes()
        for _ in range(25):
            # The office signs anew: one leaf is another, dropped or put in, at any later size.
            forged, place = list(_LEAVES), chance.randrange(seen)
            way = chance.choice(("edit", "drop", "insert"))
            if way == "edit":
                forged[place] = chance.randbytes(32)
            elif way == "drop":
                del forged[place]
            else:
                forged.insert(place, chance.randbytes(32))
            size = chance.randrange(seen, len(forged) + 1)
            status, said, _ = add_checkpoint(opened, asked(forged, seen, size), at=AT)
            assert status == 422, (way, place, seen, size, said)
            n_forks += 1
        assert state.read_bytes() == kept
    assert (n_forks, n_grown) == (1000, 40)
    assert post(folder, asked(_LEAVES, seen, len(_LEAVES)))[0] == 200


def test_each_refusal_has_the_number_of_the_specification(folder: Path) -> None:
    assert post(folder, asked(_LEAVES, 0, 100))[0] == 200
    grown = asked(_LEAVES, 100, 200)
    steps = grown.partition("\n\n")[0]
    for status, text in {
        400: "old 01\n\n" + note(_LEAVES),
        404: asked(_LEAVES, 100, 200, origin="gongping/other/X"),
        403: asked(_LEAVES, 100, 200, key="somebody"),
        422: grown.replace(steps, steps.rpartition("\n")[0]),
    }.items():
        assert post(folder, text)[0] == status, text
    assert post(folder, "")[0] == 400
    assert post(folder, grown.replace("old 100", "old 300"))[0] == 400
    # Nobody goes back, and nobody begins again.
    assert post(folder, asked(_LEAVES, 50, 60)) == (409, "100\n", "text/x.tlog.size")
    assert post(folder, asked(_LEAVES, 0, 100)) == (409, "100\n", "text/x.tlog.size")
    assert post(folder, "old 100\n\n" + note([b"x" * 32] * 100))[0] == 422
    # The same size and root: the newer head of a ledger that did not grow.
    assert post(folder, "old 100\n\n" + note(_LEAVES[:100], more=("head 2",)))[0] == 200
    assert post(folder, grown)[0] == 200


def test_a_wrong_signature_of_the_trusted_key_spoils_the_note(folder: Path) -> None:
    text = asked(_LEAVES, 0, 10)
    other = asked(_LEAVES, 0, 11).splitlines(keepends=True)[-1]
    assert post(folder, text + other)[0] == 403
    # What strangers sign below it is nobody's business.
    stranger = signed("x\n", name="stranger", key=seed_of("stranger")).lines[0].text
    assert post(folder, text + stranger)[0] == 200


def test_the_empty_ledger_has_the_root_of_nothing(folder: Path) -> None:
    assert post(folder, asked(_LEAVES, 0, 0))[0] == 200
    wrong = Checkpoint(origin=ORIGIN, size=0, root=b"x" * 32).body
    text = signed(wrong, name=ORIGIN, key=_KEY).text
    assert post(folder, f"old 0\n\n{text}")[0] == 422
    assert post(folder, asked(_LEAVES, 0, 5))[0] == 200


def test_a_crash_before_the_disk_leaves_nothing_signed_and_after_it_the_size(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(folder, asked(_LEAVES, 0, 100))[0] == 200

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(heads_file.os, "fsync", full)
        status, said, _ = post(folder, asked(_LEAVES, 100, 200))
        assert (status, "—" in said) == (500, False)
    assert post(folder, asked(_LEAVES, 50, 60))[1] == "100\n"
    # Written, and the answer never came: the office asks again from where the witness is.
    assert post(folder, asked(_LEAVES, 100, 200))[0] == 200
    assert post(folder, asked(_LEAVES, 100, 200)) == (409, "200\n", "text/x.tlog.size")
    assert post(folder, asked(_LEAVES, 200, 200))[0] == 200


def test_two_at_once_on_one_folder_never_sign_two_histories(folder: Path) -> None:
    other = [hashlib.sha256(b"other" + leaf).digest() for leaf in _LEAVES]
    answers: list[int] = []
    histories = [asked(leaves, 0, 250) for leaves in (_LEAVES, other)] * 4
    threads = [
        threading.Thread(target=lambda text=text: answers.append(post(folder, text)[0]))
        for text in histories
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, *[409] * 7]


def test_a_damaged_or_swapped_memory_signs_nothing(folder: Path) -> None:
    assert post(folder, asked(_LEAVES, 0, 100))[0] == 200
    [kept] = (folder / "logs").glob("*.json")
    whole = kept.read_bytes()
    for spoiled in (b"", whole[:40], whole.replace(b'"root"', b'"toor"'), b"[]"):
        kept.write_bytes(spoiled)
        assert post(folder, asked(_LEAVES, 100, 200))[0] == 500
    said = json.loads(whole)
    said["key"] = note_key("gongping/other/X", _KEY, kind=LOG).text
    kept.write_text(json.dumps(said))
    assert post(folder, asked(_LEAVES, 100, 200))[0] == 500
    kept.write_bytes(whole)
    assert post(folder, asked(_LEAVES, 100, 200))[0] == 200


def test_by_file_across_an_air_gap(folder: Path, tmp_path: Path) -> None:
    request = tmp_path / "request.txt"
    request.write_bytes(asked(_LEAVES, 0, 100).encode())
    done = told("cosign", str(folder), str(request), "--qr")
    assert done.exit_code == 0, done.output
    [out] = (folder / "cosigned").iterdir()
    body, [log, own] = read_by_the_book(out.read_text("utf-8"))
    raw = seed_of(NAMES[0]).public_key().public_bytes_raw()
    assert log[0] == ORIGIN
    assert own[:2] == (NAMES[0], by_the_book(NAMES[0], 4, raw))
    time = int.from_bytes(own[2][:8], "big")
    assert holds(raw, own[2][8:], f"cosignature/v1\ntime {time}\n{body}".encode())
    # The file was lost on its way back: it is signed once more. A fork of that size is not.
    assert told("cosign", str(folder), str(request)).exit_code == 0
    request.write_bytes(asked([b"x" * 32] * 100, 0, 100).encode())
    assert told("cosign", str(folder), str(request)).exit_code == 1
    # As Windows saves it and as a scanner types it, without the line of the old size.
    typed = note(_LEAVES[:100]).replace("\n", "\r\n")
    assert told("cosign", str(folder), "-", given="\ufeff" + typed).exit_code == 0
    lost = told("cosign", str(folder), "-", given=asked(_LEAVES, 50, 200))
    assert lost.exit_code == 1
    assert "ask the office for one that begins at 100" in str(lost.exception)
    assert told("list", str(folder)).output.splitlines()[1] == f"{ORIGIN} 100"


def test_who_is_no_witness_yet_or_is_one_already_is_told_so(folder: Path, tmp_path: Path) -> None:
    for words, said in (
        (("init", str(folder), "--name", "x"), "there is a witness in this folder"),
        (("init", str(tmp_path / "n"), "--name", "a b"), "holds no blanks"),
        (("list", str(tmp_path / "none")), "run `survey witness init` first"),
        (("trust", str(folder), vkey()[:-3]), "copy it as it is"),
        (("trust", str(folder), note_key(ORIGIN, seed_of("x"), kind=LOG).text), "another key"),
    ):
        done = told(*words)
        assert done.exit_code == 1
        assert said in str(done.exception)
    assert (folder / "witness.pem").stat().st_mode & 0o077 == 0
    again = told("trust", str(folder), vkey())
    assert again.exit_code == 0


@contextmanager
def served(folder: Path) -> Iterator[http.client.HTTPConnection]:
    with WitnessServer(open_witness(folder), host="127.0.0.1", port=0, clock=lambda: AT) as server:
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        try:
            yield connection
        finally:
            connection.close()
            server.shutdown()
            thread.join()


def test_over_http_as_the_specification_says(folder: Path) -> None:
    with served(folder) as connection:

        def ask(method: str, path: str, body: bytes = b"") -> tuple[int, str, str]:
            connection.request(method, path, body)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers["Content-Type"]

        place = f"/{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
        assert ask("GET", place)[0] == 404
        status, line, _ = ask("POST", "/add-checkpoint", asked(_LEAVES, 0, 100).encode())
        assert status == 200
        [(name, _, _)] = read_by_the_book(f"x\n\n{line}")[1]
        assert name == NAMES[0]
        body, [log, own] = read_by_the_book(ask("GET", place)[1])
        assert (log[0], own[0], body.split("\n")[1]) == (ORIGIN, NAMES[0], "100")
        conflict = ask("POST", "/add-checkpoint", asked(_LEAVES, 0, 200).encode())
        assert conflict == (409, "100\n", "text/x.tlog.size")
        assert ask("POST", "/other", b"x")[0] == 404
        assert ask("GET", "/../witness.pem/checkpoint")[0] == 404
        assert ask("GET", "/")[0] == 404
        assert ask("POST", "/add-checkpoint", b"\xff")[0] == 400
        assert ask("POST", "/add-checkpoint", b"x" * 70_000)[0] == 413
