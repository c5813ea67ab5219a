"""The one list shown before a deed, on its page and by its command; what blocks stops the deed."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy.orm import Session

from survey.fieldwork.readiness.getting_answers import (
    bound,
    paper_sheets,
    plan_reached,
    waiting,
    whole,
)
from survey.fieldwork.readiness.item import STANDING, Deed, Inquiry, Item
from survey.fieldwork.readiness.rehearsed import rehearsed
from survey.fieldwork.readiness.reviewed import cases_decided
from survey.fieldwork.readiness.setting_up import address, clock, filled_in, period, telephones
from survey.fieldwork.readiness.witnessed import witnesses_signed
from survey.model import Campaign
from survey.problems import Problem, Refused
from survey.site.installation import Site
from survey.two_persons.deed import Said

_FIRST: tuple[Callable[[Inquiry], Item | None], ...] = (address, filled_in, telephones)
_LAST: tuple[Callable[[Inquiry], Item | None], ...] = (plan_reached, bound, waiting, clock, whole)
_CHECKS: dict[Deed, tuple[Callable[[Inquiry], Item | None], ...]] = {
    "poster": (*_FIRST, bound),
    "code": _FIRST,
    "open": (*_FIRST, period, bound, rehearsed, waiting, clock, whole),
    "close": (paper_sheets, *_LAST),
    "release": (cases_decided, witnesses_signed, *_LAST),
}
NAMES: dict[Deed, Said] = {
    "poster": Said(zh="制作海报", en="posters"),
    "code": Said(zh="发放评议码", en="codes"),
    "open": Said(zh="开启评议", en="opening"),
    "close": Said(zh="结束评议", en="closing"),
    "release": Said(zh="发布结果", en="releasing"),
}
_AHEAD: dict[str, tuple[Deed, ...]] = {
    "draft": ("poster", "code", "open"),
    "open": ("poster", "code", "close"),
    "scored": ("release",),
}


def readiness(
    session: Session,
    *,
    site: Site,
    campaign: Campaign,
    deed: Deed,
    altered: Sequence[Problem] = (),
) -> list[Item]:
    """Return what is to be looked at before a deed, each with what was found."""
    asked = Inquiry(
        session=session,
        settings=site.settings,
        campaign=campaign,
        at=site.clock(),
        deed=deed,
        altered=tuple(altered),
    )
    found = (check(asked) for check in _CHECKS[deed])
    return [item for item in found if item is not None]


def require_ready(session: Session, *, site: Site, campaign: Campaign, deed: Deed) -> None:
    """Raise Refused in the words of the list where something on it stops the deed.

    Whether the records are whole is asked by the deed itself, in full.
    """
    found = readiness(session, site=site, campaign=campaign, deed=deed)
    wrong = [item.problem for item in found if item.standing == "blocks"]
    if wrong:
        raise Refused(wrong)


def deeds_ahead(campaign: Campaign) -> tuple[Deed, ...]:
    """Return the deeds a campaign in this state can come to next."""
    return _AHEAD.get(campaign.state, ())


def lines(items: Sequence[Item]) -> Iterator[str]:
    """Yield a list as a command prints it."""
    for item in items:
        word = STANDING[item.standing]
        yield f"  {word.zh} {word.en}  {item.problem.zh} / {item.problem.en}"
