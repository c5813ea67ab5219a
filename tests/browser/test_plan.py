"""A draft's plan is changed on a phone, without a mouse, and nothing of it falls off the edge."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from survey.app import create_app
from survey.drafting.copying import Next, copy_campaign
from survey.site.installation import Site
from tests.browser.test_office import enter, wider
from tests.drafting.test_amending import propose
from tests.factories import CODE, FIELDWORK
from tests.officials import add_officials, approved, signed_in

pytestmark = pytest.mark.browser

NEXT = "ANLAN-2027-GZPY"
HERE = f"/office/campaigns/{NEXT}/parts"


@pytest.fixture
def office_url(live_site: Site, live_url: str) -> str:
    """An office with a draft."""
    add_officials(live_site)
    day = FIELDWORK.date()
    copy_campaign(
        live_site,
        earlier=CODE,
        wanted=Next(code=NEXT, title_zh="下一次评议", title_en="Next", starts_on=day, ends_on=day),
        by="tests",
    )
    return live_url


@pytest.mark.parametrize("width", ["360", "desktop"])
def test_the_parts_of_a_plan_are_reachable(
    request: pytest.FixtureRequest,
    office_url: str,
    axe: Callable[[Page], list[str]],
    width: str,
) -> None:
    page = enter(request.getfixturevalue(f"page_{width}"), office_url)
    for part in ("", "/scheme", "/items", "/weights", "/texts", "/units", "/items-form"):
        page.goto(f"{office_url}{HERE}{part}")
        assert wider(page) == 0, part
        assert axe(page) == [], part


def test_a_text_is_changed_and_a_fault_told_where_it_was_typed(
    page_360: Page, office_url: str, axe: Callable[[Page], list[str]]
) -> None:
    page = enter(page_360, office_url)
    page.goto(f"{office_url}{HERE}/texts")
    page.get_by_label("thanks 中文").fill("谢谢您。")
    page.get_by_role("button", name="核对并保存").press("Enter")
    expect(page.get_by_text("已保存，改动1处。")).to_be_visible()
    page.get_by_label("sms 中文").fill("请评议")
    page.get_by_role("button", name="核对并保存").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("sms.zh：缺少 {url}")
    expect(page.get_by_label("sms 中文")).to_have_value("请评议")
    assert (wider(page), axe(page)) == (0, [])


@pytest.mark.parametrize("width", ["360", "desktop"])
def test_a_new_version_is_asked_for_and_read_by_all(
    request: pytest.FixtureRequest,
    live_site: Site,
    office_url: str,
    axe: Callable[[Page], list[str]],
    width: str,
) -> None:
    app = create_app(live_site)
    new = {("hotline", 1): "0999-66666", ("campaign.organiser_zh", 1): "安澜县绩效管理工作办公室"}
    asked = propose(signed_in(app, "admin"), "scheme", new)
    assert approved(signed_in(app, "review"), asked).status_code == 302
    page = enter(request.getfixturevalue(f"page_{width}"), office_url)
    opened = f"/office/campaigns/{CODE}"
    for path in (f"{opened}/parts/texts", f"{opened}/versions", asked.location, "/ledger"):
        page.goto(f"{office_url}{path}")
        for summary in page.locator("summary").all():
            summary.click()
        assert wider(page) == 0, path
        assert axe(page) == [], path
    expect(page.get_by_text("从“–”改为“0999-66666”")).to_be_visible()
