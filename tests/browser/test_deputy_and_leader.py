"""A day of the deputy who approves, and of the leader who reads: on a phone and at a desk."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.server import served
from tests.demonstrated import CODE as RELEASED
from tests.factories import CODE
from tests.officials import PASSWORD, add_officials

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
REASON = "汛情紧急，经领导小组同意提前结束"
Axe = Callable[[Page], list[str]]


def enter(page: Page, url: str, username: str) -> Page:
    page.goto(f"{url}/office/")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.click("button.main")
    expect(page.locator("h1")).to_have_text("今天要办的事")
    return page


def fits(page: Page, axe: Axe) -> None:
    """Hold a page to what every page is held to, once it has its style."""
    page.wait_for_load_state()
    assert (
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        <= 0
    ), page.url
    assert axe(page) == [], page.url


@pytest.fixture
def desk(live_site: Site, live_url: str) -> str:
    add_officials(live_site)
    return live_url


@SIZES
def test_a_deputy_reads_what_is_proposed_and_approves_it(
    visit: Visit, desk: str, live_site: Site, axe: Axe, size: dict[str, object]
) -> None:
    asking = enter(visit(**DESK), desk, "admin")
    asking.goto(f"{desk}/office/campaigns/{CODE}/close")
    asking.fill("#reason", REASON)
    asking.click("button.danger")
    assert "/office/proposals/" in asking.url
    assert (
        asking.locator("button", has_text="批准并办理").count() == 0
    )  # nobody approves what he proposed

    page = enter(visit(**size), desk, "review")
    waiting = page.locator("header a", has_text="待批事项")
    expect(waiting).to_have_text("待批事项 1")
    fits(page, axe)
    waiting.click()
    fits(page, axe)
    page.click("#proposals tbody a")
    expect(page.locator("main")).to_contain_text(REASON)
    expect(page.locator("main")).to_contain_text("测试admin（admin）")
    fits(page, axe)
    page.fill("#reason-approve", "已核对进度")
    page.click("button:has-text('批准并办理')")
    expect(page.locator("main")).to_contain_text("已核对进度")
    expect(page.locator("header a", has_text="待批事项")).to_have_text("待批事项")
    assert page.locator("button", has_text="批准并办理").count() == 0
    fits(page, axe)
    with live_site.database.reading() as session:
        assert find_campaign(session, CODE).state == "closed"


@SIZES
def test_a_deputy_declines_and_nothing_is_done(
    visit: Visit, desk: str, live_site: Site, axe: Axe, size: dict[str, object]
) -> None:
    asking = enter(visit(**DESK), desk, "admin")
    asking.goto(f"{desk}/office/campaigns/{CODE}/close")
    asking.fill("#reason", REASON)
    asking.click("button.danger")
    number = asking.url.rpartition("/")[2]
    page = enter(visit(**size), desk, "review")
    page.goto(f"{desk}/office/proposals/{number}")
    page.fill("#reason-decline", "还差两个单位")
    page.click("button:has-text('不予批准')")
    expect(page.locator("main")).to_contain_text("还差两个单位")
    fits(page, axe)
    with live_site.database.reading() as session:
        assert find_campaign(session, CODE).state == "open"
    asking.goto(f"{desk}/office/proposals/{number}")
    expect(asking.locator("main")).to_contain_text("还差两个单位")


@pytest.fixture
def results(released_site: Site) -> Iterator[str]:
    add_officials(released_site)
    yield from served(released_site)


@SIZES
def test_a_leader_reads_conclusions_units_and_progress_and_changes_nothing(
    visit: Visit, results: str, axe: Axe, size: dict[str, object]
) -> None:
    page = enter(visit(**size), results, "leader")
    fits(page, axe)
    page.goto(f"{results}/office/campaigns/{RELEASED}")
    fits(page, axe)
    page.locator("nav a", has_text="得分").first.click()
    expect(page.locator("h1")).to_contain_text("得分")
    fits(page, axe)
    page.locator("#scores-A tbody th a, table tbody th a").first.click()
    fits(page, axe)
    page.locator("nav a", has_text="进度").first.click()
    fits(page, axe)
    for path in ("cases", "posters", "release", "score", "close"):
        answer = page.goto(f"{results}/office/campaigns/{RELEASED}/{path}")
        assert answer is not None
        shut = path in {"cases", "release", "score", "close"}
        assert (answer.status == 403) == shut, path
    for path in ("proposals/", f"campaigns/{RELEASED}/release/approval"):
        page.goto(f"{results}/office/{path}")
        fits(page, axe)


def test_a_printed_score_page_is_the_results_and_nothing_of_the_screen(
    visit: Visit, results: str
) -> None:
    page = enter(visit(**DESK), results, "leader")
    page.goto(f"{results}/office/campaigns/{RELEASED}/scores")
    expect(page.locator("[data-print]")).to_be_visible()
    expect(page.locator("aside.reminder")).to_be_visible()  # no second factor yet
    page.emulate_media(media="print")
    for screen in ("[data-print]", "aside.reminder", "header.top", "footer", ".deeds .button"):
        for found in page.locator(screen).all():
            expect(found).to_be_hidden()
    expect(page.locator("svg.dots").first).to_be_visible()
    # A heading goes to the next page with what it is the heading of.
    together = "getComputedStyle(document.querySelector('main h2')).breakAfter"
    assert page.evaluate(together) == "avoid"
    assert page.pdf(format="A4").startswith(b"%PDF")
