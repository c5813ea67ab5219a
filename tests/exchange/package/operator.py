"""An operator who cheats: the database, every key and the program are his, the codes are not.

He writes answers with leaves, counters and deeds as the program would, signs everything anew, and
keeps the heads that others have seen: a tree that does not grow out of those is found at once.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, cast

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey.canonical import canonical
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import code_opening
from survey.ledger.book import lock_tail
from survey.ledger.committed.commitments import commitment
from survey.ledger.leaf import row_leaf
from survey.model import Campaign, Entrance, ProgressCounter, Response
from survey.site.installation import Site
from survey.verification.counters import Tally
from tests.demonstrated import CODE
from tests.exchange.package.forging import ANSWERS, Files, scores_signed, sealed_anew, spelt

_RESPONSE = cast(sa.Table, Response.__table__)
_ENTRANCE = cast(sa.Table, Entrance.__table__)
_MARKS = ("device_hash", "ip_hash", "token", "rater")
Row = dict[str, Any]


@dataclass(slots=True)
class Forged:
    """The leaves that were made up: as of invited people, and as of passers-by.

    `again` has those that show what an honest answer showed, with the leaf of that one.
    """

    invited: list[int] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    again: dict[int, int] = field(default_factory=dict)


def add_answers(site: Site, *, invited: int, passing: int, seed: int) -> Forged:
    """Invent answers in every way that a database and its keys allow."""
    chance, forged = Random(seed), Forged()
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        models = _models(session, campaign)
        unused = _unused(session, campaign)
        tail = lock_tail(session, campaign_id=campaign.id)
        rows = []
        for number in range(invited + passing):
            is_invited = number < invited
            row = dict(chance.choice(models["invited" if is_invited else "open"]))
            like = row["leaf_index"]
            row |= {"salt": chance.randbytes(16), "receipt": chance.randbytes(10)}
            row |= {"device_mark": None, "network_mark": chance.randbytes(8)}
            row |= {"leaf_index": tail.next_index, "submitted_ms": row["submitted_ms"] + 997}
            if is_invited:
                way = _WAYS[number % len(_WAYS)]
                row |= way(session, row, unused, site.keys.intake(), chance)
                if way is _used_again:
                    forged.again[row["leaf_index"]] = like
            row["leaf"] = row_leaf(row, campaign_code=campaign.code)
            tail.append(row["leaf"])
            (forged.invited if is_invited else forged.open).append(row["leaf_index"])
            rows.append(row)
        session.execute(sa.insert(_RESPONSE), rows)
        tail.save(session)
        _count_anew(session, campaign)
    return forged


def _models(session: Session, campaign: Campaign) -> dict[str, list[Row]]:
    query = sa.select(_RESPONSE).where(_RESPONSE.c.campaign_id == campaign.id)
    rows = [dict(row) for row in session.execute(query).mappings()]
    for row in rows:
        del row["id"]
    timed = {"token_sms", "token_sheet"}
    return {
        "invited": [row for row in rows if row["channel"] in timed],
        "open": [row for row in rows if row["invitation_id"] is None],
    }


def _unused(session: Session, campaign: Campaign) -> dict[tuple[Any, ...], list[Any]]:
    """Return the codes that nobody has used, by what they open: numbers and what is stored."""
    used = sa.exists().where(_RESPONSE.c.invitation_id == _ENTRANCE.c.id)
    query = sa.select(_ENTRANCE).where(
        _ENTRANCE.c.campaign_id == campaign.id, _ENTRANCE.c.kind == "invitation", sa.not_(used)
    )
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in session.execute(query):
        found.setdefault((row.unit_id, row.group_code, row.channel), []).append(row)
    return found


def _of_its_own(session: Session, row: Row, _chance: Random, stored: bytes) -> Row:
    """Put in a code of his own making, of no batch; return what an answer says of it."""
    like = session.get_one(Entrance, row["entrance_id"])
    values = {each.name: getattr(like, each.name) for each in _ENTRANCE.c if each.name != "id"}
    values["issued_at"] += timedelta(microseconds=7)
    [number] = session.execute(
        sa.insert(_ENTRANCE).returning(_ENTRANCE.c.id), [values | {"code_hash": stored}]
    ).one()
    return {"entrance_id": number, "invitation_id": number}


def _unused_by_hash(session: Session, row: Row, unused: Any, _key: bytes, chance: Random) -> Row:
    """Answer by a code nobody used, with all that is stored of it."""
    codes = unused.get((row["unit_id"], row["group_code"], row["channel"]))
    if not codes:
        return _of_its_own(session, row, chance, chance.randbytes(32)) | {"code_opening": None}
    code = codes.pop()
    return {
        "entrance_id": code.id,
        "invitation_id": code.id,
        "code_opening": chance.choice((code.code_hash, hashlib.sha256(code.code_hash).digest())),
    }


def _unused_by_guess(session: Session, row: Row, unused: Any, key: bytes, chance: Random) -> Row:
    """Answer by a code nobody used, guessing it with the key in hand."""
    guess = code_opening(key, f"{chance.getrandbits(75):016X}")
    return _unused_by_hash(session, row, unused, key, chance) | {"code_opening": guess}


def _made_up(session: Session, row: Row, _unused: Any, key: bytes, chance: Random) -> Row:
    """Make a code, as the program makes them, and answer by it: it was never committed."""
    opening = code_opening(key, f"{chance.getrandbits(75):016X}")
    own = _of_its_own(session, row, chance, commitment(opening))
    return own | {"code_opening": opening}


def _used_again(session: Session, row: Row, _unused: Any, _key: bytes, chance: Random) -> Row:
    """Show what an honest answer showed, once more."""
    return _of_its_own(session, row, chance, chance.randbytes(32))


def _nothing_shown(session: Session, row: Row, _unused: Any, _key: bytes, chance: Random) -> Row:
    """Name a code as answers of before did, which showed nothing."""
    return _of_its_own(session, row, chance, chance.randbytes(32)) | {"code_opening": None}


def _no_code_named(_s: Session, row: Row, _unused: Any, _key: bytes, _chance: Random) -> Row:
    """Say that somebody invited came without a code."""
    return {"invitation_id": None, "code_opening": None}


_WAYS = (_unused_by_hash, _unused_by_guess, _made_up, _used_again, _nothing_shown, _no_code_named)


def _count_anew(session: Session, campaign: Campaign) -> None:
    """Make the daily counters what they would be."""
    tally = Tally(session, campaign)
    query = sa.select(_RESPONSE).where(_RESPONSE.c.campaign_id == campaign.id)
    rows = session.execute(query).all()
    tally.add(dict(zip(_RESPONSE.c.keys(), zip(*rows, strict=True), strict=True)))
    session.execute(sa.delete(ProgressCounter))
    session.add_all(
        ProgressCounter(
            campaign_id=campaign.id,
            unit_id=unit,
            group_code=group,
            channel=channel,
            day=day,
            received=received,
            valid=valid,
            sources=received,
        )
        for (unit, group, channel, day), (received, valid) in tally.counted().items()
    )


def drop_and_edit(
    files: Files, key: Ed25519PrivateKey, *, dropped: set[int], edited: set[int]
) -> Files:
    """Return a package without some answers and with others changed, sealed and signed anew.

    Leaves are left as they are: the heads that others have seen are over them.
    """
    heading, *lines = files[ANSWERS].decode().splitlines()
    names, first = heading.split(","), heading.split(",").index("own_staff") + 1
    openings = [json.loads(line) for line in files["ledger/openings.jsonl"].splitlines()]
    by_place = {int(one["response_id"]): one for one in openings}
    rows, marks = [], {name: dict[str, str]() for name in _MARKS}
    for place, line in enumerate(lines):
        cells, one = line.split(","), by_place[place]
        if one["index"] in dropped:
            continue
        if one["index"] in edited:
            told = json.loads(one["content"])
            cells[first] = "1" if told["answers"][0] == "5" else "5"
            told["answers"] = cells[first] + told["answers"][1:]
            one["content"] = json.dumps(told, separators=(",", ":"), sort_keys=True)
        cells[0] = one["response_id"] = f"{len(rows):010d}"
        for name, known in marks.items():
            if cell := cells[names.index(name)]:
                cells[names.index(name)] = known.setdefault(cell, f"m{len(known):09d}")
        rows.append(cells)
    kept = [one for one in openings if one["index"] not in dropped]
    made = files | {
        ANSWERS: ("\n".join([heading, *(",".join(cells) for cells in rows)]) + "\n").encode(),
        "ledger/openings.jsonl": b"".join(canonical(one) + b"\n" for one in kept),
    }
    return _released_anew(made, key, _digest(made, names, rows, kept))


def _digest(files: Files, names: list[str], rows: list[list[str]], openings: list[Row]) -> str:
    """Return the digest of the answers as they are now."""
    by_place = {int(one["response_id"]): one for one in openings}
    digest, first = hashlib.sha256(), names.index("own_staff") + 1
    for place, cells in enumerate(rows):
        row, told = dict(zip(names, cells, strict=True)), json.loads(by_place[place]["content"])
        took = told["duration_ms"]
        seen = (
            *(by_place[place]["receipt"], row["unit_code"], row["group_code"], row["channel"]),
            *(told["answers"], row["sex"], row["age_group"], row["residence"]),
            *(row["township_code"], told["submitted_ms"], -1 if took is None else took),
            *(int(row[name][1:]) if row[name] else -1 for name in _MARKS),
            int(told["own_staff"]),
        )
        assert "".join(cell or "-" for cell in cells[first:]) == told["answers"]
        digest.update(canonical(seen) + b"\n")
    return digest.hexdigest()


def _released_anew(files: Files, key: Ed25519PrivateKey, data_digest: str) -> Files:
    """Say in run, record and scores that they were made of these answers, and seal it."""
    run, record = json.loads(files["run.json"]), json.loads(files["appraisal.json"])
    scores = json.loads(files["scores.json"])
    run["data_digest"] = record["inputs"]["responses"] = data_digest
    scores["release"]["data_digest"] = data_digest
    made = {"run.json": spelt(run), "appraisal.json": spelt(record)}
    return sealed_anew(files | made | {"scores.json": scores_signed(scores, key)}, key)
