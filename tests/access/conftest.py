"""The office at a time that tests can move."""

from dataclasses import replace

import pytest
from flask import Flask

from survey.app import create_app
from survey.site.installation import Site
from tests.access.clocks import Clock
from tests.officials import staff


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def staffed(site: Site) -> Site:
    """An installation on SQLite in the middle of fieldwork, with officials."""
    staff(site)
    return site


@pytest.fixture
def office_app(staffed: Site, clock: Clock) -> Flask:
    """The office of that installation."""
    return create_app(replace(staffed, clock=clock))


@pytest.fixture
def each_office_app(each_site: Site, clock: Clock) -> Flask:
    """The same on SQLite and then on PostgreSQL."""
    staff(each_site)
    return create_app(replace(each_site, clock=clock))
