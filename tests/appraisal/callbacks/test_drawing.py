"""Rounds: whom a seed nobody chose takes, recomputed by a stranger; who may draw, and when."""

import hashlib
import json
import math
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.appraisal.callbacks.measuring import kept as standings_kept
from survey.fieldwork.campaigns import find_campaign
from survey.model import AuditEntry, Entrance, GroupCoefficient, Release, Response, Unit
from survey.site.installation import Site
from tests.appraisal.callbacks.calling import (
    PAGE,
    called,
    draw,
    drawn,
    fill_in,
    kept,
    office,
    sheet,
    upload,
)
from tests.appraisal.callbacks.calling import rows_of as rows_of_sheet
from tests.demonstrated import CODE, answered
from tests.factories import in_fieldwork
from tests.officials import add_officials, signed_in

pytestmark = pytest.mark.slow


def stranger_draws(site: Site, class_code: str, number: int) -> dict[str, list[str]]:
    """Return the order of all codes of each unit, reckoned anew from what is public.

    Public: the ledger's size and root in the release, the coefficients of the scheme; the list of
    codes that were answered is what the office shows whoever checks.
    """
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        document = json.loads(session.scalars(sa.select(Release.document)).one())
        ledger = document["release"]["ledger"]
        spoken = f"{CODE}|{ledger['size']}|{ledger['root']}|{class_code}|{number}"
        seed = hashlib.sha256(spoken.encode()).hexdigest()
        parts = {
            (each.class_code, each.group_code): float(each.coefficient)
            for each in session.scalars(
                sa.select(GroupCoefficient).where(GroupCoefficient.campaign_id == campaign.id)
            )
        }
        issued: dict[tuple[object, ...], list[int]] = {}
        for row in session.scalars(
            sa.select(Entrance)
            .where(Entrance.kind != "poster", Entrance.collected.is_(sa.false()))
            .order_by(Entrance.id)
        ):
            same = (row.kind, row.unit_id, row.group_code, row.channel, row.issued_at)
            issued.setdefault((*same, row.issued_by), []).append(row.id)
        label = {
            code: f"{codes[0]}-{serial}"
            for codes in issued.values()
            for serial, code in enumerate(codes, start=1)
        }
        came: dict[str, list[tuple[str, str]]] = {}
        for code, group, unit in session.execute(
            sa.select(
                sa.func.coalesce(Response.invitation_id, Response.sitting_id),
                Response.group_code,
                Unit.code,
            ).join(Unit, Unit.id == Response.unit_id)
        ):
            if code in label:
                came.setdefault(unit, []).append((label[code], group))
    out = {}
    for unit, answers in came.items():
        if not unit.startswith(class_code):
            continue
        n = Counter(group for _label, group in answers)
        lots = []
        for name, group in answers:
            size = parts[class_code, group] / n[group]
            told = hashlib.sha256(f"{seed}|{unit}|{name}".encode()).digest()[:8]
            u = (int.from_bytes(told, "big") + 1) / (2**64 + 1)
            lots.append((-math.log(u) / size, name))
        out[unit] = [name for _lot, name in sorted(lots)]
    return out


def test_a_stranger_draws_the_same_codes(site: Site) -> None:
    later, _app, _client = drawn(site)
    (made,), draws, _ = kept(later)
    expected = stranger_draws(later, "B", 1)
    with later.database.reading() as session:
        names = {unit.id: unit.code for unit in session.scalars(sa.select(Unit))}
    taken: dict[str, list[str]] = {}
    for each in draws:
        taken.setdefault(names[each.unit_id], []).append(f"{each.batch}-{each.serial}")
    assert taken
    assert sum(map(len, taken.values())) <= 200
    for unit, labels in taken.items():
        assert labels == expected[unit][: len(labels)]
    assert (made.class_code, made.number, made.drawn_by) == ("B", 1, "admin")


