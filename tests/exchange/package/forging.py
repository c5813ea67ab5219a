"""Packages altered in every way we could think of, up to an office that cheats with its own key."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.canonical import canonical, digest_of
from survey.ledger.checker import head_digest, leaf_hash, signed_bytes

ANSWERS = "folder/responses_demo.csv"
Files = dict[str, bytes]
# In these even a cheat who signs anew is found: they are held against the ledger.
HELD = (
    *(ANSWERS, "folder/questionnaire.json", "scores.json", "appraisal.json", "run.json"),
    *("codes.json", "ledger/leaves.txt", "ledger/heads.json", "ledger/openings.jsonl"),
    "public-key.txt",
)
# Read by the pipeline alone: the independent program, which computes nothing, cannot know.
PLAN = (
    *("folder/scheme.yaml", "folder/notices.yaml", "folder/class_group_weights.csv"),
    *("folder/population_margins_18plus.csv", "folder/respondent_groups.csv"),
)


def opened(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def listed_anew(files: Files, **said: Any) -> Files:
    """Return the files with a manifest that lists them as they are now."""
    manifest = json.loads(files["manifest.json"])
    manifest |= said
    manifest["files"] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in sorted(files.items())
        if not name.startswith("manifest.")
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return {**files, "manifest.json": text.encode()}


def signed_anew(files: Files, key: Ed25519PrivateKey, **said: Any) -> Files:
    """Return the files under a manifest that the office itself signed again."""
    files = listed_anew(files, **said)
    signature = base64.b64encode(key.sign(files["manifest.json"])) + b"\n"
    return {**files, "manifest.sig": signature}


def spelt(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def flipped(data: bytes, chance: Random) -> bytes:
    place, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
    return data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]


def moved(content: bytes, chance: Random) -> bytes:
    """Return a file with a line dropped, said twice, or changed with another."""
    lines = content.splitlines(keepends=True)
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    way = chance.choice(("drop", "twice", "swap"))
    if way == "drop":
        del lines[one]
    elif way == "twice":
        lines.insert(other, lines[one])
    else:
        lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def edited(content: bytes, chance: Random) -> bytes:
    """Return a file with one of its digits another."""
    place = chance.randrange(len(content))
    while content[place] not in b"0123456789":
        place = chance.randrange(len(content))
    other = chance.choice([sign for sign in b"0123456789" if sign != content[place]])
    return content[:place] + bytes([other]) + content[place + 1 :]


def changed(files: Files, names: tuple[str, ...], chance: Random) -> tuple[str, Files]:
    """Return a file's name and the files where its lines moved or a digit is another."""
    name = chance.choice([name for name in names if name in files])
    content = files[name]
    while _same(name, content, files[name]):
        content = chance.choice((moved, edited))(content, chance)
    return name, {**files, name: content}


def _same(name: str, one: bytes, other: bytes) -> bool:
    """Whether two spellings of a file say the same."""
    try:
        return one == other or (name.endswith(".json") and json.loads(one) == json.loads(other))
    except ValueError:
        return False


def outsiders(data: bytes, seed: str, n: int) -> Iterator[tuple[str, bytes]]:
    """Yield what somebody without the key can do: n flipped bytes, n changed files, n re-listed."""
    chance, files = Random(seed), opened(data)
    every = tuple(name for name in files if name != "manifest.sig")
    others = tuple(name for name in every if name != "manifest.json")
    for _ in range(n):
        yield "flipped", flipped(data, chance)
        name, altered = changed(files, every, chance)
        yield f"altered {name}", zipped(altered)
        name, altered = changed(files, others, chance)
        yield f"re-listed {name}", zipped(listed_anew(altered))


def cheats(data: bytes, key: Ed25519PrivateKey, seed: str, n: int) -> Iterator[tuple[str, bytes]]:
    """Yield what an office can do that signs its manifest anew, n files and n deeds."""
    chance, files = Random(seed), opened(data)
    deeds = list(_DEEDS.values()) if "ledger/openings.jsonl" in files else list(_BLIND.values())
    for number in range(n):
        name, altered = changed(files, HELD, chance)
        yield f"signed {name}", zipped(signed_anew(altered, key))
        deed = deeds[number % len(deeds)]
        yield f"signed {deed.__name__}", zipped(signed_anew(deed(files, key, chance), key))


