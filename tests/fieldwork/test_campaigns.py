from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_campaign
from survey.fieldwork.planned import plan_to_open
from survey.model import AuditEntry, Campaign, CampaignUnit, Margin, Unit
from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.scheme.planning import build_plan
from survey.scheme.stored import stored_folder
from survey.site.installation import Site
from tests.factories import ANLAN, CODE, in_fieldwork, open_anlan


def load(site: Site, **changed: object) -> None:
    folder = replace(read_folder(ANLAN), **changed)
    with site.database.writing() as session:
        load_campaign(session, folder=folder, by="tests", clock=in_fieldwork, simulated=True)


def try_to_open(site: Site) -> None:
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        open_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)


def test_a_stored_campaign_plans_the_same_scores_as_its_folder(each_site: Site) -> None:
    load(each_site)
    with each_site.database.reading() as session:
        stored = build_plan(stored_folder(session, find_campaign(session, CODE)))
    assert stored == build_plan(read_folder(ANLAN))


def test_opening_without_margins_is_refused_and_changes_nothing(each_site: Site) -> None:
    load(each_site)
    with each_site.database.writing() as session:
        session.execute(sa.delete(Margin))
    with pytest.raises(Refused) as refused:
        try_to_open(each_site)
    (problem,) = refused.value.problems
    assert (problem.file, problem.field) == ("population_margins_18plus.csv", "population_18plus")
    assert "缺少人口结构" in problem.text("zh")
    assert "margins are missing" in problem.text("en")
    with each_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        assert (campaign.state, campaign.plan, campaign.opened_at) == ("draft", None, None)
        actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert actions == ["campaign.load"]


def renamed(number: int, **facts: object) -> dict[str, object]:
    """Return what makes another campaign of 安澜县 in which the first unit has other facts."""
    folder = read_folder(ANLAN)
    return {
        "campaign": replace(folder.campaign, campaign_code=f"ANLAN-{number}"),
        "units": (replace(folder.units[0], **facts), *folder.units[1:]),
    }


def test_a_code_stays_one_bodys_in_every_campaign(each_site: Site) -> None:
    load(each_site)
    other = read_folder(ANLAN).units[1].uscc
    for facts, field in (({"uscc": other}, "unit_code"), ({"name_zh": "新名"}, "name_zh")):
        with pytest.raises(Refused) as refused:
            load(each_site, **renamed(1, **facts))
        assert [(p.file, p.row, p.field) for p in refused.value.problems] == [
            ("units.csv", 2, field)
        ]
    load(each_site, **renamed(2))
    with each_site.database.writing() as session:
        session.execute(sa.delete(CampaignUnit))  # as if no campaign were under way
    load(each_site, **renamed(3, name_zh="新名"))
    with each_site.database.reading() as session:
        assert session.scalar(sa.select(Unit.name_zh).where(Unit.code == "A01")) == "新名"


def test_the_plan_is_frozen_when_the_campaign_opens(each_site: Site) -> None:
    open_anlan(each_site)
    with pytest.raises(Refused):
        try_to_open(each_site)
    with each_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        assert campaign.state == "open"
        assert campaign.plan_digest == build_plan(read_folder(ANLAN)).digest()


def test_a_code_is_loaded_once_and_nothing_is_half_stored(each_site: Site) -> None:
    load(each_site)
    with pytest.raises(Refused, match="已存在"):
        load(each_site)
    with each_site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Campaign)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(CampaignUnit)) == 26


def test_one_version_of_a_questionnaire_never_has_two_contents(site: Site) -> None:
    load(site)
    folder = read_folder(ANLAN)
    other = {**folder.questionnaire, "title": {"zh": "另一份", "en": "another"}}
    with pytest.raises(Refused, match="raise the version"):
        load(site, campaign=replace(folder.campaign, campaign_code="OTHER"), questionnaire=other)
    with site.database.reading() as session:
        assert session.scalars(sa.select(Campaign.code)).all() == [CODE]


def test_only_an_open_campaign_closes(site: Site) -> None:
    load(site)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        with pytest.raises(Refused):
            close_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)


@pytest.mark.parametrize("indicator", ["GZPY", {"name": "公众评议"}, {"code": 123, "name": "评议"}])
def test_a_draft_that_could_not_be_exported_is_not_opened(site: Site, indicator: Any) -> None:
    folder = read_folder(ANLAN)
    taken = replace(folder, document={**folder.document, "indicator": indicator})
    with site.database.writing() as session:
        draft = load_campaign(session, folder=taken, by="tests", clock=in_fieldwork, simulated=True)
    with (
        site.database.reading() as session,
        pytest.raises(Refused, match=r"scheme\.yaml.*indicator"),
    ):
        plan_to_open(session, campaign=find_campaign(session, draft.code))
