"""The released county with its officials, and its score document as it was signed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.app import create_app
from survey.exchange.document import FrozenDocument, find_document
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import Site
from tests.demonstrated import CODE
from tests.officials import add_officials, signed_in


@pytest.fixture
def document(released_site: Site) -> FrozenDocument:
    with released_site.database.reading() as session:
        return find_document(session, campaign=find_campaign(session, CODE))


@pytest.fixture
def scores(document: FrozenDocument) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(document.text)
    return content


@pytest.fixture
def application(released_site: Site) -> Flask:
    add_officials(released_site)
    return create_app(released_site)


@pytest.fixture
def as_official(application: Flask) -> Callable[[str], FlaskClient]:
    return lambda username: signed_in(application, username)
