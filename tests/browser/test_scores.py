"""The score pages in a real browser: readable by all, on a phone too."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from survey.access import passwords
from survey.access.accounts import create_account
from survey.site.installation import Site
from tests.browser.server import served
from tests.browser.test_office import scrolling_by_themselves
from tests.demonstrated import CODE

pytestmark = pytest.mark.browser

PASSWORD = "seven plain words of a song"
PAGES = (
    *("scores", "scores/A12", "score", "release", "review/", "review/1", "runs"),
    *("documents", "results/A12", "classes/B"),
)


@pytest.fixture
def released_url(released_site: Site) -> Iterator[str]:
    """The address of a server whose campaign is released, with an administrator."""
    with released_site.database.writing() as session:
        create_account(
            session,
            username="admin",
            name="测试",
            role="office_admin",
            by="tests",
            clock=released_site.clock,
            password=passwords.chosen(PASSWORD),
        )
    yield from served(released_site)


def _sign_in(page: Page, url: str) -> None:
    page.goto(f"{url}/office/sign-in")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/office/")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", ["page_360", "page_desktop"])
def test_pages_are_accessible_fit_the_screen_and_are_light(
    request: pytest.FixtureRequest,
    released_url: str,
    axe: Callable[[Page], list[str]],
    size: str,
    lang: str,
) -> None:
    page: Page = request.getfixturevalue(size)
    _sign_in(page, released_url)
    for path in PAGES:
        shown = page.goto(f"{released_url}/office/campaigns/{CODE}/{path}?lang={lang}")
        assert shown is not None
        assert shown.status == 200
        assert len(shown.body()) < 60_000
        assert axe(page) == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"]  # type: ignore[index]


def test_a_download_arrives_under_its_name(released_url: str, page_desktop: Page) -> None:
    _sign_in(page_desktop, released_url)
    page_desktop.goto(f"{released_url}/office/campaigns/{CODE}/scores")
    patience = 60_000  # every answer is verified before a file leaves
    with page_desktop.expect_download(timeout=patience) as arriving:
        page_desktop.click("text=Excel 导入表", timeout=patience)
    assert arriving.value.suggested_filename == f"{CODE}-R1-SIMULATED.xlsx"


def test_on_a_phone_no_cell_falls_off_the_edge(released_url: str, page_360: Page) -> None:
    _sign_in(page_360, released_url)
    for path in ("scores", "scores/A12", "progress", "progress/A12", "progress/B01?lang=en"):
        page_360.goto(f"{released_url}/office/campaigns/{CODE}/{path}")
        edges = page_360.evaluate(
            "[...document.querySelectorAll('.cards tbody td')].map("
            "cell => cell.getBoundingClientRect().right)"
        )
        assert edges
        assert max(edges) <= 360, path
        # Nor does any table scroll by itself, those of channels and groups among them.
        assert scrolling_by_themselves(page_360) == [], path
    page_360.goto(f"{released_url}/office/campaigns/{CODE}/scores")
    small = page_360.evaluate(
        "Math.min(...[...document.querySelectorAll('svg.dots text')].map("
        "text => parseFloat(getComputedStyle(text).fontSize)"
        " * text.ownerSVGElement.getBoundingClientRect().width / 288))"
    )
    assert small >= 11


def test_one_way_back_stands_in_the_same_place_everywhere(
    released_url: str, page_desktop: Page
) -> None:
    _sign_in(page_desktop, released_url)
    places = set()
    for path in ("", "scores", "scores/A12", "score", "progress/A12", "cases", "coaching", "open"):
        page_desktop.goto(f"{released_url}/office/campaigns/{CODE}/{path}".rstrip("/"))
        way = page_desktop.locator("nav.way")
        box = way.bounding_box()
        assert box is not None, path
        assert way.evaluate("way => way === document.querySelector('main').firstElementChild")
        places.add(box["x"])
    assert len(places) == 1
    page_desktop.goto(f"{released_url}/office/campaigns/{CODE}/scores/A12")
    page_desktop.click("nav.way a:last-child")
    assert page_desktop.url.endswith("/scores")


def test_the_button_to_print_is_there_only_where_a_script_can_print(
    released_url: str, visit: Callable[..., Page]
) -> None:
    for script in (True, False):
        page = visit(java_script_enabled=script)
        _sign_in(page, released_url)
        page.goto(f"{released_url}/office/campaigns/{CODE}/scores")
        assert page.locator("[data-print]").is_visible() is script
