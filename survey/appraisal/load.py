"""Rows → Sample: the only bridge from the database into the statistics."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from survey.fieldwork.invitations.chances import chances_of_codes
from survey.model import Area, Campaign, Response
from survey.site.database import end_read
from survey.stats.campaign.invitations import Invitations
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.sample import NONE, RESIDENCES, SEXES, Sample

if TYPE_CHECKING:
    from survey.fieldwork.reminders.invited_people import InvitedPerson

_CHUNK = 20_000
_UNKNOWN = -1  # a duration, as the rules know it
_COLUMNS = (
    Response.id,
    Response.receipt,
    Response.unit_id,
    Response.group_code,
    Response.channel,
    Response.answers,
    Response.sex,
    Response.age,
    Response.residence,
    Response.area,
    Response.submitted_ms,
    Response.duration_ms,
    Response.device_mark,
    Response.network_mark,
    Response.invitation_id,
    Response.sitting_id,
    Response.own_staff,
)
_N_COLUMNS = len(_COLUMNS) - 1  # the id is only the order
_N_WORDS = 9  # of the columns of the digest the first are words, the others numbers
_LINE = f"[{','.join(['%s'] * _N_COLUMNS)}]\n"


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


class _Marks:
    """Numbers for marks, by first appearance; the same mark has the same number."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def codes(self, marks: Sequence[object | None]) -> list[int]:
        known = self._numbers
        return [NONE if mark is None else known.setdefault(mark, len(known)) for mark in marks]


def sample(session: Session, *, campaign: Campaign, plan: Plan) -> LoadedSample:
    """Read a closed campaign's responses in one pass; the session must not have written."""
    reader, digest = _Reader(session, campaign, plan), hashlib.sha256()
    parts = []
    for columns in reader.columns():
        digest.update(reader.spelt(columns).encode())
        parts.append(reader.coded(columns))
    found = _sample(parts or [reader.coded([()] * _N_COLUMNS)], plan)
    chances = np.array(reader.chances, dtype=np.float64)
    is_drawn = np.isfinite(chances)
    return LoadedSample(
        sample=replace(found, probability=chances if is_drawn.any() else None),
        ids=np.array(reader.ids, dtype=np.int64),
        digest=digest.hexdigest(),
        draws_digest=digest_of_draws(
            (str(name), repr(float(chance)))
            for name, chance in zip(found.response_id[is_drawn], chances[is_drawn], strict=True)
        ),
    )


def digest_of_draws(rows: Iterable[tuple[str, str]]) -> str:
    """Return the digest of answers and the chances people were drawn with; empty for none."""
    lines = [f"{response_id} {chance}\n".encode() for response_id, chance in rows]
    return hashlib.sha256(b"".join(lines)).hexdigest() if lines else ""


def invitations(
    people: "Sequence[InvitedPerson]",
    *,
    campaign: Campaign,
    plan: Plan,
    response_ids: NDArray[np.int64],
) -> LoadedInvitations | None:
    """Return who was invited as the statistics see it; None where nobody is listed.

    Nothing is known of those who did not answer but the unit and group they were asked about.
    """
    if not people:
        return None
    code_of = {entry.unit_id: entry.unit.code for entry in campaign.units}
    units = {unit.unit_code: i for i, unit in enumerate(plan.units)}
    groups = {group.group_code: i for i, group in enumerate(plan.groups)}
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
    unknown = np.full(len(people), NONE, dtype=np.int8)
    return LoadedInvitations(
        invitations=Invitations(
            unit=unit,
            group=group,
            response=response,
            wave=wave.astype(np.int8),
            sex=unknown,
            age=unknown,
            ages=plan.ages,
            residence=unknown,
        ),
        channels=tuple(person.channel for person in people),
        digest=digest_of_invited(
            (code_of[person.unit_id], person.group_code, person.channel, place, wave)
            for person, (_unit, _group, place, wave) in zip(people, coded, strict=True)
        ),
    )


