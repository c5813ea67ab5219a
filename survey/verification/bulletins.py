"""Bulletins that were issued, against the entries of the audit that say which files went out."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Bulletin, BulletinFile, Campaign
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered


def check_bulletins(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find bulletins that nobody issued, and issued ones that are gone or other files now."""
    said = {
        (entry["detail"]["number"], entry["detail"]["day"], name, digest)
        for entry in deeds.of(campaign, "bulletin.issue")
        for name, digest in entry["detail"]["files"].items()
    }
    query = (
        sa.select(Bulletin, BulletinFile)
        .outerjoin(BulletinFile, BulletinFile.bulletin_id == Bulletin.id)
        .where(Bulletin.campaign_id == campaign.id)
    )
    found = {
        (bulletin.number, bulletin.day, *_file(file)) for bulletin, file in session.execute(query)
    }
    return [
        altered(
            "bulletins",
            f"第 {number} 期进度通报与操作记录不符：文件被改动，或被删除、添加",
            f"bulletin {number} is not what the audit says was issued",
        )
        for number in sorted({each[0] for each in found ^ said})
    ]


def _file(file: BulletinFile | None) -> tuple[str, str]:
    if file is None:
        return "", ""
    digest = hashlib.sha256(file.content).hexdigest()
    return f"{file.lang}.{file.kind}", digest if digest == file.digest else ""
