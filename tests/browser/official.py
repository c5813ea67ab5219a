"""An official at a browser of his own, and the clock of the installation he works at."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp
from playwright.sync_api import Download, Page, ViewportSize, expect

from tests.browser.test_office import wider

SEVERAL_SECONDS = 90_000
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
SIZES = {"phone": PHONE, "desktop": DESK}


class Watch:
    """The installation's clock; the tests' only hand behind the pages."""

    def __init__(self, at: datetime) -> None:
        self.now = at

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class Official:
    """Somebody of the office at a browser of his own."""

    def __init__(self, page: Page, url: str, watch: Watch, keep: Callable[[Page, str], None]):
        self.page, self._url, self._watch, self._keep = page, url, watch, keep
        self._secret = ""
        page.set_default_timeout(SEVERAL_SECONDS)

    def goes_to(self, path: str) -> Page:
        self.page.goto(self._url + path)
        return self.page

    def keeps(self, name: str) -> None:
        """Look at a page: it is whole on this screen, and kept if somebody wants to see it."""
        self.page.wait_for_load_state()
        self._keep(self.page, name)
        assert wider(self.page) == 0, name
        assert self.page.locator("main button:not([class])").count() == 0, name  # bare of its style

    def keeps_in_both(self, name: str) -> None:
        """Look at a page on a telephone and at a desk, and leave it as it was."""
        own = self.page.viewport_size
        for size, viewport in SIZES.items():
            self.page.set_viewport_size(viewport)
            self.keeps(f"{name}-{size}")
        if own:
            self.page.set_viewport_size(own)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def downloads(self, name: str) -> Download:
        with self.page.expect_download() as file:
            self.page.get_by_role("button", name=name).or_(
                self.page.get_by_role("link", name=name)
            ).first.click()
        return file.value

    def signs_in(self, username: str, password: str) -> None:
        self.goes_to("/office/sign-in")
        self.page.fill("#username", username)
        self.page.fill("#password", password)
        if self._secret:
            self._watch.now += timedelta(minutes=1)  # a code opens once
            self.page.fill("#code", self._next_code())
        self.presses("登录")

    def adds_the_second_step(self, password: str) -> None:
        self.goes_to("/office/own/second-factor")
        self._secret = self.page.locator("code").inner_text().replace(" ", "")
        self.page.fill("#code", self._next_code())
        self.page.fill("#password", password)
        self.presses("开通")
        expect(self.page.locator("ol.codes li")).not_to_have_count(0)

    def _next_code(self) -> str:
        return pyotp.TOTP(self._secret).at(self._watch.now)

    def asked_to_wait(self) -> int:
        """Return the number of what was just proposed."""
        self.page.wait_for_url(re.compile(r"/proposals/\d+"))
        return int(self.page.url.rpartition("/")[2])

    def approves(self, number: int) -> None:
        self.goes_to(f"/office/proposals/{number}")
        self.presses("批准并办理")
