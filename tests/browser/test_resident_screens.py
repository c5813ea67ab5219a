"""How the resident's page looks and reads: sizes, overflow, accessibility, weight."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.resident import Resident
from tests.respond.factories import poster_code

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
LOOKS = [(lang, mode) for lang in ("zh", "en") for mode in ("normal", "elder")]
LONGEST_NAME = "B09"

# Every control that shows, but for links inside a sentence, which WCAG 2.5.8 leaves out.
_SMALL = """least => [...document.querySelectorAll(
        'button,select,textarea,summary,a,.answers label')]
    .filter(e => e.offsetParent && !e.closest('.summary'))
    .map(e => [e.innerText || e.name, e.getBoundingClientRect()])
    .filter(([_, box]) => box.height < least || box.width < 44)
    .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""
_SIDEWAYS = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
_CLIPPED = """() => [...document.querySelectorAll('section.on *, header *')]
    .filter(e => getComputedStyle(e).overflow !== 'visible' && e.tagName !== 'TEXTAREA'
        && e.tagName !== 'SELECT' && e.tagName !== 'PROGRESS'
        && (e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1))
    .map(e => e.outerHTML.slice(0, 80))"""


@pytest.fixture
def address(shown_url: str, shown_site: Site) -> str:
    return f"{shown_url}/q/{poster_code(shown_site, LONGEST_NAME)}"


def move(resident: Resident, step: int | str) -> None:
    """Show a step without answering what comes before it."""
    resident.page.evaluate(
        """step => document.querySelectorAll('section[data-step]').forEach(s => {
            s.classList.toggle('on', s.dataset.step === String(step));
            document.querySelector('#steps').className =
                'steps script' + (['intro', 'profile', 'sending'].includes(step) ? ' off' : '');
            document.querySelector('#where').textContent = '8 / 8';
        })""",
        step,
    )


@pytest.mark.parametrize(("lang", "mode"), LOOKS)
def test_18_19_all_answers_are_visible_and_large_enough(
    page_360: Page, address: str, lang: str, mode: str
) -> None:
    resident = Resident(page_360, address).open(f"?lang={lang}&mode={mode}")
    answer = 60 if mode == "elder" else 44
    for step in range(1, 9):
        move(resident, step)
        boxes = [resident.answer(step, nth).bounding_box() for nth in range(6)]
        assert all(box is not None for box in boxes)
        assert min(box["height"] for box in boxes if box) >= answer - 1
        assert max(box["y"] + box["height"] for box in boxes if box) <= 640
    for step in ("intro", 1, "reasons", "comment", "profile"):
        move(resident, step)
        assert page_360.evaluate(_SMALL, 44) == []


@pytest.mark.parametrize(
    "shape", [(180, 640), (280, 640), (320, 640), (640, 360), (1280, 800)], ids=str
)
@pytest.mark.parametrize(("lang", "mode"), LOOKS)
def test_16_nothing_scrolls_sideways(
    visit: Visit, address: str, shape: tuple[int, int], lang: str, mode: str
) -> None:
    page = visit(viewport={"width": shape[0], "height": shape[1]})
    resident = Resident(page, address).open(f"?lang={lang}&mode={mode}")
    for step in ("intro", 2, "reasons", "comment", "profile", "sending"):
        move(resident, step)
        assert page.evaluate(_SIDEWAYS) <= 0, step


