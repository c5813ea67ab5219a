"""The posters in use as one file: few at once, many as a job, for each takes some 2 ms to draw."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from survey.fieldwork import entrances
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.papers.poster_pdf import Size, describe, make_pdf
from survey.jobs.files import keep_file
from survey.jobs.kinds import Kind, Work
from survey.ledger.publication import printed_head
from survey.model import Campaign
from survey.site.database import end_read
from survey.site.installation import Site

AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """Which posters are wanted, how large and in which language; `of` says which they were."""

    size: Size
    words: str
    units: list[str]
    of: str

    def address(self, code: str, **more: Any) -> str:
        """Return where they are asked for."""
        asked: dict[str, Any] = {"size": self.size, "words": self.words, "unit": self.units}
        return url_for("posters.pdf", code=code, **asked, **more)

    def arguments(self) -> dict[str, Any]:
        """Return what a job of them is asked for with."""
        return asdict(self)


def digest_of(rows: Sequence[entrances.PosterRow]) -> str:
    """Return what is another where one of these posters was withdrawn, moved or added."""
    told = "\n".join(f"{row.poster.id} {row.poster.code} {row.poster.place}" for row in rows)
    return hashlib.sha256(told.encode()).hexdigest()


def drawn_posters(
    session: Session, *, site: Site, campaign: Campaign, size: Size, lang: str, units: Sequence[str]
) -> bytes:
    """Return the posters in use of some units, or of all, as PDF, drawn once the read has ended."""
    rows = entrances.posters_of(session, campaign=campaign, unit_codes=units, withdrawn=False)
    settings = site.settings
    described = describe(campaign, rows, base_url=settings.base_url, lang=lang)
    head = printed_head(session, campaign=campaign)
    end_read(session)
    return make_pdf(
        campaign,
        described,
        size=size,
        font=choose_font(settings),
        host=settings.host,
        lang=lang,
        head=head,
    )


def _print(work: Work) -> dict[str, Any]:
    wanted = Printing(**work.arguments)
    work.tell("write")
    with work.site.database.reading() as session:
        content = drawn_posters(
            session,
            site=work.site,
            campaign=find_campaign(session, work.campaign_code),
            size=wanted.size,
            lang=wanted.words,
            units=wanted.units,
        )
    work.tell("keep")
    return keep_file(work.site, content, name=f"{work.campaign_code}-{wanted.size}.pdf")


def _file(code: str, said: Mapping[str, Any]) -> str:
    wanted = Printing(**{name: said[name] for name in ("size", "words", "units", "of")})
    return wanted.address(code, job=said["job"])


def _posters(code: str, _said: Mapping[str, Any]) -> str:
    return url_for("posters.listed", code=code)


POSTERS = Kind(
    name="posters",
    action="poster.read",
    do=_print,
    done=_("文件已做好，保留一天。"),
    result_page=_file,
    asking_page=_posters,
    is_file=True,
)
