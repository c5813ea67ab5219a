"""Entrances: posters anyone may scan, and one-time invitations of which only a hash is kept."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, codes
from survey.clock import Clock, end_of_day, local_day
from survey.fieldwork.campaigns import find_campaign
from survey.ledger.committed.commitments import commitment
from survey.model import Campaign, CampaignUnit, Entrance, GroupCoefficient, RespondentGroup, Unit
from survey.office_files.signs import sign_fault
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.site.database import Database

OPEN_CHANNEL = "qr_open"
_LONGEST_PLACE = 60
STATES_WITH_ENTRANCES = ("draft", "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterRow:
    """A poster and the unit it asks about."""

    poster: Entrance
    unit: Unit


def code_opening(key: bytes, code: str) -> bytes:
    """Return what a one-time code opens by: HMAC-SHA256 of the code as a person meant it.

    It is known here only while somebody shows the code, and stays with the answer.
    """
    return hmac.new(key, codes.normalise(code).encode(), hashlib.sha256).digest()


def invitation_hash(key: bytes, code: str) -> bytes:
    """Return what is stored of a one-time code: the commitment of its opening."""
    return commitment(code_opening(key, code))


def stored_openings(key: bytes, code: str) -> dict[bytes, bytes]:
    """Return what may be stored of a code, and what it opens by then.

    Codes of a second body need no key of ours; those issued before codes were committed are
    stored as what they open by.
    """
    own, foreign = code_opening(key, code), codes.foreign_opening(codes.normalise(code))
    return {commitment(own): own, own: own, commitment(foreign): foreign}


def register_poster(
    session: Session,
    *,
    campaign: Campaign,
    unit: Unit,
    group_code: str,
    place: str,
    by: str,
    clock: Clock,
    version: int = 1,
) -> Entrance:
    """Add a poster for a unit and respondent group; raises Refused for a group never asked there.

    One poster per place lets a place that fell silent, or flooded, be told from the others.
    """
    check_campaign(campaign)
    _check_open_channel(campaign)
    check_asked(session, campaign, unit, group_code)
    place = tidy_place(place)
    at = clock()
    poster = Entrance(
        kind="poster",
        code=codes.checked_code(codes.POSTER_LENGTH),
        campaign_id=campaign.id,
        unit_id=unit.id,
        group_code=group_code,
        channel=OPEN_CHANNEL,
        place=place,
        version=version,
        issued_at=at,
        issued_by=by,
        expires_at=campaign.ends_at,
    )
    session.add(poster)
    audit.record(
        session,
        by=by,
        at=at,
        action="poster.register",
        subject=campaign.code,
        unit=unit.code,
        group=group_code,
        code=poster.code,
        version=version,
    )
    return poster


def tidy_place(place: str) -> str:
    """Return a poster's place without needless spaces; raises Refused for one too long."""
    tidy = " ".join(place.split())
    if len(tidy) > _LONGEST_PLACE:
        raise Refused.of(field="place", zh="张贴地点不超过60个字", en="at most 60 characters")
    if fault := sign_fault(tidy):
        raise Refused.of(field="place", zh=fault[0], en=fault[1])
    return tidy


def expiry(campaign: Campaign, until: date | None) -> datetime:
    """Return the moment after which codes good until a day open nothing more."""
    if until is None:
        return campaign.ends_at
    first, last = (
        date.fromisoformat(local_day(moment, campaign.timezone))
        for moment in (campaign.starts_at, campaign.ends_at)
    )
    if not first <= until <= last:
        raise Refused.of(
            field="until",
            zh="有效期须在评议期间内",
            en="must be a day within the campaign",
        )
    return min(end_of_day(until, campaign.timezone), campaign.ends_at)


def not_past(campaign: Campaign, until: date | None, at: datetime) -> datetime:
    """Return the moment after which codes open nothing more; raises Refused where it is past."""
    last = expiry(campaign, until)
    if last < at:
        day = local_day(last, campaign.timezone)
        raise Refused.of(
            field="until",
            zh=f"有效期至 {day}，已经过去，评议码打不开问卷；请改为今天或以后的日期",
            en=f"the last day, {day}, is past, and the codes would open nothing; choose today "
            "or a later day",
        )
    return last


