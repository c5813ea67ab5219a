"""A resident at the page, as tests drive him; whatever the browser complains of is kept."""

import sqlalchemy as sa
from playwright.sync_api import Locator, Page

from survey.model import Response
from survey.site.installation import Site

NORMAL, ELDER = "normal", "elder"


class Resident:
    """Answers one questionnaire in one browser page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.taps = 0
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._listen(line.type, line.text))

    def _listen(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)

    def open(self, query: str = "") -> "Resident":
        self.page.goto(self.address + query)
        return self

    def tap(self, target: str | Locator) -> None:
        self.taps += 1
        locator = self.page.locator(target) if isinstance(target, str) else target
        if self.page.evaluate("navigator.maxTouchPoints"):
            locator.tap()
        else:
            locator.click()

    def at(self, step: int | str) -> bool:
        """Wait until a step shows, and say so."""
        self.page.wait_for_selector(f"section[data-step='{step}'].on")
        return True

    def answer(self, step: int, nth: int = 1) -> Locator:
        """Return one of the six answers of an item."""
        return self.page.locator(f"section[data-step='{step}'] .answers label").nth(nth)

    def chosen(self) -> int:
        return self.page.locator(".scale input:checked").count()

    def answer_items(self, nth: int = 1, first: int = 1, last: int = 8) -> None:
        """Tap through the items; the script moves on after each touch."""
        for step in range(first, last + 1):
            self.at(step)
            self.tap(self.answer(step, nth))

    def to_profile(self) -> None:
        self.at("comment")
        self.tap("#next")
        self.at("profile")

    def tell_profile(self, age: str = "30-44") -> None:
        for name, value in (("age", age), ("sex", "female"), ("residence", "urban")):
            self.tap(self.page.locator(f"label:has(input[name={name}][value='{value}'])"))
        self.page.select_option("select", "990621001000")

    def to_the_end(self) -> None:
        """Do everything but submit."""
        self.open()
        self.tap("#start")
        self.answer_items()
        self.to_profile()
        self.tell_profile()

    def submit(self) -> None:
        self.tap(".send")

    def thanked(self) -> bool:
        self.page.wait_for_selector(".receipt")
        return "答卷已收到" in self.page.content()


def stored(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Response)) or 0
