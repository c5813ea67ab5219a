"""Unscored items, skipping and varied orders in a real browser, with script and without."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from survey.model import Response
from survey.site import resources
from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.resident import Resident
from tests.browser.test_resident_screens import _SIDEWAYS, _SMALL, LOOKS, PHONE, move
from tests.forms.test_relevance import cases
from tests.respond.factories import poster_code

pytestmark = pytest.mark.browser
VISITED, TIMES, WAYS, AGENT_FEE, MATTER, WISH = range(9, 15)


@pytest.fixture
def address(asking_url: str, asking_site: Site) -> str:
    return f"{asking_url}/q/{poster_code(asking_site)}"


@pytest.fixture
def resident(page_360: Page, address: str) -> Resident:
    return Resident(page_360, address)


def last_answer(site: Site) -> Response:
    with site.database.reading() as session:
        return session.scalars(sa.select(Response).order_by(Response.id.desc()).limit(1)).one()


def to_local_items(resident: Resident) -> None:
    resident.open()
    resident.tap("#start")
    resident.answer_items()
    resident.at(VISITED)


def finish(resident: Resident) -> None:
    reasons = resident.page.locator("section[data-step=reasons].on")
    resident.page.wait_for_selector("section:is([data-step=reasons], [data-step=comment]).on")
    if reasons.count():  # the second answer of a scale that was turned round is a low one
        resident.tap("#next")
    resident.to_profile()
    resident.tell_profile()
    resident.submit()
    assert resident.thanked()
    assert resident.complaints == []


def test_the_page_and_the_server_agree_on_what_is_asked(page_desktop: Page) -> None:
    source = (resources.folder("static") / "respond" / "relevance.js").read_text("utf-8")
    made = cases(5000)
    found = page_desktop.evaluate(
        f"given => {{ {source}; return given.map(([tree, given]) => relevance(tree, given)); }}",
        [[tree, answers] for tree, answers, _asked in made],
    )
    assert found == [asked for _tree, _answers, asked in made]


def test_every_type_is_asked_on_its_own_screen_and_stored(
    resident: Resident, asking_site: Site
) -> None:
    to_local_items(resident)
    resident.tap(resident.answer(VISITED, 0))  # moves on by itself
    resident.at(TIMES)
    assert resident.page.get_attribute("#l_TIMES-0", "inputmode") == "numeric"
    resident.page.fill("#l_TIMES-0", "１2")
    resident.tap("#next")
    resident.at(WAYS)
    resident.tap(resident.answer(WAYS, 3))
    resident.tap(resident.answer(WAYS, 0))
    resident.tap("#next")
    resident.at(AGENT_FEE)
    resident.tap("#next")  # optional
    resident.at(MATTER)
    resident.page.fill("#l_MATTER-0", "办证")
    resident.page.keyboard.press("Enter")
    resident.at(WISH)
    resident.page.fill("#l_WISH-0", "修路")
    resident.tap("#next")
    finish(resident)
    row = last_answer(asking_site)
    assert json.loads(row.local_answers) == {
        "VISITED": "yes",
        "TIMES": 12,
        "WAYS": ["window", "agent"],
    }


def test_what_does_not_apply_is_skipped_forwards_and_back(
    resident: Resident, asking_site: Site
) -> None:
    to_local_items(resident)
    resident.tap(resident.answer(VISITED, 0))
    resident.at(TIMES)
    resident.page.fill("#l_TIMES-0", "3")
    resident.tap("#steps .back")
    resident.at(VISITED)
    resident.tap(resident.answer(VISITED, 1))  # another mind
    assert resident.at(WISH)
    resident.tap("#steps .back")
    assert resident.at(VISITED)
    resident.page.go_forward()
    assert resident.at(WISH)
    resident.page.reload()
    assert resident.at(WISH)
    resident.tap("#next")
    finish(resident)
    assert last_answer(asking_site).local_answers == '{"VISITED":"no"}'


def test_a_wrong_answer_is_named_beside_its_question(resident: Resident) -> None:
    to_local_items(resident)
    resident.tap(resident.answer(VISITED, 0))
    resident.at(TIMES)
    for given, told in (
        ("", "请填写"),
        ("100", "请填写1到99之间的整数"),
        ("三", "请填写1到99之间的整数"),
    ):
        resident.page.fill("#l_TIMES-0", given)
        resident.tap("#next")
        assert resident.page.inner_text("section.on .error") == told
        assert resident.page.evaluate("document.activeElement.id") == "l_TIMES-0"
    resident.page.fill("#l_TIMES-0", "3")
    assert resident.page.locator("section.on .error").count() == 0  # before the next tap
    resident.page.evaluate("document.getElementById('form').requestSubmit()")  # a keyboard's Go
    resident.at(WAYS)
    resident.tap("#next")
    assert resident.page.inner_text("section.on .error") == "请至少选一项"
    for nth in range(4):
        resident.tap(resident.answer(WAYS, nth))
    resident.tap("#next")
    assert resident.page.inner_text("section.on .error") == "最多选3项"


def test_without_script_conditions_are_told_and_checked_by_the_server(
    visit: Visit, address: str, asking_site: Site
) -> None:
    page = visit(**PHONE, java_script_enabled=False)
    page.goto(address)
    assert page.locator("fieldset:visible legend").nth(8).inner_text().startswith("9. ")
    assert page.get_by_text("仅当第9题的回答是“办过”时回答").count() == 3
    for name in page.evaluate(
        "[...document.querySelectorAll('.scale')].map(f => f.querySelector('input').name)"
    ):
        page.locator(f"[name={name}][value='4']").check()
    page.locator("[name=l_VISITED][value=yes]").check()
    page.fill("[name=l_WISH]", "修路")
    page.fill("[name=l_TIMES]", "7")
    page.press("[name=l_TIMES]", "Enter")
    assert page.locator("html").get_attribute("lang") == "zh-CN"  # neither switched nor sent
    assert page.input_value("[name=l_TIMES]") == "7"
    for name, value in (("age", "70+"), ("sex", "male"), ("residence", "rural")):
        page.locator(f"[name={name}][value='{value}']").check()
    page.select_option("select", "not_local")
    page.click(".send")
    assert page.locator("[role=alert] li").all_inner_texts() == ["第11题没有选，请选一项"]
    assert page.input_value("[name=l_WISH]") == "修路"
    page.locator("[name=l_WAYS][value=online]").check()
    page.click(".send")
    assert page.locator(".receipt").count() == 1
    row = last_answer(asking_site)
    assert json.loads(row.local_answers) == {"VISITED": "yes", "TIMES": 7, "WAYS": ["online"]}
    assert row.answers == "44444444"


def shown(page: Page) -> list[str]:
    """Return the order of the items, and of the answers to the first."""
    return page.evaluate(
        """() => [...document.querySelectorAll('.scale')].map(f => f.querySelector('input').name)
            .concat([...document.querySelectorAll('.scale')[0].querySelectorAll('input')]
                .map(e => e.value))"""
    )


def test_a_draft_keeps_its_arrangement_whatever_the_next_page_has(
    resident: Resident, asking_site: Site
) -> None:
    resident.open()
    resident.tap("#start")
    resident.tap(resident.answer(1, 0))
    resident.at(2)
    arrangement = shown(resident.page)
    token = resident.page.input_value("[name=response_id]")
    for _reload in range(3):  # one in eight comes in the same arrangement
        resident.page.reload()
        assert resident.at(2)
        assert shown(resident.page) == arrangement
    for switch in ("text=English", "text=Large text", "text=Standard", "text=中文"):
        resident.tap(switch)
        resident.page.wait_for_load_state()
        assert resident.at(2)
        assert shown(resident.page) == arrangement
    assert resident.page.input_value("[name=response_id]") == token
    resident.answer_items(nth=1, first=2)
    resident.at(VISITED)
    resident.tap(resident.answer(VISITED, 1))
    resident.at(WISH)
    resident.tap("#next")
    finish(resident)
    row = last_answer(asking_site)
    turned = arrangement[8] == "1"
    first = [name.removeprefix("q_") for name in arrangement[:8]].index("C1")
    assert bool(row.arrangement & 1) is turned
    assert row.answers[0] == (("1" if turned else "5") if first == 0 else "2" if turned else "4")


def test_where_nothing_is_kept_a_switch_keeps_the_arrangement_too(
    visit: Visit, address: str
) -> None:
    page = visit(**PHONE)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied'); }})"
    )
    resident = Resident(page, address).open()
    resident.tap("#start")
    resident.at(1)
    arrangement = shown(page)
    resident.tap("text=English")
    page.wait_for_selector("html[lang=en]")
    assert resident.at(1)
    assert shown(page) == arrangement


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[-1]], ids=str)
def test_the_new_screens_hold_the_standards(
    visit: Visit, axe: Callable[[Page], list[str]], address: str, look: tuple[str, str]
) -> None:
    scheme: Any = "dark" if look[1] == "elder" else "light"
    page = visit(**PHONE, color_scheme=scheme)
    resident = Resident(page, address).open(f"?lang={look[0]}&mode={look[1]}")
    answer = 60 if look[1] == "elder" else 44
    for step in range(1, 9):  # in either direction of the scale
        move(resident, step)
        boxes = [resident.answer(step, nth).bounding_box() for nth in range(6)]
        assert min(box["height"] for box in boxes if box) >= answer - 1
        assert max(box["y"] + box["height"] for box in boxes if box) <= 640
    for step in range(VISITED, WISH + 1):
        move(resident, step)
        assert page.evaluate(_SMALL, 44) == [], step
        assert page.evaluate(_SIDEWAYS) <= 0, step
        assert axe(page) == [], step


def test_the_whole_page_without_script_has_no_violation(
    visit: Visit, axe: Callable[[Page], list[str]], address: str
) -> None:
    page = visit(**PHONE)
    page.goto(address)
    page.evaluate("document.documentElement.className = 'normal'")  # as without script
    assert axe(page) == []
    assert page.evaluate(_SIDEWAYS) <= 0
