"""Where collected answers enter: the ledger is held, the codes are looked at for the last time."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.collecting.door import Admitted
from survey.collecting.entry import Entry
from survey.fieldwork.campaigns import need_state
from survey.ledger.book import Tail, lock_tail
from survey.model import Campaign, Entrance
from survey.problems import Problem, Refused
from survey.respond import intake
from survey.respond.door.opening import OpenEntrance
from survey.site.database import insert_new
from survey.site.installation import Site
from survey.verification.entrances.codes import batch_digest

_ENTRANCE = cast(sa.Table, Entrance.__table__)


class Desk:
    """Where answers enter: within one transaction, at one moment, by one person."""

    def __init__(self, session: Session, campaign: Campaign, by: str, site: Site) -> None:
        self._session, self._campaign, self._by = session, campaign, by
        self._tail: Tail = lock_tail(session, campaign_id=campaign.id)
        session.refresh(campaign, ["state"])  # whoever closes it holds the ledger too
        need_state(campaign, "open")
        self._at: datetime = site.clock()

    def store(
        self, admitted: Sequence[Admitted], late: list[Problem], *, skip_bad: bool
    ) -> list[Admitted]:
        """Store what was found in order; what changed since is noted in `late`, or refuses all."""
        gone = self._withdrawn([each.entrance.entrance_id for each in admitted if each.entrance])
        stored = []
        for each in admitted:
            if fault := self._enter(each, gone):
                late.append(fault)
            else:
                stored.append(each)
        if late and not (skip_bad and stored):
            raise Refused(late)
        self._tail.save(self._session)
        return stored

    def record(self, stored: Sequence[Admitted], *, action: str, **said: Any) -> None:
        """Leave on record how many entered, by which deed, and which had no code."""
        hashes: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        for each in stored:
            if each.entrance is None:
                hashes[each.entry.domain].append(each.serial_hash.hex())
        audit.record(
            self._session,
            by=self._by,
            at=self._at,
            action=action,
            subject=self._campaign.code,
            **said,
            count=len(stored),
            without_code=[
                {
                    "unit": unit,
                    "group": group,
                    "channel": channel,
                    "count": len(held),
                    "digest": batch_digest(held),
                }
                for (unit, group, channel), held in sorted(hashes.items())
            ],
        )

    def _withdrawn(self, entrance_ids: Sequence[int]) -> set[int]:
        query = sa.select(Entrance.id).where(
            Entrance.id.in_(entrance_ids), Entrance.withdrawn_at.is_not(None)
        )
        return set(self._session.scalars(query))

    def _enter(self, each: Admitted, gone: Collection[int]) -> Problem | None:
        entrance = each.entrance or self._own_entrance(each)
        if entrance is None or entrance.entrance_id in gone:
            return _changed(each.entry)
        outcome = intake.accept(
            self._session, entrance=entrance, sheet=each.entry.sheet, tail=self._tail
        )
        return None if outcome is intake.Outcome.STORED else _changed(each.entry)

    def _own_entrance(self, each: Admitted) -> OpenEntrance | None:
        """Return an entrance made for an answer without a code; None if its serial has one."""
        entry = each.entry
        row: dict[str, Any] = {
            "kind": "invitation",
            "code_hash": each.serial_hash,
            "campaign_id": self._campaign.id,
            "unit_id": each.unit_id,
            "group_code": entry.group_code,
            "channel": entry.channel,
            "place": "",
            "version": 1,
            "issued_at": self._at,
            "issued_by": self._by,
            "collected": True,
        }
        connection = self._session.connection()
        made = connection.scalar(insert_new(connection, _ENTRANCE, giving=_ENTRANCE.c.id), row)
        if made is None:
            return None
        return OpenEntrance(
            entrance_id=made,
            invited=True,
            group_code=entry.group_code,
            channel=entry.channel,
            questionnaire=each.questionnaire,
        )


def _changed(entry: Entry) -> Problem:
    return entry.problem(
        "token" if entry.code else "response_id",
        zh="刚才已由别人录入或停用，请核对后删去这一行",
        en="was entered or withdrawn by somebody else just now; check, and remove the row",
    )
