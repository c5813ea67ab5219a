import copy
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import jsonschema
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey import audit
from survey.access import passwords
from survey.access.accounts import create_account, disable_account, require_account
from survey.appraisal.release import Composed, compose, freeze, latest_release
from survey.appraisal.run import score_campaign
from survey.exchange.schema import SCORE_DOCUMENT
from survey.fieldwork.campaigns import find_campaign
from survey.ledger.tree import root
from survey.model import AuditEntry, Release, Response, Unit
from survey.problems import Refused
from survey.site.installation import Site
from survey.verification import signature
from tests.demonstrated import CODE, closed, released

pytestmark = pytest.mark.slow


def _clock() -> datetime:
    return datetime(2026, 12, 30, 2, 0, 0, 123456, tzinfo=UTC)


def _release(site: Site) -> Release:
    with site.database.reading() as session:
        release = latest_release(session, campaign=find_campaign(session, CODE))
    assert release is not None
    return release


def _composed(site: Site) -> Composed:
    with site.database.reading() as session:
        campaign, key = find_campaign(session, CODE), site.keys.signing()
        return compose(session, campaign=campaign, at=_clock(), signing_key=key)


def _freeze(site: Site, composed: Composed) -> None:
    with site.database.writing() as session:
        freeze(session, composed, campaign=find_campaign(session, CODE), by="tests")


def test_a_release_is_frozen_signed_and_labelled(each_site: Site) -> None:
    released(each_site, n=900)
    release = _release(each_site)
    document = json.loads(release.document)
    assert release.digest == hashlib.sha256(release.document.encode()).hexdigest()
    assert document["simulated"] is True
    assert "模拟" in document["notice"]["zh"]
    assert document["release"]["id"] == f"{CODE}-R1"
    assert document["release"]["supersedes"] is None
    assert signature.holds(document, each_site.keys.signing().public_key())
    with each_site.database.reading() as session:
        assert find_campaign(session, CODE).state == "released"
        leaves = session.scalars(sa.select(Response.leaf).order_by(Response.id)).all()
        audited = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "campaign.release")
        ).one()
    assert document["release"]["ledger"] == {
        "size": len(leaves),
        "root": root(leaves).hex(),
    }
    assert audited.detail["number"] == 1
    assert audited.detail["digest"] == release.digest
    assert audited.detail["appraisal"] == release.appraisal_id


@pytest.mark.parametrize("change", ["score", "size", "notice", "key"])
def test_a_changed_document_does_not_hold(site: Site, change: str) -> None:
    released(site, n=60)
    document = json.loads(_release(site).document)
    key = site.keys.signing().public_key()
    changed = copy.deepcopy(document)
    if change == "score":
        changed["units"][0]["n"] += 1
    elif change == "size":
        changed["release"]["ledger"]["size"] -= 1
    elif change == "notice":
        changed["simulated"] = False
    else:
        key = Ed25519PrivateKey.generate().public_key()
    assert not signature.holds(changed, key)
    assert signature.holds(document, site.keys.signing().public_key())


def test_a_new_run_supersedes_and_the_old_release_stays(site: Site) -> None:
    released(site, n=60)
    before = _release(site)
    score_campaign(replace(site, clock=_clock), campaign_code=CODE, by="tests")
    _freeze(site, _composed(site))
    with site.database.reading() as session:
        first, second = session.scalars(sa.select(Release).order_by(Release.number)).all()
    assert (first.number, first.document, first.digest) == (1, before.document, before.digest)
    assert (second.number, second.supersedes_id) == (2, first.id)
    document = json.loads(second.document)
    assert document["release"]["supersedes"] == f"{CODE}-R1"
    assert document["release"]["frozen_at"] == "2026-12-30T02:00:00+00:00"
    assert document["units"] == json.loads(first.document)["units"]