def test_another_round_has_another_seed_and_no_code_twice(site: Site) -> None:
    later, _app, client = called(site, "未联系上", at_most=40)
    assert draw(client, at_most=40).status_code == 302
    rounds, draws, _ = kept(later)
    assert [each.number for each in rounds] == [1, 2]
    assert rounds[0].seed != rounds[1].seed
    assert len({(each.unit_id, each.code_id) for each in draws}) == len(draws)
    second = stranger_draws(later, "B", 2)
    with later.database.reading() as session:
        names = {unit.id: unit.code for unit in session.scalars(sa.select(Unit))}
    for unit_id, code in names.items():
        mine = [each for each in draws if each.unit_id == unit_id]
        gone = {f"{d.batch}-{d.serial}" for d in mine if d.round_id == rounds[0].id}
        fresh = [f"{d.batch}-{d.serial}" for d in mine if d.round_id == rounds[1].id]
        if fresh:
            assert fresh == [each for each in second[code] if each not in gone][: len(fresh)]
            assert [each.position for each in mine] == list(range(1, len(mine) + 1))


def test_units_at_a_line_come_first_then_those_that_need_fewest(site: Site) -> None:
    later, _app, _client = drawn(site, at_most=2_000)
    _, draws, _ = kept(later)
    with later.database.reading() as session:
        campaign = find_campaign(session, CODE)
        standings = standings_kept(session, campaign=campaign)
        names = {entry.unit_id: entry.unit.code for entry in campaign.units}
    order = list(dict.fromkeys(names[each.unit_id] for each in draws))
    told = [
        (not standings[unit].at_line, sum(names[d.unit_id] == unit for d in draws))
        for unit in order
    ]
    assert told == sorted(told)
    assert len({at_line for at_line, _n in told}) == 2


def test_a_round_waits_until_the_last_one_is_entered(site: Site) -> None:
    later, _app, client = drawn(site, at_most=2_000)
    again = draw(client, at_most=2_000)
    assert again.status_code == 422
    assert "上一轮还有" in again.text
    assert len(kept(later)[0]) == 1


def test_before_the_closing_nothing_is_drawn(site: Site) -> None:
    answered(site, n=20)
    add_officials(site)
    client = signed_in(create_app(replace(site, clock=in_fieldwork)), "admin")
    assert "评议结束后才能抽号码" in client.get(PAGE).text
    refused = draw(client)
    assert refused.status_code == 422
    assert "结束后才能计分" in refused.text


def test_who_may_draw(site: Site) -> None:
    _, app = office(site)
    assert draw(signed_in(app, "groupa"), "A", 10).status_code == 302
    other = draw(signed_in(app, "groupa"), "B", 10)
    assert other.status_code == 422
    assert "不由您办理" in other.text
    assert draw(signed_in(app, "inspector"), "B", 10).status_code == 302
    for username in ("review", "leader", "auditor", "liaison"):
        assert draw(signed_in(app, username), "C", 10).status_code == 403
    assert signed_in(app, "liaison").get(PAGE).status_code == 404
    assert signed_in(app, "leader").get(PAGE).status_code == 200
    assert "B 类" not in signed_in(app, "groupa").get(PAGE).text


def test_what_was_drawn_is_on_record(site: Site) -> None:
    later, _app, _client = drawn(site, at_most=30)
    with later.database.reading() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "call.draw")).one()
    (made,), draws, _ = kept(later)
    assert entry.detail["seed"] == made.seed
    assert entry.detail["count"] == len(draws) == 30


def test_a_call_without_an_outcome_stops_the_count(site: Site) -> None:
    later, _app, client = drawn(site, at_most=60)
    book = sheet(client)
    first = next(row for _n, row in rows_of_sheet(book))
    fill_in(
        book,
        lambda _n, row: (
            "" if (row["单位代码"], row["次序"]) == (first["单位代码"], "3") else "本人所答"
        ),
    )
    assert upload(client, book).status_code == 302
    with later.database.reading() as session:
        campaign = find_campaign(session, CODE)
        standing = standings_kept(session, campaign=campaign)[first["单位代码"]]
    assert standing.n_called == 2
    assert standing.n_drawn > 3
