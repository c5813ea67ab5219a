"""Standard 27: a second visit without network opens the survey (https, or this machine)."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from survey.app import create_app
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.respond.door import opening
from survey.site.installation import Site
from tests.browser.resident import Resident, stored
from tests.browser.server import Server
from tests.factories import CODE, in_fieldwork
from tests.respond.factories import poster_code

pytestmark = pytest.mark.browser

_KEPT = """async count => {
    for (let tries = 0; tries < 100; tries++) {
        const kept = await (await caches.open('gongping')).keys();
        if (kept.length === count) return kept.map(request => request.url);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error('not ' + count + ' pages kept');
}"""


@pytest.fixture
def server(live_site: Site) -> Iterator[Server]:
    made = Server(create_app(live_site))
    yield made
    made.stop()


def kept(page: Page, count: int) -> list[str]:
    """Wait until so many pages are kept and return their addresses."""
    found: list[str] = page.evaluate(_KEPT, count)
    return found


def begun(page: Page, address: str) -> Resident:
    resident = Resident(page, address).open()
    resident.tap("#start")
    assert resident.at(1)
    return resident


def answered(resident: Resident, age: str = "30-44") -> None:
    resident.answer_items()
    resident.to_profile()
    resident.tell_profile(age)
    resident.submit()


def test_27_a_visit_without_network_opens_is_answered_and_sent_later(
    page_360: Page, server: Server, live_site: Site
) -> None:
    address = f"{server.url}/q/{poster_code(live_site)}"
    first = begun(page_360, address)
    assert kept(page_360, 1) == [f"{address}?lang=zh&mode=normal"]
    first_token = page_360.input_value("[name=response_id]")
    answered(first)
    assert first.thanked()
    assert stored(live_site) == 1

    server.stop()
    page = page_360.context.new_page()
    second = begun(page, address)
    assert page.input_value("[name=response_id]") != first_token  # another person, another receipt
    answered(second, age="70+")
    page.wait_for_selector("text=已保存在本机")
    page.reload()
    page.wait_for_selector("text=已保存在本机")
    server.start()
    second.tap("#resend")
    assert second.thanked()
    assert stored(live_site) == 2
    assert second.complaints == []


def test_27_a_survey_that_closed_is_kept_no_longer(
    page_360: Page, server: Server, live_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{server.url}/q/{poster_code(live_site)}"
    begun(page_360, f"{address}?lang=en&mode=elder")
    assert kept(page_360, 1) == [f"{address}?lang=en&mode=elder"]
    server.stop()
    page_360.evaluate("localStorage.clear()")
    page_360.goto(address)  # the look asked for last is what there is
    assert page_360.locator("html.elder[lang=en]").count() == 1
    server.start()
    with live_site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
    monkeypatch.setattr(opening, "_FRESH_SECONDS", 0.0)
    page_360.goto(address)
    page_360.wait_for_selector("text=评议已经结束")
    assert kept(page_360, 0) == []
