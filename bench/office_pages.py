"""Every page of the office beside a campaign of a million answers: milliseconds of server time.

python -m bench.office_pages [ANSWERS] [FOLDER]

The answers are invented and their rows inserted in bulk, with the leaves and counters the intake
would have given them; a FOLDER keeps them for another run. A server just started has done what a
worker does beside its pages at once; its look over all records is left out.
"""

import gc
import secrets
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session

from survey.app import create_app
from survey.clock import from_epoch_ms, local_day, to_epoch_ms
from survey.feedback.matters import Matters
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import code_opening, register_poster
from survey.fieldwork.invitations.issuing import issue_codes
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.book import Tail, lock_tail
from survey.ledger.committed.commitments import commitment
from survey.ledger.leaf import row_leaf
from survey.model import (
    Area,
    Campaign,
    CampaignUnit,
    Case,
    Comment,
    ContactAttempt,
    Entrance,
    Ledger,
    PageCounter,
    ProgressCounter,
    Response,
)
from survey.site.database import add_counts
from survey.site.installation import Site, upgrade_site
from survey.site.waiting_counts import write_all
from survey.stats.campaign.alone import AloneRules
from survey.stats.campaign.plan import Plan
from survey.tallies.keeping import CHUNK, Tallies
from survey.web.alterations import Alterations
from tests.access.test_every_route import EXPECTED, HERE
from tests.factories import CODE, open_anlan
from tests.officials import add_officials, signed_in

LIMIT_MS = 100
AT = datetime(2026, 12, 15, 2, 0, tzinfo=UTC)
BEGUN = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
DAYS = 14
CODED = 0.3  # of the answers; half as many codes again are never used
IN_BATCH = 1_000
POSTERS = 3  # of each unit for residents
REPEATED = 0.01  # of the answers from posters, by a device that was there before
CASES = 0.01
ITEMS = 8
THOUGHT = (0.05, 0.03, 0.07, 0.2, 0.35, 0.3)  # by how many points, from none: "do not know"
CALLED = 5_000
IN_TRANSACTION = 20_000
LANGS = ("zh", "en")
# Documents take what they take and are no pages.
DOCUMENTS = (".pdf", ".xlsx", ".csv", ".docx", ".zip", "/xlsx")
# Each page is looked at once a round, and the middle of the rounds is told: a machine that is
# slower for a minute, as two cores beside other work are, would else be held against some pages.
ROUNDS = 5


