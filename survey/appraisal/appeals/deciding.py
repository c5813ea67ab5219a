"""An appeal decided by two persons; where scores change, by a release that supersedes another."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from survey.appraisal.appeals.comparing import Compared, current_run
from survey.appraisal.appeals.kinds import DEED, OUTCOMES
from survey.appraisal.appeals.steps import add_step, find_appeal
from survey.appraisal.record.plain import read
from survey.appraisal.record.scores import AppealFigures, AppealGranted
from survey.appraisal.release import Composed, freeze, latest_release, prepare_release
from survey.appraisal.score_document import release_code
from survey.fieldwork.sealing import seal_ledger
from survey.model import Appeal, AppealOutcome, AppealStep, Appraisal, Release, Unit
from survey.problems import Refused
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """An appeal, what it changes, the unit, and the releases it is about."""

    appeal: Appeal
    outcome: AppealOutcome
    found: Compared
    run: Appraisal
    unit: Unit
    contested: Release
    newest: Release

    @property
    def supersedes(self) -> bool:
        """Whether scores change that are not released yet."""
        return self.found.moves_any and self.newest.appraisal_id != self.run.id


def _weighed(matter: Matter) -> _Weighed:
    """Return what a decision rests on; raises Refused where it cannot be made."""
    session, campaign = matter.session, matter.campaign
    appeal = find_appeal(session, campaign=campaign, number=int(matter.arguments["appeal"]))
    run, last = current_run(session, campaign), _last_step(matter, appeal)
    if last is None or last.step == "decided":
        raise _not_to_decide(appeal, is_decided=last is not None)
    if last.step != "weighed" or last.appraisal_id != run.id:
        raise _not_weighed(appeal)
    newest = latest_release(session, campaign=campaign)
    assert newest is not None  # it contests one
    weighed = _Weighed(
        appeal=appeal,
        outcome=_outcome(str(matter.arguments["outcome"])),
        found=read(Compared, last.content),
        run=run,
        unit=session.get_one(Unit, appeal.unit_id),
        contested=session.get_one(Release, appeal.release_id),
        newest=newest,
    )
    if weighed.outcome == "rejected" and weighed.supersedes:
        raise _moves_though_rejected(weighed)
    return weighed


def _last_step(matter: Matter, appeal: Appeal) -> AppealStep | None:
    query = sa.select(AppealStep).where(AppealStep.appeal_id == appeal.id)
    return matter.session.scalar(query.order_by(AppealStep.position.desc()).limit(1))


def _outcome(asked: str) -> AppealOutcome:
    for outcome in OUTCOMES:
        if outcome == asked:
            return outcome
    raise Refused.of(field="outcome", zh="请选择一种决定", en="choose a decision")


def _basis(matter: Matter) -> Facts:
    weighed = _weighed(matter)
    return {
        "appraisal": weighed.run.id,
        "content_digest": weighed.run.content_digest,
        "contested": weighed.contested.number,
        "newest": weighed.newest.number,
        "supersedes": weighed.supersedes,
    }


def _told(matter: Matter) -> list[Said]:
    weighed = _weighed(matter)
    number, outcome, unit = weighed.appeal.number, OUTCOMES[weighed.outcome], weighed.unit
    lines = [
        Said(
            zh=f"第 {number} 号申诉（{unit.code} {unit.name_zh}，对第 {weighed.contested.number}"
            f" 号发布）：{outcome.zh}",
            en=f"appeal {number} of {unit.code} {unit.name_en} against release"
            f" {weighed.contested.number}: {outcome.en.lower()}",
        ),
        _moved(weighed.found),
    ]
    if weighed.supersedes:
        new, before = weighed.newest.number + 1, weighed.newest.number
        lines.append(
            Said(
                zh=f"得分有变化，同时发布第 {new} 号结果，写明因第 {number} 号申诉取代第 {before}"
                " 号发布，旧的仍可查",
                en=f"scores change: release {new} supersedes release {before}, naming appeal"
                f" {number} as its reason; the old one can still be read",
            )
        )
    return lines


def _moved(found: Compared) -> Said:
    before, after = _figures(found.before), _figures(found.after)
    if not found.moves_any:
        return Said(zh=f"得分和名次不变：{before}", en=f"score and rank stay: {before}")
    return Said(
        zh=f"该单位（得分 区间 名次）由 {before} 变为 {after}；另有 {found.n_others} 个单位有变化",
        en=f"the unit (score, interval, rank) goes from {before} to {after};"
        f" {found.n_others} other units change",
    )


def _figures(one: AppealFigures) -> str:
    if one.score is None:
        return "–"
    return f"{one.score} [{one.lower}–{one.upper}] {one.class_rank or '–'}"


def _prepare(matter: Matter) -> Composed | None:
    """Write and sign the superseding release, where there is to be one."""
    weighed = _weighed(matter)
    if not weighed.supersedes or weighed.outcome == "rejected":
        return None
    granted = AppealGranted(
        number=weighed.appeal.number,
        unit_code=weighed.unit.code,
        outcome=weighed.outcome,
        contested=release_code(matter.campaign, weighed.contested.number),
        before=weighed.found.before,
    )
    return prepare_release(matter, granted)


def _carry_out(matter: Matter, persons: Persons, prepared: Composed | None) -> Done:
    session, campaign = matter.session, matter.campaign
    weighed = _weighed(matter)
    holds = weighed.newest
    if weighed.supersedes:
        assert prepared is not None  # `prepare` saw the same basis
        holds = freeze(session, prepared, campaign=campaign, by=persons.approved_by)
    step = AppealStep(
        step="decided",
        at=matter.site.clock(),
        by=persons.proposed_by,
        outcome=weighed.outcome,
        reason=persons.reason,
        approved_by=persons.approved_by,
        release_id=holds.id,
    )
    told = {"outcome": weighed.outcome, "number": holds.number, "unit": weighed.unit.code}
    add_step(session, campaign=campaign, appeal=weighed.appeal, step=step, **told)
    seal_ledger(matter.site, session, campaign, "release" if prepared else "appeal")
    outcome, number = OUTCOMES[weighed.outcome], weighed.appeal.number
    name = release_code(campaign, holds.number)
    more = f"，已发布 {name}" if weighed.supersedes else ""
    more_en = f"; {name} is released" if weighed.supersedes else ""
    return Done(
        said=Said(
            zh=f"第 {number} 号申诉已答复：{outcome.zh}{more}。复核意见书可在申诉页面下载。",
            en=f"appeal {number} is decided: {outcome.en.lower()}{more_en}. Its page has the"
            " letter.",
        )
    )


def _not_to_decide(appeal: Appeal, *, is_decided: bool) -> Refused:
    if is_decided:
        return Refused.of(
            field=str(appeal.number),
            zh=f"第 {appeal.number} 号申诉已经答复，不能再决定",
            en=f"appeal {appeal.number} is decided already",
        )
    return Refused.of(
        field=str(appeal.number),
        zh=f"第 {appeal.number} 号申诉还没有受理；请先受理",
        en=f"appeal {appeal.number} was not received yet; receive it first",
    )


def _not_weighed(appeal: Appeal) -> Refused:
    return Refused.of(
        field=str(appeal.number),
        zh="还没有按最近一次计分复核计算；请先在申诉页面复核计算，再决定",
        en="it was not compared with the newest run; compute it on the appeal's page, then decide",
    )


def _moves_though_rejected(weighed: _Weighed) -> Refused:
    return Refused.of(
        field=str(weighed.appeal.number),
        zh="最近一次计分改变了已发布的得分或名次，还没有发布，不能决定申诉不成立；"
        "请撤销有关认定，或先办完改变得分的申诉，再复核计算",
        en="the newest run changes figures that are released, so the appeal cannot be rejected;"
        " undo that decision on the review desk, or finish the appeal it was for; compute it anew",
    )


DECIDE_APPEAL = Deed(
    kind=DEED,
    name=Said(zh="申诉复核决定", en="Decide on an appeal"),
    propose="appeal.decide",
    basis=_basis,
    told=_told,
    carry_out=_carry_out,
    prepare=_prepare,
    needs_reason=lambda _basis: True,
)
