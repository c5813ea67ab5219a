"""Whether a witness may sign: the ledger is known, signed, and begins with all that was seen.

The order of what is looked at, and the numbers of the refusals, are those of tlog-witness.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from survey.ledger.checker import consistent
from survey.ledger.notes.checkpoint import Checkpoint, read_checkpoint
from survey.ledger.notes.cosignature import cosign
from survey.ledger.notes.note import Malformed, Note, SignatureLine, is_signed
from survey.ledger.notes.request import Request, read_request
from survey.problems import Problem, Refused
from survey.witness.folder import Seen, Witness

_EMPTY = hashlib.sha256(b"").digest()


class Declined(Refused):
    """A witness does not sign; with the number that HTTP says it by, and the size it has seen."""

    def __init__(self, problem: Problem, *, status: int, size: int = 0) -> None:
        self.status = status
        self.size = size
        super().__init__([problem])


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A cosignature, and the checkpoint it stands under."""

    line: SignatureLine
    note: Note
    checkpoint: Checkpoint


def answer(witness: Witness, text: str, *, at: datetime, by_hand: bool = False) -> Given:
    """Sign what is asked for, once what was seen is on the disk.

    `by_hand` lets a checkpoint that was signed be signed again, since a file may have been lost,
    and takes a checkpoint alone, as QR codes hold it, for a request from the beginning.

    Raises Declined where it may not be signed.
    """
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").strip() + "\n" if by_hand else text
    try:
        asked = read_request(
            f"old 0\n\n{plain}" if by_hand and not plain.startswith("old ") else plain
        )
        stated = read_checkpoint(asked.checkpoint.body)
    except Malformed as malformed:
        raise Declined(malformed.problems[0], status=400) from malformed
    with witness.alone():
        seen = _need_known(witness, asked, stated)
        again = by_hand and (stated.size, stated.root.hex()) == (seen.size, seen.root)
        if not again:
            _need_grown(seen, asked, stated)
        line = cosign(asked.checkpoint.body, name=witness.name, key=witness.key, at=at)
        own = [one for one in asked.checkpoint.lines if seen.key.made(one)]
        note = Note(body=asked.checkpoint.body, lines=(*own, line))
        witness.keep(replace(seen, size=stated.size, root=stated.root.hex(), checkpoint=note.text))
    return Given(line=line, note=note, checkpoint=stated)


def _need_known(witness: Witness, asked: Request, stated: Checkpoint) -> Seen:
    seen = witness.seen(stated.origin)
    if seen is None:
        raise _declined(
            404,
            stated,
            "没有登记过这本存证；请用纸面公布的公钥运行 survey witness trust",
            "this ledger is not known; take its key from paper and run `survey witness trust`",
        )
    if not is_signed(asked.checkpoint, seen.key):
        raise _declined(
            403,
            stated,
            "不是用登记的公钥签名的，没有签名；请与评议办核对",
            "is not signed by the key that was trusted; ask the office",
        )
    return seen


def _need_grown(seen: Seen, asked: Request, stated: Checkpoint) -> None:
    if asked.old > stated.size:
        raise _declined(400, stated, "起点比终点还大", "the old size is above the new one")
    if asked.old != seen.size:
        raise _declined(
            409,
            stated,
            f"上次签到 {seen.size} 份，这份请求从 {asked.old} 份算起；"
            f"请让评议办另做一份从 {seen.size} 份起的（现有 {stated.size} 份）",
            f"signed up to {seen.size} before, this begins at {asked.old}: ask the office for one"
            f" that begins at {seen.size} (it has {stated.size})",
            size=seen.size,
        )
    holds = (
        not asked.proof and (stated.size > 0 or stated.root == _EMPTY)
        if asked.old == 0
        else consistent(
            old=seen.size,
            old_root=bytes.fromhex(seen.root),
            new=stated.size,
            new_root=stated.root,
            path=asked.proof,
        )
    )
    if not holds:
        raise _declined(
            422,
            stated,
            f"存证不是从上次签名的 {seen.size} 份只增未改而来：有两部历史，或有答卷被删改。"
            "没有签名；请保留这个文件，告知监察人员",
            f"the ledger did not only grow from the {seen.size} that were signed: there are two"
            " histories. Nothing was signed; keep the file and tell the inspector",
        )


def _declined(status: int, stated: Checkpoint, zh: str, en: str, *, size: int = 0) -> Declined:
    return Declined(Problem(field=stated.origin, zh=zh, en=en), status=status, size=size)
