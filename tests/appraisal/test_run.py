import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey.appraisal import load
from survey.appraisal.folder_run import appraise_folder
from survey.appraisal.run import score_campaign
from survey.appraisal.runs import latest_appraisal
from survey.demo.answering import answer_through_intake
from survey.demo.campaigns import stage_open, stage_result
from survey.demo.county import days_between
from survey.demo.respondents import all_respondents, choose
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.model import AuditEntry, Response, Verdict
from survey.problems import Refused
from survey.site.installation import Site
from survey.stats.campaign.plan import Plan
from tests.demonstrated import CODE, STARTS_ON, answered, close, closed, write_responses
from tests.factories import ANLAN
from tests.reckoned import reckon_anew

pytestmark = pytest.mark.slow

NEXT_YEAR = date(2027, 12, 1)


def _clock() -> datetime:
    return datetime(2026, 12, 27, 2, 0, tzinfo=UTC)


def _scored(site: Site) -> dict[str, object]:
    score_campaign(replace(site, clock=_clock), campaign_code=CODE, by="tests")
    with site.database.reading() as session:
        appraisal = latest_appraisal(session, campaign=find_campaign(session, CODE))
        assert appraisal is not None
        return dict(appraisal.content)


def test_the_database_gives_the_same_figures_as_the_folder(
    answered_site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reckon_anew(monkeypatch)
    outcomes = json.loads((answered_site.settings.home / "outcomes.json").read_text())
    assert outcomes == {"stored": 9135, "under_age": 40, "used": 20}
    close(answered_site)
    content = _scored(answered_site)
    folder = tmp_path / "county"
    shutil.copytree(ANLAN, folder)
    accepted = _accepted(all_respondents(shift=days_between(STARTS_ON)))
    write_responses(accepted, ANLAN / "responses_demo.csv", folder / "responses_demo.csv")
    appraise_folder(folder, tmp_path / "out")
    expected = json.loads((tmp_path / "out" / "appraisal.json").read_text())
    assert content["simulated"] is True
    for part in ("units", "groups", "steps", "notices", "responses", "plan", "versions"):
        assert content[part] == expected[part], part


def _accepted(people):  # type: ignore[no-untyped-def]
    seen: set[str] = set()
    kept = []
    for person in people:
        if person.age_group == "under18" or (person.token and person.token in seen):
            continue
        seen.add(person.token)
        kept.append(person)
    return kept


def test_a_run_keeps_verdicts_state_and_audit(each_site: Site) -> None:
    closed(each_site, n=600)
    content = _scored(each_site)
    by_verdict = content["responses"]["by_verdict"]  # type: ignore[index]
    with each_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        assert campaign.state == "scored"
        kept = {
            row.verdict: row.n
            for row in session.execute(
                sa.select(Verdict.verdict, sa.func.count().label("n")).group_by(Verdict.verdict)
            )
        }
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "campaign.score")
        ).one()
    assert kept == {name: n for name, n in by_verdict.items() if name != "keep" and n}
    assert entry.subject == CODE
    assert entry.detail["plan_digest"] == campaign.plan_digest


def test_scoring_twice_gives_the_same_figures_and_a_second_run(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    reckon_anew(monkeypatch)
    closed(site, n=600)
    first, second = _scored(site), _scored(site)
    assert first == second


def test_only_a_closed_campaign_is_scored(site: Site) -> None:
    answered(site, n=5)
    with pytest.raises(Refused, match="结束后才能计分"):
        score_campaign(replace(site, clock=_clock), campaign_code=CODE, by="tests")


def test_both_databases_load_the_same_sample(each_site: Site) -> None:
    done = closed(each_site, n=400)
    with each_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        assert campaign.plan is not None
        plan = Plan.from_dict(campaign.plan)
        loaded = load.sample(session, campaign=campaign, lists=plan.lists)
    people = _accepted(done.people)
    sample = loaded.sample
    assert sample.n_responses == len(people) == loaded.ids.size
    assert [plan.units[unit].unit_code for unit in sample.unit] == [p.unit_code for p in people]
    assert ["".join(map(str, row)) for row in sample.items] == [p.answers for p in people]
    assert [plan.townships[place] for place in sample.township] == [p.township_code for p in people]
    assert sample.submitted_at.tolist() == [int(p.submitted_at.timestamp()) for p in people]
    assert sample.duration_ms.tolist() == [1000 * p.duration_s for p in people]
    assert (sample.device >= 0).tolist() == [bool(p.device) for p in people]


def test_a_changed_answer_changes_the_data_digest(site: Site) -> None:
    closed(site, n=50)

    def digest() -> str:
        with site.database.reading() as session:
            campaign = find_campaign(session, CODE)
            assert campaign.plan is not None
            plan = Plan.from_dict(campaign.plan)
            return load.sample(session, campaign=campaign, lists=plan.lists).digest

    before = digest()
    assert digest() == before
    with site.database.writing() as session:
        row = session.scalars(sa.select(Response).order_by(Response.id)).first()
        assert row is not None
        row.answers = row.answers[:-1] + ("1" if row.answers[-1] != "1" else "2")
    assert digest() != before


def test_blank_items_and_strangers_are_read_as_such(site: Site) -> None:
    closed(site, n=20)
    with site.database.writing() as session:
        row = session.scalars(sa.select(Response).order_by(Response.id)).first()
        assert row is not None
        row.answers, row.area, row.sex = "-0543210", 0, 2
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        assert campaign.plan is not None
        sample = load.sample(
            session, campaign=campaign, lists=Plan.from_dict(campaign.plan).lists
        ).sample
    assert sample.items[0].tolist() == [-1, 0, 5, 4, 3, 2, 1, 0]
    assert sample.township[0] == -1
    assert sample.sex[0] == 2


def test_a_campaign_nobody_answered_has_no_scores(site: Site) -> None:
    stage_open(site, starts_on=STARTS_ON, code=CODE, respondents=[])
    with site.database.writing() as session:
        close_campaign(session, campaign=find_campaign(session, CODE), by="tests", clock=_clock)
    content = _scored(site)
    assert {unit["status"] for unit in content["units"]} == {"insufficient"}  # type: ignore[attr-defined]


def test_the_next_campaign_is_compared_with_the_one_released_before(released_site: Site) -> None:
    later = "ANLAN-2027-GZPY"
    people = choose(all_respondents(shift=days_between(NEXT_YEAR)), n=60, seed=7)
    codes = stage_open(released_site, starts_on=NEXT_YEAR, code=later, respondents=people)
    answer_through_intake(
        released_site, respondents=people, codes=codes, advance=lambda _more: None
    )  # fmt: skip
    stage_result(released_site, code=later)
    with released_site.database.reading() as session:
        appraisal = latest_appraisal(session, campaign=find_campaign(session, later))
        assert appraisal is not None
        changes = appraisal.content["changes"]
        first = latest_appraisal(session, campaign=find_campaign(session, CODE))
        assert first is not None
        assert "changes" not in first.content
    assert changes["before"]["campaign"] == CODE
    # Sixty answers score nobody, so there is nothing to compare, and that is said.
    assert [reason["code"] for reason in changes["reasons"]] == ["no_common_unit"]
    assert {unit["reason"]["code"] for unit in changes["units"]} == {"not_now"}
