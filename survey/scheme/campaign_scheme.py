"""The scheme of a stored campaign, typed: the one way to a setting outside this room."""

import json
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from survey.model import Campaign
from survey.scheme.scheme import Scheme, scheme_in

# Looked up once for each campaign held in memory: pages for residents keep theirs for long.
_READ: WeakKeyDictionary[Campaign, tuple[Any, Scheme]] = WeakKeyDictionary()


def scheme_of(campaign: Campaign) -> Scheme:
    """Return the settings of a campaign's scheme."""
    document = campaign.scheme
    kept = _READ.get(campaign)
    if kept is None or kept[0] is not document:
        kept = _READ[campaign] = (document, _scheme_of(json.dumps(document)))
    return kept[1]


# Every request holds campaigns of its own, most of them the same few.
@lru_cache(maxsize=32)
def _scheme_of(document: str) -> Scheme:
    return scheme_in(json.loads(document))
