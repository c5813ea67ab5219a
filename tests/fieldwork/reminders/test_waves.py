"""What codes and reminders tell of silence: the office scores with it as a folder would."""

import csv
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from survey import cli
from survey.app import create_app
from survey.appraisal.run import score_campaign
from survey.appraisal.runs import latest_appraisal
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.reminders.invited_people import invited_people
from survey.model import ContactAttempt, Entrance, Response
from survey.site.installation import Site
from tests.demonstrated import CODE, close, closed
from tests.fieldwork.reminders.answering import HALF_WAY, answered_in_waves
from tests.officials import signed_in

pytestmark = pytest.mark.slow

SAME = (
    *("units", "groups", "steps", "notices", "responses", "plan", "versions"),
    *("nonresponse", "sensitivity", "channels", "cases"),
)


def survey(site: Site, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    return CliRunner().invoke(cli.survey, words)


def scored(site: Site) -> dict[str, Any]:
    with site.database.reading() as session:
        after = find_campaign(session, CODE).ends_at + timedelta(days=2)
    score_campaign(replace(site, clock=lambda: after), campaign_code=CODE, by="tests")
    with site.database.reading() as session:
        appraisal = latest_appraisal(session, campaign=find_campaign(session, CODE))
        assert appraisal is not None
        return dict(appraisal.content)


@pytest.mark.parametrize(
    ("method", "weighed"),
    [
        ("callbacks", "callbacks"),
        ("classes", "classes"),
        ("callbacks_interval", "none"),
        ("waves_interval", "none"),
    ],
)
def test_the_office_scores_silence_as_its_own_folder_does_to_the_last_digit(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, weighed: str
) -> None:
    answered_in_waves(site, n=1500, nonresponse=method)
    close(site)
    content = scored(site)
    figure = content["nonresponse"]
    assert figure["method"] == weighed
    assert figure["invited"] > figure["answered"] > 300
    page = signed_in(create_app(site), "admin").get(f"/office/campaigns/{CODE}/scores/A01")
    assert page.status_code == 200
    assert ("按未答人群校正后" in page.text) is (weighed != "none")
    out = tmp_path / "folder"
    done = survey(site, monkeypatch, "folder", CODE, "--out", str(out))
    assert done.exit_code == 0, done.output
    with (out / "invitations.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    waves = Counter(row["wave"] for row in listed)
    assert len(listed) == figure["invited"]
    assert min(waves["0"], waves["1"], waves["2"]) > 100
    done = survey(site, monkeypatch, "appraise", str(out), "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    again = json.loads((tmp_path / "out" / "appraisal.json").read_text("utf-8"))
    for part in SAME:
        assert json.loads(json.dumps(content.get(part))) == again.get(part), part
    assert again["plan_digest"] == content["plan_digest"]
    # Into a folder with something in it nothing is written.
    done = survey(site, monkeypatch, "folder", CODE, "--out", str(out))
    assert done.exit_code == 1


def test_a_scheme_that_does_not_ask_is_scored_as_before(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(site, n=300)
    content = scored(site)
    assert content["nonresponse"] is None
    assert list(content["inputs"]) == ["responses"]
    out = tmp_path / "folder"
    done = survey(site, monkeypatch, "folder", CODE, "--out", str(out))
    assert done.exit_code == 0, done.output
    assert not (out / "invitations.csv").exists()
    done = survey(site, monkeypatch, "appraise", str(out), "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    again = json.loads((tmp_path / "out" / "appraisal.json").read_text("utf-8"))
    for part in SAME:
        assert json.loads(json.dumps(content.get(part))) == again.get(part), part


def test_the_wave_is_told_by_the_answers_own_time(each_site: Site) -> None:
    answered_in_waves(each_site, n=300, nonresponse="none")
    with each_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        people = invited_people(session, campaign=campaign)
        assert sum(person.wave == 0 for person in people) > 50
        for person in people:
            if person.response_id is None:
                assert person.wave == 0
                continue
            response = session.get_one(Response, person.response_id)
            is_before = response.submitted_ms < HALF_WAY.timestamp() * 1000
            assert person.wave == (1 if is_before else 2)
            assert (person.unit_id, person.group_code) == (response.unit_id, response.group_code)


def test_who_was_found_not_eligible_leaves_the_list(site: Site) -> None:
    answered_in_waves(site, n=60, nonresponse="none")
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        before = len(invited_people(session, campaign=campaign))
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        used = sa.select(Response.invitation_id).where(Response.invitation_id.is_not(None))
        codes = sa.select(Entrance.id).where(
            Entrance.kind == "invitation", Entrance.id.not_in(used)
        )
        silent = session.scalars(codes.limit(1)).one()
        for disposition in ("no_contact", "not_eligible"):
            attempt = ContactAttempt(campaign_id=campaign.id, invitation_id=silent)
            attempt.disposition, attempt.attempted_at = disposition, HALF_WAY
            attempt.attempted_by = "admin"
            session.add(attempt)
            session.flush()
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        assert len(invited_people(session, campaign=campaign)) == before - 1
