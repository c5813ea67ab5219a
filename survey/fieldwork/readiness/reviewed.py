"""Whether everything that scoring found has been decided on by two people."""

from survey.fieldwork.readiness.item import Inquiry, Item
from survey.two_persons.case_standing import undecided
from survey.two_persons.deed import Said

_SHOWN = 5


def cases_decided(asked: Inquiry) -> Item:
    """Say how many case files wait for somebody's word before the scores are released."""
    name = Said(zh="复核案卷", en="Cases")
    waiting = undecided(asked.session, campaign=asked.campaign)
    if not waiting:
        return Item(name=name, standing="ready", said=Said(zh="没有待认定的", en="none waits"))
    shown = [str(case.number) for case in waiting[:_SHOWN]]
    more = " …" if len(waiting) > _SHOWN else ""
    said = Said(
        zh=f"有 {len(waiting)} 件待两人认定（第 {'、'.join(shown)}{more} 号）；认定后须重新计分",
        en=f"{len(waiting)} wait for two people's decision (number {', '.join(shown)}{more}); score"
        " again afterwards",
    )
    return Item(name=name, standing="warns", said=said)
