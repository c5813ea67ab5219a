"""Case files as people read them: what was found, how it stands, and whose words they may see."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from survey.appraisal.record.plain import read
from survey.appraisal.review.content import CaseContent
from survey.appraisal.review.effects import effect_of, is_current
from survey.appraisal.review.kinds import KINDS, VERDICTS, verdict_name
from survey.appraisal.review.words import may_speak, open_verdicts
from survey.appraisal.runs import latest_appraisal
from survey.model import Account, Campaign, CampaignUnit, ReviewCase, ReviewEffect
from survey.two_persons.case_log import NOTHING_SAID, CaseVerdict, Standing, Turn
from survey.two_persons.case_standing import read_standings
from survey.two_persons.deed import Said

STATES = ("split", "waiting", "open", "decided")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown:
    """A case file, the unit it is about, and how it stands."""

    case: ReviewCase
    kind: Said
    entry: CampaignUnit
    content: CaseContent
    standing: Standing

    @property
    def verdict(self) -> Said | None:
        """Return what stands, in words."""
        stands = self.standing.verdict
        return verdict_name(stands, n=self.case.n) if stands else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnShown:
    """A decision, and the words on it that whoever looks may see.

    Nobody sees the first word before the second is given, but the one whose it is.
    """

    turn: Turn
    outcome: Said | None
    words: tuple[tuple[str, Said, str], ...]
    n_hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCase:
    """One case file with its decisions, what each verdict would give, and what can be said now."""

    shown: CaseShown
    turns: tuple[TurnShown, ...]
    verdicts: tuple[tuple[CaseVerdict, Said], ...]
    may_speak: bool
    in_run: str | None
    effect: ReviewEffect | None
    may_weigh: bool


def read_cases(
    session: Session, *, campaign: Campaign, units: Sequence[CampaignUnit]
) -> list[CaseShown]:
    """Return the cases of some units; those that wait for a word first, split ones before all."""
    standings = read_standings(session, campaign=campaign)
    entries = {entry.unit.code: entry for entry in units}
    query = sa.select(ReviewCase).where(
        ReviewCase.campaign_id == campaign.id, ReviewCase.unit_code.in_(entries)
    )
    shown = [
        _shown(case, entries[case.unit_code], standings.get(case.number, NOTHING_SAID))
        for case in session.scalars(query.options(defer(ReviewCase.responses)))
    ]
    return sorted(shown, key=lambda one: (STATES.index(one.standing.state), one.case.number))


def read_case(
    session: Session, *, campaign: Campaign, case: ReviewCase, entry: CampaignUnit, account: Account
) -> WholeCase:
    """Return one case file as an official may see it."""
    standing = read_standings(session, campaign=campaign).get(case.number, NOTHING_SAID)
    run = latest_appraisal(session, campaign=campaign)
    scores = {unit["unit_code"]: unit["score"] for unit in run.content["units"]} if run else {}
    effect = effect_of(session, case=case, run_id=run.id if run else None)
    return WholeCase(
        shown=_shown(case, entry, standing),
        turns=tuple(_turn(turn, case.n, account) for turn in reversed(standing.turns)),
        verdicts=tuple(
            (verdict, verdict_name(verdict, n=case.n)) for verdict in open_verdicts(case, standing)
        ),
        may_speak=campaign.anonymised_at is None and may_speak(session, standing, account),
        in_run=scores.get(case.unit_code),
        effect=effect,
        may_weigh=bool(
            case.n
            and effect is None
            and campaign.anonymised_at is None
            and run is not None
            and is_current(session, campaign=campaign, run=run)
        ),
    )


def _shown(case: ReviewCase, entry: CampaignUnit, standing: Standing) -> CaseShown:
    return CaseShown(
        case=case,
        kind=KINDS[case.kind],
        entry=entry,
        content=read(CaseContent, case.content),
        standing=standing,
    )


def _turn(turn: Turn, n: int, account: Account) -> TurnShown:
    open_to_all = len(turn.words) > 1
    seen = [word for word in turn.words if open_to_all or word.by == account.username]
    return TurnShown(
        turn=turn,
        outcome=verdict_name(turn.outcome, n=n) if turn.outcome else None,
        words=tuple((word.by, verdict_name(word.verdict, n=n), word.reason) for word in seen),
        n_hidden=len(turn.words) - len(seen),
    )


def decided_counts(cases: Sequence[CaseShown]) -> list[tuple[Said, int]]:
    """Return how many cases are decided how."""
    verdicts = [one.standing.verdict for one in cases if one.standing.state == "decided"]
    return [(words, verdicts.count(verdict)) for verdict, words in VERDICTS.items()
            if verdict in verdicts]  # fmt: skip
