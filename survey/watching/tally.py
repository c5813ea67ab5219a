"""What answers tell of who gave them, from the kept tallies."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from survey.model import MARGINS, Campaign, CampaignUnit
from survey.tallies.told import tallies


class Alike(NamedTuple):
    """One thing answers have in common: of a group and channel, a value of one question."""

    group_code: str
    channel: str
    about: str
    value: str


def people(
    session: Session, campaign: Campaign, units: Sequence[CampaignUnit], *about: str
) -> Counter[Alike]:
    """Return how many answers about some units are alike in each thing, or in some alone."""
    ids = {unit.unit_id for unit in units}
    counted: Counter[Alike] = Counter()
    for key, n in tallies(session, campaign, *(about or MARGINS), of=ids).items():
        counted[Alike(key.group_code, key.channel, key.kind, key.value)] += n
    return counted
