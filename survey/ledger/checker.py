#!/usr/bin/env python3
"""Check receipts and tree heads of a public review, offline. Python >= 3.11, nothing else needed.

    python3 ledger-check.py receipt.json            was this answer counted? (or each of a sitting)
    python3 ledger-check.py ledger.json             was nothing removed or changed meanwhile?
    python3 ledger-check.py mine.json yours.json …  are these of one and the same ledger?

All files of one call are judged together: two roots of one size, a later head that is smaller, or
two heads in one place of the chain are an alarm; a ledger that grew between two heads without a
proof of it is said to be not proved. A head that is printed on paper goes in by --printed.

Files come from /r/<receipt>.json, /ledger?format=json and /ledger?campaign=…&from=SIZE&to=SIZE.
Inclusion and consistency need only hashlib. The signature of a head (Ed25519) needs the package
`cryptography`; without it the signature is reported as not checked. Give the office's public key
with --key: take it from the notice or from paper, not from the server you are checking.

This file stands alone on purpose: it is served at /ledger/check.py, and the platform itself
verifies with the same functions.
"""

import argparse
import base64
import hashlib
import io
import json
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

Head = dict[str, Any]

FIRST = "0" * 64  # what the first head of a campaign names as the one before
_KNOWN_VERSIONS = (1, 2)


class CheckFailed(Exception):  # noqa: N818  the caller says it in words
    """Something does not agree; the message says what."""


def canonical(content: dict[str, Any]) -> bytes:
    """Return the one spelling that is hashed and signed: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def leaf_hash(statement: dict[str, Any]) -> bytes:
    """Return the hash of a leaf (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + canonical(statement)).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash over two subtrees (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether the path leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = node_hash(step, reached)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, step)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == root