def digest_of_invited(rows: Iterable[tuple[str, str, str, int, int]]) -> str:
    """Return the digest of a list: of each person unit, group, channel, answer's place and wave."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()


class _Reader:
    """Turns rows into canonical rows (public codes, marks as numbers), then into indices."""

    def __init__(self, session: Session, campaign: Campaign, plan: Plan) -> None:
        self._session = session
        self._campaign_id = campaign.id
        self._unit_codes = {entry.unit_id: entry.unit.code for entry in campaign.units}
        self._area_codes = _area_codes(session, campaign)
        options = {item["id"]: item for item in campaign.questionnaire.content["profile"]}
        self._ages = dict(enumerate(plan.ages))
        self._sexes = _known_options(options["P2"]["options"], SEXES)
        self._residences = _known_options(options["P4"]["options"], RESIDENCES)
        self._units = {unit.unit_code: i for i, unit in enumerate(plan.units)}
        self._groups = {group.group_code: i for i, group in enumerate(plan.groups)}
        self._channels = {entry.channel: i for i, entry in enumerate(plan.channels)}
        self._townships = {code: i for i, code in enumerate(plan.townships)}
        self._index_of_age = _index(plan.ages)
        self._n_items = plan.n_items
        self._chance_of = chances_of_codes(session, campaign=campaign)
        self.ids: list[int] = []
        self.chances: list[float] = []

    def columns(self) -> Iterator[list[Sequence[Any]]]:
        """Yield public codes and numbers of some rows at a time, as the columns of the digest."""
        marks = [_Marks() for _ in range(4)]
        for rows in self._stored():
            ids, receipt, unit, group, channel, answers, *rest = zip(*rows, strict=True)
            sex, age, residence, area, submitted, duration, *marked, own_staff = rest
            self.ids += ids
            self.chances += [self._chance_of.get(token, np.nan) for token in marked[2]]
            yield [
                [each.hex() for each in receipt],
                [self._unit_codes[each] for each in unit],
                *(group, channel, answers),
                [self._sexes.get(each, "") for each in sex],
                [self._ages.get(each, "") for each in age],
                [self._residences.get(each, "") for each in residence],
                [self._area_codes.get(each, "") for each in area],
                submitted,
                [_UNKNOWN if each is None else each for each in duration],
                *(of.codes(column) for of, column in zip(marks, marked, strict=True)),
                [int(each) for each in own_staff],
            ]

    @staticmethod
    def spelt(columns: Sequence[Sequence[Any]]) -> str:
        """Return rows as the digest takes them: as JSON, one a line."""
        words = (map(encode_basestring, column) for column in columns[:_N_WORDS])
        return "".join(map(_LINE.__mod__, zip(*words, *columns[_N_WORDS:], strict=True)))

    def coded(self, columns: Sequence[Sequence[Any]]) -> list[NDArray[Any]]:
        """Return what the columns say as the statistics take it."""
        _receipt, unit, group, channel, answers, sex, age, residence, area, *numbers = columns
        submitted, *others = (np.array(column, dtype=np.int64) for column in numbers)
        return [
            _indices(self._units.__getitem__, unit, np.intp),
            _indices(self._groups.__getitem__, group, np.intp),
            _indices(self._channels.__getitem__, channel, np.intp),
            _items(answers, n_items=self._n_items),
            _indices(lambda of: _INDEX_OF_SEX.get(of, NONE), sex, np.int8),
            _indices(lambda of: self._index_of_age.get(of, NONE), age, np.int8),
            _indices(lambda of: _INDEX_OF_RESIDENCE.get(of, NONE), residence, np.int8),
            _indices(lambda of: self._townships.get(of, NONE), area, np.intp),
            *(submitted // 1000, *others),
        ]

    def _stored(self) -> Iterator[Sequence[Any]]:
        """Yield rows in short reads: a long one keeps SQLite's journal from being reused."""
        query = (
            sa.select(*_COLUMNS)
            .where(Response.campaign_id == self._campaign_id, Response.id > sa.bindparam("after"))
            .order_by(Response.id)
            .limit(_CHUNK)
        )
        after: int | None = -1
        while after is not None:
            rows = self._session.execute(query, {"after": after}).all()
            end_read(self._session)
            if rows:
                yield rows
            after = rows[-1].id if len(rows) == _CHUNK else None


def _area_codes(session: Session, campaign: Campaign) -> dict[int, str]:
    query = sa.select(Area.position, Area.code).where(Area.campaign_id == campaign.id)
    return {row.position: row.code for row in session.execute(query)}


def _known_options(options: Sequence[str], known: Sequence[str]) -> dict[int, str]:
    return {position: option for position, option in enumerate(options) if option in known}


def _index(names: Sequence[str]) -> dict[str, int]:
    return {name: index for index, name in enumerate(names)}


_INDEX_OF_SEX, _INDEX_OF_RESIDENCE = map(_index, (SEXES, RESIDENCES))


def _indices(
    of: Callable[[str], int], column: Sequence[str], kind: type[np.signedinteger[Any]]
) -> NDArray[Any]:
    return np.array([of(each) for each in column], dtype=kind)


def _sample(parts: Sequence[Sequence[NDArray[Any]]], plan: Plan) -> Sample:
    """Join what was read part by part, at least one."""
    unit, group, channel, items, sex, age, residence, township, *numbers = (
        np.concatenate(each) for each in zip(*parts, strict=True)
    )
    submitted_at, duration_ms, device, network, token, rater, own_staff = numbers
    return Sample(
        # The place in the order of arrival: it breaks ties between answers of one second.
        response_id=np.array([f"{place:010d}" for place in range(len(unit))], dtype=np.str_),
        unit=unit,
        group=group,
        channel=channel,
        items=items,
        sex=sex,
        age=age,
        residence=residence,
        township=township,
        duration_ms=duration_ms,
        submitted_at=submitted_at,
        device=device,
        network=network,
        token=token,
        own_staff=own_staff.astype(np.bool_),
        rater=rater,
        ages=plan.ages,
    )


def _items(answers: Sequence[str], *, n_items: int) -> NDArray[np.int8]:
    """Return the digits of the answers; a dash is an item left empty."""
    characters = np.frombuffer("".join(answers).encode("ascii"), dtype=np.uint8)
    digits = characters.astype(np.int8) - ord("0")
    return np.maximum(digits, NONE).reshape(len(answers), n_items)
