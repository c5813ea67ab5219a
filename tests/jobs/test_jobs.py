"""Work that takes long is done beside the requests: once, by one worker, to an end that is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask

from survey.app import create_app
from survey.appraisal.many.scoring_job import SCORE
from survey.clock import now
from survey.fieldwork.campaigns import find_campaign
from survey.jobs import claiming, waiting
from survey.jobs.asking import ask
from survey.jobs.claiming import claim_next
from survey.jobs.kinds import Kind, Work
from survey.jobs.running import Jobs, do
from survey.kinds import KINDS
from survey.model import Appraisal, AuditEntry, Job
from survey.problems import Refused
from survey.serving import aside
from survey.site.installation import Site
from tests.demonstrated import CODE, closed
from tests.factories import open_anlan
from tests.officials import add_officials, signed_in, token

SCORE_PAGE = f"/office/campaigns/{CODE}/score"


def kind_that(does: Callable[[Work], dict[str, Any]]) -> Kind:
    """Return the scoring's kind, which does something else."""
    return replace(SCORE, do=does)


def asked(site: Site, kind: Kind = SCORE) -> int:
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        job = ask(session, kind=kind, campaign=campaign, arguments={}, by="admin", clock=site.clock)
        return job.id


def job_of(site: Site, number: int) -> Job:
    with site.database.reading() as session:
        return session.get_one(Job, number)


def deeds(site: Site) -> list[tuple[str, str | None]]:
    with site.database.reading() as session:
        query = sa.select(AuditEntry).where(AuditEntry.action.like("job.%"))
        entries = session.scalars(query.order_by(AuditEntry.id))
        return [(entry.action, entry.detail.get("outcome")) for entry in entries]


def done_by(site: Site, does: Callable[[Work], dict[str, Any]]) -> Job:
    """Do the next job by something else than what is usual for it."""
    claimed = claim_next(site)
    assert claimed is not None
    do(site, {"score": kind_that(does)}, claimed)
    return job_of(site, claimed.job.id)


def test_a_job_is_asked_for_once_done_by_one_and_both_is_on_record(each_site: Site) -> None:
    open_anlan(each_site)
    number = asked(each_site)
    assert asked(each_site) == number
    with pytest.raises(Refused, match="another job of this campaign is not done yet"):
        asked(each_site, replace(SCORE, name="weigh"))
    steps: list[tuple[str, int]] = []

    def does(work: Work) -> dict[str, Any]:
        assert claim_next(each_site) is None  # another worker finds nothing to do meanwhile
        work.tell("compute")
        job = job_of(each_site, number)
        steps.append((job.step, job.progress))
        return {"appraisal": 7}

    job = done_by(each_site, does)
    assert (job.state, job.progress, job.result) == ("done", 100, {"appraisal": 7})
    assert steps == [("compute", 45)]
    assert deeds(each_site) == [("job.ask", None), ("job.end", "done")]
    assert asked(each_site) > number  # once it has ended it may be asked for again


def test_a_job_whose_worker_died_is_begun_again_and_given_up_at_last(each_site: Site) -> None:
    open_anlan(each_site)
    number, moment = asked(each_site), now()
    for turn in range(1, 4):
        later = replace(each_site, clock=lambda turn=turn: moment + turn * timedelta(minutes=3))  # type: ignore[misc]
        dead = claim_next(later)
        assert dead is not None and dead.job.tries == turn  # noqa: PT018
        assert claim_next(later) is None
    after = replace(each_site, clock=lambda: moment + timedelta(minutes=15))
    assert claim_next(after) is None
    assert job_of(after, number).state == "interrupted"
    claiming.go_on(after, dead, step="keep")  # whoever was only slow has it no more
    assert job_of(after, number).step == ""
    assert deeds(after)[-1] == ("job.end", "interrupted")


def test_a_worker_that_says_it_goes_on_keeps_its_job(site: Site) -> None:
    open_anlan(site)
    asked(site)
    moment = now()
    first = claim_next(replace(site, clock=lambda: moment))
    assert first is not None
    claiming.go_on(replace(site, clock=lambda: moment + timedelta(minutes=1)), first)
    assert claim_next(replace(site, clock=lambda: moment + timedelta(minutes=2.5))) is None
    claiming.let_go(site, first)  # as where the process it was given to has ended
    assert claim_next(site) is not None


