"""Which template draws a document: the office's own, or the shipped one; all versions are kept."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import DocumentTemplate
from survey.problems import Refused
from survey.reports.kinds import NAMES, Kind, shipped


def own_template(session: Session, *, kind: Kind, lang: str) -> DocumentTemplate | None:
    """Return the office's own template in use; None where the shipped one is.

    Raises Refused where what is kept is not what was uploaded.
    """
    query = sa.select(DocumentTemplate).where(
        DocumentTemplate.kind == kind, DocumentTemplate.lang == lang
    )
    newest = session.scalar(query.order_by(DocumentTemplate.id.desc()).limit(1))
    if newest is None or newest.content is None:
        return None
    if hashlib.sha256(newest.content).hexdigest() != newest.digest:
        raise Refused.of(
            field=NAMES[kind].name(lang),
            zh="保存的模板与上传时不一致，不能使用；请恢复自带模板，再重新上传",
            en="the template kept is not the one uploaded; go back to the shipped one, upload anew",
        )
    return newest


def template_in_use(session: Session, *, kind: Kind, lang: str) -> bytes:
    """Return the template that draws a document; raises Refused where the kept one was altered."""
    own = own_template(session, kind=kind, lang=lang)
    return own.content if own and own.content else shipped(kind, lang)


def template_of_digest(session: Session, *, kind: Kind, lang: str, digest: str) -> bytes:
    """Return the template a document was drawn by; the shipped one where none is kept of it."""
    query = sa.select(DocumentTemplate.content).where(
        DocumentTemplate.kind == kind,
        DocumentTemplate.lang == lang,
        DocumentTemplate.digest == digest,
    )
    return session.scalar(query.limit(1)) or shipped(kind, lang)
