"""The door under attack and the public ledger, in a real browser."""

import urllib.error
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from survey import codes
from survey.site.installation import Site
from tests.browser.conftest import Visit
from tests.respond.factories import hand_in, invitation_codes, opened, poster_code

pytestmark = pytest.mark.browser


def guess(live_url: str, n: int) -> None:
    for _ in range(n):
        code = codes.checked_code(codes.PERSONAL_LENGTH)
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{live_url}/q/{code}")


def fits_and_is_accessible(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert Axe().run(page).violations_count == 0


def test_a_telephone_among_guessers_works_and_gets_in(
    page_360: Page, live_url: str, live_site: Site
) -> None:
    [invitation] = invitation_codes(live_site, unit_code="A01")
    guess(live_url, 20)
    complaints: list[str] = []
    page_360.on("pageerror", lambda error: complaints.append(str(error)))
    page_360.goto(f"{live_url}/q/{invitation}")
    page_360.wait_for_selector("#start", timeout=20_000)
    assert "work=" in page_360.url
    assert complaints == []


def test_without_script_the_page_says_how_long_to_wait(
    visit: Visit, live_url: str, live_site: Site
) -> None:
    [invitation] = invitation_codes(live_site, unit_code="A01")
    guess(live_url, 20)
    page = visit(viewport={"width": 360, "height": 640}, java_script_enabled=False)
    answer = page.goto(f"{live_url}/q/{invitation}")
    assert answer is not None
    assert answer.status == 429
    assert "请等15秒后点击" in page.content()
    assert page.get_by_role("button", name="继续").is_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("mode", ["normal", "elder"])
def test_ledger_and_receipt_fit_a_telephone_and_are_accessible(
    page_360: Page, live_url: str, live_site: Site, lang: str, mode: str
) -> None:
    code = poster_code(live_site)
    with live_site.database.writing() as session:
        entrance = opened(session, live_site, code)
        for number in range(9):
            hand_in(session, entrance, receipt=number.to_bytes(10, "big"))
    page_360.goto(f"{live_url}/ledger?lang={lang}&mode={mode}")
    fits_and_is_accessible(page_360)
    page_360.goto(f"{live_url}/r/{codes.from_bytes(bytes(10))}?lang={lang}&mode={mode}")
    page_360.locator("details summary").first.click()
    fits_and_is_accessible(page_360)
