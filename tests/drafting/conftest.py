import pytest
from flask.testing import FlaskClient

from survey.app import create_app
from survey.fieldwork.given_county import load
from survey.fieldwork.papers import font
from survey.scheme.source import FolderSource
from survey.site.installation import Site
from tests.factories import ANLAN
from tests.officials import add_officials, signed_in
from tests.prepared import prepared


@pytest.fixture(autouse=True)
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font, "_system_families", frozenset[str])


def office_with_a_draft(site: Site) -> FlaskClient:
    """Return an administrator, signed in where the demonstration county's campaign is a draft."""
    prepared(site, "a draft", lambda: _load(site))
    return signed_in(create_app(site), "admin")


def _load(site: Site) -> None:
    load(site, source=FolderSource(path=ANLAN), by="tests")
    add_officials(site)


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return office_with_a_draft(site)
