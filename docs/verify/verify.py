#!/usr/bin/env python3
"""Check the package of a release, offline. Python >= 3.11, nothing else, nothing of the platform.

    python3 verify.py PACKAGE.zip --key KEY [--printed 'PRH:…']

Written from README.md beside it. It checks signatures, ledger, every answer (where the package
has openings) and the sums; it does NOT compute statistics. KEY is the office's public key
(base64): take it from paper. Exit 0: what was checked holds; 1: something is wrong; 2: usage.
"""

import argparse
import base64
import csv
import functools
import hashlib
import io
import json
import re
import sys
import zipfile
from collections import Counter, defaultdict
from datetime import datetime
from itertools import count
from pathlib import Path

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
HEADS = "ledger/heads.json"
OPENINGS, MEANINGS = "ledger/openings.jsonl", "ledger/meanings.json"
NEEDED = ["README.zh.md", "README.en.md", "scores.json", "appraisal.json", "run.json"]
NEEDED += ["codes.json", "versions.json", "public-key.txt", "ledger/leaves.txt", HEADS]
OPENED, QUESTIONS = [OPENINGS, MEANINGS], "folder/questionnaire.json"
ANSWERS, INVITED = "folder/responses_demo.csv", "folder/invitations.csv"
NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)*")
COLUMNS = "device_hash", "ip_hash", "token", "rater"
PERSON = "sex", "age_group", "residence", "township_code"
MARKS = "device_mark", "network_mark", "invitation_id", "sitting_id"


def need(holds, said):
    if not holds:
        raise ValueError(said)


def add(p, q):  # Ed25519 (RFC 8032, 5.1): X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, p, total=(0, 1, 1, 0)):
    while n:
        total = add(total, p) if n & 1 else total
        p, n = add(p, p), n >> 1
    return total


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    need(len(data) == 32 and y < P and x * x % P == square and (x or not sign), "not a point")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


@functools.lru_cache(maxsize=4096)
def signed(key, message, signature):
    a, s = point(key), int.from_bytes(signature[32:], "little")
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, _ = add(times(s, base), times(h, (P - a[0], a[1], 1, P - a[3])))
    x, y = x * pow(z, P - 2, P) % P, y * pow(z, P - 2, P) % P
    return s < L and (y | (x & 1) << 255).to_bytes(32, "little") + signature[32:64] == signature


def canonical(content):
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def sha(data):
    return hashlib.sha256(data).hexdigest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def roots(leaves):  # over the first 0, 1, 2 … leaves (RFC 6962, 2.1)
    found, peaks = [sha(b"")], []
    for number, leaf in enumerate(leaves, start=1):
        peaks.append(leaf)
        for _ in range((number & -number).bit_length() - 1):
            peaks[-2:] = [node(*peaks[-2:])]
        found.append(functools.reduce(lambda root, peak: node(peak, root), reversed(peaks)).hex())
    return found


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        need(len(names) == len(set(names)) <= 100, "a name twice, or too many")
        need(all(NAME.fullmatch(name) for name in names), "a name that leads out of the folder")
        plain = all(entry.compress_type == 0 for entry in entries)
        need(plain and sum(entry.file_size for entry in entries) <= len(data), "compressed")
        files = {entry.filename: archive.read(entry) for entry in entries}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, files[name])
    need(out.getvalue() == data, "the archive is not byte by byte as README.md says")
    return files


def check_manifest(files, given):
    manifest = json.loads(files["manifest.json"].decode())
    need((manifest["kind"], manifest["version"]) == ("public-review-package", 1), "kind, version")
    here, opened = set(files) - {"manifest.json", "manifest.sig"}, set(OPENED) & set(files)
    for name in sorted({*here, *manifest["files"], *NEEDED}):
        need(name in here, f"{name} is missing")
        known = name in NEEDED + OPENED or name.startswith("folder/")
        need(known and name in manifest["files"], f"{name} is not on the manifest")
        said = {"sha256": sha(files[name]), "size": len(files[name])}
        need(manifest["files"][name] == said, f"{name} was altered")
    need(bool(opened) == manifest["openings"] == (opened == set(OPENED)), "openings")
    brought = files["public-key.txt"].decode().splitlines()
    raw = base64.b64decode(brought[0])
    need(len(brought) == 2 and brought[1] == f"sha256:{sha(raw)}", "public-key.txt: fingerprint")
    key = base64.b64decode(given or brought[0])
    need(manifest["key_id"] == sha(key)[:16] == sha(raw)[:16], "public-key.txt is another key")
    need(signed(key, files["manifest.json"], base64.b64decode(files["manifest.sig"])), "signature")
    return manifest, key


def load(files, name):
    return dict(json.loads(files[name].decode()))


