"""What is asked for other systems alike, be it a token or an address: a name, and campaigns."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign
from survey.office_files.signs import sign_fault
from survey.problems import Problem

_NAME_SIGNS = 60


def name_problems(name: str) -> list[Problem]:
    """Return what is wrong with the name of a receiving system."""
    if 1 <= len(name.strip()) <= _NAME_SIGNS:
        fault = sign_fault(name.strip())
        return [Problem(field="name", zh=fault[0], en=fault[1])] if fault else []
    return [
        Problem(
            field="name",
            zh=f"请填写接收系统的名称，不超过{_NAME_SIGNS}个字",
            en=f"name the receiving system in at most {_NAME_SIGNS} characters",
        )
    ]


def campaign_problems(session: Session, campaigns: Sequence[str] | None) -> list[Problem]:
    """Return what is wrong with the campaigns that were chosen; None is all of them."""
    if campaigns is None:
        return []
    known = set(session.scalars(sa.select(Campaign.code).where(Campaign.code.in_(campaigns))))
    if campaigns and known == set(campaigns):
        return []
    return [Problem(field="campaigns", zh="请从列出的评议活动里选", en="choose from the campaigns")]