def test_a_release_says_who_let_whom_in(site: Site) -> None:
    """The auditor sees whether two who act are two: by whom each account was made."""
    released(site, n=60)
    assert "accounts" not in json.loads(_release(site).document)["release"]  # a demonstration's
    with site.database.writing() as session:
        for username, by in (("li", audit.SYSTEM), ("wang", "li"), ("gone", "li")):
            create_account(
                session,
                username=username,
                name=f"某{username}",
                role="leader",
                by=by,
                clock=_clock,
                password=passwords.one_time(),
            )
        gone = require_account(session, username="gone")
        disable_account(session, account=gone, by="li", clock=_clock)
    score_campaign(replace(site, clock=_clock), campaign_code=CODE, by="tests")
    document = json.loads(_composed(site).document)
    made = {"role": "leader", "deed": "account.create", "at": "2026-12-30T02:00+00:00"}
    assert document["release"]["accounts"] == [
        {"username": "li", **made, "by": "system", "word_of": None},
        {"username": "wang", **made, "by": "li", "word_of": None},
    ]
    jsonschema.Draft202012Validator(SCORE_DOCUMENT).validate(document)


@pytest.mark.parametrize("prepare", [closed, released])
def test_nothing_is_released_that_was_not_just_scored(site: Site, prepare) -> None:  # type: ignore[no-untyped-def]
    prepare(site, n=40)
    with pytest.raises(Refused, match="survey score"):
        _composed(site)


def test_what_was_composed_of_an_earlier_run_is_not_released(site: Site) -> None:
    closed(site, n=60)
    score_campaign(replace(site, clock=_clock), campaign_code=CODE, by="tests")
    composed = _composed(site)
    score_campaign(replace(site, clock=_clock), campaign_code=CODE, by="tests")
    with pytest.raises(Refused, match="再办理一次"):
        _freeze(site, composed)
    _freeze(site, _composed(site))


def test_few_people_are_withheld_and_no_interval_is_left_out(released_site: Site) -> None:
    document = json.loads(_release(released_site).document)
    units = {unit["unit_code"]: unit for unit in document["units"]}
    assert len(units) == 26
    assert all(unit["lower"] and unit["upper"] and unit["rank_range"] for unit in units.values())
    assert all(
        float(unit["lower"]) <= float(unit["score"]) <= float(unit["upper"])
        for unit in units.values()
    )
    few = next(group for group in units["C05"]["groups"] if group["group_code"] == "G4")
    assert (few["status"], few["n"], few["score"], few["se"]) == ("withheld", 6, None, None)
    assert units["C05"]["group_weight_used"] == "80.0"
    assert units["A12"]["group_weight_used"] == "90.0"
    assert {notice["code"] for notice in units["A12"]["notices"]} >= {"insufficient_group"}


def test_a_release_tells_from_how_many_sources_its_answers_came(released_site: Site) -> None:
    """As the page of progress does while they come: whoever reads an export sees a flood, too."""
    with released_site.database.reading() as session:
        rows = session.execute(
            sa.select(Response, Unit.code).join(Unit, Unit.id == Response.unit_id)
        ).all()
    found: dict[tuple[str, str], set[object]] = {}
    for row, unit_code in rows:
        by_code = row.invitation_id or row.sitting_id
        source = ("code", by_code) if by_code else ("network", row.network_mark or row.id)
        found.setdefault((unit_code, row.group_code), set()).add(source)
    document = json.loads(_release(released_site).document)
    told = {
        (unit["unit_code"], group["group_code"]): group["sources"]
        for unit in document["units"]
        for group in unit["groups"]
        if group["status"] != "withheld"
    }
    assert len(told) > 100
    assert told == {key: len(found[key]) for key in told}
    assert any(told[key] < sum((u, r.group_code) == key for r, u in rows) for key in told)


def test_two_who_release_at_once_make_one_release(each_site: Site) -> None:
    closed(each_site, n=60)
    score_campaign(replace(each_site, clock=_clock), campaign_code=CODE, by="tests")

    composed = _composed(each_site)

    def attempt(_who: int) -> bool:
        try:
            _freeze(each_site, composed)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]


def test_every_notice_is_said_in_chinese(released_site: Site) -> None:
    units = json.loads(_release(released_site).document)["units"]
    notices = [notice for unit in units for notice in unit["notices"]]
    assert notices
    assert all(notice["zh"] != notice["en"] for notice in notices)
