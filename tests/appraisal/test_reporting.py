"""What a release keeps for its documents: counted right, and nothing of too few people."""

import json
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from survey.appraisal.runs import latest_appraisal, read_record
from survey.exchange.document import find_document
from survey.feedback.kinds import kind_of
from survey.fieldwork.campaigns import find_campaign
from survey.model import Comment, Response, Unit, Verdict
from survey.site.installation import Site
from tests.demonstrated import CODE


@pytest.fixture
def scores(released_site: Site) -> dict[str, Any]:
    with released_site.database.reading() as session:
        text = find_document(session, campaign=find_campaign(session, CODE)).text
    content: dict[str, Any] = json.loads(text)
    return content


def test_rules_are_counted_by_unit(released_site: Site, scores: dict[str, Any]) -> None:
    met: Counter[tuple[str, str]] = Counter()
    left_out: Counter[str] = Counter()
    query = sa.select(Unit.code, Verdict.verdict, Verdict.rules).join(
        Response, Response.id == Verdict.response_id
    )
    with released_site.database.reading() as session:
        for code, verdict, rules in session.execute(query.join(Unit, Unit.id == Response.unit_id)):
            met.update((code, rule) for rule in rules.split(";"))
            left_out[code] += verdict in {"exclude", "quarantine"}
    shown = 0
    for unit in scores["units"]:
        code, told = unit["unit_code"], unit["reported"]
        assert told["set_aside"] in (None, left_out[code])
        for rule in told["rules"]:
            assert rule["n"] in (None, met[code, rule["rule_id"]])
            shown += bool(rule["n"])
    assert shown > 20


def test_no_count_of_few_is_told_nor_follows_from_the_others(scores: dict[str, Any]) -> None:
    smallest = scores["reported"]["smallest_cell"]
    units = [unit["reported"] for unit in scores["units"]]
    for place, rule in enumerate(scores["reported"]["rules"]):
        each = [unit["rules"][place]["n"] for unit in units]
        assert all(n is None or n == 0 or n >= smallest for n in [*each, rule["n"]])
        hidden = sum(n is None for n in each)
        if hidden and rule["n"] is not None:
            assert rule["n"] - sum(n or 0 for n in each) >= smallest
    both = scores["reported"]["excluded"] + scores["reported"]["quarantined"]
    aside = [unit["set_aside"] for unit in units]
    assert None in aside
    assert both - sum(n or 0 for n in aside) >= smallest
    for unit in units:
        counts = [one["n"] for one in unit["comments"]]
        counts += [one["n"] for asked in unit["reasons"] for one in asked["given"]]
        assert all(n is None or n == 0 or n >= smallest for n in counts)


def test_comments_are_counted_by_kind(released_site: Site, scores: dict[str, Any]) -> None:
    found: Counter[tuple[str, str]] = Counter()
    query = sa.select(Unit.code, Comment.text, Comment.reasons).join(
        Response, Response.id == Comment.response_id
    )
    with released_site.database.reading() as session:
        for code, text, why in session.execute(query.join(Unit, Unit.id == Response.unit_id)):
            found[code, kind_of(text, why)] += 1
    for unit in scores["units"]:
        for one in unit["reported"]["comments"]:
            assert one["n"] in (None, found[unit["unit_code"], one["kind"]])


def test_steps_and_items_are_those_of_the_run(released_site: Site, scores: dict[str, Any]) -> None:
    with released_site.database.reading() as session:
        run = latest_appraisal(session, campaign=find_campaign(session, CODE))
        assert run is not None
        record = read_record(run)
    items = {(one.unit_code, one.item_id): one for one in record.item_differences or ()}
    for unit in scores["units"]:
        code, told = unit["unit_code"], unit["reported"]
        for step, kept in zip(told["steps"], record.steps, strict=True):
            assert step["name"] == kept.name
            assert float(step["score"]) == pytest.approx(kept.unit_scores[code], abs=0.005001)
        for item in told["items"]:
            kept_item = items[code, item["item_id"]]
            assert item["side"] == kept_item.side
            for name in ("score", "mean", "difference", "lower", "upper"):
                assert float(item[name]) == pytest.approx(getattr(kept_item, name), abs=0.0501)
            assert "-0.0" not in item.values()
        assert len(told["items"]) > 4
