"""安澜县 while its answers are collected."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from survey.app import create_app
from survey.site.installation import Site, open_site
from tests.factories import FIELDWORK, in_fieldwork, open_anlan, standing_at
from tests.officials import add_officials


@pytest.fixture
def opened(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Site]:
    """安澜县 in the middle of its fieldwork, for commands and pages alike."""
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    standing_at(monkeypatch, FIELDWORK)
    open_anlan(site)
    add_officials(site)
    with open_site(os.environ) as standing:
        yield standing


@pytest.fixture
def app(opened: Site) -> Flask:
    return create_app(replace(opened, clock=in_fieldwork))