def check_heads(manifest, key, leaves, heads, printed):
    over, before = roots(leaves), None
    for place, head in enumerate(heads, start=1):
        where = f"ledger/heads.json: head {place}"
        need((head["version"] in (1, 2), head["key_id"]) == (True, sha(key)[:16]), f"{where}: key")
        unsigned = canonical({name: head[name] for name in head if name != "signature"})
        need(signed(key, unsigned, base64.b64decode(head["signature"])), f"{where}: signature")
        need(head["campaign"] == manifest["campaign"], f"{where}: another campaign")
        need(0 <= head["size"] < len(over) and over[head["size"]] == head["root"], f"{where}: root")
        if head["version"] > 1:
            previous = sha(canonical(before)) if before else "0" * 64
            need((head["number"], head["previous"]) == (place, previous), f"{where}: chain")
        size, time = (head[name] >= (before or head)[name] for name in ("size", "time"))
        need(size and time, f"{where}: smaller or earlier")
        before = head
    need(heads and heads[-1]["size"] == len(leaves), "ledger/heads.json: not of the release")
    need({one.strip() for one in printed} <= set(map(short_form, heads)), "no head is as printed")
    return over[-1]


def short_form(head):  # as on paper: 128 bits of its digest in Crockford's base 32
    number, alphabet = int(sha(canonical(head))[:32], 16), "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    text = "".join(alphabet[number >> 5 * place & 31] for place in reversed(range(26)))
    digits = "-".join(text[start : start + 4] for start in range(0, 26, 4))
    return f"PRH:{head['campaign']}:{head.get('number', 0)}:{head['size']}:{digits}"


def check_documents(files, manifest, key, last, root, n_leaves):  # what the last head seals
    scores, record = load(files, "scores.json"), load(files, "appraisal.json")
    run, records = load(files, "run.json"), load(files, HEADS)["records"]
    release, signature = scores["release"], scores["release"]["signature"].pop("value")
    need(signed(key, canonical(scores), base64.b64decode(signature)), "scores.json: signature")
    need(release["signature"]["key_id"] == sha(key)[:16], "scores.json: key")
    named = (scores["campaign"]["id"], release["id"], release["number"], scores["simulated"])
    said = tuple(manifest[name] for name in ("campaign", "release", "number", "simulated"))
    need(named == said, "manifest.json names another release")
    need((record["campaign"], record["simulated"]) == (named[0], named[3]), "appraisal.json: whose")
    need(release["ledger"] == {"size": n_leaves, "root": root}, "ledger/leaves.txt: the release’s")
    need(sha(canonical(records)) == last["records"], "ledger/heads.json: records")
    sealed = f"{release['number']}={sha(files['scores.json'])}" in records["releases"].split(";")
    need(sealed, "scores.json is not the release the last head seals")
    inputs = [(one["data_digest"], one["plan_digest"]) for one in (run, release)]
    inputs.append((record["inputs"]["responses"], record["plan_digest"]))
    need(len(set(inputs)) == 1, "run.json, appraisal.json, scores.json name other inputs")
    number, verdicts, data_digest = run.pop("number"), run.pop("verdict_digest"), run["data_digest"]
    sealed = f"{number}={sha(canonical({**run, 'content': record}))}:{verdicts}"
    need(sealed in records["runs"].split(";"), "appraisal.json is not the sealed run")
    need(records["plan"] == run["plan_digest"], "run.json: plan")
    need(sha(canonical(load(files, QUESTIONS))) == records["questionnaire"], f"{QUESTIONS}: other")
    return release["codes"], record["inputs"], data_digest


def table(files, name):
    return list(csv.DictReader(io.StringIO(files[name].decode(), newline=""), strict=True))


def check_sums(files, rows, n_leaves, codes, inputs):
    need(len(rows) == n_leaves, f"{ANSWERS}: {len(rows)} answers, {n_leaves} leaves")
    for place, row in enumerate(rows):
        need(row["response_id"] == f"{place:010d}", f"{ANSWERS} row {place + 2}: response_id")
    need(load(files, "codes.json")["codes"] == codes, "codes.json is not as in scores.json")
    said, used = Counter(), Counter((r["unit_code"], r["group_code"]) for r in rows if r["token"])
    for code in codes:
        answered, gone = code["answered"], (code.get("withdrawn") or {}).get("codes") or 0
        need(answered is None or answered + gone <= code["issued"], "codes.json: more than issued")
        if len(code["units"]) == 1:
            said[code["units"][0], code["group_code"]] += answered or 0
    need(said <= used, "codes.json: more answered codes than answers")
    digest, listed_people = hashlib.sha256(), table(files, INVITED) if INVITED in files else None
    for row in listed_people or ():
        seen = [row["unit_code"], row["group_code"], row["channel"], int(row["response_id"] or -1)]
        digest.update(canonical([*seen, int(row["wave"])]) + b"\n")
    need(inputs.get("invitations") == (listed_people and digest.hexdigest()), f"{INVITED}: another")
    drawn = [f"{r['response_id']} {r['probability']}\n" for r in rows if r.get("probability")]
    need(inputs.get("draws") == (sha("".join(drawn).encode()) if drawn else None), "probability")