@pytest.mark.parametrize(("lang", "mode"), LOOKS)
def test_17_text_half_as_large_again_is_not_clipped(
    page_360: Page, address: str, lang: str, mode: str
) -> None:
    resident = Resident(page_360, address).open(f"?lang={lang}&mode={mode}")
    page_360.evaluate(
        """() => {
            const sizes = [...document.querySelectorAll('*')].map(e =>
                [e, parseFloat(getComputedStyle(e).fontSize)]);
            for (const [e, size] of sizes) e.style.setProperty('font-size', size * 1.5 + 'px');
        }"""
    )
    for step in ("intro", 2, "reasons", "comment", "profile"):
        move(resident, step)
        assert page_360.evaluate(_SIDEWAYS) <= 0, step
        assert page_360.evaluate(_CLIPPED) == [], step


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_20_no_step_has_an_accessibility_violation(
    visit: Visit, axe: Callable[[Page], list[str]], address: str, look: tuple[str, str], scheme: Any
) -> None:
    page = visit(**PHONE, color_scheme=scheme)
    resident = Resident(page, address).open(f"?lang={look[0]}&mode={look[1]}")
    assert axe(page) == []
    resident.tap("#start")
    resident.tap("#next")
    page.wait_for_selector(".error")
    for step in (1, "reasons", "comment", "profile", "sending"):
        move(resident, step)
        assert axe(page) == [], step


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_21_elder_contrast_is_seven_to_one(visit: Visit, address: str, scheme: Any) -> None:
    page = visit(**PHONE, color_scheme=scheme)
    resident = Resident(page, address).open("?mode=elder")
    resident.tap("#start")
    resident.tap("#next")
    for step in ("intro", 1, "reasons", "comment", "profile"):
        move(resident, step)
        found = Axe().run(
            page, options={"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}
        )
        assert found.response["violations"] == [], step


def test_22_the_keyboard_goes_through_in_order(page_desktop: Page, address: str) -> None:
    resident = Resident(page_desktop, address).open()
    page_desktop.locator("#start").focus()
    page_desktop.keyboard.press("Enter")
    resident.at(1)
    assert page_desktop.evaluate("document.activeElement.tagName") == "LEGEND"
    page_desktop.keyboard.press("Tab")
    page_desktop.keyboard.press("Space")
    for _ in range(3):
        page_desktop.keyboard.press("ArrowDown")
    page_desktop.wait_for_timeout(500)
    assert resident.at(1)  # arrows choose and never move on
    assert page_desktop.evaluate("document.activeElement.value") == "2"
    page_desktop.keyboard.press("Tab")
    page_desktop.keyboard.press("Tab")
    assert page_desktop.evaluate("document.activeElement.id") == "next"
    page_desktop.keyboard.press("Enter")
    resident.at(2)
    assert page_desktop.evaluate("document.activeElement.tagName") == "LEGEND"


def test_23_a_screen_reader_hears_names(page_360: Page, address: str) -> None:
    resident = Resident(page_360, address).open()
    resident.tap("#start")
    group = page_360.get_by_role(
        "group", name="您对安澜县行政审批和政务服务局工作人员的服务态度是否满意？"
    )
    assert group.get_by_role("radio").count() == 6
    assert group.get_by_role("radio", name="不了解", exact=True).count() == 1
    assert page_360.get_by_role("progressbar", name="填写进度").count() == 1
    assert page_360.title() == "安澜县行政审批和政务服务局 · 公众评议"


def test_1_2_the_first_page_is_one_light_request_and_paints_soon(
    page_360: Page, address: str
) -> None:
    requests: list[str] = []
    page_360.on("request", lambda request: requests.append(request.url))
    line = page_360.context.new_cdp_session(page_360)
    received: list[int] = []
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 400,
            "downloadThroughput": 400_000 / 8,
            "uploadThroughput": 400_000 / 8,
        },
    )
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    painted = []
    for _attempt in range(3):  # another process may have had the processor
        requests.clear()
        received.clear()
        page_360.goto(address)
        painted.append(
            page_360.evaluate(
                """() => new Promise(told => new PerformanceObserver(list => {
                    const paint = list.getEntriesByName('first-contentful-paint')[0];
                    if (paint) told(paint.startTime);
                }).observe({type: 'paint', buffered: true}))"""
            )
        )
        assert [url for url in requests if not url.startswith("data:")] == [address]
        assert sum(received) <= 30 * 1024
    assert min(painted) <= 1500
