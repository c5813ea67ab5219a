"""What documents say of each unit beside its score, with counts of too few people withheld."""

from collections import Counter
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.record import AppraisalRecord, Changes
from survey.appraisal.record.reported import (
    ChangeReported,
    CommentsReceived,
    ItemStanding,
    ReasonGiven,
    ReasonsAsked,
    RuleMet,
    StepReported,
    UnitReported,
    WordGiven,
)
from survey.appraisal.reporting.looked_into import calls_of_units, cases_of_units
from survey.appraisal.reporting.reasons import reasons_of_units
from survey.appraisal.reporting.shared_words import shared_words
from survey.appraisal.small_cells import Page, conceal, empty_page
from survey.feedback.kinds import kind_of
from survey.forms.local_items import LocalItem
from survey.model import (
    COMMENT_KINDS,
    Appraisal,
    Campaign,
    Comment,
    CommentKind,
    ProgressCounter,
    Response,
    Verdict,
)
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.scoring import round_half_up

_LEFT_OUT = ("exclude", "quarantine")


def reported_of_units(
    session: Session, *, campaign: Campaign, appraisal: Appraisal, record: AppraisalRecord
) -> dict[str, UnitReported]:
    """Return by its code what the documents of a release say of each unit."""
    returned = _returned(session, campaign)
    rules = _rules(session, campaign, appraisal, record)
    reasons = _reasons(session, campaign)
    comments = _comments(session, campaign)
    items, changes = _items(campaign, record), _changes(record.changes)
    calls, cases = calls_of_units(record), cases_of_units(session, campaign, record)
    told = {}
    for entry in campaign.units:
        code, met = entry.unit.code, rules[entry.unit_id]
        told[code] = UnitReported(
            returned=returned.get(entry.unit_id, 0),
            set_aside=_count(met, _ANY.item_id, "any"),
            rules=tuple(
                RuleMet(rule_id=rule_id, n=_count(met, rule_id, "met"))
                for rule_id in record.responses.by_rule
            ),
            steps=tuple(
                StepReported(name=step.name, score=_two(step.unit_scores[code]))
                for step in record.steps
            ),
            items=items.get(code, ()),
            reasons=reasons[entry.unit_id],
            comments=comments[entry.unit_id],
            change=changes.get(code),
            calls=calls.get(code),
            cases=cases.get(code),
        )
    return told


def _returned(session: Session, campaign: Campaign) -> dict[int, int]:
    counted = (
        sa.select(ProgressCounter.unit_id, sa.func.sum(ProgressCounter.received))
        .where(ProgressCounter.campaign_id == campaign.id)
        .group_by(ProgressCounter.unit_id)
    )
    return {unit_id: int(n) for unit_id, n in session.execute(counted)}


def _asked(item_id: str, *values: str) -> LocalItem:
    """Return counts as the rule of small cells knows them: answers to a question."""
    return LocalItem(
        item_id=item_id,
        type="multiple",
        words={"zh": "", "en": ""},
        hint=None,
        options={value: {} for value in values},
        required=False,
        first=False,
        at_most=len(values),
        low=0,
        high=0,
        max_chars=0,
        relevant=None,
    )


_ANY = _asked("any", "any")
_KINDS = _asked("kind", *COMMENT_KINDS)


def _rules(
    session: Session, campaign: Campaign, appraisal: Appraisal, record: AppraisalRecord
) -> dict[int, Page]:
    """Return by unit how many answers were left out, and how many each rule met."""
    actions = {rule.rule_id: rule.action for rule in record.plan.screening.rules}
    asked = [_ANY, *(_asked(rule_id, "met") for rule_id in record.responses.by_rule)]
    units = {entry.unit_id: empty_page(asked) for entry in campaign.units}
    total = empty_page(asked)
    by = (Response.unit_id, Verdict.verdict, Verdict.rules)
    rows = session.execute(
        sa.select(*by, sa.func.count())
        .join(Response, Response.id == Verdict.response_id)
        .where(Verdict.appraisal_id == appraisal.id)
        .group_by(*by)
    )
    for unit_id, verdict, rules, n in rows:
        given = {rule: "met" for rule in rules.split(";") if rule in actions}
        if verdict in _LEFT_OUT:
            given[_ANY.item_id] = "any"
        for page in (total, units[unit_id]):
            page.add(given, n)
    _conceal(campaign, asked, total, units)
    return units


