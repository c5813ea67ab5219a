"""Every state a resident's page can be in: where the tests look, and the pictures are taken."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from playwright.sync_api import Page

from survey import codes
from survey.feedback import cases
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import withdraw
from survey.model import Entrance
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK
from tests.feedback.factories import LATER, TICKET, brought_to, commented, said_back, step
from tests.respond.factories import (
    hand_in,
    invitation_codes,
    opened,
    poster_code,
    sitting_codes,
)

LONGEST_NAME = "B09"
_GUESSED = 20
_RATED = ("A01", "A03", "A07")
_SITTINGS = 9  # one to look at, and one for each look in which it is handed in


class Stage:
    """An installation with something of everything, whose clock can be set."""

    def __init__(self, site: Site) -> None:
        self.at = FIELDWORK
        self.site = replace(site, clock=lambda: self.at)
        self.url = ""
        site.campaign_key(CODE)  # answers stored below bear marks, as if made with it
        self.poster = poster_code(site, LONGEST_NAME, "G2")
        self.invitation, self.used, self.expired, self.guarded = invitation_codes(
            site, 4, LONGEST_NAME
        )
        self.withdrawn = poster_code(site, "A02")
        self.sitting, *self.sittings_left = sitting_codes(site, _SITTINGS)
        commented(site)
        with site.database.writing() as session:
            entrance = opened(session, site, self.used)
            hand_in(session, entrance, receipt=b"u" * 10)
            gone = session.scalars(sa.select(Entrance).filter_by(code=self.withdrawn)).one()
            campaign = find_campaign(session, CODE)
            withdraw(session, entrance=gone, campaign=campaign, by="t", clock=self.site.clock)
            over = session.get_one(Entrance, opened(session, site, self.expired).entrance_id)
            over.expires_at = FIELDWORK - timedelta(days=1)

    def set(self, at: datetime) -> None:
        self.at = at


Show = Callable[[Page, Stage, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a page is brought into a state; `prepare` once changes the installation for it."""

    name: str
    show: Show
    prepare: Callable[[Stage], None] = lambda _stage: None
    script: bool = True


def _path(path: str) -> Show:
    """Show an address; `{poster}` and the like stand for the stage's codes."""

    def show(page: Page, stage: Stage, look: str) -> None:
        filled = path.format(**vars(stage))
        page.goto(f"{stage.url}{filled}{'&' if '?' in filled else '?'}{look}")

    return show


def _rated_before(page: Page, stage: Stage, look: str) -> None:
    """Show the page on a telephone that has answered for the unit."""
    _path("/q/{poster}")(page, stage, look)
    page.evaluate(
        "localStorage.setItem('gp:rated',"
        " ' ' + document.getElementById('already').getAttribute('data-unit') + ' ')"
    )
    page.reload()
    page.wait_for_selector("#already:not([hidden])")
    page.evaluate("localStorage.removeItem('gp:rated')")


def _step(name: str) -> Show:
    def show(page: Page, stage: Stage, look: str) -> None:
        begin(page, stage, look)
        to_step(page, name)

    return show


def begin(page: Page, stage: Stage, look: str, code: str = "") -> None:
    """Open the survey with nothing kept from before, and start."""
    address = f"{stage.url}/q/{code or stage.poster}?{look}"
    page.goto(address)
    page.evaluate("localStorage.clear()")
    page.goto(f"{stage.url}/healthz")  # else the same address is no new page
    page.goto(address)
    page.click("#start")


def to_step(page: Page, name: str) -> None:
    """Answer what comes before a step; the worst answer brings the reasons."""
    while page.locator("section.on").get_attribute("data-step") != name:
        at = page.locator("section.on")
        first = at.locator(".scale label, .row label").nth(3)
        if first.count() and at.get_attribute("data-step") != "profile":
            first.click()
        page.click("#next")


def fill_profile(page: Page, age: str = "30-44") -> None:
    """Tell the profile and submit."""
    to_step(page, "profile")
    for name, value in (("age", age), ("sex", "female"), ("residence", "urban")):
        page.click(f"label:has(input[name={name}][value='{value}'])")
    page.select_option("select", "990621001000")


def _sitting(name: str) -> Show:
    def show(page: Page, stage: Stage, look: str) -> None:
        begin(page, stage, look, stage.sitting)
        rate_units(page, name)

    return show


