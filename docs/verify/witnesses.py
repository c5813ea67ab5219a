#!/usr/bin/env python3
"""Check who witnessed the ledger of a package, offline; first all that verify.py, beside it, does.

    python3 witnesses.py PACKAGE.zip --key KEY

By README.md beside it. Whether these are the witnesses the plan names only `survey verify` reads:
hold the keys it prints against paper. Exit 1: wrong.
"""

import base64
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from verify import HEADS, canonical, check, check_files, load, main, need, sha, signed


def check_witnesses(told, key, heads):  # notes of C2SP: heads over all leaves, cosigned
    done, keys = {}, {one["name"]: one["public_key"].split("+", 2) for one in told["of"]}
    need(len({code for _, _, code in keys.values()}) == len(told["of"]), "a witness listed twice")
    for body, _, below in (text.rpartition("\n\n") for text in told["checkpoints"]):
        origin, number = (body.split("\n")[place] for place in (0, 3))
        head = heads[int(number.removeprefix("head ")) - 1]
        root = base64.b64encode(bytes.fromhex(head["root"])).decode()
        stated = f"{head['size']}\n{root}\nhead {head['number']}\nsha256 {sha(canonical(head))}"
        ours = re.fullmatch(f"gongping/.*/{re.escape(head['campaign'])}\n{re.escape(stated)}", body)
        need(ours and head["size"] == heads[-1]["size"], "witnesses: no head of this ledger")
        office = origin, sha(f"{origin}\n\1".encode() + key)[:8], base64.b64encode(b"\1" + key)
        for name, (signer, short, code) in {"": office, **keys}.items():
            raw, kind = base64.b64decode(code), 4 if name else 1
            need((sha(f"{signer}\n".encode() + raw)[:8], raw[0]) == (short, kind), f"{name}: key")
            for dash, by, line in (line.split(" ") for line in below.splitlines()):
                sign = base64.b64decode(line)
                if (dash, by, sign[:4].hex()) == ("—", signer, short):
                    time = f"cosignature/v1\ntime {int.from_bytes(sign[4:12])}\n" if name else ""
                    holds = signed(raw[1:], f"{time}{body}\n".encode(), sign[12 if name else 4 :])
                    need(holds, f"the signature of {name or 'the office'} is wrong")
                    done[name] = f"witness {name} signed; its key: {'+'.join(keys.get(name, ()))}"
        del done[""]  # the office’s own signature
    need(len(done) >= told["required"], f"witnesses missing: {sorted(set(keys) - set(done))}")
    return list(done.values())


def witnessed(package, given="", printed=()):
    """Return who signed, once the whole package holds; raises where anything does not."""
    said, (files, _manifest, key) = check(package, given, printed), check_files(package, given)
    told = load(files, "scores.json")["release"].get("witnesses")
    signers = check_witnesses(told, key, load(files, HEADS)["heads"]) if told else []
    return "\n".join([*(signers or ["the plan names no witnesses"]), said])


if __name__ == "__main__":
    sys.exit(main(checked=witnessed))
