"""What the public page of a release says: nothing but what two persons made public."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.leaders_approval import LeadersApproval, approvals
from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.scores import ReleaseFacts, UnitScore
from survey.appraisal.runs import read_record
from survey.appraisal.score_sheet import RuleCount, rule_counts
from survey.clock import Clock, local_day
from survey.feedback.climbing.climbed import count_late
from survey.model import Appraisal, Campaign, Case
from survey.publication.answered import Answered, read_answered
from survey.publication.publishing import Published
from survey.scheme.campaign_scheme import scheme_of
from survey.scheme.scheme import UnitClass

_DONE = ("published", "closed")
_UNDER_WAY = ("verified", "assigned", "replied")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicClass:
    """A class of units: each with its score, or in its tier, as the scheme publishes them."""

    names: UnitClass
    units: tuple[UnitScore, ...]
    tiers: tuple[tuple[UnitScore, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealtWith:
    """What became of the comments that needed an answer; None where a number is too small.

    `late` are those of each class that were late for so long that they climbed to this page.
    """

    under_way: int | None
    done: int | None
    satisfied: int | None
    late: tuple[tuple[UnitClass, int | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPage:
    """A public release. `rules` whose answers are too few to show are told without a number."""

    release: ReleaseFacts
    digest: str
    at: datetime
    leaders: LeadersApproval | None
    scores: str
    classes: tuple[PublicClass, ...]
    answered: Answered
    rules: tuple[tuple[RuleCount, int | None], ...]
    dealt_with: DealtWith


def read_public(
    session: Session, *, campaign: Campaign, public: Published, clock: Clock
) -> PublicPage:
    """Return what the public page of a campaign says today.

    Raises Refused where a number of few people could be told from it.
    """
    scheme, today = scheme_of(campaign), local_day(clock(), campaign.timezone)
    least, scores = scheme.privacy.smallest_cell, scheme.publication.scores
    document = ScoreDocument.from_dict(json.loads(public.release.document))
    run = read_record(session.get_one(Appraisal, public.release.appraisal_id))
    return PublicPage(
        release=document.release,
        digest=public.release.digest,
        at=public.at,
        leaders=approvals(session, campaign=campaign).get(public.release.number),
        scores=scores,
        classes=_classes(scheme.classes, document.units) if scores != "none" else (),
        answered=read_answered(session, campaign),
        rules=tuple((rule, _told(rule.hits, least)) for rule in rule_counts(campaign, run)),
        dealt_with=_dealt_with(session, campaign, least, today=today),
    )


def _classes(
    classes: Mapping[str, UnitClass], units: Sequence[UnitScore]
) -> tuple[PublicClass, ...]:
    found = []
    for code, names in classes.items():
        of = [unit for unit in units if unit.class_code == code]
        of.sort(key=lambda unit: (unit.class_rank or math.inf, unit.unit_code))
        in_tiers = sorted((unit for unit in of if unit.tier), key=lambda unit: unit.tier or 0)
        tiers = tuple(tuple(tier) for _, tier in groupby(in_tiers, key=lambda unit: unit.tier))
        if of:
            found.append(PublicClass(names=names, units=tuple(of), tiers=tiers))
    return tuple(found)


def _dealt_with(session: Session, campaign: Campaign, least: int, *, today: str) -> DealtWith:
    satisfied = sa.func.count(sa.case((Case.satisfied.is_(sa.true()), 1)))
    query = sa.select(Case.state, sa.func.count(), satisfied).group_by(Case.state)
    rows = session.execute(query.where(Case.campaign_id == campaign.id)).all()
    by_state = {state: n for state, n, _satisfied in rows}
    return DealtWith(
        under_way=_told(sum(by_state.get(state, 0) for state in _UNDER_WAY), least),
        done=_told(sum(by_state.get(state, 0) for state in _DONE), least),
        satisfied=_told(sum(n for _state, _n, n in rows), least),
        late=_late(session, campaign, least, today),
    )


def _late(
    session: Session, campaign: Campaign, least: int, today: str
) -> tuple[tuple[UnitClass, int | None], ...]:
    """Return of each class how many comments are so late that everybody is told.

    No sum over classes is told, so that a number that is hidden is not what is left of one.
    """
    of = {entry.unit.code: entry.class_code for entry in campaign.units}
    late: dict[str, int] = {}
    for (unit, rung), n in count_late(session, campaign=campaign, today=today).items():
        if rung == "public":
            late[of[unit]] = late.get(of[unit], 0) + n
    classes = scheme_of(campaign).classes.items()
    in_use = set(of.values())
    return tuple(
        (names, _told(late.get(code, 0), least)) for code, names in classes if code in in_use
    )


def _told(n: int, least: int) -> int | None:
    return None if 0 < n < least else n
