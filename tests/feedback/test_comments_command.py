"""`survey comments erase`, as an administrator runs it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from survey.cli import survey
from survey.clock import now
from survey.model import AuditEntry, Comment
from survey.problems import Refused
from survey.site.installation import Site
from tests.factories import CODE
from tests.feedback.factories import answered, found
from tests.officials import add_officials, done_by_two

COMMAND = ("comments", "erase", CODE)


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, list(words))


@pytest.fixture
def ended(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A campaign whose scheme ended the day before yesterday, whatever today is."""
    answered(site)
    add_officials(site)
    with site.database.writing() as session:
        campaign, _case = found(session)
        day = (now() - timedelta(days=2)).date().isoformat()
        campaign.scheme = {**campaign.scheme, "calendar": [{"to": day}]}
        campaign.starts_at, campaign.ends_at = now() - timedelta(days=9), now() - timedelta(days=3)
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    return site


def test_comments_are_erased_and_the_deed_is_recorded(ended: Site) -> None:
    for erased in ("1 originals erased", "0 originals erased"):
        assert erased in done_by_two(run, *COMMAND).stdout
    with ended.database.reading() as session:
        assert session.scalars(sa.select(Comment.text)).all() == [""]
        deeds = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "comment.erase")
        ).all()
    assert [(deed.by, deed.detail) for deed in deeds] == [
        ("review", {"comments": 1}),
        ("review", {"comments": 0}),
    ]


def test_a_scheme_that_goes_on_keeps_its_comments(ended: Site) -> None:
    with ended.database.writing() as session:
        campaign, _case = found(session)
        campaign.scheme = {**campaign.scheme, "calendar": [{"to": "2999-01-01"}]}
    refused = run(*COMMAND, "--by", "admin").exception
    assert isinstance(refused, Refused)
    assert "2999-01-01" in str(refused)
    with ended.database.reading() as session:
        assert session.scalars(sa.select(Comment.text)).one() != ""
