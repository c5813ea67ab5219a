"""A bulletin is issued: in both languages, kept as it went out, on record with its digests."""

import hashlib
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import local_day
from survey.fieldwork.bulletins.content import bulletin_content
from survey.fieldwork.bulletins.due import bulletins_of, due_today, next_day
from survey.fieldwork.bulletins.paper import bulletin_paper
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.papers.font import choose_font
from survey.model import BULLETIN_LANGS, Bulletin, BulletinFile, Campaign
from survey.problems import Problem, Refused
from survey.site.installation import Site
from survey.two_persons.proposals import require_official


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """The files of a bulletin by language and kind, before it is issued."""

    number: int
    files: dict[tuple[str, str], bytes]


def issue_bulletin(site: Site, *, campaign_code: str, by: str) -> int:
    """Issue the bulletin that is due; return its number, the same for a second click.

    Raises Refused where none is due: it is no day of the scheme, or nobody can answer.
    """
    at = site.clock()
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        today = date.fromisoformat(local_day(at, campaign.timezone))
        if issued := _of_today(session, campaign, today):
            return issued.number
        _need_due(session, campaign, today)
        drawn = _draw(session, site, campaign)
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        require_official(session, username=by, action="campaign.run")
        held = sa.select(Campaign.id).where(Campaign.id == campaign.id)
        session.execute(held.with_for_update(key_share=True))
        if issued := _of_today(session, campaign, today):
            return issued.number
        _need_due(session, campaign, today)
        bulletin = Bulletin(campaign_id=campaign.id, number=drawn.number, day=today.isoformat())
        bulletin.issued_at, bulletin.issued_by = at, by
        session.add(bulletin)
        session.flush()
        files = [
            BulletinFile(
                bulletin_id=bulletin.id,
                lang=lang,
                kind=kind,
                content=content,
                digest=hashlib.sha256(content).hexdigest(),
            )
            for (lang, kind), content in drawn.files.items()
        ]
        session.add_all(files)
        audit.record(
            session,
            by=by,
            at=at,
            action="bulletin.issue",
            subject=campaign.code,
            number=bulletin.number,
            day=bulletin.day,
            files={f"{file.lang}.{file.kind}": file.digest for file in files},
        )
        return bulletin.number


def find_file(
    session: Session, *, campaign: Campaign, number: int, lang: str, kind: str
) -> BulletinFile:
    """Return a file of a bulletin as it was issued; raises Refused for none."""
    query = (
        sa.select(BulletinFile)
        .join(Bulletin, Bulletin.id == BulletinFile.bulletin_id)
        .where(
            Bulletin.campaign_id == campaign.id,
            Bulletin.number == number,
            BulletinFile.lang == lang,
            BulletinFile.kind == kind,
        )
    )
    found = session.scalar(query)
    if found is None:
        raise Refused.of(
            field="number",
            zh=f"没有第 {number} 期进度通报",
            en=f"there is no bulletin {number}",
        )
    return found


def _draw(session: Session, site: Site, campaign: Campaign) -> _Drawn:
    at = site.clock()
    number = len(bulletins_of(session, campaign=campaign)) + 1
    content = bulletin_content(session, campaign=campaign, number=number, at=at)
    # It loads what Word documents are written by.
    from survey.fieldwork.bulletins.word_file import word_file  # noqa: PLC0415

    font = choose_font(site.settings)
    files: dict[tuple[str, str], bytes] = {}
    for lang in BULLETIN_LANGS:
        files[lang, "docx"] = word_file(content, lang=lang, dated_at=at)
        files[lang, "pdf"] = bulletin_paper(content, lang=lang, dated_at=at, font=font)
    return _Drawn(number=number, files=files)


def _of_today(session: Session, campaign: Campaign, today: date) -> Bulletin | None:
    issued = bulletins_of(session, campaign=campaign)
    return next((each for each in issued if each.day == today.isoformat()), None)


def _need_due(session: Session, campaign: Campaign, today: date) -> None:
    if due_today(session, campaign=campaign, today=today) is None:
        raise Refused([_not_due(campaign, next_day(session, campaign=campaign, today=today))])


def _not_due(campaign: Campaign, following: date | None) -> Problem:
    if campaign.state != "open" or following is None:
        return Problem(
            field="day",
            zh="没有待发的进度通报",
            en="no bulletin is due",
        )
    return Problem(
        field="day",
        zh=f"今天没有待发的进度通报；按方案，下一期在 {following}",
        en=f"no bulletin is due today; by the scheme the next is on {following}",
    )
