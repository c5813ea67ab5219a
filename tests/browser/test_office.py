"""The officials' pages in a real browser: reachable, narrow enough, readable, usable."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from survey.appraisal.many.scoring_job import SCORE
from survey.fieldwork.campaigns import find_campaign
from survey.jobs.asking import ask
from survey.model import CampaignUnit, PageCounter, ProgressCounter
from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.factories import CODE, poster
from tests.feedback.factories import commented, only_case
from tests.officials import PASSWORD, add_officials
from tests.respond.factories import invitation_codes

pytestmark = pytest.mark.browser

HERE = f"/office/campaigns/{CODE}"
PAGES = [
    "/office/",
    "/office/password",
    "/office/own/sessions",
    "/office/own/second-factor",
    "/office/people/",
    "/office/people/leader",
    "/office/receivers/",
    "/office/deliveries/",
    "/office/parcels/",
    "/office/city/",
    "/office/audit/",
    "/office/help/",
    "/office/help/03-posters-and-codes",
    "/office/help/09-trouble",
    "/office/audit/?who=nobody",
    HERE,
    f"{HERE}/calendar",
    f"{HERE}/common-items",
    f"{HERE}/earlier",
    f"{HERE}/plan",
    f"{HERE}/rehearsal",
    f"{HERE}/open",
    f"{HERE}/close",
    f"{HERE}/extend",
    f"{HERE}/publish",
    f"{HERE}/draw",
    "/office/new",
    f"/office/collect?code={CODE}",
    f"{HERE}/keying?unit=A01&group=G1&channel=paper_home",
    f"{HERE}/keying/sheets",
    f"{HERE}/interview",
    "/office/new/copy",
    f"{HERE}/parts",
    f"{HERE}/parts/items-form",
    f"{HERE}/versions",
    f"{HERE}/progress",
    f"{HERE}/progress?q=nothing",
    f"{HERE}/progress/A01",
    f"{HERE}/progress/C05",
    f"{HERE}/watch/",
    f"{HERE}/watch/?group=G2",
    f"{HERE}/watch/remedy",
    f"{HERE}/watch/who",
    f"{HERE}/watch/posters",
    f"{HERE}/watch/townships",
    f"{HERE}/watch/funnel",
    f"{HERE}/posters",
    f"{HERE}/posters/1/withdraw",
    f"{HERE}/invitations",
    f"{HERE}/invitations/plan",
    f"{HERE}/invitations/balance",
    f"{HERE}/invitations/take-in",
    f"/office/reminders?code={CODE}",
    f"/office/callbacks?code={CODE}",
    f"/office/service-ratings?code={CODE}",
    f"{HERE}/bulletins",
    f"{HERE}/witnesses",
    f"{HERE}/review/",
    f"{HERE}/runs",
    f"{HERE}/documents",
    f"{HERE}/appeals/",
    f"{HERE}/units/A01/appeals",
    f"{HERE}/visits/",
    f"{HERE}/units/A01/visits",
    f"{HERE}/late",
    "/office/templates",
    f"/office/check-document?code={CODE}",
    f"{HERE}/invitations/plan?tick=none",
    "/office/jobs/1",
]
# Seen in Chinese, with all that can be on them, by test_cases.py and test_scores.py.
OTHERS = [
    f"{HERE}/cases",
    f"{HERE}/cases?state=closed",
    f"{HERE}/coaching",
    f"{HERE}/scores",
    f"{HERE}/score",
    f"{HERE}/release",
]
WIDEST = 60_000


@pytest.fixture
def office_url(live_site: Site, live_url: str) -> str:
    """A campaign some days old, with officials, a poster and answers counted."""
    add_officials(live_site)
    with live_site.database.writing() as session:
        poster(session)
    commented(live_site)
    invitation_codes(live_site, 12)
    with live_site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        # Nobody does it here: the page of its progress is looked at.
        ask(session, kind=SCORE, campaign=campaign, arguments={}, by="admin", clock=live_site.clock)
        for kind in ("served.poster", "served.sitting", "finished.poster", "device.wechat"):
            session.add(
                PageCounter(campaign_id=campaign.id, day="2026-12-01", kind=kind, counted=12_345)
            )
        for number, taking_part in enumerate(campaign.units):
            for day in range(1, 6):
                session.add(
                    ProgressCounter(
                        campaign_id=campaign.id,
                        unit_id=taking_part.unit_id,
                        group_code="G2",
                        channel="qr_open",
                        day=f"2026-12-0{day}",
                        received=number + day + 1,
                        valid=number + day,
                        sources=number + day,
                    )
                )
    return live_url


def enter(page: Page, url: str) -> Page:
    page.goto(f"{url}/office/")
    page.fill("#username", "admin")
    page.fill("#password", PASSWORD)
    page.click("button.main")
    expect(page.locator("h1")).to_have_text("今天要办的事")
    return page


def wider(page: Page) -> int:
    """Return by how many pixels a page is wider than the screen."""
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


def scrolling_by_themselves(page: Page) -> list[str]:
    """Return the tables of which something falls off the edge until they are pushed aside."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter("
        "box => box.scrollWidth > box.clientWidth).map(box => box.innerText.slice(0, 40))"
    )
    return found