class Taken(NamedTuple):
    """What a page took, in milliseconds of this process and of the clock."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Way:
    """Through what answers can come: codes, each once, or posters again and again."""

    unit: CampaignUnit
    group: str
    channel: str
    entrances: list[int]
    openings: list[bytes]  # of codes, in the same order: what an answer by one shows


def main(answers: int, home: Path) -> None:
    site = replace(upgrade_site({"SURVEY_HOME": str(home)}), clock=lambda: AT)
    with site.database.reading() as session:
        is_there = session.scalar(sa.select(Response.id).limit(1))
    if not is_there:
        begun = time.monotonic()
        fill(site, answers)
        print(f"{answers:,} answers inserted in {time.monotonic() - begun:.0f} s")
    read_on(site)  # a kept folder has answers of the looks before, which a server would have read
    compiled = FileSystemBytecodeCache(str(home))
    client = signed_in(restarted(site, compiled), "admin")
    for address in addresses():
        client.get(address)  # templates are compiled once, whatever is stored
    above = look(site, compiled)
    print(f"{len(above)} pages above {LIMIT_MS} ms: {', '.join(above) or 'none'}")


def look(site: Site, compiled: FileSystemBytecodeCache) -> list[str]:
    """Look at every page first after a restart, and after another answer; return the slow ones."""
    looks: defaultdict[str, list[tuple[Taken, Taken]]] = defaultdict(list)
    for number in range(1, ROUNDS + 1):
        for address in addresses():
            looks[address].append(first_and_next(site, compiled, address))
        print(f"round {number} of {ROUNDS}", file=sys.stderr, flush=True)
    above = []
    for address, taken in looks.items():
        first, second = (sorted(each)[ROUNDS // 2] for each in zip(*taken, strict=True))
        told = "  ".join(f"{each.cpu:6.0f} {each.wall:6.0f}" for each in (first, second))
        print(f"{told}  {address}")
        if max(first.cpu, second.cpu) > LIMIT_MS:
            above.append(address)
    return above


def first_and_next(
    site: Site, compiled: FileSystemBytecodeCache, address: str
) -> tuple[Taken, Taken]:
    """Return what a page took after a restart, and again after another answer."""
    client = signed_in(restarted(site, compiled), "admin")
    client.get("/office/password")
    first = timed(client, address)
    with site.database.writing() as session:
        one_more(session)
    return first, timed(client, address)


def addresses() -> Iterator[str]:
    """Yield what an administrator may read of the campaign, by the table of all routes."""
    for request, statuses in EXPECTED.items():
        method, address = request.split(" ")
        is_page = not address.partition("?")[0].endswith(DOCUMENTS)
        is_ours = address.startswith("/office/") and (
            HERE in address or "/campaigns/" not in address
        )
        admin = statuses.split()[min(1, len(statuses.split()) - 1)]
        if method == "GET" and admin == "200" and is_page and is_ours and "CASE-" not in address:
            yield address


def restarted(site: Site, compiled: FileSystemBytecodeCache) -> Flask:
    app = create_app(site)
    app.jinja_env.bytecode_cache = compiled
    app.extensions["alterations"] = Alterations(site.database, list)
    write_all(app.extensions["waiting_counts"])
    gc.collect()
    gc.freeze()  # as a worker does at its start, or a page pays for the bench's own leavings
    return app


def timed(client: FlaskClient, address: str) -> Taken:
    """Return what an answer took."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = client.get(address)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    assert answer.status_code in {200, 404}, (address, answer.status_code)
    return Taken(cpu=1e3 * cpu, wall=1e3 * wall)


def one_more(session: Session) -> None:
    """Add an answer like the newest, through the newest one's poster."""
    ledger = session.scalars(sa.select(Ledger)).one()
    newest = session.scalars(
        sa.select(Response)
        .where(Response.channel == "qr_open", Response.leaf_index > ledger.size - 1_000)
        .limit(1)
    ).one()
    row = {c.key: getattr(newest, c.key) for c in Response.__table__.columns if c.key != "id"}
    tail = lock_tail(session, campaign_id=newest.campaign_id)
    row |= {"receipt": secrets.token_bytes(10), "device_mark": secrets.token_bytes(8)}
    store(session, [row], tail)
    tail.save(session)


def fill(site: Site, answers: int) -> None:
    open_anlan(site)
    add_officials(site)
    fill_opened(site, answers, CODE)


def fill_opened(site: Site, answers: int, code: str) -> None:
    """Give an opened campaign of 安澜县 its posters, codes, answers, comments and attempts."""
    site.campaign_key(code)
    with site.database.writing() as session:
        posters = list(hang(session, code))
    codes = list(issue(site, int(answers * CODED * 1.5), code))
    with site.database.writing() as session:  # the codes, before anybody can answer by them
        seal_ledger(
            replace(site, clock=lambda: BEGUN), session, find_campaign(session, code), "open"
        )
    rows = responses(site, answers, posters, codes, code)
    while chunk := list(islice(rows, IN_TRANSACTION)):
        with site.database.writing() as session:
            tail = lock_tail(session, campaign_id=chunk[0]["campaign_id"])
            store(session, chunk, tail)
            tail.save(session)
    with site.database.writing() as session:
        campaign = find_campaign(session, code)
        session.execute(sa.insert(PageCounter), list(pages(campaign, answers)))
        tell_and_call(session, campaign, answers)


