"""Release documents checked without a database: the signature, and the ledger they name."""

import binascii
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from survey.ledger.checker import CheckFailed, check_file, check_together, heads_in
from survey.problems import Problem, Refused
from survey.verification.signature import holds, public_key

RELEASE = "public-review-scores"

File = dict[str, Any]


def check_files(paths: Sequence[Path], key: str) -> list[str]:
    """Return a line for all that holds; raises Refused naming the file where something does not.

    All files of one call are judged together: a release and a head of one size of a ledger must
    have one root.
    """
    files = {path: _read(path) for path in paths}
    proofs = {path: file for path, file in files.items() if file["kind"] != RELEASE}
    lines: list[str] = []
    for path, file in files.items():
        if file["kind"] == RELEASE:
            lines += [f"{path}: {line}" for line in _release(path, file, proofs.values(), key)]
        else:
            lines += [f"{path}: {line}" for line in _proof(path, file, key)]
    try:
        return lines + check_together(list(proofs.values()))
    except CheckFailed as failed:
        raise Refused([_wrong(None, str(failed))]) from failed


def heads_of_files(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the heads that files hold; raises Refused for a file of another kind."""
    files = [_read(path) for path in paths]
    return [head for file in files if file["kind"] != RELEASE for head in heads_in(file)]


def _read(path: Path) -> File:
    try:
        file = json.loads(path.read_text("utf-8"))
        kind = file["kind"]
    except (ValueError, KeyError, TypeError) as error:
        raise Refused.of(
            file=path.name,
            zh="不是本系统的文件；可以核对的有：发布的得分（JSON）、回执证明、总校验码",
            en="is no file of this program; what can be checked: released scores (JSON), proofs of "
            "receipts, heads",
        ) from error
    assert isinstance(kind, str)
    return dict(file)


def _proof(path: Path, file: File, key: str) -> list[str]:
    try:
        return check_file(file, key)
    except CheckFailed as failed:
        raise Refused([_wrong(path, str(failed))]) from failed
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused([_wrong(path, f"读不懂 / cannot be read: {error!r}")]) from error


def _release(path: Path, file: File, proofs: Iterable[File], key: str) -> Iterator[str]:
    try:
        facts = file["release"]
        size, root = facts["ledger"]["size"], facts["ledger"]["root"]
        signed = holds(file, public_key(key or facts["signature"]["public_key"]))
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
        raise Refused([_wrong(path, f"读不懂 / cannot be read: {error!r}")]) from error
    if not signed:
        raise Refused([_wrong(path, "签名不对，内容被改动过 / the signature is wrong")])
    whose = "" if key else "（用文件自带的公钥 by the key in the file: give --key）"
    yield f"签名正确 / signature holds: {facts['id']} {facts['frozen_at']}{whose}"
    heads = [head for proof in proofs for head in heads_in(proof)]
    of_size = [
        head for head in heads if (head["campaign"], head["size"]) == (file["campaign"]["id"], size)
    ]
    if any(head["root"] != root for head in of_size):
        raise Refused(
            [
                _wrong(
                    path,
                    f"所依据的 {size} 份答卷与同一份数的总校验码不符 / "
                    f"its {size} answers are not those of the head of that size",
                )
            ]
        )
    compared = (
        "与总校验码相符 as the head says"
        if of_size
        else "未与总校验码核对 not compared with a head"
    )
    yield f"依据 {size} 份答卷 / made of {size} answers, {compared}"


def _wrong(path: Path | None, said: str) -> Problem:
    zh, _, en = said.partition(" / ")
    return Problem(file=path.name if path else "", zh=zh, en=en or zh)