def _answer_edited(files: Files, _key: Ed25519PrivateKey, chance: Random) -> Files:
    heading, *rows = files[ANSWERS].decode().splitlines()
    place = chance.randrange(len(rows))
    cells = rows[place].split(",")
    column = chance.randrange(heading.split(",").index("own_staff") + 1, len(cells) - 1)
    cells[column] = str((int(cells[column] or 0) + chance.randrange(1, 6)) % 6)
    rows[place] = ",".join(cells)
    return {**files, ANSWERS: ("\n".join([heading, *rows]) + "\n").encode()}


def _answer_dropped(files: Files, _key: Ed25519PrivateKey, chance: Random) -> Files:
    """Drop an answer from the folder and its leaf and opening, and number the others anew."""
    heading, *rows = files[ANSWERS].decode().splitlines()
    lines = files["ledger/openings.jsonl"].splitlines()
    leaves = files["ledger/leaves.txt"].splitlines()
    place = chance.randrange(len(rows))
    for listed in (rows, lines, leaves):
        del listed[place]
    rows = [f"{number:010d}{row[10:]}" for number, row in enumerate(rows)]
    return files | {
        ANSWERS: ("\n".join([heading, *rows]) + "\n").encode(),
        "ledger/openings.jsonl": b"\n".join(lines) + b"\n",
        "ledger/leaves.txt": b"\n".join(leaves) + b"\n",
    }


def _answer_added(files: Files, _key: Ed25519PrivateKey, chance: Random) -> Files:
    """Add an answer made of another, with an opening and a leaf of its own."""
    heading, *rows = files[ANSWERS].decode().splitlines()
    openings = [json.loads(line) for line in files["ledger/openings.jsonl"].splitlines()]
    model = chance.randrange(len(rows))
    added = openings[model] | {"index": len(rows), "response_id": f"{len(rows):010d}"}
    added["salt"], added["receipt"] = chance.randbytes(16).hex(), chance.randbytes(10).hex()
    leaf = _leaf(files, added)
    rows.append(f"{len(rows):010d}{rows[model][10:]}")
    return files | {
        ANSWERS: ("\n".join([heading, *rows]) + "\n").encode(),
        "ledger/openings.jsonl": files["ledger/openings.jsonl"] + canonical(added) + b"\n",
        "ledger/leaves.txt": files["ledger/leaves.txt"] + leaf.hex().encode() + b"\n",
    }


def _opening_rewritten(files: Files, _key: Ed25519PrivateKey, chance: Random) -> Files:
    """Answer otherwise in folder and opening alike, and make the leaf anew: the tree is another."""
    openings = [json.loads(line) for line in files["ledger/openings.jsonl"].splitlines()]
    leaves = files["ledger/leaves.txt"].splitlines()
    place = chance.randrange(len(openings))
    told = json.loads(openings[place]["content"])
    told["answers"] = str((int(told["answers"][0].replace("-", "0")) + 1) % 6) + told["answers"][1:]
    openings[place]["content"] = json.dumps(told, separators=(",", ":"), sort_keys=True)
    leaves[place] = _leaf(files, openings[place]).hex().encode()
    heading, *rows = files[ANSWERS].decode().splitlines()
    cells = rows[place].split(",")
    cells[heading.split(",").index("own_staff") + 1] = told["answers"][0]
    rows[place] = ",".join(cells)
    return files | {
        ANSWERS: ("\n".join([heading, *rows]) + "\n").encode(),
        "ledger/openings.jsonl": b"".join(canonical(one) + b"\n" for one in openings),
        "ledger/leaves.txt": b"\n".join(leaves) + b"\n",
    }


def _leaf(files: Files, opening: dict[str, Any]) -> bytes:
    salted = bytes.fromhex(opening["salt"]) + opening["content"].encode()
    return leaf_hash(
        {
            "campaign": json.loads(files["manifest.json"])["campaign"],
            "content": hashlib.sha256(salted).hexdigest(),
            "index": opening["index"],
            "receipt": opening["receipt"],
            "version": 1,
        }
    )


