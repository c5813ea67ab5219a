"""Cases that are one matter are dealt with together: the same step for each, all or none.

Each case keeps its own steps, its own audit entries, its own resident; only the hand that takes
the step is spared. What was ticked is what was read: the page shows the redacted words of all.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

from sqlalchemy.orm import Session

from survey.clock import Clock
from survey.feedback import cases
from survey.feedback.redact import redact
from survey.model import Campaign, Case, Comment
from survey.problems import Refused

Step = Literal["assign", "answer", "dismiss", "publish", "close"]
STEPS: tuple[Step, ...] = get_args(Step)
# What may be done with cases that wait for this.
BY_STATE: dict[str, tuple[Step, ...]] = {
    "opened": ("assign", "answer", "dismiss"),
    "verified": ("assign", "answer", "dismiss"),
    "replied": ("publish",),
    "published": ("close",),
}
MOST = 50  # in one transaction


def redacted_words(session: Session, *, found: Sequence[Case]) -> dict[str, str]:
    """Return by code what of some cases may be read outside the office."""
    return {
        case.code: case.redacted or redact(session.get_one(Comment, case.response_id).text)
        for case in found
    }


def take_together(
    session: Session,
    *,
    campaign: Campaign,
    words: Mapping[str, str],
    step: Step,
    level: str,
    text: str,
    by: str,
    clock: Clock,
) -> int:
    """Take a step with all cases whose redacted `words` are given by code; return how many.

    A case that nobody has verified is verified first, with these words, where the step needs it.
    Raises Refused with the case's code where one cannot take the step: then none does.
    """
    if not words:
        raise Refused.of(zh="请至少勾选一件", en="tick at least one case", field="case")
    if len(words) > MOST:
        raise Refused.of(
            zh=f"一次最多办理 {MOST} 件", en=f"at most {MOST} cases at a time", field="case"
        )
    for code in sorted(words):
        case = cases.find_case(session, campaign=campaign, code=code, lock=True)
        try:
            if case is None:
                raise Refused.of(zh="没有这一件", en="there is no such case")
            given = {"campaign": campaign, "case": case, "by": by, "clock": clock}
            if case.state == "opened" and step in {"assign", "answer"}:
                cases.verify(session, level=level, text=words[code], **given)  # type: ignore[arg-type]
            _deed(step, text)(session, **given)
        except Refused as refused:
            raise _named(code, refused) from None
    return len(words)


def _deed(step: Step, text: str) -> Callable[..., None]:
    def answer(session: Session, **given: object) -> None:
        cases.answer_directly(session, text=text, **given)  # type: ignore[arg-type]

    def dismiss(session: Session, **given: object) -> None:
        cases.dismiss(session, reason=text, **given)  # type: ignore[arg-type]

    deeds: dict[Step, Callable[..., None]] = {
        "assign": cases.assign,
        "answer": answer,
        "dismiss": dismiss,
        "publish": cases.publish,
        "close": cases.close,
    }
    return deeds[step]


def _named(code: str, refused: Refused) -> Refused:
    problem = refused.problems[0]
    return Refused.of(zh=f"{code}：{problem.zh}", en=f"{code}: {problem.en}", field=problem.field)
