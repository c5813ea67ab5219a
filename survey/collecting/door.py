"""What lets a collected answer in: a one-time code nobody has used, or a serial not seen before."""

import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collecting.entry import Entry
from survey.fieldwork.entrances import is_asked, planned
from survey.model import Campaign, CampaignUnit, Entrance
from survey.problems import Problem, Refused
from survey.respond.door import opening
from survey.respond.door.opening import Closed, EntranceClosed, OpenEntrance
from survey.respond.questionnaire import Questionnaire, read_questionnaire
from survey.site.installation import Site

_SHUT = {
    Closed.UNKNOWN: ("没有这个评议码", "there is no such code"),
    Closed.MISTYPED: ("评议码有误，请逐位核对", "the code is mistyped; check each character"),
    Closed.CODE_WITHDRAWN: ("评议码已停用", "the code is withdrawn"),
    Closed.EXPIRED: ("作答时评议码已过有效期", "the code had expired when it was answered"),
}
_NO_CODE = ("这是海报码，不是一次性评议码", "this is a poster's code, not a one-time code")
_USED = ("评议码已经用过，答卷不能重复录入", "the code is used; an answer goes in once")
_TWICE = ("评议码与前面一行重复", "the code stands in a row before")
_SEVERAL = (
    "一码多评的评议码请在网页上作答",
    "a code for several units is answered on its page",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """An entry and what lets it in; without an entrance yet it gets one of its own."""

    entry: Entry
    questionnaire: Questionnaire
    unit_id: int
    serial_hash: bytes
    entrance: OpenEntrance | None


def serial_hash(key: bytes, campaign_code: str, serial: str) -> bytes:
    """Return what is stored of the serial of an answer that came without a code.

    No code that anybody types has this hash: what is hashed of codes holds no stroke.
    """
    said = f"collected|{campaign_code}|{serial}".encode()
    return hmac.new(key, said, hashlib.sha256).digest()


class _Unfit(Exception):  # noqa: N818  noted by its row, and told with the others
    """An entry that nothing lets in, and why."""

    def __init__(self, field: str, words: tuple[str, str]) -> None:
        self.field, self.words = field, words
        super().__init__(field)


class Door:
    """Finds what each entry of a file may come in by, and notes why another may not."""

    def __init__(self, session: Session, site: Site, campaign: Campaign, file: str) -> None:
        self.problems: list[Problem] = []
        self._session, self._campaign, self._file = session, campaign, file
        self._key = site.keys.intake()
        self._memory = opening.Memory(ticks=lambda: 0.0)
        self._units = {entry.unit.code: entry for entry in campaign.units}
        self._asked: dict[str, Questionnaire] = {}
        self._seen: set[str] = set()

    def admit(self, entry: Entry) -> Admitted | None:
        """Return an entry with what lets it in, or None and the fault noted."""
        try:
            return self._let_in(entry, self._units[entry.unit_code])
        except _Unfit as unfit:
            zh, en = unfit.words
            self.problems.append(entry.problem(unfit.field, zh=zh, en=en))
            return None

    def check_plan(self, admitted: Sequence[Admitted]) -> None:
        """Refuse more answers without a code than the plan wants of a group about a unit.

        Of codes one person may issue as many; whoever enters more could have invented them.
        """
        more = Counter(
            (each.unit_id, each.entry.group_code) for each in admitted if not each.entrance
        )
        for (unit_id, group), n in more.items():
            unit = next(each for each in self._units.values() if each.unit_id == unit_id)
            held = self._session.scalar(
                sa.select(sa.func.count(Entrance.id)).where(
                    Entrance.campaign_id == self._campaign.id,
                    Entrance.collected.is_(sa.true()),
                    Entrance.unit_id == unit_id,
                    Entrance.group_code == group,
                )
            )
            most = planned(self._session, unit=unit, group_code=group)
            if (held or 0) + n > most:
                raise Refused([_beyond(self._file, unit, group, more=n, held=held or 0, most=most)])

    def _let_in(self, entry: Entry, unit: CampaignUnit) -> Admitted:
        if not is_asked(self._session, self._campaign, unit.class_code, entry.group_code):
            raise _Unfit("group_code", _not_asked(unit, entry))
        return self._by_code(entry, unit) if entry.code else self._by_serial(entry, unit)

    def _by_code(self, entry: Entry, unit: CampaignUnit) -> Admitted:
        entrance = self._opened(entry)
        if entry.code in self._seen:
            raise _Unfit("token", _TWICE)
        if opening.is_used(self._session, entrance):
            raise _Unfit("token", _USED)
        self._seen.add(entry.code)
        return Admitted(
            entry=entry,
            questionnaire=entrance.questionnaire,
            unit_id=unit.unit_id,
            serial_hash=b"",
            entrance=entrance,
        )

    def _opened(self, entry: Entry) -> OpenEntrance:
        """Return what a code opens, which must be what its row says."""
        at = entry.sheet.source.at
        try:
            entrance = opening.open_entrance(
                self._session, code=entry.code, at=at, key=self._key, memory=self._memory
            )
        except EntranceClosed as closed:
            raise _Unfit("token", _SHUT.get(closed.reason, _SHUT[Closed.UNKNOWN])) from closed
        asked = entrance.questionnaire
        if asked.campaign.id != self._campaign.id:
            raise _Unfit("token", _SHUT[Closed.UNKNOWN])
        if not entrance.invited or asked.is_several:
            raise _Unfit("token", _SEVERAL if entrance.invited else _NO_CODE)
        issued_for = (asked.units[0].unit.code, entrance.group_code, entrance.channel)
        fields = ("unit_code", "group_code", "channel")
        for field, said, issued in zip(fields, entry.domain, issued_for, strict=True):
            if said != issued:
                raise _Unfit(field, _not_its_own(said, issued))
        return entrance

    def _by_serial(self, entry: Entry, unit: CampaignUnit) -> Admitted:
        hashed = serial_hash(self._key, self._campaign.code, entry.serial)
        if self._session.scalar(sa.select(Entrance.id).where(Entrance.code_hash == hashed)):
            raise _Unfit("response_id", _entered(entry))
        if entry.unit_code not in self._asked:
            self._asked[entry.unit_code] = read_questionnaire(
                self._session, campaign_id=self._campaign.id, unit_ids=[unit.unit_id]
            )
        return Admitted(
            entry=entry,
            questionnaire=self._asked[entry.unit_code],
            unit_id=unit.unit_id,
            serial_hash=hashed,
            entrance=None,
        )


def _not_its_own(said: str, issued: str) -> tuple[str, str]:
    return (
        f"“{said}”与评议码的不一致（{issued}）",
        f"{said!r} is not that of its code, {issued!r}",
    )


def _not_asked(unit: CampaignUnit, entry: Entry) -> tuple[str, str]:
    return (
        f"方案中 {unit.class_code} 类单位不由“{entry.group_code}”评议",
        f"the scheme does not ask group {entry.group_code!r} about class {unit.class_code}",
    )


def _entered(entry: Entry) -> tuple[str, str]:
    return (
        f"编号“{entry.serial}”的答卷已经录入，不能重复录入",
        f"the answer of serial {entry.serial!r} has entered before",
    )


def _beyond(
    file: str, unit: CampaignUnit, group: str, *, more: int, held: int, most: int
) -> Problem:
    code = unit.unit.code
    return Problem(
        file=file,
        zh=f"{code} {group}：没有评议码的答卷，计划 {most} 份，已录入 {held} 份，再录 {more} 份就会"
        "超出；超出的须先由两人办理发码（survey code issue），把评议码填入 token 列",
        en=f"{code} {group}: {most} answers are planned, {held} entered without a code, {more} more"
        " are too many; have codes issued for them by two persons (survey code issue) and give"
        " these in the column token",
    )
