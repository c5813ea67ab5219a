from pathlib import Path

import pytest
from flask import Flask

from survey.site.installation import Site
from tests.api.systems import Standing, System, at, received_by
from tests.demonstrated import released


@pytest.fixture
def clock() -> Standing:
    return Standing()


@pytest.fixture
def app(site: Site, clock: Standing) -> Flask:
    """安澜县, released, a week later."""
    released(site, n=900)
    return at(site, clock)


@pytest.fixture
def system(app: Flask) -> System:
    return received_by(app)


@pytest.fixture
def root() -> Path:
    return Path(__file__).parents[2]
