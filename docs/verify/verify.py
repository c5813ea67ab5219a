"""Check the package of a release, offline, by README.md beside this. Python >= 3.11, nothing else.

Not the statistics. KEY: the office's public key (base64), from paper. Exit 1: something is wrong.
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
from pathlib import Path

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
OPENED = OPENINGS, MEANINGS = "ledger/openings.jsonl", "ledger/meanings.json"
HEADS, CODES, LEAVES = "ledger/heads.json", "ledger/codes.json", "ledger/leaves.txt"
NEEDED = "README.zh.md README.en.md scores.json appraisal.json run.json codes.json versions.json"
NEEDED = {*NEEDED.split(), "public-key.txt", LEAVES, HEADS}
QUESTIONS, INVITED = "folder/questionnaire.json", "folder/invitations.csv"
ANSWERS, BATCH = "folder/responses_demo.csv", ("units", "group_code", "channel")
NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)*")
COLUMNS, ROUND = ("device_hash", "ip_hash", "token", "rater"), ("wave", "person", "lot", "early")
PERSON = {"sex": "sex", "age_group": "age", "residence": "residence", "township_code": "area"}
MARKS = "device_mark", "network_mark", "invitation_id", "sitting_id"

load = lambda files, name: dict(json.loads(files.read(name)))
lines = lambda files, name: io.BufferedReader(files.open(name), 1 << 20)
as_read = lambda head, rows: (dict(zip(head, row, strict=True)) for row in rows)
table = lambda *of: as_read(next(r := csv.reader(map(bytes.decode, lines(*of)), strict=True)), r)
spelt = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
canonical = lambda content: spelt(content).encode()
sha = lambda data: hashlib.sha256(data).hexdigest()
leaf_of = lambda stated: hashlib.sha256(b"\0" + canonical(stated)).digest()
node = lambda right, left: hashlib.sha256(b"\1" + left + right).digest()
times = lambda n, p: add(times(n - 1, p), p) if n & 1 else times(n >> 1, add(p, p)) if n else (0, 1)


def need(holds, said):
    if not holds:
        raise ValueError(said)


def add(p, q):  # on the curve of Ed25519 (RFC 8032, 5.1)
    d = D * p[0] * q[0] * p[1] * q[1]
    x, y = p[0] * q[1] + p[1] * q[0], p[1] * q[1] + p[0] * q[0]
    return x * pow(1 + d, -1, P) % P, y * pow(1 - d, -1, P) % P


def point(data):
    sign, y = divmod(int.from_bytes(data, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    need(len(data) == 32 and y < P and x * x % P == square and (x or not sign), "not a point")
    return (P - x if x & 1 != sign else x), y


@functools.lru_cache(maxsize=4096)
def signed(key, message, signature):
    a, s = point(key), int.from_bytes(signature[32:], "little")
    base = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y = add(times(s, base), times(h, (P - a[0], a[1])))
    return s < L and (y | (x & 1) << 255).to_bytes(32, "little") + signature[32:64] == signature


def roots(leaves, sizes):  # over the first 0, 1, 2 … leaves (RFC 6962, 2.1), of the sizes asked for
    found, peaks = {0: sha(b"")} if 0 in sizes else {}, []
    for number, leaf in enumerate(leaves, start=1):
        peaks.append(leaf)
        for _ in range((number & -number).bit_length() - 1):
            peaks.append(node(peaks.pop(), peaks.pop()))
        if number in sizes:
            found[number] = functools.reduce(node, reversed(peaks)).hex()
    return found


class _Over(io.FileIO):  # what would be written over it must be there; a header comes twice
    def write(self, data):
        at, self.unlike = self.tell(), getattr(self, "unlike", {})
        self.unlike[at] = self.read(len(data)) != data
        self.seek(at + len(data))


def check_files(package, given):
    files, size, found = zipfile.ZipFile(package), Path(package.name).stat().st_size, {}
    need(not files.infolist()[100:] and all(map(NAME.fullmatch, files.namelist())), "names")
    need(sum(of.file_size + size * of.compress_type for of in files.infolist()) <= size, "packed")
    with _Over(package.name) as there:
        with zipfile.ZipFile(there, "w") as again:
            for name in sorted(files.NameToInfo):
                entry, digest = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), hashlib.sha256()
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                entry.file_size = files.getinfo(name).file_size
                with lines(files, name) as part, again.open(entry, "w") as to:
                    while piece := part.read(1 << 20):
                        digest.update(piece)
                        to.write(piece)
                found[name] = {"sha256": digest.hexdigest(), "size": entry.file_size}
        need(not any(there.unlike.values()) and there.tell() == size, "not as README.md says")
    manifest, brought = load(files, "manifest.json"), files.read("public-key.txt")
    need((manifest["kind"], manifest["version"]) == ("public-review-package", 1), "kind, version")
    listed, here = manifest["files"], found.keys() - {"manifest.json", "manifest.sig"}
    known = {*NEEDED, *OPENED, CODES, *(name for name in here if name.startswith("folder/"))}
    for name in sorted({*here, *listed, *NEEDED}):
        need(name in known & here & listed.keys(), f"{name} is missing, or not on the manifest")
        need(listed[name] == found[name], f"{name} was altered")
    need([name in here for name in OPENED] == [manifest["openings"]] * 2, "openings")
    raw = base64.b64decode(brought.split()[0])
    exact = brought == base64.b64encode(raw) + f"\nsha256:{sha(raw)}\n".encode()
    key, signature = base64.b64decode(given) or raw, base64.b64decode(files.read("manifest.sig"))
    need(exact and manifest["key_id"] == sha(key)[:16] == sha(raw)[:16], "public-key.txt: another")
    need(signed(key, files.read("manifest.json"), signature), "signature")
    return files, manifest, key


def check_heads(manifest, key, leaves, heads, printed):
    sizes, before, on_paper = {len(leaves), *(head["size"] for head in heads)}, None, set()
    over = roots(leaves, sizes)
    for place, head in enumerate(heads, start=1):
        where = f"{HEADS}: head {place}"
        whose = head["version"] in {1, 2} and head["campaign"] == manifest["campaign"]
        need(whose and head["key_id"] == sha(key)[:16], f"{where}: another key or campaign")
        unsigned = canonical({name: head[name] for name in head if name != "signature"})
        need(signed(key, unsigned, base64.b64decode(head["signature"])), f"{where}: signature")
        need(over.get(head["size"]) == head["root"], f"{where}: root")
        if head["version"] > 1:
            previous = sha(canonical(before)) if before else "0" * 64
            need((head["number"], head["previous"]) == (place, previous), f"{where}: chain")
        need(all(head[of] >= (before or head)[of] for of in ("size", "time")), f"{where}: earlier")
        digest, alphabet = int(sha(canonical(head))[:32], 16), "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        text = "".join(alphabet[digest >> 5 * at & 31] for at in reversed(range(26)))
        text = "-".join(text[start : start + 4] for start in range(0, 26, 4))
        on_paper.add(f"PRH:{head['campaign']}:{head.get('number', 0)}:{head['size']}:{text}")
        before = head
    need(heads and heads[-1]["size"] == len(leaves), f"{HEADS}: not of the release")
    need({one.strip() for one in printed} <= on_paper, "no head is as printed")


def check_documents(files, manifest, key, last, n_leaves):  # what a head seals, sums
    scores, record, run = (load(files, f"{name}.json") for name in ("scores", "appraisal", "run"))
    release, records = scores["release"], load(files, HEADS)["records"]
    signature = base64.b64decode(release["signature"].pop("value"))
    ours = signed(key, canonical(scores), signature)
    need(ours and release["signature"]["key_id"] == sha(key)[:16], "scores.json: signature, key")
    named = [scores["campaign"]["id"], release["id"], release["number"], scores["simulated"]]
    need(named == [manifest[of] for of in ("campaign", "release", "number", "simulated")], "whose")
    need([record["campaign"], record["simulated"]] == named[::3], "appraisal.json: whose")
    need(release["ledger"] == {"size": n_leaves, "root": last["root"]}, f"{LEAVES}: another")
    need(sha(canonical(records)) == last["records"], f"{HEADS}: records")
    sealed = f"{release['number']}={sha(files.read('scores.json'))}"
    need(sealed in records["releases"].split(";"), "scores.json is not sealed by the last head")
    inputs = {(one["data_digest"], one["plan_digest"]) for one in (run, release)}
    same = inputs == {(record["inputs"]["responses"], record["plan_digest"])}
    need(same and records["plan"] == run["plan_digest"], "run, appraisal, scores: other inputs")
    number, verdicts = run.pop("number"), run.pop("verdict_digest")
    sealed = f"{number}={sha(canonical({**run, 'content': record}))}:{verdicts}"
    need(sealed in records["runs"].split(";"), "appraisal.json is not the sealed run")
    need(sha(canonical(load(files, QUESTIONS))) == records["questionnaire"], QUESTIONS)
    n, used, drawn, here, digest = 0, Counter(), [], files.NameToInfo, hashlib.sha256()
    for n, row in enumerate(table(files, ANSWERS), start=1):
        need(row["response_id"] == f"{n - 1:010d}", f"{ANSWERS}: row {n + 1} is out of order")
        used[row["unit_code"], row["group_code"]] += row["token"] > ""
        drawn += [f"{row['response_id']} {row['probability']}\n"] if row.get("probability") else []
    need(n == n_leaves, f"{ANSWERS}: {n} answers, {n_leaves} leaves")
    codes, invited, said = release["codes"], record["inputs"].get("invitations"), Counter()
    need(load(files, "codes.json")["codes"] == codes, "codes.json is not as in scores.json")
    for code in codes:
        answered, gone = code["answered"], (code.get("withdrawn") or {}).get("codes") or 0
        need(answered is None or answered + gone <= code["issued"], "codes.json: more than issued")
        said[code["units"][0], code["group_code"]] += (answered or 0) * (len(code["units"]) == 1)
    need(said <= used, "codes.json: more answered codes than answers")
    for row in table(files, INVITED) if INVITED in here else ():
        seen = [*(row[name] for name in ("unit_code", *BATCH[1:])), int(row["response_id"] or -1)]
        digest.update(canonical(seen + [int(row[name]) for name in ROUND if name in row]) + b"\n")
    need(invited == (digest.hexdigest() if INVITED in here else None), f"{INVITED}: another")
    drawn = sha("".join(drawn).encode()) if drawn else None
    need(record["inputs"].get("draws") == drawn, f"{ANSWERS}: probability")


def check_codes(files, heads):  # what each code that was committed opens, and since which leaf
    said = load(files, CODES) if CODES in files.NameToInfo else {"commitments": [], "records": {}}
    sealed, known, invited, uncoded, late = {}, {}, (), (), 0
    sizes = [0, *(head["size"] for head in heads)]  # before the first head, and at each
    for number, kept in {len(heads): load(files, HEADS)["records"], **said["records"]}.items():
        at, listed = int(number), kept.get("commitments", "").split(";")
        need(at > 0 and sha(canonical(kept)) == heads[at - 1]["records"], f"{CODES}: records {at}")
        sealed |= {one: min(at, sealed.get(one, at)) for one in listed if one}
    last = [f"{n}={sha(canonical(one))}" for n, one in enumerate(said["commitments"], start=1)]
    need(set(last) == sealed.keys() and not (last and sizes[sealed[last[0]]]), f"{CODES}: late")
    for stated, each in reversed([*zip(last, said["commitments"], strict=True)]):
        need(sizes[sealed[stated] - 1] <= each["size"], f"{CODES}: dated back")
        late += each["codes"] * (sizes[sealed[stated]] > 0)
        leaves, invited, uncoded = [], each["invited_channels"], each["uncoded_channels"]
        for batch in each["batches"]:
            of, hashes = {name: batch[name] for name in BATCH}, said["hashes"][str(batch["batch"])]
            leaves += [leaf_of(of | {"code": one}) for one in hashes]
            known |= dict.fromkeys(hashes, (*of.values(), each["size"]))
        need(roots(leaves, {len(leaves)}).get(each["codes"]) == each["root"], f"{CODES}: root")
    return known, invited, uncoded, late, {}


def fault(index, told, unit, known, invited, uncoded, _late, used):  # of the code of an answer
    opening, channel = told.get("code_opening"), told["channel"]
    by_code = told["invitation_id"] is not None or told["sitting_id"] is not None
    if not invited or opening is None:
        must = invited and channel not in uncoded and (by_code or channel in invited)
        return "that show no code" if must else ""
    units, *of = known.get(held := sha(bytes.fromhex(opening)), ((), "", "", 0))
    theirs = unit in units and of[:2] == [told["group_code"], channel] and index >= of[2]
    if not theirs or not by_code or channel not in invited:
        return "by codes that were not committed for them"
    last, rated = used.get(held, (index - 1, set()))
    once = last == index - 1 and unit not in rated
    used[held] = index if once else -9, rated | {unit}
    return "" if once else "by codes used before"


def check_openings(files, manifest, leaves, codes):
    wrong, waiting, digest, rows = defaultdict(list), {}, hashlib.sha256(), table(files, ANSWERS)
    meant, numbers, place, last = load(files, MEANINGS), {of: {None: -1} for of in MARKS}, 0, -1
    for one in map(json.loads, map(bytes.decode, lines(files, OPENINGS))):
        index, told = one["index"], json.loads(one["content"])
        need(index > last, f"{OPENINGS}: not in the order of the leaves")
        salted = sha(bytes.fromhex(one["salt"]) + one["content"].encode())
        stated = {"campaign": manifest["campaign"], "content": salted, "index": index, "version": 1}
        leaf = leaf_of(stated | {"receipt": bytes.fromhex(one["receipt"]).hex()})
        wrong["changed"] += [index] if [leaf] != leaves[index : index + 1] else []
        wrong["dropped"] += range(last + 1, min(index, len(leaves)))
        last, unit = index, meant["unit_id"][str(told["unit_id"])]
        wrong[fault(index, told, unit, *codes)].append(index)
        waiting[int(one["response_id"])] = one["receipt"], told, unit, index
        while place in waiting:  # rows in their own order: mostly the one that has just come
            (receipt, told, unit, index), row, place = waiting.pop(place), next(rows, {}), place + 1
            marks = [numbers[of].setdefault(told[of], len(numbers[of]) - 1) for of in MARKS]
            took, cells = told["duration_ms"], {name: told[name] for name in BATCH[1:]}
            cells |= {name: meant[of].get(str(told[of]), "") for name, of in PERSON.items()}
            cells["duration_s"] = "" if took is None else f"{took // 1000}.{took % 1000:03d}"
            cells |= {"unit_code": unit, "own_staff": str(int(told["own_staff"]))}
            cells |= zip(COLUMNS, [f"m{n:09d}" if n >= 0 else "" for n in marks], strict=True)
            at = datetime.fromisoformat(row["submitted_at"])
            same = at.tzinfo is not None and at.timestamp() == told["submitted_ms"] // 1000
            items = [cell for name, cell in row.items() if name[:2] == "q_"]
            same = same and items == [item.replace("-", "") for item in told["answers"]]
            same = same and cells.items() <= row.items()
            wrong["not as in the folder"] += [index] * (not same)
            seen = [receipt, unit, *(told[name] for name in (*BATCH[1:], "answers"))]
            seen += [*(cells[name] for name in PERSON), told["submitted_ms"]]
            seen += [-1 if took is None else took, *marks, int(told["own_staff"])]
            digest.update(canonical(seen) + b"\n")
        last % 100_000 < 99_999 or print(f"{last + 1:,} …", file=sys.stderr, flush=True)
    wrong["dropped"] += range(last + 1, len(leaves))
    named = [f"{what}: leaves {at}" for what, at in wrong.items() if what and at]
    once = not waiting and not [*rows]
    need(once and not named, f"{OPENINGS}: {'; '.join(named) or 'not one for each answer'}")
    need(digest.hexdigest() == load(files, "run.json")["data_digest"], f"{ANSWERS}: digest")


def check(package, given="", printed=()):
    """Return what holds and what was not checked; raises whatever a forged file makes of us."""
    files, manifest, key = check_files(package, given)
    leaves = [bytes.fromhex(line) for line in files.read(LEAVES).decode().splitlines()]
    need("".join(f"{leaf.hex():0>64}\n" for leaf in leaves).encode() == files.read(LEAVES), LEAVES)
    heads = load(files, HEADS)["heads"]
    _, committed = check_heads(manifest, key, leaves, heads, printed), check_codes(files, heads)
    if manifest["openings"]:
        check_openings(files, manifest, leaves, committed)
    check_documents(files, manifest, key, heads[-1], len(leaves))
    how = "compared one by one" if manifest["openings"] else "NOT compared (no openings)"
    said = f"""{manifest["release"]}: signatures, {len(heads)} heads, {len(leaves)} leaves hold
{len(leaves)} answers {how} with the ledger
{len(committed[0])} codes committed ({committed[3]} after answers came), {len(committed[4])} shown
NOT computed: statistics (`survey verify` does); NOT read: witnesses (witnesses.py), plan, README"""
    said += "" if printed else "\nNOT compared with a head on paper: give --printed"
    return said if given else f"{said}\nThe key is the package’s own: give --key"


def main(words=None, checked=check):
    parser = argparse.ArgumentParser(description="Check the package of a release, offline.")
    parser.add_argument("package", type=Path)
    parser.add_argument("--key", default="", help="the office's public key, base64, from paper")
    parser.add_argument("--printed", action="append", default=[], help="a head on paper: PRH:…")
    given = parser.parse_args(words)
    try:
        with given.package.open("rb") as package:
            print(checked(package, given.key, given.printed))
    except Exception as error:  # whatever a forged file makes of us, it is not accepted
        return print(f"错误 / WRONG: {error!r}") or 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
