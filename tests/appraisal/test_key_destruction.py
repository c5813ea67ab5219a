from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from survey.appraisal.key_destruction import destroy_key, due_campaigns
from survey.appraisal.release import latest_release
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.model import AuditEntry, Response
from survey.problems import Refused
from survey.site.installation import Site
from survey.site.keys import Keys
from tests.demonstrated import CODE
from tests.factories import in_fieldwork, open_anlan
from tests.officials import add_officials, done_by_two


def destroy(site: Site, at: datetime, *, early: bool = False) -> bool:
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        return destroy_key(
            session, campaign=campaign, keys=site.keys, by="tests", clock=lambda: at, early=early
        )


def test_a_key_is_destroyed_thirty_days_after_the_release_and_never_made_again(
    released_site: Site,
) -> None:
    site = released_site
    with site.database.reading() as session:
        release = latest_release(session, campaign=find_campaign(session, CODE))
        before = session.scalars(sa.select(Response.network_mark).order_by(Response.id)).all()
    assert release is not None
    day = release.frozen_at + timedelta(days=30)
    file = site.settings.home / "keys" / f"campaign-{CODE}.key"
    assert file.exists()
    with pytest.raises(Refused, match="scheme's day"):
        destroy(site, day - timedelta(days=1))
    with site.database.reading() as session:
        assert due_campaigns(session, keys=site.keys, clock=lambda: day - timedelta(days=1)) == []
        [due] = due_campaigns(session, keys=site.keys, clock=lambda: day)
    assert due.code == CODE
    assert destroy(site, day)
    assert not destroy(site, day)
    assert not file.exists()
    with pytest.raises(Refused, match="cannot be computed"):
        site.campaign_key(CODE)
    with pytest.raises(Refused):
        Keys(site.settings.home / "keys").campaign(CODE)
    assert site.campaign_key("ANOTHER") != b""
    with site.database.reading() as session:
        after = session.scalars(sa.select(Response.network_mark).order_by(Response.id)).all()
        actions = session.scalars(sa.select(AuditEntry.action)).all()
        assert due_campaigns(session, keys=site.keys, clock=lambda: day) == []
    assert after == before
    assert actions.count("key.destroy") == 1


def test_an_open_campaign_keeps_its_key(site: Site) -> None:
    open_anlan(site)
    site.campaign_key(CODE)
    with pytest.raises(Refused, match="not over"):
        destroy(site, in_fieldwork() + timedelta(days=900), early=True)
    assert site.keys.has_campaign(CODE)


def test_the_command_destroys_on_its_day(
    released_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    home: Path = released_site.settings.home
    monkeypatch.setenv("SURVEY_HOME", str(home))
    runner = CliRunner()
    assert runner.invoke(survey, ["keys", "due"]).exit_code == 0
    add_officials(released_site)

    def run(*words: str) -> Result:
        return runner.invoke(survey, list(words))

    done = done_by_two(run, "keys", "destroy", CODE, "--early")
    assert (done.exit_code, "key destroyed" in done.output) == (0, True)
    again = run("keys", "destroy", CODE, "--early", "--by", "admin")
    assert "destroyed before" in str(again.exception)
    audited = runner.invoke(survey, ["ledger", "audit", CODE])
    assert (audited.exit_code, "the ledger holds" in audited.output) == (0, True), audited.output
    assert runner.invoke(survey, ["ledger", "head", CODE]).exit_code == 0
