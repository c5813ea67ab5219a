"""What witnesses signed, against the entries of the audit that say what was taken from them."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, Cosignature, TreeHead
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered


def check_cosignatures(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find signatures of witnesses that nobody took, and taken ones that are gone or altered."""
    said = {
        (
            *(entry["detail"][word] for word in ("number", "witness", "digest")),
            *(entry["by"], entry["at"]),
        )
        for entry in deeds.of(campaign, "witness.take")
    }
    query = (
        sa.select(Cosignature, TreeHead.number)
        .join(TreeHead, TreeHead.id == Cosignature.head_id)
        .where(TreeHead.campaign_id == campaign.id)
    )
    found = {
        (number, row.witness, _digest(row), row.taken_by, row.taken_at)
        for row, number in session.execute(query)
    }
    return [
        altered(
            "cosignatures",
            f"{witness}在第 {number} 号总校验码上的签名与操作记录不符：被改动，或被删除、添加",
            f"what {witness} signed of head {number} is not what the audit says was taken",
        )
        for number, witness in sorted({each[:2] for each in found ^ said})
    ]


def _digest(row: Cosignature) -> str:
    return hashlib.sha256(f"{row.witness_key}\n{row.line}".encode()).hexdigest()