def test_why_a_job_failed_is_kept_in_both_languages_a_fault_of_ours_too(site: Site) -> None:
    open_anlan(site)

    def refuses(_work: Work) -> dict[str, Any]:
        raise Refused.of(zh="答卷变了", en="answers changed", field="x")

    def breaks(_work: Work) -> dict[str, Any]:
        raise ZeroDivisionError

    asked(site)
    refused = done_by(site, refuses)
    assert refused.state == "failed"
    assert refused.fault is not None
    assert refused.fault["problems"][0]["zh"] == "答卷变了"
    assert refused.fault["problems"][0]["en"] == "answers changed"
    asked(site)
    broken = done_by(site, breaks)
    assert broken.fault is not None
    assert "程序出错" in broken.fault["problems"][0]["zh"]


@pytest.fixture
def app(site: Site) -> Flask:
    open_anlan(site)
    add_officials(site)
    with site.database.writing() as session:
        find_campaign(session, CODE).state = "closed"
    return create_app(site)


def test_the_page_shows_how_far_it_is_and_then_the_result_or_why_not(
    app: Flask, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, is_at_it = Event(), Event()

    def does(work: Work) -> dict[str, Any]:
        work.tell("read")
        is_at_it.set()
        assert go_on.wait(60)
        raise Refused.of(zh="答卷变了", en="answers changed")

    app.extensions["jobs"].kinds = {"score": kind_that(does)}
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.0)
    client = signed_in(app, "admin")
    form = {"csrf_token": token(client.get(SCORE_PAGE))}
    led = client.post(SCORE_PAGE, data=form)
    page = led.headers["Location"]
    assert is_at_it.wait(60)
    assert client.post(SCORE_PAGE, data=form).headers["Location"] == page  # no other is begun
    shown = client.get(page).text
    assert "读取答卷" in shown
    assert '<progress max="100" value="25"' in shown
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in shown
    go_on.set()
    number = int(page.rsplit("/", 1)[1])
    while job_of(site, number).ended_at is None:
        pass
    shown = client.get(page).text
    assert "答卷变了" in shown
    assert "data-poll" not in shown
    assert SCORE_PAGE in shown  # the way back, to try again


def test_a_finished_job_leads_to_its_result(app: Flask, site: Site) -> None:
    app.extensions["jobs"].kinds = {"score": kind_that(lambda _work: {"appraisal": 1})}
    client = signed_in(app, "admin")
    form = {"csrf_token": token(client.get(SCORE_PAGE))}
    led = client.post(SCORE_PAGE, data=form)
    assert led.headers["Location"] == f"/office/campaigns/{CODE}/scores"
    assert client.get("/office/jobs/1").headers["Location"] == led.headers["Location"]
    assert "计分完成" in client.get(led.headers["Location"]).text


def test_a_large_one_is_done_in_a_process_of_its_own(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(site, n=300)
    for name, value in (("HOME", tmp_path), ("DATABASE", site.settings.database_url)):
        monkeypatch.setenv(f"SURVEY_{name}", str(value))
    monkeypatch.setattr(aside, "LARGE", 0)
    here: list[int] = []
    monkeypatch.setattr(aside, "do", lambda *_given: here.append(1))
    number = asked(site)
    jobs = Jobs(site, aside.KINDS)
    jobs.do_by(aside.do_aside(site))
    jobs._is_asked = True
    jobs._work()  # in this thread, so that it has ended then
    job = job_of(site, number)
    assert (job.state, here) == ("done", [])
    assert job.result is not None
    with site.database.reading() as session:
        run = session.get_one(Appraisal, job.result["appraisal"])
    assert run.run_by == "admin"


def test_what_a_worker_kept_before_it_died_is_not_done_once_more(site: Site) -> None:
    closed(site, n=300)
    number = asked(site)
    first = claim_next(site)
    assert first is not None
    with patch("survey.jobs.running.end_done"):  # it dies after its result, before it says so
        do(site, KINDS, first)
    claiming.let_go(site, first)
    again = claim_next(site)
    assert again is not None
    do(site, KINDS, again)
    with site.database.reading() as session:
        [run] = session.scalars(sa.select(Appraisal)).all()
    job = job_of(site, number)
    assert (job.state, job.tries, job.result) == ("done", 2, {"appraisal": run.id})


def test_a_process_that_dies_leaves_its_job_to_the_next(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_anlan(site)
    number = asked(site)
    monkeypatch.setattr(aside, "LARGE", 0)
    monkeypatch.setattr(aside, "_process", lambda _claimed: -9)
    jobs = Jobs(site, aside.KINDS)
    jobs.do_by(aside.do_aside(site))
    jobs._is_asked = True
    jobs._work()
    assert job_of(site, number).state == "interrupted"  # tried three times, and told
