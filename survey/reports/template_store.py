"""Which template draws a document: the office's own, or the shipped one; all versions are kept."""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock
from survey.model import DocumentTemplate
from survey.problems import Refused
from survey.reports.kinds import NAMES, Kind
from survey.reports.shipped import shipped
from survey.reports.template_rules import require_usable


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


def replace_template(
    session: Session, *, kind: Kind, lang: str, content: bytes, file: str, by: str, clock: Clock
) -> None:
    """Put the office's own template in use.

    Raises Refused where it does not open, is too large, holds macros or links, or names a field
    that there is not.
    """
    require_usable(content, kind=kind, lang=lang, file=file)
    digest = hashlib.sha256(content).hexdigest()
    _keep(session, kind, lang, content=content, digest=digest, by=by, clock=clock)
    audit.record(
        session,
        by=by,
        at=clock(),
        action="template.replace",
        subject=f"{kind}.{lang}",
        digest=digest,
    )


def restore_template(session: Session, *, kind: Kind, lang: str, by: str, clock: Clock) -> None:
    """Go back to the shipped template."""
    _keep(session, kind, lang, content=None, digest=None, by=by, clock=clock)
    audit.record(session, by=by, at=clock(), action="template.restore", subject=f"{kind}.{lang}")


def _keep(
    session: Session,
    kind: Kind,
    lang: str,
    *,
    content: bytes | None,
    digest: str | None,
    by: str,
    clock: Clock,
) -> None:
    session.add(
        DocumentTemplate(
            kind=kind,
            lang=lang,
            content=content,
            digest=digest,
            uploaded_at=clock(),
            uploaded_by=by,
        )
    )
    session.flush()
