"""The resident at a desk (1280×800, mouse), over plain http, and what a whole visit weighs."""

import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from survey.site.installation import Site
from tests.browser.conftest import PLAIN_HOST
from tests.browser.resident import Resident, stored
from tests.respond.factories import poster_code

pytestmark = pytest.mark.browser


@pytest.fixture
def address(live_url: str, live_site: Site) -> str:
    return f"{live_url}/q/{poster_code(live_site)}"


def answer_on(resident: Resident, first: int, last: int) -> None:
    """Click an answer and 下一题: with a mouse nothing moves by itself."""
    for step in range(first, last + 1):
        resident.at(step)
        resident.tap(resident.answer(step))
        resident.tap("#next")


def test_4_to_15_hold_at_a_desk_too(page_desktop: Page, address: str, live_site: Site) -> None:
    resident, page = Resident(page_desktop, address).open(), page_desktop
    resident.tap("#start")
    resident.tap("#next")
    assert page.inner_text("section.on .error") == "请选择一项"  # 7
    answer_on(resident, 1, 3)
    assert resident.at(4)
    page.go_back()  # 5
    assert resident.at(3)
    assert resident.answer(3).locator("input").is_checked()
    resident.tap("#next")
    page.reload()  # 6
    assert resident.at(4)
    assert resident.chosen() == 3
    resident.tap("text=English")  # 10
    page.wait_for_selector("html[lang=en]")
    resident.tap("text=Large text")
    page.wait_for_selector("html.elder")
    assert resident.at(4)
    assert resident.chosen() == 3
    answer_on(resident, 4, 8)
    resident.to_profile()
    resident.tell_profile()
    page.context.set_offline(True)  # 13
    page.evaluate("const send = document.querySelector('.send'); send.click(); send.click();")  # 11
    page.wait_for_selector("text=Saved on this phone")
    assert stored(live_site) == 0
    page.context.set_offline(False)
    page.wait_for_selector(".receipt")
    assert stored(live_site) == 1
    page.go_back()  # 4
    page.wait_for_url("**/q/**")
    assert resident.at("intro")
    assert resident.chosen() == 0
    assert stored(live_site) == 1
    assert resident.complaints == []


def test_26_over_plain_http_the_outbox_sends_again(
    page_360: Page, address: str, live_site: Site
) -> None:
    plain = address.replace("127.0.0.1", PLAIN_HOST)
    resident = Resident(page_360, plain)
    resident.to_the_end()
    assert page_360.evaluate("[isSecureContext, 'serviceWorker' in navigator]") == [False, False]
    page_360.context.set_offline(True)
    resident.submit()
    page_360.wait_for_selector("text=已保存在本机")
    page_360.close()
    page_360.context.set_offline(False)
    again = Resident(page_360.context.new_page(), plain).open()
    assert again.thanked()
    assert stored(live_site) == 1
    # Chromium says that it ignores a header there, which is as it should be.
    complaints = resident.complaints + again.complaints
    assert [text for text in complaints if "Cross-Origin-Opener-Policy" not in text] == []


@pytest.fixture
def received(page_360: Page) -> Iterator[list[int]]:
    line = page_360.context.new_cdp_session(page_360)
    sizes: list[int] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    line.send("Network.enable")
    yield sizes
    line.detach()


def test_2_a_whole_visit_weighs_at_most_fifty_kilobytes(
    page_360: Page, address: str, live_url: str, received: list[int]
) -> None:
    resident = Resident(page_360, address)
    resident.to_the_end()
    resident.submit()
    assert resident.thanked()
    kept = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(kept) as page, urllib.request.urlopen(f"{live_url}/worker.js") as w:
        copy = len(page.read()) + len(w.read())  # fetched once more, for a visit without network
    assert sum(received) > 10_000
    assert sum(received) + 2 * copy <= 50 * 1024
