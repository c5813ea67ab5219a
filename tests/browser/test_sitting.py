"""Several units in one sitting, in a real browser: a phone, a desktop, without script, offline."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.resident import Resident, stored
from tests.browser.test_resident_screens import _SIDEWAYS, _SMALL, PHONE
from tests.respond.factories import sitting_codes

pytestmark = pytest.mark.browser
CHOSEN = ("A01", "A03", "A07")


@pytest.fixture
def address(live_url: str, live_site: Site) -> str:
    return f"{live_url}/q/{sitting_codes(live_site)[0]}"


def choose(deputy: Resident) -> None:
    deputy.tap("#start")
    deputy.at("choose")
    for unit in CHOSEN:
        deputy.tap(f"label:has([name=rate][value={unit}])")
    deputy.tap("#next")


def rate(deputy: Resident, step: int, units: tuple[str, ...] = CHOSEN) -> None:
    deputy.at(step)
    for unit in units:
        row = f"section[data-step='{step}'] tr[data-unit={unit}]"
        deputy.tap(f"{row} label:has([value='4'])")
    deputy.tap("#next")


def to_the_profile(deputy: Resident) -> None:
    for step in range(1, 9):
        rate(deputy, step)
    deputy.at("comment")
    deputy.tap("#next")
    deputy.at("profile")
    for name, value in (("age", "30-44"), ("sex", "female"), ("residence", "urban")):
        deputy.tap(deputy.page.locator(f"label:has(input[name={name}][value='{value}'])"))
    deputy.page.select_option("[name=area]", "990621001000")


@pytest.mark.parametrize("mode", ["normal", "elder"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_row_shows_its_six_answers_large_enough(
    page_360: Page, axe: Callable[[Page], list[str]], address: str, lang: str, mode: str
) -> None:
    deputy = Resident(page_360, address).open(f"?lang={lang}&mode={mode}")
    choose(deputy)
    deputy.at(1)
    labels = page_360.locator("section.on tr[data-unit=A01] label")
    boxes = [labels.nth(n).bounding_box() for n in range(6)]
    least = 60 if mode == "elder" else 44
    assert min(box["height"] for box in boxes if box) >= least
    assert min(box["width"] for box in boxes if box) >= 44
    assert max(box["y"] + box["height"] for box in boxes if box) <= 640
    assert page_360.locator("section.on tr[data-unit]:visible").count() == len(CHOSEN)
    assert page_360.evaluate(_SIDEWAYS) <= 0
    assert page_360.evaluate(_SMALL, 44) == []
    assert axe(page_360) == []
    assert deputy.complaints == []


def test_a_phone_rates_what_was_chosen_offline_and_once(
    page_360: Page, address: str, live_site: Site
) -> None:
    deputy = Resident(page_360, address).open()
    choose(deputy)
    rate(deputy, 1, CHOSEN[:2])
    assert page_360.inner_text("section.on tr[data-unit=A07] .error") == "请选择一项"
    deputy.tap("section.on tr[data-unit=A07] label:has([value='0'])")
    page_360.reload()  # the draft keeps answers, the choice of units and the place
    deputy.at(1)
    assert page_360.locator("section.on tr[data-unit]:visible").count() == len(CHOSEN)
    to_the_profile(deputy)
    page_360.context.set_offline(True)
    deputy.submit()
    page_360.wait_for_selector("text=已保存在本机")
    page_360.context.set_offline(False)
    assert deputy.thanked()
    assert "3个单位" in page_360.content()
    assert stored(live_site) == len(CHOSEN)
    assert deputy.complaints == []


def test_a_desktop_shows_a_table_with_heads(
    page_desktop: Page, axe: Callable[[Page], list[str]], address: str
) -> None:
    deputy = Resident(page_desktop, address).open()
    choose(deputy)
    deputy.at(1)
    heads = page_desktop.locator("section.on thead th:visible").all_inner_texts()
    assert heads == ["非常满意", "满意", "基本满意", "不满意", "非常不满意", "不了解"]
    assert page_desktop.evaluate(_SIDEWAYS) <= 0
    assert axe(page_desktop) == []
    named = page_desktop.get_by_role("radio", name="城关街道 非常满意", exact=True)
    assert named.count() == 1


def test_without_script_a_half_rated_unit_is_named_and_the_rest_is_kept(
    visit: Visit, address: str, live_site: Site
) -> None:
    page = visit(**PHONE, java_script_enabled=False)
    page.goto(address)
    for item in ("C1", "C2", "C3", "C4", "C5", "C6", "S1A"):
        page.locator(f"[name='q_{item}.A02'][value='4']").check(force=True)
    for name, value in (("age", "70+"), ("sex", "male"), ("residence", "rural")):
        page.locator(f"[name={name}][value='{value}']").check()
    page.select_option("[name=area]", "not_local")
    page.click(".send")
    expect(page).to_have_title(re.compile("^没有填好"))  # once the next page is there
    assert page.locator("[role=alert] li").count() == 1
    page.locator("[name='q_S2A.A02'][value='0']").check(force=True)
    page.click(".send")
    assert page.locator(".receipt").count() == 1
    assert stored(live_site) == 1


def test_questions_no_chosen_unit_has_are_passed_over(
    page_360: Page, live_url: str, live_site: Site
) -> None:
    [code] = sitting_codes(live_site, units="A01,A03,A07,B01,C01")
    deputy = Resident(page_360, f"{live_url}/q/{code}").open()
    choose(deputy)
    assert deputy.at(1)
    assert page_360.inner_text("#where") == "1 / 8"
    to_the_profile(deputy)
    deputy.submit()
    assert deputy.thanked()
    assert stored(live_site) == len(CHOSEN)


@pytest.mark.parametrize("look", ["?lang=zh&mode=normal", "?lang=en&mode=elder"])
def test_nothing_scrolls_sideways_on_any_width(page_desktop: Page, address: str, look: str) -> None:
    deputy = Resident(page_desktop, address).open(look)
    choose(deputy)
    deputy.at(1)
    for width in (180, 280, 320, 640, 700, 1000):
        page_desktop.set_viewport_size({"width": width, "height": 640})
        assert page_desktop.evaluate(_SIDEWAYS) <= 0, width