def consistent(
    *, old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Say whether the new tree begins with the whole old one (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == hashlib.sha256(b"").digest()
    if not 0 < old < new:
        return False
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def signed_bytes(head: Head) -> bytes:
    """Return what the signature of a head is over: all of it but the signature."""
    return canonical({name: value for name, value in head.items() if name != "signature"})


def head_digest(head: Head) -> str:
    """Return what the next head names this one by: SHA-256 of it as published, signed."""
    return hashlib.sha256(canonical(head)).hexdigest()


def fingerprint(head: Head) -> str:
    """Return a head's digest as it is printed: its first 128 bits, in groups of four."""
    text = receipt_code(bytes.fromhex(head_digest(head))[:16])
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def short_form(head: Head) -> str:
    """Return a head as its QR code holds it: campaign, number (0 in version 1), size, digest."""
    number = head.get("number", 0)
    return f"PRH:{head['campaign']}:{number}:{head['size']}:{fingerprint(head)}"


def check_head(head: Head, key: str) -> str:
    """Check a head's signature; returns a line to print, raises CheckFailed."""
    if head["version"] not in _KNOWN_VERSIONS:
        raise CheckFailed(
            f"总校验码是较新的格式，请重新下载核对程序 / version {head['version']} of a head: "
            "download the checker anew"
        )
    raw = base64.b64decode(key)
    if hashlib.sha256(raw).hexdigest()[:16] != head["key_id"]:
        raise CheckFailed(f"签名不是用这把公钥做的 / the head names another key: {head['key_id']}")
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - optional here
        from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
            Ed25519PublicKey,
        )
    except ImportError:
        return "未验签（需安装 cryptography） / signature NOT checked: install cryptography"
    try:
        public = Ed25519PublicKey.from_public_bytes(raw)
        public.verify(base64.b64decode(head["signature"]), signed_bytes(head))
    except (InvalidSignature, ValueError) as error:
        raise CheckFailed("签名不对 / the signature of the head is wrong") from error
    said = f"签名正确 / signature holds: {head['campaign']} {head['size']} {head['time']}"
    late = f" 时钟慢 / clock behind by {head['behind']} s" if head.get("behind") else ""
    return f"{said} {fingerprint(head)}{late}"


def check_receipt(file: dict[str, Any]) -> str:
    """Check that a receipt's leaf is in the tree of its head; raises CheckFailed."""
    leaf, head = file["leaf"], file["head"]
    if leaf["campaign"] != head["campaign"]:
        raise CheckFailed("回执与总校验码不是同一次评议 / receipt and head are of two campaigns")
    if receipt_code(bytes.fromhex(leaf["receipt"])) != file["receipt"]:
        raise CheckFailed("回执号与存证记录不符 / the leaf is of another receipt")
    found = included(
        leaf=leaf_hash(leaf),
        index=leaf["index"],
        size=head["size"],
        path=[bytes.fromhex(step) for step in file["path"]],
        root=bytes.fromhex(head["root"]),
    )
    if not found:
        raise CheckFailed("回执不在存证中 / the receipt is not in the ledger")
    return f"已计入 / counted: {file['receipt']} = #{leaf['index']} of {head['size']}"


def check_sitting(file: dict[str, Any]) -> list[str]:
    """Check each answer of a sitting: that it is this sitting's, and in the tree of the head."""
    lines: list[str] = []
    for number, answer in enumerate(file["answers"]):
        if answer["receipt"] != receipt_code(answer_receipt(file["receipt"], number)):
            raise CheckFailed(f"第{number + 1}份不属于此回执 / answer {number + 1} is another's")
        lines.append(check_receipt({**answer, "head": file["head"]}))
    return lines


def check_growth(first: Head, second: Head, path: Sequence[str]) -> str:
    """Check that one head's ledger only grew into another's; raises CheckFailed."""
    if first["campaign"] != second["campaign"]:
        raise CheckFailed("两个总校验码不是同一次评议 / the heads are of two campaigns")
    grown = consistent(
        old=first["size"],
        old_root=bytes.fromhex(first["root"]),
        new=second["size"],
        new_root=bytes.fromhex(second["root"]),
        path=[bytes.fromhex(step) for step in path],
    )
    if not grown:
        raise CheckFailed("存证被改过 / the ledger was changed between the two heads")
    return f"只增未改 / only grew: {first['size']} → {second['size']}"


def answer_receipt(sitting: str, number: int) -> bytes:
    """Return the receipt of one answer of a sitting, made from the sitting's own as printed."""
    return hashlib.sha256(f"sitting|{sitting}|{number}".encode()).digest()[:10]


def receipt_code(receipt: bytes) -> str:
    """Return a receipt as it is printed, in Crockford's base 32."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = int.from_bytes(receipt, "big")
    places = range(-(-len(receipt) * 8 // 5))
    return "".join(alphabet[number >> 5 * place & 31] for place in reversed(places))


def check_file(file: dict[str, Any], key: str = "") -> list[str]:
    """Check what one file says by itself; raises CheckFailed at the first thing that is wrong."""
    lines: list[str] = []
    if file["kind"] == "public-review-receipt":
        lines.append(check_receipt(file))
    if file["kind"] == "public-review-sitting":
        lines += check_sitting(file)
    lines += [check_growth(*step) for step in growths_in(file)]
    lines += [check_head(head, key or file.get("public_key", "")) for head in heads_in(file)]
    return lines


def check_together(files: Sequence[dict[str, Any]]) -> list[str]:
    """Check that all files are of one ledger that only grew, campaign by campaign.

    Raises CheckFailed where two heads of one size have two roots, where a later head is smaller,
    where two heads stand in one place of the chain, and where nothing proves that the ledger of
    one head grew into that of the next.
    """
    heads = [head for file in files for head in heads_in(file)]
    proved = {
        (_place(first), _place(second)) for file in files for first, second, _ in growths_in(file)
    }
    lines: list[str] = []
    for campaign in sorted({head["campaign"] for head in heads}):
        known = _one_root_a_size([head for head in heads if head["campaign"] == campaign])
        _only_later_is_larger(known)
        lines += _chained(known)
        lines += _grown(known, proved)
    return lines


def check_files(files: Sequence[dict[str, Any]], key: str = "") -> list[str]:
    """Check each file by itself and all together; raises CheckFailed."""
    lines = [line for file in files for line in check_file(file, key)]
    return lines + check_together(files)


def _place(head: Head) -> tuple[str, int, str]:
    return head["campaign"], head["size"], head["root"]


def _one_root_a_size(heads: Sequence[Head]) -> list[Head]:
    """Return the heads by size and time; raises CheckFailed where two roots have one size."""
    roots: dict[int, str] = {}
    for head in heads:
        if roots.setdefault(head["size"], head["root"]) != head["root"]:
            raise CheckFailed(
                f"份数相同而总校验码有两个：有两份存证 / two roots for one size, so two ledgers: "
                f"{head['campaign']} {head['size']}"
            )
    return sorted(heads, key=lambda head: (head["size"], head["time"]))


def _only_later_is_larger(heads: Sequence[Head]) -> None:
    for before, after in pairwise(heads):
        if after["size"] > before["size"] and after["time"] < before["time"]:
            raise CheckFailed(
                f"存证变少了，或时间倒退 / a later head is smaller: {after['size']} at "
                f"{after['time']}, {before['size']} at {before['time']}"
            )


def _chained(heads: Sequence[Head]) -> list[str]:
    """Follow the chain of heads; raises CheckFailed at a fork.

    A head names the one before it by digest. Whoever signs another history has to sign two heads
    of one number, or two that follow the same one.
    """
    chain = {head_digest(head): head for head in heads if head["version"] > 1}
    after: dict[str, Head] = {}
    at: dict[int, str] = {}
    for digest, head in chain.items():
        if after.setdefault(head["previous"], head) is not head:
            raise CheckFailed(_forked(head, after[head["previous"]]))
        if at.setdefault(head["number"], digest) != digest:
            raise CheckFailed(_forked(head, chain[at[head["number"]]]))
    numbers = sorted(at)
    for before, number in pairwise(numbers):
        earlier, later = chain[at[before]], chain[at[number]]
        if number == before + 1 and later["previous"] != at[before]:
            raise CheckFailed(_forked(earlier, later))
        if later["size"] < earlier["size"] or later["time"] < earlier["time"]:
            raise CheckFailed(_backwards(earlier, later))
    return [_chain_line(chain[at[numbers[0]]]["campaign"], numbers)] if len(numbers) > 1 else []


def _forked(one: Head, other: Head) -> str:
    return (
        "总校验码分叉：签了两部历史 / the heads fork, two histories were signed: "
        f"{one['campaign']} {one['number']} {fingerprint(one)}, "
        f"{other['number']} {fingerprint(other)}"
    )


def _backwards(earlier: Head, later: Head) -> str:
    return (
        f"存证变少了，或时间倒退 / a later head is smaller, or earlier: {earlier['campaign']} "
        f"{earlier['number']} → {later['number']}"
    )


def _chain_line(campaign: str, numbers: Sequence[int]) -> str:
    gaps = [f"{one + 1}–{two - 1}" for one, two in pairwise(numbers) if two > one + 1]
    missing = f"；未给 / not given: {', '.join(gaps)}" if gaps else ""
    return f"总校验码相连 / heads in one chain: {campaign} {numbers[0]}–{numbers[-1]}{missing}"


def check_printed(heads: Sequence[Head], printed: str) -> str:
    """Check that a head printed on paper is among those given; raises CheckFailed."""
    try:
        kind, campaign, number, size, digits = printed.strip().split(":")
    except ValueError as error:
        raise CheckFailed(
            f"不是纸上的总校验码 / not the short form of a head: {printed}"
        ) from error
    for head in heads:
        place = (head["campaign"], str(head.get("number", 0)), str(head["size"]))
        if (kind, *place) != ("PRH", campaign, number, size):
            continue
        if fingerprint(head) == digits:
            return f"与纸上一致 / as printed: {printed}"
        if number != "0":
            raise CheckFailed(f"与纸上不同 / not as printed: {short_form(head)}, {printed}")
    raise CheckFailed(
        f"未证明：给出的文件中没有纸上这个总校验码 / not proved, no file has {printed}; add the "
        f"file from /ledger?campaign={campaign}&number={number}"
    )


def _grown(heads: Sequence[Head], proved: set[tuple[Any, Any]]) -> list[str]:
    """Follow the proofs from each size to the next; raises CheckFailed where one is wanting.

    A proof that skips a size does not do: two ledgers may share their beginning.
    """
    places = list(dict.fromkeys(_place(head) for head in heads))
    for before, after in pairwise(places):
        if before[1] and (before, after) not in proved:
            raise CheckFailed(
                f"未证明 / not proved: that the ledger of {after[0]} grew from {before[1]} to "
                f"{after[1]}; add the file from "
                f"/ledger?campaign={after[0]}&from={before[1]}&to={after[1]}"
            )
    if len(places) < 2:
        return []
    return [
        f"同一份存证 / one ledger: {places[0][0]} {' → '.join(str(each[1]) for each in places)}"
    ]


def growths_in(file: dict[str, Any]) -> list[tuple[Head, Head, Sequence[str]]]:
    """Return the proofs of growth a file holds: an earlier head, a later one, the path."""
    proofs = [file] if file["kind"] == "public-review-consistency" else []
    if file["kind"] == "public-review-ledger":
        proofs = [proof for campaign in file["campaigns"] for proof in campaign.get("growth", [])]
    return [(proof["first"], proof["second"], proof["path"]) for proof in proofs]


def heads_in(file: dict[str, Any]) -> list[Head]:
    """Return the heads a file holds."""
    if file["kind"] == "public-review-tree-head":
        return [file]
    if file["kind"] == "public-review-ledger":
        return [head for campaign in file["campaigns"] for head in campaign["heads"]]
    return [file[name] for name in ("head", "first", "second") if name in file]


def _say_on_any_console() -> None:
    """Let signs that a console cannot show stand as their numbers: the proof holds all the same."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the files named; returns 0 where all agrees, 1 where something does not."""
    told = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    told.add_argument("files", nargs="+", type=Path)
    told.add_argument("--key", default="", help="the office's public key, base64")
    told.add_argument(
        "--printed", action="append", default=[], help="a head on paper, as its QR code says: PRH:…"
    )
    _say_on_any_console()
    given = told.parse_args(arguments)
    if not given.key:
        sys.stderr.write(
            "未给 --key：只用文件里自带的公钥 / no --key: the files' own key is believed\n"
        )
    files = []
    for path in given.files:
        try:
            file = json.loads(path.read_text(encoding="utf-8"))
            lines = check_file(file, given.key)
        except CheckFailed as failed:
            sys.stdout.write(f"{path}: {failed}\n")
            return 1
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            sys.stdout.write(f"{path}: 读不懂 / cannot be read: {error!r}\n")
            return 1
        files.append(file)
        sys.stdout.write("".join(f"{path}: {line}\n" for line in lines))
    try:
        lines = check_together(files)
        heads = [head for file in files for head in heads_in(file)]
        lines += [check_printed(heads, each) for each in given.printed]
    except CheckFailed as failed:
        sys.stdout.write(f"{', '.join(map(str, given.files))}: {failed}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
