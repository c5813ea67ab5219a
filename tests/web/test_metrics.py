"""Figures for monitoring: whole, summed over processes, of nobody, and not for everybody."""

import os
import re
from dataclasses import replace

import pytest

from survey.app import create_app
from survey.fieldwork.sealing import seal_open_campaigns
from survey.problems import Refused
from survey.site.config import read_settings
from survey.site.figures import FIGURES, SECONDS, Figures
from survey.site.installation import Site
from tests.factories import CODE, in_fieldwork, open_anlan
from tests.respond.factories import poster_code
from tests.respond.test_resident_page import ANSWERS, token_in

TOKEN = "0123456789abcdef"
SAMPLE = re.compile(r'([a-z_]+)(?:\{([a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*)\})? (-?[0-9.e+-]+)')


def sampled(text: str) -> dict[str, float]:
    """Return each sample by its name and labels; every line must be of Prometheus' format."""
    told: dict[str, float] = {}
    typed = set()
    for line in text.splitlines():
        if line.startswith("# "):
            mark, name, rest = line[2:].split(" ", 2)
            assert mark in {"HELP", "TYPE"}
            assert rest
            typed.add(name)
            continue
        found = SAMPLE.fullmatch(line)
        assert found, line
        name = re.sub(r"_(bucket|sum|count)$", "", found[1])
        assert name in typed, line
        assert line.rpartition(" ")[0] not in told
        told[line.rpartition(" ")[0]] = float(found[3])
    return told


def test_what_processes_count_is_summed_and_survives_the_one_that_counted() -> None:
    figures = Figures()
    for place in range(2):
        process = os.fork()
        if not process:
            figures.take_place(place)
            figures.answered("answer", SECONDS[0])
            figures.answered("answer", 99.0)
            figures.turned_away("guessing")
            figures.waiting("answers", 3)
            figures.stored(201)
            os._exit(0)
        assert os.waitpid(process, 0)[1] == 0
    told = figures.seconds_of("answer")
    assert (told.within[0], told.within[-1], told.count) == (2, 2, 4)
    assert told.total == pytest.approx(2 * (SECONDS[0] + 99))
    assert figures.n_turned_away("guessing") == 2
    assert figures.together().count == 2
    assert figures.together().within[-1] == 0
    assert figures.n_waiting("answers") == 6
    figures.take_place(1)  # the worker that follows one that died waits for nobody yet
    assert figures.n_waiting("answers") == 3
    assert figures.n_turned_away("guessing") == 2


def test_an_answer_is_seen_in_the_figures_and_nobody_is_named(each_site: Site) -> None:
    open_anlan(each_site)
    here = replace(each_site, clock=in_fieldwork)
    seal_open_campaigns(here)
    app = create_app(here)
    browser = app.test_client()
    before = FIGURES.together()
    code = poster_code(each_site)
    token = token_in(browser.get(f"/q/{code}"))
    assert browser.post(f"/q/{code}", data=ANSWERS | {"response_id": token}).status_code < 400
    text = browser.get("/metrics").text
    told = sampled(text)
    assert told[f'survey_responses_received_total{{campaign="{CODE}"}}'] == 1
    assert told["survey_batch_answers_count"] == before.count + 1
    assert told[f'survey_head_age_seconds{{campaign="{CODE}"}}'] >= 0
    assert told['survey_disk_free_bytes{folder="home"}'] > 0
    assert told['survey_deliveries{state="dead"}'] == told['survey_jobs{state="waiting"}'] == 0
    assert ("survey_wal_bytes" in told) is each_site.database.is_sqlite
    assert "survey_backup_age_seconds" not in told
    assert code not in text
    assert token not in text


def test_figures_are_for_this_machine_and_whoever_shows_the_token(site: Site) -> None:
    settings = replace(site.settings, metrics_token=TOKEN)
    browser = create_app(replace(site, settings=settings)).test_client()
    away = {"environ_overrides": {"REMOTE_ADDR": "203.0.113.7"}}
    passed_on = {"X-Forwarded-For": "203.0.113.7"}
    shown = {"Authorization": f"Bearer {TOKEN}"}
    assert browser.get("/metrics").status_code == 200
    assert browser.get("/metrics", **away).status_code == 403
    assert browser.get("/metrics", headers=passed_on).status_code == 403
    assert browser.get("/metrics", headers=shown, **away).status_code == 200
    wrong = {"Authorization": f"Bearer {TOKEN}x"}
    assert browser.get("/metrics", headers=wrong, **away).status_code == 403
    none = create_app(site).test_client()
    assert none.get("/metrics", headers={"Authorization": "Bearer "}, **away).status_code == 403


def test_a_short_token_and_an_unknown_form_of_the_log_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_settings({"SURVEY_METRICS_TOKEN": "short", "SURVEY_LOG": "xml"})
    assert "SURVEY_METRICS_TOKEN：至少 16 个字符" in str(refused.value)
    assert "SURVEY_LOG: must be text" in str(refused.value)
    assert read_settings({"SURVEY_LOG": "json", "SURVEY_METRICS_TOKEN": TOKEN}).log_json