@pytest.fixture(params=["360", "desktop"])
def entered(request: pytest.FixtureRequest, office_url: str) -> Iterator[Page]:
    page: Page = request.getfixturevalue(f"page_{request.param}")
    with watched(page):
        yield enter(page, office_url)


@contextmanager
def watched(page: Page) -> Iterator[None]:
    """Hold all that a page's scripts do to doing it without a fault."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    yield
    assert faults == []


def visited(page: Page, office_url: str, lang: str, paths: list[str]) -> Iterator[str]:
    """Show pages in a language one after another, none of them wider than the screen."""
    page.goto(f"{office_url}/office/language/{lang}")
    for path in paths:
        answer = page.goto(f"{office_url}{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert len(answer.body()) <= WIDEST, path
        assert page.locator("html").get_attribute("lang") == ("zh-CN" if lang == "zh" else "en")
        assert (wider(page), scrolling_by_themselves(page)) == (0, []), path
        yield path


# The elements are the same in both languages, and axe takes seconds a page: each width is judged
# in one of them.
def test_every_page_fits_a_desk_and_is_reachable(
    page_desktop: Page, office_url: str, axe: Callable[[Page], list[str]]
) -> None:
    with watched(page_desktop):
        page = enter(page_desktop, office_url)
        for path in visited(page, office_url, "zh", PAGES):
            assert axe(page) == [], path
        assert list(visited(page, office_url, "en", PAGES)) == PAGES


def test_every_page_fits_a_phone_and_is_reachable(
    page_360: Page, live_site: Site, office_url: str, axe: Callable[[Page], list[str]]
) -> None:
    all_pages = [*PAGES, *OTHERS, f"{HERE}/cases/{only_case(live_site).code}"]
    with watched(page_360):
        page = enter(page_360, office_url)
        assert list(visited(page, office_url, "zh", PAGES)) == PAGES
        for path in visited(page, office_url, "en", all_pages):
            assert axe(page) == [], path


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_administrators_page_is_reachable(
    page_360: Page, live_url: str, axe: Callable[[Page], list[str]], lang: str
) -> None:
    page_360.goto(f"{live_url}/office/language/{lang}")
    page_360.goto(f"{live_url}/office/first")
    assert (wider(page_360), axe(page_360)) == (0, [])
    page_360.fill("#username", "admin")
    page_360.click("button.main")
    expect(page_360.locator("#password-error")).to_be_visible()
    assert (wider(page_360), axe(page_360)) == (0, [])


def test_pages_with_nothing_on_them_yet_are_reachable_too(
    page_360: Page, live_site: Site, live_url: str, axe: Callable[[Page], list[str]]
) -> None:
    add_officials(live_site)
    page = enter(page_360, live_url)
    page.goto(f"{live_url}/office/language/en")
    for path in ("posters", "progress", "cases"):
        page.goto(f"{live_url}{HERE}/{path}")
        assert (wider(page), axe(page)) == (0, []), path
    with live_site.database.writing() as session:
        session.execute(sa.delete(CampaignUnit))
    page.goto(f"{live_url}/office/")
    expect(page.locator("main table")).to_have_count(0)
    assert (wider(page), axe(page)) == (0, [])


def test_signing_in_is_reachable_too(
    visit: Visit, office_url: str, axe: Callable[[Page], list[str]]
) -> None:
    page = visit(viewport={"width": 360, "height": 640})
    page.goto(f"{office_url}/office/")
    assert axe(page) == []
    page.fill("#username", "admin")
    page.click("button.main")
    expect(page.locator("#password-error")).to_have_text("请填写密码")
    assert axe(page) == []
    assert wider(page) == 0
    page.goto(f"{office_url}/office/language/en")
    assert (wider(page), axe(page)) == (0, [])


def test_a_whole_first_visit_is_light_and_asks_no_other_host(visit: Visit, office_url: str) -> None:
    page = enter(visit(viewport={"width": 1280, "height": 800}), office_url)
    weights: list[int] = []
    hosts: set[str] = set()

    def weigh(answer: object) -> None:
        weights.append(len(answer.body()))  # type: ignore[attr-defined]
        hosts.add(urlsplit(answer.url).netloc)  # type: ignore[attr-defined]

    page.on("response", weigh)
    page.goto(f"{office_url}{HERE}/progress")
    assert sum(weights) <= WIDEST
    assert hosts <= {urlsplit(office_url).netloc, ""}


def codes(page: Page) -> list[str]:
    links = page.locator("#progress tbody th a")
    return [str(link.get_attribute("href")).rsplit("/", 1)[1] for link in links.all()]


def test_filters_refresh_the_table_alone_and_back_returns(
    page_desktop: Page, office_url: str
) -> None:
    page = enter(page_desktop, office_url)
    page.goto(f"{office_url}{HERE}/progress")
    page.evaluate("window.kept = true")
    page.select_option("#class", "C")
    expect(page.locator("[role=status].note")).to_have_text("显示 5 个单位，共 26 个。")
    assert page.evaluate("window.kept")
    assert parse_qs(urlsplit(page.url).query) == {"class": ["C"]}
    assert codes(page) == ["C01", "C02", "C03", "C04", "C05"]
    page.reload()
    assert codes(page) == ["C01", "C02", "C03", "C04", "C05"]
    page.go_back()
    expect(page.locator("[role=status].note")).to_have_text("显示 26 个单位，共 26 个。")
    expect(page.locator("header.top")).to_be_visible()


def test_typing_filters_after_a_pause_and_keeps_the_focus(
    page_desktop: Page, office_url: str
) -> None:
    page = enter(page_desktop, office_url)
    page.goto(f"{office_url}{HERE}/progress")
    page.locator("#q").press_sequentially("白河")
    expect(page.locator("#progress tbody tr")).to_have_count(1)
    assert codes(page) == ["A04"]
    assert page.evaluate("document.activeElement.id") == "q"


def test_sorting_keeps_the_focus_on_its_heading(page_desktop: Page, office_url: str) -> None:
    page = enter(page_desktop, office_url)
    page.goto(f"{office_url}{HERE}/progress")
    page.evaluate("window.kept = true")
    page.click("#progress thead th:nth-child(2) a")
    expect(page.locator("#progress thead th:nth-child(2)")).to_have_attribute(
        "aria-sort", "ascending"
    )
    page.click("#progress thead th:nth-child(2) a")
    expect(page.locator("#progress thead th:nth-child(2)")).to_have_attribute(
        "aria-sort", "descending"
    )
    assert codes(page)[0] == "C01"
    assert page.evaluate("window.kept")
    assert "类别" in page.evaluate("document.activeElement.textContent")


def test_a_session_that_ended_leads_to_the_sign_in_page(
    page_desktop: Page, office_url: str
) -> None:
    page = enter(page_desktop, office_url)
    page.goto(f"{office_url}{HERE}/progress")
    page.context.clear_cookies()
    page.select_option("#class", "C")
    expect(page.locator("h1")).to_have_text("登录")


def test_without_script_filters_and_sorting_work(visit: Visit, office_url: str) -> None:
    page = enter(visit(java_script_enabled=False), office_url)
    page.goto(f"{office_url}{HERE}/progress")
    page.select_option("#class", "B")
    page.click("form.filter button")
    assert len(codes(page)) == 9
    page.click("#progress thead th:first-child a")
    assert codes(page)[0] == "B09"


def test_an_account_is_made_without_script_on_a_phone_and_its_owner_signs_in(
    visit: Visit, office_url: str, axe: Callable[[Page], list[str]]
) -> None:
    phone = {"viewport": {"width": 360, "height": 640}}
    page = enter(visit(java_script_enabled=False, **phone), office_url)
    page.click("text=人员账号")
    page.fill("#name", "王五")
    page.fill("#username", "wang")
    page.select_option("#role", "unit_liaison")
    page.click("button.main")
    expect(page.locator(".refused")).to_contain_text("联络员账号须指明单位")
    page.select_option("#unit", "A01")
    page.click("button.main")
    password = page.locator("#password").inner_text()
    page.click("a.button")
    expect(page.locator("h1")).to_have_text("王五")
    page.click("text=此账号有过什么变动")
    expect(page.locator("#deeds td").last).to_contain_text(
        "新建账号王五（wang），角色：单位联络员（A01"
    )
    own = visit(**phone)
    own.goto(f"{office_url}/office/")
    own.fill("#username", "wang")
    own.fill("#password", password)
    own.click("button.main")
    expect(own.locator("h1")).to_have_text("今天要办的事")


def test_the_password_shown_once_fits_a_phone_and_is_reachable(
    page_360: Page, office_url: str, axe: Callable[[Page], list[str]]
) -> None:
    page = enter(page_360, office_url)
    for lang in ("zh", "en"):
        page.goto(f"{office_url}/office/language/{lang}")
        page.goto(f"{office_url}/office/people/leader")
        page.click("form[action$='/reset'] button")
        expect(page.locator("#password")).to_be_visible()
        assert (wider(page), axe(page)) == (0, [])


def test_deeds_are_looked_for_with_and_without_script(visit: Visit, office_url: str) -> None:
    for script in (True, False):
        page = enter(visit(java_script_enabled=script), office_url)
        page.click("text=操作记录")
        page.select_option("#action", "campaign.open")
        page.click("form.filter button")
        expect(page.locator("#deeds tbody tr")).to_have_count(1)
        expect(page.locator("#deeds tbody")).to_contain_text("方案从此固定")
        href = page.locator("a[href*='entries.csv']").get_attribute("href") or ""
        assert parse_qs(urlsplit(href).query)["action"] == ["campaign.open"]


def test_chart_text_is_readable_on_a_phone(page_360: Page, office_url: str) -> None:
    page = enter(page_360, office_url)
    page.goto(f"{office_url}{HERE}/progress")
    sizes = page.evaluate(
        """() => Array.from(document.querySelectorAll("svg text")).map(text =>
            parseFloat(text.getAttribute("font-size"))
            * text.ownerSVGElement.getBoundingClientRect().width
            / text.ownerSVGElement.viewBox.baseVal.width)"""
    )
    assert min(sizes) >= 11