def rate_units(page: Page, name: str) -> None:
    """Choose three units and rate them up to a step."""
    while (at := page.locator("section.on").get_attribute("data-step")) != name:
        if at == "choose":
            for unit in _RATED:
                page.click(f"label:has([name=rate][value={unit}])")
        for unit in _RATED if (at or "").isdecimal() else ():
            page.click(f"section.on tr[data-unit={unit}] label:has([value='4'])")
        page.click("#next")


def _sitting_error(page: Page, stage: Stage, look: str) -> None:
    _sitting("1")(page, stage, look)
    page.click("#next")
    page.wait_for_selector("section.on .error")


def _sitting_thanked(page: Page, stage: Stage, look: str) -> None:
    begin(page, stage, look, stage.sittings_left.pop())
    rate_units(page, "profile")
    fill_profile(page)
    page.click(".send")
    page.wait_for_selector(".receipt")


def _further(number: int) -> Show:
    """Show one of the questions after the eight scored ones, whatever was answered before."""

    def show(page: Page, stage: Stage, look: str) -> None:
        begin(page, stage, look)
        for _ in range(8):
            page.locator("section.on .scale label").nth(2).click()
            page.click("#next")
        if number > 9:
            page.locator("section.on label").first.click()
            page.click("#next")
        if number > 10:
            page.fill("section.on input", "3")
            page.click("#next")
        if number > 11:
            page.locator("section.on label").nth(3).click()  # by an agent: the fee is asked
            page.click("#next")
        for _ in range(12, number):
            page.click("#next")

    return show


def _further_error(page: Page, stage: Stage, look: str) -> None:
    _further(10)(page, stage, look)
    page.fill("section.on input", "300")
    page.click("#next")
    page.wait_for_selector("section.on .error")


def _error(page: Page, stage: Stage, look: str) -> None:
    begin(page, stage, look)
    page.click("#next")
    page.wait_for_selector(".error")


def _profile_error(page: Page, stage: Stage, look: str) -> None:
    begin(page, stage, look)
    to_step(page, "profile")
    page.click(".send")
    page.wait_for_selector("section.on .error")


def _offline(page: Page, stage: Stage, look: str) -> None:
    begin(page, stage, look)
    fill_profile(page)
    page.route("**/q/*", lambda route: route.abort())
    page.click(".send")
    page.wait_for_function(
        "() => document.querySelector('#sending').textContent"
        " === document.querySelector('#sending').dataset.kept"
    )
    page.unroute("**/q/*")
    page.evaluate("localStorage.clear()")


def _thanked(page: Page, stage: Stage, look: str) -> None:
    begin(page, stage, look)
    fill_profile(page)
    page.click(".send")
    page.wait_for_selector(".receipt")


def _under_age(page: Page, stage: Stage, look: str) -> None:
    begin(page, stage, look)
    fill_profile(page, "under18")
    page.click(".send")
    page.wait_for_selector("header .name")
    page.wait_for_function("() => !document.querySelector('#form')")


def _renewed(page: Page, stage: Stage, look: str) -> None:
    begin(page, stage, look)
    fill_profile(page)
    page.evaluate("document.querySelector('[name=response_id]').value = 'an.old.one'")
    page.click(".send")
    page.wait_for_selector(".summary[role=alert]")


def _closed_meanwhile(page: Page, stage: Stage, look: str) -> None:
    stage.set(FIELDWORK)
    begin(page, stage, look)
    fill_profile(page)
    stage.set(FIELDWORK + timedelta(days=20))
    page.click(".send")
    page.wait_for_selector(".kept")


def _told(page: Page, stage: Stage, look: str) -> None:
    _path("/q/{poster}/told")(page, stage, look)
    page.fill("textarea", "村口有人教大家选非常满意")
    page.click(".steps .main")
    page.wait_for_selector(".done")


def _proof(page: Page, stage: Stage, look: str) -> None:
    _path(f"/r/{codes.from_bytes(b'silent0000')}")(page, stage, look)
    page.click("details summary")


def _rated_nothing(page: Page, stage: Stage, look: str) -> None:
    _path(f"/r/{TICKET}")(page, stage, look)
    page.evaluate("document.querySelector('#reply form').noValidate = true")
    page.click("#reply .main")
    page.wait_for_selector(".error")


def _plain_error(page: Page, stage: Stage, look: str) -> None:
    _path("/q/{poster}")(page, stage, look)
    page.locator(".scale input").first.check()
    page.click(".send")
    page.wait_for_selector("[role=alert]")


