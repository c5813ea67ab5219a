"""Paper keyed in without a mouse, and an interview read out from the page."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from survey.model import KeyedSheet, Response
from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.test_office import HERE, enter, wider
from tests.collecting.factories import phone_codes
from tests.factories import CODE, FIELDWORK
from tests.officials import add_officials

pytestmark = pytest.mark.browser


def test_sheets_are_keyed_in_one_after_another_by_keyboard_and_without_script(
    visit: Visit, live_site: Site, live_url: str
) -> None:
    add_officials(live_site)
    page = enter(visit(java_script_enabled=False), live_url)
    page.goto(f"{live_url}{HERE}/keying?unit=A01&group=G1&channel=paper_home")
    for serial in ("Z-1", "Z-2"):
        expect(page.locator("#response_id")).to_be_focused()
        for word in (serial, "54321054", "5", "2", "1", "2"):
            page.keyboard.type(word)
            page.keyboard.press("Tab")
        page.locator("#answers").press("Enter")
        expect(page.locator("p.flash")).to_contain_text(serial)
    with live_site.database.reading() as session:
        said = (Response.answers, Response.age, Response.sex, Response.area, Response.residence)
        stored = session.execute(sa.select(*said)).all()
    assert stored == [("54321054", 4, 1, 1, 1)] * 2


def test_sheets_that_differ_and_an_interview_are_reachable_on_a_phone(
    page_360: Page, live_site: Site, live_url: str, axe: Callable[[Page], list[str]]
) -> None:
    add_officials(live_site)
    [code] = phone_codes(live_site, 1)
    with live_site.database.writing() as session:
        for turn, answers in ((1, "54321054"), (2, "5432105-")):
            session.add(
                KeyedSheet(
                    campaign_id=1,
                    unit_id=1,
                    serial="Z-1",
                    turn=turn,
                    code_hash=b"h" * 32,
                    content={"response_id": "Z-1", "answers": answers},
                    keyed_at=FIELDWORK,
                    keyed_by=f"clerk{turn}",
                )
            )
    page = enter(page_360, live_url)
    page.goto(f"{live_url}{HERE}/keying/sheets")
    expect(page.locator("legend")).to_have_text("各题答案")
    assert (wider(page), axe(page)) == (0, [])
    page.goto(f"{live_url}/office/campaigns/{CODE}/interview")
    page.fill("#typed", code)
    page.keyboard.press("Enter")
    expect(page.locator("legend").first).to_be_visible()
    assert (wider(page), axe(page)) == (0, [])
    page.click("text=访问完成，提交答卷")
    expect(page.locator(".error").first).to_be_visible()
    assert (wider(page), axe(page)) == (0, [])
    page.click("text=没有联系上")
    expect(page.locator("#typed")).to_be_visible()