def check_openings(files, manifest, leaves, rows, data_digest):
    lines = files[OPENINGS].decode().splitlines()
    need(len(lines) == len(leaves), f"{OPENINGS}: not one for each leaf")
    by_place = {}
    for index, (line, leaf) in enumerate(zip(lines, leaves, strict=True)):
        opening = json.loads(line)
        salted = bytes.fromhex(opening["salt"]) + opening["content"].encode()
        statement = {"campaign": manifest["campaign"], "content": sha(salted), "index": index}
        statement |= {"receipt": bytes.fromhex(opening["receipt"]).hex(), "version": 1}
        same = hashlib.sha256(b"\0" + canonical(statement)).digest() == leaf
        need(same and opening["index"] == index, f"{OPENINGS} line {index + 1}: leaf")
        by_place[int(opening["response_id"])] = opening
    need(by_place.keys() == set(range(len(rows))), f"{OPENINGS}: not one for each answer")
    meant, numbers = load(files, MEANINGS), {of: defaultdict(count().__next__) for of in MARKS}
    digest = hashlib.sha256()
    for place, row in enumerate(rows):
        opening, told = by_place[place], json.loads(by_place[place]["content"])
        marks = [-1 if told[of] is None else numbers[of][told[of]] for of in MARKS]
        took = told["duration_ms"]
        cells = {name: told[name] for name in ("group_code", "channel")}
        cells["unit_code"] = meant["unit_id"][str(told["unit_id"])]
        for name, of in zip(PERSON, ("sex", "age", "residence", "area"), strict=True):
            cells[name] = meant[of].get(str(told[of]), "")
        cells["duration_s"] = "" if took is None else f"{took // 1000}.{took % 1000:03d}"
        cells["own_staff"] = str(int(told["own_staff"]))
        cells |= zip(COLUMNS, [f"m{mark:09d}" if mark >= 0 else "" for mark in marks], strict=True)
        at = datetime.fromisoformat(row["submitted_at"])
        items = [cell for name, cell in row.items() if name.startswith("q_")]
        same = all(row[name] == cell for name, cell in cells.items()) and at.tzinfo is not None
        same = same and at.timestamp() == told["submitted_ms"] // 1000
        same = same and items == [item.replace("-", "") for item in told["answers"]]
        need(same, f"{ANSWERS} row {place + 2} is not what the ledger holds")
        seen = [opening["receipt"], cells["unit_code"], told["group_code"], told["channel"]]
        seen += [told["answers"], *(cells[name] for name in PERSON), told["submitted_ms"]]
        seen += [-1 if took is None else took, *marks, int(told["own_staff"])]
        digest.update(canonical(seen) + b"\n")
    need(digest.hexdigest() == data_digest, f"{ANSWERS}: digest")


def check(data, key="", printed=()):
    """Return what holds and what was not checked; raises whatever a forged file makes of us."""
    files = unpacked(data)
    manifest, key = check_manifest(files, key)
    leaves = [bytes.fromhex(line) for line in files["ledger/leaves.txt"].decode().splitlines()]
    spelt = "".join(f"{leaf.hex():0>64}\n" for leaf in leaves).encode()
    need(spelt == files["ledger/leaves.txt"], "ledger/leaves.txt: not digests")
    heads = load(files, HEADS)["heads"]
    root = check_heads(manifest, key, leaves, heads, printed)
    codes, inputs, digest = check_documents(files, manifest, key, heads[-1], root, len(leaves))
    rows = table(files, ANSWERS)
    check_sums(files, rows, len(leaves), codes, inputs)
    if manifest["openings"]:
        check_openings(files, manifest, leaves, rows, digest)
    said = [f"{manifest['release']}: signatures, {len(heads)} heads, {len(leaves)} leaves hold"]
    compared = "compared one by one" if manifest["openings"] else "NOT compared (no openings)"
    said.append(f"{len(rows)} answers {compared} with the ledger")
    said.append("NOT computed: statistics (`survey verify` does); NOT read: plan files, README")
    return said if printed else [*said, "NOT compared with a head on paper: give --printed"]


def main(words=None):
    parser = argparse.ArgumentParser(description="Check the package of a release, offline.")
    parser.add_argument("package")
    parser.add_argument("--key", default="", help="the office's public key, base64, from paper")
    parser.add_argument("--printed", action="append", default=[], help="a head on paper: PRH:…")
    given = parser.parse_args(words)
    try:
        said = check(Path(given.package).read_bytes(), given.key, given.printed)
    except Exception as error:  # whatever a forged file makes of us, it is not accepted
        print(f"错误 / WRONG: {error!r}")
        return 1
    print(*said, "" if given.key else "The key is the package’s own: give --key", sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