def read_on(site: Site) -> None:
    """Count the answers and read their words as a server does beside its pages."""
    for what in (Tallies(site.database), Matters(site.database)):
        begun = time.process_time()
        while what.behind():
            what.write()
        took = time.process_time() - begun
        print(f"{type(what).__name__}: {took:.0f} s of CPU time, {CHUNK:,} answers at once")


def store(session: Session, rows: list[dict[str, Any]], tail: Tail) -> None:
    """Insert rows with their leaves, and count them as the intake does."""
    campaign = session.get_one(Campaign, rows[0]["campaign_id"])
    areas = sa.select(Area.code, Area.position).where(Area.campaign_id == campaign.id)
    plan = Plan.from_dict(campaign.plan or {})
    alone = AloneRules.of(plan, areas=dict(session.execute(areas).all()))
    codes = {entry.unit_id: entry.unit.code for entry in campaign.units}
    counted: defaultdict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        row["leaf_index"] = tail.next_index
        row["leaf"] = row_leaf(row, campaign_code=campaign.code)
        tail.append(row["leaf"])
        day = local_day(from_epoch_ms(row["submitted_ms"]), campaign.timezone)
        cell = counted[campaign.id, row["unit_id"], row["group_code"], row["channel"], day]
        cell[0] += 1
        cell[1] += alone.pass_answer(row, unit_code=codes[row["unit_id"]])
    session.execute(sa.insert(Response), rows)
    key = ("campaign_id", "unit_id", "group_code", "channel", "day")
    counters = [
        dict(zip(key, cell, strict=True)) | {"received": n, "valid": valid, "sources": n}
        for cell, (n, valid) in counted.items()
    ]
    table = cast(sa.Table, ProgressCounter.__table__)
    session.execute(add_counts(session.connection(), table), counters)


def hang(session: Session, code: str) -> Iterator[Way]:
    campaign = find_campaign(session, code)
    for unit in campaign.units:
        if unit.class_code == "C":  # which residents do not rate
            continue
        hung = [
            register_poster(
                session,
                campaign=campaign,
                unit=unit.unit,
                group_code="G1",
                place=f"第{place}处",
                by="bench",
                clock=lambda: BEGUN - timedelta(days=2),
            )
            for place in range(POSTERS)
        ]
        session.flush()
        yield Way(unit, "G1", "qr_open", [poster.id for poster in hung], [])


