"""Comments dealt with, in a real browser: what the resident reads, what the office works with."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from survey.feedback import cases, coaching
from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.server import served
from tests.factories import CODE
from tests.feedback.factories import (
    TICKET,
    brought_to,
    commented,
    found,
    later,
    only_case,
    said_back,
    step,
)
from tests.officials import PASSWORD, add_officials
from tests.respond.factories import poster_code

pytestmark = pytest.mark.browser

HERE = f"/office/campaigns/{CODE}"
STATES = ("opened", "verified", "assigned", "replied", "published", "answered", "closed")
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def case_site(live_site: Site) -> Site:
    made = replace(live_site, clock=later)
    add_officials(made)
    commented(made)
    return made


@pytest.fixture
def case_url(case_site: Site) -> Iterator[str]:
    yield from served(case_site)


def fits(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def bring(site: Site, state: str) -> None:
    if state in {"verified", "assigned", "replied", "published"}:
        brought_to(site, state)
    elif state != "opened":
        brought_to(site, "published")
        with site.database.writing() as session:
            said_back(session, satisfied=False, text="还没修")
        if state == "closed":
            step(site, cases.close)


def report(site: Site) -> None:
    with site.database.writing() as session:
        campaign, case = found(session)
        coaching.report_coaching(
            session,
            campaign=campaign,
            unit_id=case.unit_id,
            poster_id=None,
            text="村口有人教大家选非常满意",
            at=later(),
            mark=b"mark",
            source=b"network1",
        )


def entered(page: Page, url: str, username: str) -> Page:
    page.goto(f"{url}/office/")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/office/")
    return page


@pytest.mark.parametrize("state", STATES)
def test_the_resident_reads_every_state(
    case_site: Site, case_url: str, visit: Visit, axe: Callable[[Page], list[str]], state: str
) -> None:
    bring(case_site, state)
    page = visit(**PHONE)
    for query in ("lang=zh", "lang=en", "lang=zh&mode=elder"):
        page.goto(f"{case_url}/r/{TICKET}?{query}")
        assert fits(page), query
        if query == "lang=zh":  # the same elements in the others; axe takes seconds a page
            assert axe(page) == []
            small = page.locator("#reply label, #reply button, #reply textarea").all()
            heights = [box["height"] for found in small if (box := found.bounding_box())]
            assert all(height >= 24 for height in heights)


def test_the_resident_rates_without_script_or_cookies(
    case_site: Site, case_url: str, visit: Visit
) -> None:
    bring(case_site, "published")
    page = visit(**PHONE, java_script_enabled=False)
    page.goto(f"{case_url}/r/{TICKET}?lang=en")
    page.get_by_text("Not satisfied", exact=True).tap()
    page.fill("#reply-text", "Still dark")
    page.get_by_role("button", name="Send rating").tap()
    page.get_by_text("Thank you. The office will close the case").wait_for()
    assert only_case(case_site).satisfied is False
    assert page.context.cookies() == []


def test_a_report_of_coaching_needs_no_script(
    case_site: Site, case_url: str, visit: Visit, axe: Callable[[Page], list[str]]
) -> None:
    code = poster_code(case_site)
    page = visit(**PHONE)
    for query in ("lang=zh", "lang=en&mode=elder"):
        page.goto(f"{case_url}/q/{code}/told?{query}")
        assert fits(page)
        page.goto(f"{case_url}/privacy?{query}")
        assert fits(page)
    assert axe(page) == []
    page.goto(f"{case_url}/q/{code}/told")
    assert axe(page) == []
    plain = visit(**PHONE, java_script_enabled=False)
    plain.goto(f"{case_url}/q/{code}")
    plain.get_by_role("link", name="有人让我照他说的选（举报）").tap()
    plain.get_by_role("button", name="提交举报").tap()
    plain.get_by_text("举报已收到").wait_for()


@pytest.mark.parametrize("state", STATES)
def test_the_office_works_on_every_state(
    case_site: Site, case_url: str, visit: Visit, axe: Callable[[Page], list[str]], state: str
) -> None:
    bring(case_site, state)
    report(case_site)
    code = only_case(case_site).code
    for size, options in (("360", PHONE), ("1280", DESKTOP)):
        page = entered(visit(**options), case_url, "admin")
        paths = [f"/cases/{code}"]
        if state == "opened":
            paths += ["/cases", "/cases?state=closed", "/coaching"]
            paths += [f"/cases/together?like={code}"]
        for path in paths:
            page.goto(case_url + HERE + path)
            assert fits(page), (size, path)
            if size == "360":
                assert axe(page) == [], path


def test_the_unit_works_on_its_part(
    case_site: Site, case_url: str, visit: Visit, axe: Callable[[Page], list[str]]
) -> None:
    bring(case_site, "assigned")
    code = only_case(case_site).code
    for size, options in (("360", PHONE), ("1280", DESKTOP)):
        page = entered(visit(**options), case_url, "liaison")
        for path in ("/cases", f"/cases/{code}"):
            page.goto(case_url + HERE + path)
            assert fits(page), (size, path)
            if size == "360":
                assert axe(page) == [], path
    page.fill("#reply-text", "已整改。")
    page.get_by_role("button", name="提交绩效办审核").click()
    page.get_by_text("本单位的答复").wait_for()
    assert only_case(case_site).state == "replied"
