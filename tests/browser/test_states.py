"""Standards 16, 18, 20 and 21 in every state a resident's page can be in, on phone and desktop."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.server import served
from tests.browser.states import OTHERS, PLAIN, SITTING, STEPS, Stage, State
from tests.browser.test_resident_screens import _SIDEWAYS, _SMALL

pytestmark = pytest.mark.browser

PHONE, DESKTOP = {"width": 360, "height": 640}, {"width": 1280, "height": 800}
SHAPES = [(180, 640), (280, 640), (320, 640), (640, 360), (1280, 800), (640, 400)]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"color-contrast-enhanced": {"enabled": True}},
    "resultTypes": ["violations"],
}


@pytest.fixture
def stage(live_site: Site) -> Iterator[Stage]:
    made = Stage(live_site)
    for url in served(made.site):
        made.url = url
        yield made


def faults(page: Page, name: str) -> list[str]:
    """Return what is too small, too wide or hard to reach in a page as it stands."""
    found = [f"{name}: small {one}" for one in page.evaluate(_SMALL, 44)]
    if page.evaluate(_SIDEWAYS) > 0:
        found.append(f"{name}: scrolls sideways at {page.viewport_size}")
    return found


def violations(engine: Axe, page: Page, name: str) -> list[str]:
    results = engine.run(page, options=RULES)
    return [
        f"{name}: {found['id']} {node['html'][:100]}"
        for found in results.response["violations"]
        for node in found["nodes"]
    ]


def look_through(states: tuple[State, ...], stage: Stage, pages: dict[str, Page]) -> list[str]:
    """Show every state in each look; its every shape is tried without loading it again."""
    found: list[str] = []
    engine = Axe()
    for state in states:
        state.prepare(stage)
        for look, page in pages.items():
            name = f"{state.name} {look}"
            page.set_viewport_size(PHONE)
            state.show(page, stage, look)
            found += faults(page, name)
            for width, height in SHAPES:
                page.set_viewport_size({"width": width, "height": height})
                if page.evaluate(_SIDEWAYS) > 0:
                    found.append(f"{name}: scrolls sideways at {width}x{height}")
            page.set_viewport_size(PHONE if "zh" in look else DESKTOP)
            found += violations(engine, page, name)
    return found


def test_16_18_20_21_every_other_page_is_reachable_in_every_look(
    visit: Visit, stage: Stage
) -> None:
    pages = {
        "lang=zh&mode=normal": visit(has_touch=True),
        "lang=en&mode=elder": visit(color_scheme="dark"),
    }
    complaints: list[str] = []
    for page in pages.values():
        page.on("pageerror", lambda error: complaints.append(str(error)))
    assert look_through(OTHERS, stage, pages) == []
    assert complaints == []


def test_20_21_the_steps_on_a_desktop_and_without_script(visit: Visit, stage: Stage) -> None:
    assert look_through((*STEPS, *SITTING), stage, {"lang=en&mode=elder": visit()}) == []
    plain = {"lang=zh&mode=elder": visit(java_script_enabled=False)}
    for state in PLAIN:
        for look, page in plain.items():
            page.set_viewport_size(PHONE)
            state.show(page, stage, look)
            assert page.locator("button.send").is_visible()