def issue(site: Site, codes: int, campaign_code: str) -> Iterator[Way]:
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        units = list(campaign.units)
    for number in range(max(codes // IN_BATCH, len(units))):
        unit, at = units[number % len(units)], BEGUN - timedelta(minutes=number + 1)
        with site.database.writing() as session:
            clear = issue_codes(
                session,
                campaign=find_campaign(session, campaign_code),
                units=[unit],
                group_code="G2",
                channel="token_sms",
                count=min(IN_BATCH, codes // len(units)),
                by="bench",
                clock=lambda at=at: at,
                key=site.keys.intake(),
            )
            query = sa.select(Entrance.code_hash, Entrance.id).where(Entrance.issued_at == at)
            ids = {bytes(row.code_hash): row.id for row in session.execute(query)}
        openings = [code_opening(site.keys.intake(), code) for code in clear]
        opened = [ids[commitment(opening)] for opening in openings]
        yield Way(unit, "G2", "token_sms", opened, openings)


def responses(
    site: Site, answers: int, posters: list[Way], codes: list[Way], campaign_code: str
) -> Iterator[dict[str, Any]]:
    """Yield the rows in the order of their time; no two people need to think alike."""
    draw = np.random.default_rng(7)
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
    times = np.sort(to_epoch_ms(BEGUN) + draw.integers(0, DAYS * 86_400_000, answers))
    codes_left = [
        (way, *code) for way in codes for code in zip(way.entrances, way.openings, strict=True)
    ]
    by_code = np.zeros(answers, bool)
    by_code[draw.permutation(answers)[: int(answers * CODED)]] = True
    chosen = iter(draw.permutation(len(codes_left)))
    people = draw.integers(0, (6, 2, 2, 12), (answers, 4))
    opinions = draw.choice([0, 1, 2, 3, 4, 5], (answers, ITEMS), p=THOUGHT)
    poster, place = draw.integers(0, len(posters), answers), draw.integers(0, POSTERS, answers)
    took = draw.integers(45_000, 400_000, answers)
    english, again = draw.random(answers) < 0.02, draw.random(answers) < REPEATED
    marks = [secrets.token_bytes(8) for _ in range(1_000)]
    for k in range(answers):
        from_poster = posters[poster[k]], 0, None
        way, code, opening = codes_left[next(chosen)] if by_code[k] else from_poster
        age, sex, residence, area = (int(value) for value in people[k])
        yield {
            "campaign_id": campaign.id,
            "receipt": secrets.token_bytes(10),  # in no order, as they are
            "unit_id": way.unit.unit_id,
            "group_code": way.group,
            "channel": way.channel,
            "entrance_id": code or way.entrances[place[k]],
            "invitation_id": code or None,
            "code_opening": opening,
            "questionnaire_id": campaign.questionnaire_id,
            "answers": "".join(map(str, opinions[k])),
            "age": age,
            "sex": sex,
            "residence": residence,
            "area": area,
            "own_staff": False,
            "local_answers": "",
            "arrangement": 0,
            "submitted_ms": int(times[k]),
            "duration_ms": int(took[k]),
            "lang": LANGS[int(english[k])],
            "device_mark": marks[k % 1_000] if again[k] else secrets.token_bytes(8),
            "network_mark": secrets.token_bytes(8),
            "sitting_id": None,
            "salt": bytes(16),
        }


def pages(campaign: Campaign, answers: int) -> Iterator[dict[str, Any]]:
    for day in range(1, DAYS + 1):
        for kind in ("served.poster", "finished.poster", "lang.zh", "device.phone", "mode.normal"):
            yield {
                "campaign_id": campaign.id,
                "day": f"2026-12-{day:02}",
                "kind": kind,
                "counted": max(answers // DAYS, 1),
            }


def tell_and_call(session: Session, campaign: Campaign, answers: int) -> None:
    """Add comments that wait to be read, and attempts to reach whoever has not answered."""
    every = int(1 / CASES)
    told = session.execute(
        sa.select(Response.id, Response.unit_id).where(
            Response.campaign_id == campaign.id, Response.leaf_index % every == 0
        )
    ).all()
    comments = [
        {"response_id": id_, "reasons": "R1", "text": f"路灯不亮 {id_}", "local_texts": ""}
        for id_, _unit in told
    ]
    cases = [
        {
            "code": f"B{id_:09}",
            "ticket": secrets.token_bytes(16),
            "campaign_id": campaign.id,
            "unit_id": unit_id,
            "response_id": id_,
            "state": "opened",
            "opened_at": BEGUN,
            "release_on": "2026-12-08",
            "due_on": "2026-12-16",
        }
        for id_, unit_id in told
    ]
    session.execute(sa.insert(Comment), comments)
    session.execute(sa.insert(Case), cases)
    used = sa.select(Response.invitation_id).where(Response.invitation_id.is_not(None))
    silent = sa.select(Entrance.id).where(
        Entrance.campaign_id == campaign.id,
        Entrance.kind == "invitation",
        Entrance.id.not_in(used),
    )
    attempts = [
        {
            "campaign_id": campaign.id,
            "invitation_id": id_,
            "disposition": "no_contact" if number % 10 else "not_eligible",
            "attempted_at": AT - timedelta(days=1),
            "attempted_by": "bench",
        }
        for number, id_ in enumerate(session.scalars(silent.limit(min(CALLED, answers // 10))))
    ]
    session.execute(sa.insert(ContactAttempt), attempts)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        main(wanted, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(wanted, Path(folder))
