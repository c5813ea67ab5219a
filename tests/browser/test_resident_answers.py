"""A resident answers: the standards of the page, in a real browser (numbers of the UX list)."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.respond.door import opening
from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.browser.resident import Resident, stored
from tests.factories import CODE, in_fieldwork
from tests.respond.factories import poster_code

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def address(live_url: str, live_site: Site) -> str:
    return f"{live_url}/q/{poster_code(live_site)}"


@pytest.fixture
def resident(page_360: Page, address: str) -> Resident:
    return Resident(page_360, address)


def test_3_eight_items_take_nine_taps(resident: Resident, live_site: Site) -> None:
    resident.open()
    resident.tap("#start")
    resident.answer_items()
    resident.at("comment")
    assert resident.taps <= 9
    resident.to_profile()
    resident.tell_profile()
    resident.submit()
    assert resident.thanked()
    assert stored(live_site) == 1
    assert resident.complaints == []


def test_the_receipt_is_in_no_address_that_leaves_the_phone(
    resident: Resident, live_site: Site
) -> None:
    page, asked = resident.page, list[str]()
    page.on("request", lambda request: asked.append(request.url.partition("#")[0]))
    resident.to_the_end()
    resident.submit()
    assert resident.thanked()
    receipt = page.inner_text(".receipt b").replace(" ", "")
    page.reload()  # the phone keeps it all the same
    page.wait_for_selector("text=您的答卷于")
    page.click("text=English")
    page.wait_for_selector("text=Your answer")
    assert page.inner_text(".receipt b").replace(" ", "") == receipt
    page.reload()
    page.wait_for_selector("text=Your answer")
    assert [address for address in asked if receipt in address] == []
    assert stored(live_site) == 1
    assert resident.complaints == []


def test_4_back_after_thanks_sends_nothing_and_shows_no_old_answers(
    resident: Resident, live_site: Site
) -> None:
    resident.to_the_end()
    resident.submit()
    assert resident.thanked()
    for _ in range(4):
        resident.page.go_back()
        resident.page.wait_for_timeout(200)
        if "/q/" in resident.page.url:
            assert resident.chosen() == 0
            assert resident.at("intro")
    assert stored(live_site) == 1


def test_5_the_browsers_back_is_the_previous_question(resident: Resident) -> None:
    resident.open()
    resident.tap("#start")
    resident.answer_items(last=3)
    assert resident.at(4)
    resident.page.go_back()
    assert resident.at(3)
    assert resident.answer(3).locator("input").is_checked()
    resident.tap("#steps .back")
    assert resident.at(2)
    assert resident.chosen() == 3


def test_6_a_reload_keeps_answers_and_place(resident: Resident) -> None:
    resident.open()
    resident.tap("#start")
    resident.answer_items(last=4)
    resident.at(5)
    token = resident.page.input_value("[name=response_id]")
    resident.page.reload()
    assert resident.at(5)
    assert resident.chosen() == 4
    assert resident.page.input_value("[name=response_id]") == token  # one visit, one receipt
    resident.tap(".switch[value^=lang]")  # the same person all the same
    assert resident.at(5)
    assert not resident.page.is_visible("#anew")


def test_who_takes_over_a_shared_telephone_may_start_anew(resident: Resident) -> None:
    resident.open()
    resident.tap("#start")
    resident.answer_items(last=2)
    resident.at(3)
    token = resident.page.input_value("[name=response_id]")
    assert not resident.page.is_visible("#anew")
    resident.page.reload()
    resident.tap("#anew a")
    assert resident.at("intro")
    assert resident.chosen() == 0
    assert resident.page.input_value("[name=response_id]") != token
    assert resident.page.evaluate("Object.keys(localStorage)") == ["gp:id"]
    assert resident.complaints == []


def test_7_an_empty_answer_is_named_beside_its_question(resident: Resident) -> None:
    resident.open()
    resident.tap("#start")
    resident.tap("#next")
    assert resident.page.inner_text("section.on .error") == "请选择一项"
    assert resident.page.evaluate("document.activeElement.id") == "q_C1-0"
    assert resident.at(1)


def test_8_without_script_there_is_one_page_with_an_error_summary(
    visit: Visit, address: str, live_site: Site
) -> None:
    page = visit(**PHONE, java_script_enabled=False)
    page.goto(address)
    assert page.locator("fieldset.scale:visible").count() == 8
    assert page.locator("button:visible").all_inner_texts() == ["English", "关怀模式", "提交"]
    for item in ("C1", "C2", "C3", "C4", "C5", "C6", "S1A"):
        page.locator(f"[name=q_{item}][value='4']").check()
    page.click(".send")
    expect(page).to_have_title(re.compile("^没有填好"))  # once the next page is there
    assert page.locator("[role=alert] li").count() == 5
    page.click("[role=alert] a >> nth=0")
    assert page.url.endswith("#q_S2A-0")
    assert page.locator(".scale input:checked").count() == 7
    page.locator("[name=q_S2A][value='0']").check()
    for name, value in (("age", "70+"), ("sex", "male"), ("residence", "rural")):
        page.locator(f"[name={name}][value='{value}']").check()
    page.select_option("select", "not_local")
    page.click(".send")
    assert page.locator(".receipt").count() == 1
    assert "/r" not in page.url
    assert stored(live_site) == 1


def test_9_without_script_a_switch_keeps_the_answers(visit: Visit, address: str) -> None:
    page = visit(**PHONE, java_script_enabled=False)
    page.goto(address)
    page.locator("[name=q_C2][value='3']").check()
    page.click("text=English")
    assert page.locator("html").get_attribute("lang") == "en"
    page.click("text=Large text")
    assert page.locator("html").get_attribute("class") == "elder"
    assert page.locator("[name=q_C2][value='3']").is_checked()


def test_10_a_switch_keeps_answers_and_place(resident: Resident) -> None:
    resident.open()
    resident.tap("#start")
    resident.answer_items(last=2)
    resident.at(3)
    resident.tap("text=English")
    resident.page.wait_for_selector("html[lang=en]")
    assert resident.at(3)
    resident.tap("text=Large text")
    resident.page.wait_for_selector("html.elder")
    assert resident.at(3)
    assert resident.chosen() == 2
    resident.tap(resident.answer(3))
    resident.page.wait_for_timeout(400)
    assert resident.at(3)  # in elder mode nothing moves by itself
    resident.tap("#next")
    assert resident.at(4)


def test_the_size_of_the_text_changes_without_network_and_stays(resident: Resident) -> None:
    resident.open()
    resident.tap("#start")
    resident.answer_items(last=2)
    resident.at(3)
    page = resident.page
    page.context.set_offline(True)
    resident.tap("text=关怀模式")
    page.wait_for_selector("html.elder.js")
    assert page.locator("a[href*='told=1']").get_attribute("href").endswith("mode=elder")
    assert resident.at(3)
    assert resident.chosen() == 2
    resident.tap("text=标准模式")
    page.wait_for_selector("html.normal.js")
    resident.tap("text=关怀模式")
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("html.elder.js")
    assert resident.at(3)
    assert resident.chosen() == 2
    assert resident.complaints == []


def test_11_a_double_submit_is_stored_once(resident: Resident, live_site: Site) -> None:
    resident.to_the_end()
    resident.page.evaluate(
        "const send = document.querySelector('.send'); send.click(); send.click();"
    )
    assert resident.thanked()
    assert stored(live_site) == 1


def test_13_offline_says_so_and_sends_once_when_online(resident: Resident, live_site: Site) -> None:
    resident.to_the_end()
    resident.page.context.set_offline(True)
    resident.submit()
    resident.page.wait_for_selector("text=已保存在本机，联网后自动提交")
    assert stored(live_site) == 0
    resident.page.context.set_offline(False)
    assert resident.thanked()
    assert stored(live_site) == 1


def test_14_offline_closed_and_reopened_sends_once(
    resident: Resident, address: str, live_site: Site
) -> None:
    resident.to_the_end()
    context = resident.page.context
    context.set_offline(True)
    resident.submit()
    resident.page.wait_for_selector("text=已保存在本机")
    resident.page.close()
    context.set_offline(False)
    again = Resident(context.new_page(), address).open()
    assert again.thanked()
    assert stored(live_site) == 1
    again.open()
    assert again.at("intro")


def test_15_a_lost_reply_stores_nothing_new(resident: Resident, live_site: Site) -> None:
    lost = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    resident.page.route("**/q/*", lose_the_first)
    resident.to_the_end()
    resident.submit()
    resident.page.wait_for_selector("text=已保存在本机")
    assert stored(live_site) == 1
    resident.tap("#resend")
    assert resident.thanked()
    assert stored(live_site) == 1


def test_24_no_cookie_is_kept(resident: Resident) -> None:
    resident.to_the_end()
    resident.submit()
    assert resident.thanked()
    assert resident.page.context.cookies() == []
    assert resident.page.evaluate("Object.keys(localStorage).sort()") == ["gp:id", "gp:rated"]


def test_the_next_person_at_a_telephone_is_told_before_he_starts(
    resident: Resident, live_url: str, live_site: Site
) -> None:
    resident.open()
    told = resident.page.locator("#already")
    assert not told.is_visible()
    resident.to_the_end()
    resident.submit()
    assert resident.thanked()
    resident.open()
    assert resident.at("intro")
    assert told.is_visible()
    words = told.inner_text()
    for said in ("这台手机已经评价过该单位", "第二份不计分", "换一台手机", "评议码", "12345"):
        assert said in words
    assert resident.page.locator("#start").is_visible()  # what he does is his own affair
    resident.address = f"{live_url}/q/{poster_code(live_site, 'A02')}"
    resident.open()
    assert resident.at("intro")
    assert not told.is_visible()  # another unit counts
    assert resident.complaints == []


def test_25_storage_denied_still_stores(resident: Resident, live_site: Site) -> None:
    resident.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied'); }})"
    )
    resident.open()
    resident.tap("#start")
    resident.answer_items(last=2)
    resident.at(3)
    resident.tap("text=English")
    resident.page.wait_for_selector("html[lang=en]")
    assert resident.at(3)
    assert resident.chosen() == 2
    resident.answer_items(first=3)
    resident.to_profile()
    resident.tell_profile()
    resident.submit()
    resident.page.wait_for_selector(".receipt")
    assert stored(live_site) == 1
    assert resident.complaints == []


def test_28_an_old_phone_switches_and_submits_nothing(resident: Resident, live_site: Site) -> None:
    resident.page.add_init_script(
        "delete window.PointerEvent; delete SubmitEvent.prototype.submitter; delete window.fetch;"
    )
    resident.to_the_end()
    resident.tap("text=English")
    resident.page.wait_for_selector("html[lang=en]")
    assert stored(live_site) == 0
    assert resident.at("profile")
    resident.submit()
    resident.page.wait_for_selector(".receipt")
    assert stored(live_site) == 1


def test_29_enter_on_an_answer_submits_nothing(resident: Resident, live_site: Site) -> None:
    resident.to_the_end()
    resident.page.locator("[name=sex] >> nth=1").focus()
    resident.page.keyboard.press("Enter")
    resident.page.wait_for_timeout(200)
    assert resident.at("profile")
    assert stored(live_site) == 0


def test_38_a_second_person_on_a_cached_page_is_stored_too(
    resident: Resident, visit: Visit, address: str, live_site: Site
) -> None:
    resident.to_the_end()
    token = resident.page.input_value("[name=response_id]")
    resident.submit()
    assert resident.thanked()
    other = Resident(visit(**PHONE), address)

    def from_cache(route: Route) -> None:
        answer = route.fetch()
        cached = re.sub(r'(name="response_id" value=")[^"]+', rf"\g<1>{token}", answer.text())
        route.fulfill(response=answer, body=cached)

    other.page.route("**/q/*", from_cache, times=1)
    other.to_the_end()
    other.tap("label:has(input[value='70+'])")
    other.submit()
    other.page.wait_for_selector("text=您若是另一位居民")
    assert other.at("profile")
    assert other.chosen() == 8
    other.submit()
    assert other.thanked()
    assert stored(live_site) == 2


def test_the_under_aged_leave_nothing_on_the_phone(resident: Resident, live_site: Site) -> None:
    resident.to_the_end()
    resident.tap("label:has(input[value=under18])")
    resident.submit()
    resident.page.wait_for_selector("text=本次评议面向18周岁及以上居民")
    assert stored(live_site) == 0
    assert resident.page.evaluate("Object.keys(localStorage)") == ["gp:id"]


def test_reasons_are_asked_after_a_low_answer_and_skipped_otherwise(resident: Resident) -> None:
    resident.open()
    resident.tap("#start")
    resident.answer_items(last=7)
    resident.at(8)
    resident.tap(resident.answer(8, 3))
    assert resident.at("reasons")
    for nth in range(4):
        resident.tap(resident.page.locator("section.on label").nth(nth))
    resident.tap("#next")
    assert resident.page.inner_text("section.on .error") == "最多选3项"
    resident.tap(resident.page.locator("section.on label").first)
    resident.tap("#next")
    assert resident.at("comment")


def test_a_closed_survey_ends_the_waiting(
    resident: Resident, live_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident.to_the_end()
    with live_site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        close_campaign(session, campaign=campaign, by="tests", clock=in_fieldwork)
    monkeypatch.setattr(opening, "_FRESH_SECONDS", 0.0)
    resident.submit()
    resident.page.wait_for_selector("text=评议已经结束")
    assert "满意" in resident.page.inner_text(".kept")
    assert stored(live_site) == 0
