"""The office puts a template of its own in use, or goes back to the shipped one; on record."""

import hashlib

from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock
from survey.model import DocumentTemplate
from survey.reports.kinds import Kind
from survey.reports.template_rules import require_usable


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
