"""What tests start from: the demonstration county, loaded and opened as an office would."""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import demo
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import register_poster
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_campaign
from survey.model import Campaign, CampaignUnit, Entrance, Unit
from survey.scheme.county import CountyFolder
from survey.scheme.folder import read_folder
from survey.site.installation import Site
from tests.prepared import prepared

ANLAN = Path(demo.__file__).parent / "anlan"
LOCAL_ITEMS = json.loads(
    (Path(__file__).parents[1] / "docs/examples/local-items.json").read_text("utf-8")
)
CODE = "ANLAN-2026-GZPY"
FIELDWORK = datetime(2026, 12, 5, 2, 0, tzinfo=UTC)
AFTERWARDS = datetime(2026, 12, 21, 2, 0, tzinfo=UTC)


def in_fieldwork() -> datetime:
    """A clock that stands still in the middle of the campaign."""
    return FIELDWORK


def open_anlan(
    site: Site,
    *,
    local_items: Sequence[Mapping[str, Any]] = (),
    arranged: Mapping[str, str] | None = None,
) -> Campaign:
    """Load 安澜县 and open its campaign, with items of its own or varied orders if given."""
    if local_items or arranged:
        _open(site, local_items, arranged)
    else:
        prepared(site, "opened", lambda: _open(site))
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        session.expunge(campaign)
    return campaign


def _open(
    site: Site,
    local_items: Sequence[Mapping[str, Any]] = (),
    arranged: Mapping[str, str] | None = None,
) -> None:
    folder = deepcopy(_anlan())
    if local_items:
        asked = {**folder.questionnaire, "local_items": list(local_items)}
        folder = replace(folder, questionnaire=asked)
    if arranged:
        folder = replace(folder, document={**folder.document, "questionnaire": dict(arranged)})
    with site.database.writing() as session:
        campaign = load_campaign(
            session, folder=folder, by="tests", clock=in_fieldwork, simulated=True
        )
        session.flush()
        session.refresh(campaign)
        open_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)


@cache
def _anlan() -> CountyFolder:
    """The files of 安澜县, read once in a process of tests: nine tests in ten begin with them."""
    return read_folder(ANLAN)


def standing_at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let every installation that a command opens have a clock that stands still."""
    monkeypatch.setitem(Site.__init__.__kwdefaults__, "clock", lambda: moment)


def poster(session: Session, unit_code: str = "A01", group_code: str = "G1") -> Entrance:
    """Register a poster of a unit of 安澜县."""
    campaign = find_campaign(session, CODE)
    unit = session.scalars(
        sa.select(Unit)
        .join(CampaignUnit)
        .where(Unit.code == unit_code, CampaignUnit.campaign_id == campaign.id)
    ).one()
    return register_poster(
        session,
        campaign=campaign,
        unit=unit,
        group_code=group_code,
        place="测试",
        by="tests",
        clock=in_fieldwork,
    )
