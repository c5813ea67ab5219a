"""Posters after they hang: a new version at the same place, or the same poster elsewhere."""

from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock
from survey.fieldwork.entrances import register_poster, tidy_place, withdraw
from survey.model import Campaign, Entrance
from survey.problems import Refused


def reissue_poster(
    session: Session, *, poster: Entrance, campaign: Campaign, by: str, clock: Clock
) -> Entrance:
    """Replace a poster by its next version with a new code; the old code opens nothing more.

    For a poster that was pasted over or whose code was spread elsewhere. Raises Refused for one
    withdrawn already.
    """
    check_in_use(poster)
    fresh = register_poster(
        session,
        campaign=campaign,
        unit=poster.unit,
        group_code=poster.group_code,
        place=poster.place,
        version=poster.version + 1,
        by=by,
        clock=clock,
    )
    withdraw(session, entrance=poster, campaign=campaign, by=by, clock=clock)
    return fresh


def move_poster(
    session: Session, *, poster: Entrance, campaign: Campaign, place: str, by: str, clock: Clock
) -> None:
    """Note that a poster hangs elsewhere now; its code stays, the audit keeps the old place."""
    check_in_use(poster)
    before, poster.place = poster.place, tidy_place(place)
    audit.record(
        session,
        by=by,
        at=clock(),
        action="poster.move",
        subject=campaign.code,
        entrance=poster.id,
        before=before,
        after=poster.place,
    )


def check_in_use(poster: Entrance) -> None:
    """Refuse a poster that is withdrawn."""
    if poster.withdrawn_at is not None:
        raise Refused.of(
            field="poster",
            zh="这张海报已停用，请重新登记一张",
            en="this poster is withdrawn; register another",
        )