def is_registered(
    session: Session, *, campaign: Campaign, unit: Unit, group_code: str, place: str
) -> bool:
    """Say whether a poster for a unit and group hangs at a place already."""
    query = sa.select(Entrance.id).where(
        Entrance.campaign_id == campaign.id,
        Entrance.kind == "poster",
        Entrance.unit_id == unit.id,
        Entrance.group_code == group_code,
        Entrance.place == tidy_place(place),
        Entrance.withdrawn_at.is_(None),
    )
    return session.scalar(query.limit(1)) is not None


def withdraw(
    session: Session, *, entrance: Entrance, campaign: Campaign, by: str, clock: Clock
) -> None:
    """Close an entrance for good; answers that came through it stay. Twice changes nothing."""
    if entrance.withdrawn_at is not None:
        return
    entrance.withdrawn_at = clock()
    audit.record(
        session,
        by=by,
        at=entrance.withdrawn_at,
        action=f"{entrance.kind}.withdraw",
        subject=campaign.code,
        entrance=entrance.id,
    )


def note_printing(
    session: Session, *, campaign: Campaign, unit_code: str, n: int, by: str, clock: Clock
) -> None:
    """Leave on record who took posters, whose codes anybody may scan, out of the system."""
    audit.record(
        session,
        by=by,
        at=clock(),
        action="poster.print",
        subject=campaign.code,
        unit=unit_code,
        posters=n,
    )


def find_poster(session: Session, *, campaign: Campaign, poster_id: int) -> Entrance | None:
    """Return a poster of this campaign, or None."""
    return session.scalars(
        sa.select(Entrance).where(
            Entrance.id == poster_id,
            Entrance.campaign_id == campaign.id,
            Entrance.kind == "poster",
        )
    ).one_or_none()


def posters_of(
    session: Session, *, campaign: Campaign, unit_codes: Sequence[str] = (), withdrawn: bool = True
) -> list[PosterRow]:
    """Return the campaign's posters in the scheme's unit order: of some units, or of all."""
    query = (
        sa.select(Entrance, Unit)
        .join(Unit, Unit.id == Entrance.unit_id)
        .join(
            CampaignUnit,
            sa.and_(
                CampaignUnit.campaign_id == Entrance.campaign_id, CampaignUnit.unit_id == Unit.id
            ),
        )
        .where(Entrance.campaign_id == campaign.id, Entrance.kind == "poster")
        .order_by(CampaignUnit.position, Entrance.id)
    )
    if unit_codes:
        query = query.where(Unit.code.in_(unit_codes))
    if not withdrawn:
        query = query.where(Entrance.withdrawn_at.is_(None))
    return [PosterRow(poster=poster, unit=unit) for poster, unit in session.execute(query)]


def default_group(session: Session, *, campaign: Campaign, class_code: str) -> str:
    """Return the group a poster in the open serves: the first of the scheme that the class asks.

    The scheme names the widest public first: residents, or service users where residents are
    not asked.
    """
    return session.scalars(
        sa.select(RespondentGroup.code)
        .join(
            GroupCoefficient,
            sa.and_(
                GroupCoefficient.campaign_id == RespondentGroup.campaign_id,
                GroupCoefficient.group_code == RespondentGroup.code,
            ),
        )
        .where(
            RespondentGroup.campaign_id == campaign.id,
            GroupCoefficient.class_code == class_code,
            GroupCoefficient.target_valid > 0,
        )
        .order_by(RespondentGroup.position)
        .limit(1)
    ).one()


def find_unit(session: Session, *, campaign: Campaign, unit_code: str) -> CampaignUnit | None:
    """Return a unit taking part in the campaign, or None."""
    return session.scalars(
        sa.select(CampaignUnit)
        .join(Unit)
        .where(CampaignUnit.campaign_id == campaign.id, Unit.code == unit_code)
    ).one_or_none()


def require_unit(session: Session, *, campaign: Campaign, unit_code: str) -> CampaignUnit:
    """Return a unit taking part in the campaign; raises Refused naming it."""
    found = find_unit(session, campaign=campaign, unit_code=unit_code)
    if found is None:
        raise Refused.of(
            field="unit",
            zh=f"本次评议没有单位“{unit_code}”",
            en=f"no unit {unit_code!r} takes part in this campaign",
        )
    return found


