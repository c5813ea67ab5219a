"""The scheme of a stored campaign, typed: the one way to a setting outside this room."""

from typing import Any
from weakref import WeakKeyDictionary

from survey.model import Campaign
from survey.scheme.scheme import Scheme, scheme_in

# Read once for each campaign held in memory: pages for residents keep theirs for long.
_READ: WeakKeyDictionary[Campaign, tuple[Any, Scheme]] = WeakKeyDictionary()


def scheme_of(campaign: Campaign) -> Scheme:
    """Return the settings of a campaign's scheme."""
    document = campaign.scheme
    kept = _READ.get(campaign)
    if kept is None or kept[0] is not document:
        kept = _READ[campaign] = (document, scheme_in(document))
    return kept[1]
