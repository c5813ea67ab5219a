"""`survey comments erase`, as an administrator runs it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from survey.cli import survey
from survey.clock import now
from survey.model import AuditEntry, Comment
from survey.problems import Refused
from survey.site.installation import Site
from tests.factories import CODE
from tests.feedback.factories import answered, found

COMMAND = ["comments", "erase", CODE, "--by", "张三"]


@pytest.fixture
def ended(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A campaign whose scheme ended the day before yesterday, whatever today is."""
    answered(site)
    with site.database.writing() as session:
        campaign, _case = found(session)
        day = (now() - timedelta(days=2)).date().isoformat()
        campaign.scheme = {**campaign.scheme, "calendar": [{"to": day}]}
        campaign.starts_at, campaign.ends_at = now() - timedelta(days=9), now() - timedelta(days=3)
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    return site


def test_comments_are_erased_and_the_deed_is_recorded(ended: Site) -> None:
    for erased in ("1\n", "0\n"):
        assert CliRunner().invoke(survey, COMMAND, catch_exceptions=False).stdout == erased
    with ended.database.reading() as session:
        assert session.scalars(sa.select(Comment.text)).all() == [""]
        deeds = session.scalars(sa.select(AuditEntry).where(AuditEntry.by == "张三")).all()
    assert [(deed.action, deed.detail) for deed in deeds] == [
        ("comment.erase", {"comments": 1}),
        ("comment.erase", {"comments": 0}),
    ]


def test_a_scheme_that_goes_on_keeps_its_comments(ended: Site) -> None:
    with ended.database.writing() as session:
        campaign, _case = found(session)
        campaign.scheme = {**campaign.scheme, "calendar": [{"to": "2999-01-01"}]}
    with pytest.raises(Refused, match="2999-01-01"):
        CliRunner().invoke(survey, COMMAND, catch_exceptions=False)
    with ended.database.reading() as session:
        assert session.scalars(sa.select(Comment.text)).one() != ""