def default_posters(
    database: Database, *, campaign_code: str, unit_code: str, by: str, clock: Clock
) -> None:
    """Register one poster, for the default group, for each unit that has none in use.

    Each in a transaction of its own: all of a county in one would keep residents waiting.
    """
    with database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        check_campaign(campaign)
        supplied = _supplied(session, campaign)
        units = {
            taking_part.unit.code: taking_part.class_code
            for taking_part in campaign.units
            if not unit_code or taking_part.unit.code == unit_code
            if taking_part.unit_id not in supplied
        }
        groups = {
            class_code: default_group(session, campaign=campaign, class_code=class_code)
            for class_code in set(units.values())
        }
    for code, class_code in units.items():
        with database.writing() as session:
            campaign = find_campaign(session, campaign_code)
            taking_part = require_unit(session, campaign=campaign, unit_code=code)
            if taking_part.unit_id not in _supplied(session, campaign):
                register_poster(
                    session,
                    campaign=campaign,
                    unit=taking_part.unit,
                    group_code=groups[class_code],
                    place="",
                    by=by,
                    clock=clock,
                )


def _supplied(session: Session, campaign: Campaign) -> set[int | None]:
    query = sa.select(Entrance.unit_id).where(
        Entrance.campaign_id == campaign.id,
        Entrance.kind == "poster",
        Entrance.withdrawn_at.is_(None),
    )
    return set(session.scalars(query))


def check_campaign(campaign: Campaign) -> None:
    """Refuse new posters and codes of a campaign that is over."""
    if campaign.state not in STATES_WITH_ENTRANCES:
        raise Refused.of(
            field="campaign",
            zh="评议已经结束，不能再制作海报或评议码",
            en="the campaign is over: no more posters or codes can be made",
        )


def check_issue(campaign: Campaign, channel: str, count: int, *, most: int) -> None:
    """Refuse codes of a campaign that is over, of a channel that invites nobody, too many."""
    check_campaign(campaign)
    _check_invited(campaign, channel)
    if not 1 <= count <= most:
        raise Refused.of(field="count", zh=f"数量须为1至{most}", en=f"must be 1 to {most:,}")


def is_asked(session: Session, campaign: Campaign, class_code: str, group_code: str) -> bool:
    """Tell whether the scheme asks a group about a class."""
    coefficient = session.get(GroupCoefficient, (campaign.id, class_code, group_code))
    return coefficient is not None and coefficient.coefficient != 0


def planned(session: Session, *, unit: CampaignUnit, group_code: str) -> int:
    """Return the answers that the plan wants of a group about a unit."""
    found = session.get(GroupCoefficient, (unit.campaign_id, unit.class_code, group_code))
    return found.target_valid if found else 0


def check_asked(session: Session, campaign: Campaign, unit: Unit, group_code: str) -> None:
    """Refuse a unit that does not take part, or that the scheme does not ask the group about."""
    taking_part = session.get(CampaignUnit, (campaign.id, unit.id))
    if taking_part is None:
        require_unit(session, campaign=campaign, unit_code=unit.code)
        return
    if not is_asked(session, campaign, taking_part.class_code, group_code):
        raise Refused.of(
            field="group",
            zh=f"方案中 {taking_part.class_code} 类单位不由“{group_code}”评议",
            en=f"the scheme does not ask group {group_code!r} about class {taking_part.class_code}",
        )


def _check_invited(campaign: Campaign, channel: str) -> None:
    invited = scheme_of(campaign).invited_channels
    if channel not in invited:
        raise Refused.of(
            field="channel",
            zh=f"“{channel}”不是邀请渠道；可选：{'、'.join(invited)}",
            en=f"{channel!r} invites nobody; choose {', '.join(invited)}",
        )


def _check_open_channel(campaign: Campaign) -> None:
    if OPEN_CHANNEL not in scheme_of(campaign).channels:
        raise Refused.of(
            file="scheme.yaml",
            field=f"channels.{OPEN_CHANNEL}",
            zh="方案没有这个渠道，不能制作海报",
            en="the scheme has no such channel, so there can be no posters",
        )