def _answered_back(stage: Stage) -> None:
    with stage.site.database.writing() as session:
        said_back(session, satisfied=False, text="还没修")


def _guess(page: Page, stage: Stage, look: str) -> None:
    """Look a code up from a network of guessers, with the working itself held up."""
    page.route("**/work.js", lambda route: route.abort())
    for _ in range(_GUESSED):
        page.request.get(f"{stage.url}/q/{codes.checked_code(codes.PERSONAL_LENGTH)}")
    _path("/q/{guarded}")(page, stage, look)
    page.unroute("**/work.js")


STEPS = (
    State(name="start", show=_path("/q/{poster}")),
    State(name="start-invited", show=_path("/q/{invitation}")),
    State(name="item", show=_step("2")),
    State(name="item-error", show=_error),
    State(name="reasons", show=_step("reasons")),
    State(name="comment", show=_step("comment")),
    State(name="profile", show=_step("profile")),
    State(name="profile-error", show=_profile_error),
    State(name="offline-kept", show=_offline),
)
OTHERS = (
    State(name="page-renewed", show=_renewed),
    State(name="declined", show=_path("/q/{poster}?take=no")),
    State(name="under-age", show=_under_age),
    State(name="told", show=_path("/q/{poster}/told")),
    State(name="told-done", show=_told),
    State(name="privacy", show=_path("/privacy")),
    State(name="home", show=_path("/")),
    State(name="start-rated", show=_rated_before),
    State(name="type-code", show=_path("/q")),
    State(name="code-mistyped", show=_path("/q/0000000001")),
    State(name="code-unknown", show=_path("/q/0000000000")),
    State(name="code-used", show=_path("/q/{used}")),
    State(name="code-withdrawn", show=_path("/q/{withdrawn}")),
    State(name="code-expired", show=_path("/q/{expired}")),
    State(name="thanks", show=_thanked),
    State(name="type-receipt", show=_path("/r")),
    State(name="receipt-unknown", show=_path("/r/0000000000000000")),
    State(name="receipt-proof", show=_proof, prepare=lambda stage: stage.set(LATER)),
    State(name="reply-opened", show=_path(f"/r/{TICKET}")),
    State(
        name="reply-assigned",
        show=_path(f"/r/{TICKET}"),
        prepare=lambda stage: brought_to(stage.site, "assigned"),
    ),
    State(
        name="reply-published",
        show=_path(f"/r/{TICKET}"),
        prepare=lambda stage: [
            step(stage.site, cases.reply, text="已调整窗口，致歉。\n今后一次告知所需材料。"),
            step(stage.site, cases.publish),
        ][0],
    ),
    State(name="reply-error", show=_rated_nothing),
    State(name="reply-answered", show=_path(f"/r/{TICKET}"), prepare=_answered_back),
    State(name="ledger", show=_path("/ledger")),
    State(name="error-404", show=_path("/nothing-here")),
    State(
        name="not-yet",
        show=_path("/q/{poster}"),
        prepare=lambda stage: stage.set(FIELDWORK - timedelta(days=20)),
    ),
    State(
        name="closed",
        show=_path("/q/{poster}"),
        prepare=lambda stage: stage.set(FIELDWORK + timedelta(days=20)),
    ),
    State(name="closed-meanwhile", show=_closed_meanwhile),
    State(name="work", show=_guess, prepare=lambda stage: stage.set(FIELDWORK)),
)
# One code for several units.
SITTING = (
    State(name="sitting-start", show=_path("/q/{sitting}")),
    State(name="sitting-choose", show=_sitting("choose")),
    State(name="sitting-item", show=_sitting("2")),
    State(name="sitting-error", show=_sitting_error),
    State(name="sitting-comment", show=_sitting("comment")),
    State(name="sitting-profile", show=_sitting("profile")),
    State(name="sitting-thanks", show=_sitting_thanked),
)
# Of an installation whose questionnaire asks the example's local items.
FURTHER = (
    *(State(name=f"further-{number}", show=_further(number)) for number in range(9, 15)),
    State(name="further-error", show=_further_error),
)
PLAIN = (
    State(name="no-script", show=_path("/q/{poster}"), script=False),
    State(name="sitting-no-script", show=_path("/q/{sitting}"), script=False),
    State(name="no-script-error", show=_plain_error, script=False),
)
