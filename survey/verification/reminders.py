"""Waves of reminders, against the entries of the audit that say so: weights hang on them."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, Reminder
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered


def check_reminders(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find reminders that nobody recorded, and recorded ones that are gone or differ."""
    said = {
        (
            *(entry["detail"]["wave"], int(batch), n, entry["at"], entry["by"]),
            *(entry["detail"].get("half", 0), entry["detail"].get("seed")),
        )
        for action in ("reminder.record", "reminder.draw")
        for entry in deeds.of(campaign, action)
        for batch, n in entry["detail"]["batches"].items()
    }
    query = sa.select(Reminder).where(Reminder.campaign_id == campaign.id)
    found = {
        (
            *(each.wave, each.batch, each.reminded, each.reminded_at, each.reminded_by),
            *(each.half, each.seed),
        )
        for each in session.scalars(query)
    }
    return [
        altered(
            "reminders",
            f"第 {wave} 次催办第 {batch} 批评议码的记录与操作记录不符：时间、数目被改动，"
            "或被删除、添加",
            f"what is kept of reminding batch {batch} in wave {wave} is not what the audit says",
        )
        for wave, batch in sorted({each[:2] for each in found ^ said})
    ]
