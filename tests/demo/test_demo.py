"""`survey demo`, and what an empty installation starts with."""

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from survey.app import create_app
from survey.cli import survey
from survey.demo import seeding
from survey.feedback import caseload
from survey.feedback.matters import Matters
from survey.fieldwork.once import Once
from survey.model import Account, AuditEntry, Campaign, Entrance, Proposal, Release, Response
from survey.site.installation import Site

pytestmark = pytest.mark.slow


def _demo(site: Site, *words: str) -> Result:
    environment = {
        "SURVEY_HOME": str(site.settings.home),
        "SURVEY_DATABASE": site.settings.database_url,
    }
    return CliRunner().invoke(survey, ["demo", *words], env=environment)


def test_the_demonstration_runs_to_its_release_and_can_be_repeated(each_site: Site) -> None:
    first = _demo(each_site, "--responses", "230", "--seed", "5")
    assert first.exit_code == 0, first.exception
    assert len(first.stdout.splitlines()) == 27
    assert "模拟" in first.stderr
    assert "200/200" in first.stderr
    second = _demo(each_site, "--responses", "20")
    assert second.exit_code == 0, second.exception
    with each_site.database.reading() as session:
        campaigns = session.scalars(sa.select(Campaign).order_by(Campaign.id)).all()
        assert [campaign.state for campaign in campaigns] == ["released", "released"]
        assert all(campaign.simulated for campaign in campaigns)
        assert campaigns[1].code == f"{campaigns[0].code}-2"
        assert all(campaign.ends_at < each_site.clock() for campaign in campaigns)
        assert session.scalar(sa.select(sa.func.count(Release.id))) == 2
        assert session.scalar(sa.select(sa.func.max(Release.frozen_at))) < each_site.clock()


def test_an_empty_installation_is_seeded_with_scores_and_fieldwork(site: Site) -> None:
    report = seeding.seed(site)
    Matters(site.database).write()  # as a server does every few seconds
    with site.database.reading() as session:
        before, now = session.scalars(sa.select(Campaign).order_by(Campaign.year)).all()
        assert (before.state, now.state) == ("released", "open")
        assert now.starts_at < site.clock() < now.ends_at
        newest = session.scalar(sa.select(sa.func.max(Response.submitted_ms)))
        assert newest / 1000 <= site.clock().timestamp()
        taken = session.scalars(
            sa.select(AuditEntry.subject).where(AuditEntry.action == "release.export")
        )
        assert list(taken) == [before.code]
        with_posters = session.scalar(
            sa.select(sa.func.count(sa.distinct(Entrance.unit_id))).where(
                Entrance.campaign_id == now.id, Entrance.kind == "poster"
            )
        )
        assert with_posters == 26
        made = session.scalars(sa.select(Account.username).order_by(Account.id)).all()
        assert made == list(report.passwords) == ["admin", "review"]
        today = seeding.today(site).isoformat()
        worked, at_work = (
            caseload.office_list(
                session, campaign=each, today=today, asked=caseload.Asked(), once=Once()
            )
            for each in (before, now)
        )
        assert worked.counts == {"closed": worked.n_cases}
        assert at_work.n_cases > 300
        assert 0 < at_work.n_late < at_work.n_cases / 5  # an office that works, with some late
        release = session.scalars(sa.select(Proposal)).one()
        assert (release.deed, release.outcome) == ("release.make", "approved")
        assert (release.proposed_by, release.decided_by) == ("admin", "review")
    client = create_app(site).test_client()
    assert client.get(report.sitting_url.removeprefix(site.settings.base_url)).status_code == 200
    page = client.get(report.resident_url.removeprefix(site.settings.base_url))
    assert page.status_code == 200
    assert "演示" in page.text
    assert not any(password in page.text for password in report.passwords.values())