def _conceal(
    campaign: Campaign, asked: Sequence[LocalItem], total: Page, units: Mapping[int, Page]
) -> None:
    smallest = scheme_of(campaign).privacy.smallest_cell
    conceal(asked, total=total, units=list(units.values()), smallest=smallest)


def _count(page: Page, item_id: str, value: str) -> int | None:
    """Return a count of a page; that nobody was met is told, that few were is not."""
    n = page.counted[item_id].cells[value]
    return None if n and page.hidden[item_id].hides(value) else n


def _comments(session: Session, campaign: Campaign) -> dict[int, tuple[CommentsReceived, ...]]:
    """Return by unit how many comments are of each kind, told from their words alone.

    The words they share are told where their count is: else they would say of it that it is not
    small.
    """
    units = {entry.unit_id: empty_page([_KINDS]) for entry in campaign.units}
    total = empty_page([_KINDS])
    query = (
        sa.select(Response.unit_id, Comment.text, Comment.reasons)
        .join(Comment, Comment.response_id == Response.id)
        .where(Response.campaign_id == campaign.id)
    )
    kinds = Counter((unit_id, kind_of(text, why)) for unit_id, text, why in session.execute(query))
    for (unit_id, kind), n in sorted(kinds.items()):
        for page in (total, units[unit_id]):
            page.add({_KINDS.item_id: kind}, n)
    _conceal(campaign, [_KINDS], total, units)
    shared = shared_words(session, campaign=campaign)
    return {
        unit_id: tuple(
            _received(kind, _count(page, _KINDS.item_id, kind), shared.get((unit_id, kind)))
            for kind in COMMENT_KINDS
        )
        for unit_id, page in units.items()
    }


def _received(
    kind: CommentKind, n: int | None, words: tuple[WordGiven, ...] | None
) -> CommentsReceived:
    return CommentsReceived(kind=kind, n=n, words=None if n is None else words)


def _reasons(session: Session, campaign: Campaign) -> dict[int, tuple[ReasonsAsked, ...]]:
    in_both = [reasons_of_units(session, campaign, lang) for lang in ("zh", "en")]
    return {
        unit_id: tuple(
            ReasonsAsked(
                words=asked.words,
                words_en=english.words,
                n=asked.n if asked.enough else None,
                given=tuple(
                    ReasonGiven(words=cell.words, words_en=other.words, n=cell.count)
                    for cell, other in zip(asked.cells, english.cells, strict=True)
                ),
            )
            for asked, english in zip(in_both[0][unit_id], in_both[1][unit_id], strict=True)
        )
        for unit_id in in_both[0]
    }


def _items(campaign: Campaign, record: AppraisalRecord) -> dict[str, tuple[ItemStanding, ...]]:
    """Return by unit its items against the mean of the class, of those enough could judge.

    One item alone that is withheld would be what the others leave of the unit's score: then the
    one that fewest could judge is withheld too.
    """
    smallest = scheme_of(campaign).privacy.smallest_cell
    out = {}
    for entry in campaign.units:
        mine = [one for one in record.item_differences or () if one.unit_code == entry.unit.code]
        enough = [one for one in mine if one.n >= smallest]
        if len(mine) - len(enough) == 1 and enough:
            enough.remove(min(enough, key=lambda one: one.n))
        out[entry.unit.code] = tuple(
            ItemStanding(
                item_id=one.item_id,
                score=_one(one.score),
                mean=_one(one.mean),
                difference=_one(one.difference),
                lower=_one(one.lower),
                upper=_one(one.upper),
                side=one.side,
            )
            for one in enough
        )
    return out


def _changes(changes: Changes | None) -> dict[str, ChangeReported]:
    if changes is None:
        return {}
    return {
        unit.unit_code: ChangeReported(
            campaign=changes.before.campaign,
            delta=_two(unit.delta),
            lower=_two(unit.lower),
            upper=_two(unit.upper),
            side=unit.side,
            reasons=tuple(reason.zh for reason in changes.reasons_of(unit)),
            reasons_en=tuple(reason.en for reason in changes.reasons_of(unit)),
        )
        for unit in changes.units
    }


def _one(value: float) -> str:
    return format(round_half_up(value, digits=1) + 0, "f")  # never -0.0


def _two(value: float | None) -> str | None:
    return None if value is None else format(round_half_up(value, digits=2) + 0, "f")
