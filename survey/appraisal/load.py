"""Rows → Sample: the only bridge from the database into the statistics."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from survey.appraisal.inputs.columns import Columns, places_in_order
from survey.fieldwork.invitations.chances import chances_of_codes
from survey.ledger.book import stored_answers
from survey.model import Area, Campaign, Response
from survey.site.database import end_read
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.campaign.invitations import Invitations, InvitedRounds
from survey.stats.campaign.sample import NONE, Sample

if TYPE_CHECKING:
    from survey.fieldwork.reminders.invited_people import InvitedPerson

_CHUNK = 2_000
# As the database gives them, without the objects an ORM would make of a million rows.
_ROW = Response.metadata.tables["response"].c
_COLUMNS = (
    _ROW.id,
    _ROW.receipt,
    _ROW.unit_id,
    _ROW.group_code,
    _ROW.channel,
    _ROW.answers,
    _ROW.sex,
    _ROW.age,
    _ROW.residence,
    _ROW.area,
    _ROW.submitted_ms,
    _ROW.duration_ms,
    _ROW.device_mark,
    _ROW.network_mark,
    _ROW.invitation_id,
    _ROW.sitting_id,
    sa.type_coerce(_ROW.own_staff, sa.Integer),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSample:
    """A campaign's responses in the order of their ids, and the digest of all of them.

    The digest is taken of what the statistics see, with marks as numbers that only say which
    are equal: it can be recomputed after the keyed hashes and their key are gone.
    """

    sample: Sample
    ids: NDArray[np.int64]
    digest: str
    draws_digest: str  # of the chances people were drawn with; empty where nobody was


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedInvitations:
    """Everybody invited, and the digest of what the statistics see of them."""

    invitations: Invitations
    channels: tuple[str, ...]
    digest: str


def sample(session: Session, *, campaign: Campaign, lists: CodeLists) -> LoadedSample:
    """Read a closed campaign's responses in one pass; the session must not have written."""
    columns = Columns(campaign, lists, area_codes=_area_codes(session, campaign))
    for rows in _stored(session, campaign):
        columns.take(rows)
    chances = columns.end(chances=chances_of_codes(session, campaign=campaign))
    digest = hashlib.sha256()
    for lines in columns.lines():
        digest.update(lines)
    ids = columns.column("id", np.int64)
    found = replace(_sample(columns, lists.ages), probability=chances)
    return LoadedSample(
        sample=found,
        ids=ids,
        digest=digest.hexdigest(),
        draws_digest="" if chances is None else _digest_of_chances(found, chances),
    )


def _digest_of_chances(sample: Sample, chances: NDArray[np.float64]) -> str:
    return digest_of_draws(
        (name, repr(float(chance)))
        for name, chance in zip(sample.response_id, chances, strict=True)
        if np.isfinite(chance)
    )


def digest_of_draws(rows: Iterable[tuple[str, str]]) -> str:
    """Return the digest of answers and the chances people were drawn with; empty for none."""
    lines = [f"{response_id} {chance}\n".encode() for response_id, chance in rows]
    return hashlib.sha256(b"".join(lines)).hexdigest() if lines else ""


def invitations(
    people: "Sequence[InvitedPerson]",
    *,
    campaign: Campaign,
    lists: CodeLists,
    response_ids: NDArray[np.int64],
    waves_apart: bool,
) -> LoadedInvitations | None:
    """Return who was invited as the statistics see it; None where nobody is listed.

    Nothing is known of those who did not answer but the unit and group they were asked about.
    """
    if not people:
        return None
    code_of = {entry.unit_id: entry.unit.code for entry in campaign.units}
    units = {code: i for i, code in enumerate(lists.units)}
    groups = {code: i for i, code in enumerate(lists.groups)}
    places = {int(response_id): place for place, response_id in enumerate(response_ids)}
    coded = [
        (
            units[code_of[person.unit_id]],
            groups[person.group_code],
            NONE if person.response_id is None else places[person.response_id],
            person.wave,
        )
        for person in people
    ]
    unit, group, response, wave = (
        np.array(column, dtype=np.intp) for column in zip(*coded, strict=True)
    )
    rounds = _rounds(people) if waves_apart else None
    unknown = np.full(len(people), NONE, dtype=np.int8)
    return LoadedInvitations(
        invitations=Invitations(
            unit=unit,
            group=group,
            response=response,
            wave=wave.astype(np.int8),
            sex=unknown,
            age=unknown,
            ages=lists.ages,
            residence=unknown,
            rounds=rounds,
        ),
        channels=tuple(person.channel for person in people),
        digest=digest_of_invited(
            (
                *(code_of[person.unit_id], person.group_code, person.channel, place, wave),
                *(rounds.row(k) if rounds else ()),
            )
            for k, (person, (_unit, _group, place, wave)) in enumerate(
                zip(people, coded, strict=True)
            )
        ),
    )


def _rounds(people: "Sequence[InvitedPerson]") -> InvitedRounds:
    """Return how they were reminded; codes are numbered anew, so that no row tells of a code."""
    numbers = np.array([person.number for person in people], dtype=np.intp)
    return InvitedRounds(
        person=np.unique(numbers, return_inverse=True)[1].astype(np.intp),
        lot=np.array([person.half for person in people], dtype=np.int8),
        early=np.array([person.early for person in people], dtype=np.bool_),
    )


def digest_of_invited(rows: Iterable[tuple[Any, ...]]) -> str:
    """Return the digest of a list: of each person unit, group, channel, answer's place and wave.

    Where waves are told apart, then the person's number, the lot, and 1 for an early answer.
    """
    digest = hashlib.sha256()
    spelled: dict[str, str] = {}
    for unit, group, channel, *numbers in rows:
        named = [
            spelled.get(each) or spelled.setdefault(each, json.dumps(each, ensure_ascii=False))
            for each in (unit, group, channel)
        ]
        digest.update(
            f"[{named[0]},{named[1]},{named[2]},{','.join(map(str, numbers))}]\n".encode()
        )
    return digest.hexdigest()


def _stored(session: Session, campaign: Campaign) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield the rows in short reads: a long one keeps SQLite's journal from being reused."""
    for rows in stored_answers(session, _COLUMNS, campaign_id=campaign.id, at_once=_CHUNK):
        end_read(session)
        yield rows


def _area_codes(session: Session, campaign: Campaign) -> dict[int, str]:
    query = sa.select(Area.position, Area.code).where(Area.campaign_id == campaign.id)
    return {row.position: row.code for row in session.execute(query)}


def _sample(columns: Columns, ages: tuple[str, ...]) -> Sample:
    unit = columns.column("unit", np.intp)
    return Sample(
        # The place in the order of arrival: it breaks ties between answers of one second.
        response_id=places_in_order(unit.size),
        unit=unit,
        group=columns.column("group", np.intp),
        channel=columns.column("channel", np.intp),
        items=columns.column("items", np.int8),
        sex=columns.column("sex", np.int8),
        age=columns.column("age", np.int8),
        residence=columns.column("residence", np.int8),
        township=columns.column("township", np.intp),
        duration_ms=columns.column("duration_ms", np.int64),
        submitted_at=columns.column("submitted_ms", np.int64) // 1000,
        device=columns.column("device", np.int64),
        network=columns.column("network", np.int64),
        token=columns.column("token", np.int64),
        own_staff=columns.column("own_staff", np.bool_),
        rater=columns.column("rater", np.int64),
        ages=ages,
    )
