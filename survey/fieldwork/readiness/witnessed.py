"""Whether enough witnesses have signed all answers before the scores are released."""

from survey.fieldwork.readiness.item import Inquiry, Item
from survey.fieldwork.witnesses.standing import standing_of
from survey.scheme.campaign_scheme import scheme_of
from survey.two_persons.deed import Said


def witnesses_signed(asked: Inquiry) -> Item | None:
    """Say which witnesses still have to sign; nothing where the plan requires none."""
    if not scheme_of(asked.campaign).witnesses.required:
        return None
    found = standing_of(asked.session, campaign=asked.campaign)
    return Item(
        name=Said(zh="见证签名", en="Witnesses"),
        standing="ready" if found.is_enough else "blocks",
        said=found.said,
    )
