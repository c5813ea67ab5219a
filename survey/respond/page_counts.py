"""Counts pages served, come back half filled and handed in: how many, never whose.

In whole numbers by day. Of the browser's description only one of three words is taken, at the
moment of serving; no page asks a browser for anything to be counted.
"""

from datetime import datetime
from typing import cast

import sqlalchemy as sa

from survey.clock import local_day
from survey.model import PageCounter
from survey.respond.door.opening import OpenEntrance
from survey.respond.presentation import Presentation
from survey.site.database import Database
from survey.site.waiting_counts import WaitingCounts

_COUNTER = cast(sa.Table, PageCounter.__table__)
_WECHAT = "MicroMessenger"
_PHONES = ("Mobile", "Android", "iPhone", "iPad", "HarmonyOS")


class PageCounts:
    """The counts of one process, which wait to be written."""

    def __init__(self, database: Database) -> None:
        self.waiting = WaitingCounts(database, _COUNTER)

    def served(
        self, entrance: OpenEntrance, look: Presentation, *, user_agent: str, at: datetime
    ) -> None:
        """Count an empty page given to somebody."""
        self._add(
            entrance,
            at,
            f"served.{_through(entrance)}",
            f"lang.{look.lang}",
            f"mode.{look.mode}",
            f"device.{device_class(user_agent)}",
        )

    def returned(self, entrance: OpenEntrance, *, at: datetime) -> None:
        """Count a page shown again with answers in it."""
        self._add(entrance, at, f"returned.{_through(entrance)}")

    def finished(self, entrance: OpenEntrance, *, at: datetime) -> None:
        """Count a page handed in: one, however many units it rates."""
        self._add(entrance, at, f"finished.{_through(entrance)}")

    def _add(self, entrance: OpenEntrance, at: datetime, *kinds: str) -> None:
        campaign = entrance.questionnaire.campaign
        day = local_day(at, campaign.timezone)
        self.waiting.add(*((campaign.id, day, kind) for kind in kinds))


def device_class(user_agent: str) -> str:
    """Return what a browser runs in, from what it says of itself: WeChat, a phone, or a desktop."""
    if _WECHAT in user_agent:
        return "wechat"
    return "phone" if any(sign in user_agent for sign in _PHONES) else "desktop"


def _through(entrance: OpenEntrance) -> str:
    if not entrance.invited:
        return "poster"
    return "sitting" if entrance.questionnaire.is_several else "invitation"
