#!/usr/bin/env python3
"""Check receipts and tree heads of a public review, offline. Python >= 3.11, nothing else needed.

    python3 ledger-check.py receipt.json            was this answer counted? (or each of a sitting)
    python3 ledger-check.py first.json second.json  was nothing removed or changed in between?
    python3 ledger-check.py consistency.json        the same from the published proof

Files come from /r/<receipt>.json and /ledger?format=json. Inclusion and consistency need only
hashlib. The signature of a head (Ed25519) needs the package `cryptography`; without it the
signature is reported as not checked. Give the office's public key with --key: take it from the
notice or from paper, not from the server you are checking.

This file stands alone on purpose: it is served at /ledger/check.py, and the platform itself
verifies with the same functions.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Head = dict[str, Any]


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


def check_head(head: Head, key: str) -> str:
    """Check a head's signature; returns a line to print, raises CheckFailed."""
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
    return f"签名正确 / signature holds: {head['campaign']} {head['size']} {head['time']}"


def check_receipt(file: dict[str, Any]) -> str:
    """Check that a receipt's leaf is in the tree of its head; raises CheckFailed."""
    leaf, head = file["leaf"], file["head"]
    if leaf["campaign"] != head["campaign"]:
        raise CheckFailed("回执与树头不是同一次评议 / receipt and head are of two campaigns")
    if receipt_code(bytes.fromhex(leaf["receipt"])) != file["receipt"]:
        raise CheckFailed("回执号与叶子不符 / the leaf is of another receipt")
    found = included(
        leaf=leaf_hash(leaf),
        index=leaf["index"],
        size=head["size"],
        path=[bytes.fromhex(step) for step in file["path"]],
        root=bytes.fromhex(head["root"]),
    )
    if not found:
        raise CheckFailed("回执不在台账中 / the receipt is not in the ledger")
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
        raise CheckFailed("两个树头不是同一次评议 / the heads are of two campaigns")
    grown = consistent(
        old=first["size"],
        old_root=bytes.fromhex(first["root"]),
        new=second["size"],
        new_root=bytes.fromhex(second["root"]),
        path=[bytes.fromhex(step) for step in path],
    )
    if not grown:
        raise CheckFailed("台账被改过 / the ledger was changed between the two heads")
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


def check_files(files: Sequence[dict[str, Any]], key: str = "") -> list[str]:
    """Check each file and, of two receipts or heads of one size, that their roots agree.

    Raises CheckFailed at the first thing that does not agree.
    """
    lines: list[str] = []
    heads: dict[tuple[str, int], str] = {}
    for file in files:
        if file["kind"] == "public-review-receipt":
            lines.append(check_receipt(file))
        if file["kind"] == "public-review-sitting":
            lines += check_sitting(file)
        if file["kind"] == "public-review-consistency":
            lines.append(check_growth(file["first"], file["second"], file["path"]))
        for head in heads_in(file):
            lines.append(check_head(head, key or file.get("public_key", "")))
            place = (head["campaign"], head["size"])
            if heads.setdefault(place, head["root"]) != head["root"]:
                raise CheckFailed(f"同一大小有两个根 / two roots for one size: {place}")
    return lines


def heads_in(file: dict[str, Any]) -> list[Head]:
    """Return the heads a file holds."""
    if file["kind"] == "public-review-tree-head":
        return [file]
    if file["kind"] == "public-review-ledger":
        return [head for campaign in file["campaigns"] for head in campaign["heads"]]
    return [file[name] for name in ("head", "first", "second") if name in file]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the files named; returns 0 where all agrees, 1 where something does not."""
    told = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    told.add_argument("files", nargs="+", type=Path)
    told.add_argument("--key", default="", help="the office's public key, base64")
    given = told.parse_args(arguments)
    if not given.key:
        sys.stderr.write(
            "未给 --key：只用文件里自带的公钥 / no --key: the files' own key is believed\n"
        )
    for path in given.files:
        try:
            lines = check_files([json.loads(path.read_text(encoding="utf-8"))], given.key)
        except CheckFailed as failed:
            sys.stdout.write(f"{path}: {failed}\n")
            return 1
        except (OSError, ValueError, KeyError, TypeError) as error:
            sys.stdout.write(f"{path}: 读不懂 / cannot be read: {error!r}\n")
            return 1
        sys.stdout.write("".join(f"{path}: {line}\n" for line in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