def _leaf_forged(files: Files, _key: Ed25519PrivateKey, chance: Random) -> Files:
    leaves = files["ledger/leaves.txt"].splitlines()
    leaves[chance.randrange(len(leaves))] = chance.randbytes(32).hex().encode()
    return files | {"ledger/leaves.txt": b"\n".join(leaves) + b"\n"}


def _head_removed(files: Files, _key: Ed25519PrivateKey, chance: Random) -> Files:
    said = json.loads(files["ledger/heads.json"])
    del said["heads"][chance.randrange(len(said["heads"]))]
    return files | {"ledger/heads.json": spelt(said)}


def _head_forked(files: Files, key: Ed25519PrivateKey, chance: Random) -> Files:
    """Sign a head in the place of one that has a follower, or beside the last."""
    said = json.loads(files["ledger/heads.json"])
    place = chance.randrange(len(said["heads"]))
    forged = said["heads"][place] | {"time": said["heads"][-1]["time"], "behind": 1}
    forged = resigned(forged, key)
    if place == len(said["heads"]) - 1:
        said["heads"].append(forged)
    else:
        said["heads"][place] = forged
    return files | {"ledger/heads.json": spelt(said)}


def _score_edited(files: Files, key: Ed25519PrivateKey, chance: Random) -> Files:
    return files | {"scores.json": another_score(files, key, chance)}


def _figure_edited(files: Files, _key: Ed25519PrivateKey, chance: Random) -> Files:
    record = json.loads(files["appraisal.json"])
    chance.choice(record["units"])["n"] += 1
    return files | {"appraisal.json": spelt(record)}


def _another_round(files: Files, key: Ed25519PrivateKey, _chance: Random) -> Files:
    return signed_anew(files, key, number=2, release="ANLAN-2026-GZPY-R2")


def resigned(head: dict[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    return head | {"signature": base64.b64encode(key.sign(signed_bytes(head))).decode()}


def another_score(files: Files, key: Ed25519PrivateKey, chance: Random) -> bytes:
    """Return the score document with another figure for a unit, signed again."""
    scores = json.loads(files["scores.json"])
    unit = chance.choice(scores["units"])
    if unit["score"] is None:
        unit["n"] += 1
    else:
        unit["score"] = f"{float(unit['score']) - 0.01:.2f}"
    return scores_signed(scores, key)


def scores_signed(scores: dict[str, Any], key: Ed25519PrivateKey) -> bytes:
    signature = scores["release"]["signature"]
    del signature["value"]
    signature["value"] = base64.b64encode(key.sign(canonical(scores))).decode()
    return (json.dumps(scores, ensure_ascii=False, indent=1) + "\n").encode()


def sealed_anew(files: Files, key: Ed25519PrivateKey) -> Files:
    """Return the files with a last head that seals them as they are now, and a new manifest."""
    said, run = json.loads(files["ledger/heads.json"]), json.loads(files["run.json"])
    number, verdicts = run.pop("number"), run.pop("verdict_digest")
    record = json.loads(files["appraisal.json"])
    said["records"] |= {
        "releases": f"1={hashlib.sha256(files['scores.json']).hexdigest()}",
        "runs": f"{number}={digest_of({**run, 'content': record})}:{verdicts}",
    }
    *before, last = said["heads"]
    last["records"] = digest_of(said["records"])
    last["previous"] = head_digest(before[-1])
    said["heads"] = [*before, resigned(last, key)]
    return signed_anew(files | {"ledger/heads.json": spelt(said)}, key)


_Deed = Callable[[Files, Ed25519PrivateKey, Random], Files]
_BLIND: dict[str, _Deed] = {
    deed.__name__: deed
    for deed in (
        *(_leaf_forged, _head_removed, _head_forked, _score_edited, _figure_edited),
        _another_round,
    )
}
_DEEDS: dict[str, _Deed] = _BLIND | {
    deed.__name__: deed
    for deed in (_answer_edited, _answer_dropped, _answer_added, _opening_rewritten)
}
