"""Templates of documents, against the entries of the audit that say who put which in use."""

import hashlib
from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import DocumentTemplate
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered

_DEEDS = ("template.replace", "template.restore")

_Versions = dict[str, list[tuple[str, str | None]]]  # who put what in use, the oldest first


def check_templates(session: Session, deeds: Deeds) -> list[Problem]:
    """Find templates that nobody uploaded, and uploaded ones that are gone or altered."""
    said, found = _said(deeds), _found(session)
    return [
        altered(
            "templates",
            f"文书模板 {which} 与操作记录不符：被改动，或被删除、添加",
            f"the template {which} is not what the audit says was put in use",
        )
        for which in sorted(said.keys() | found.keys())
        if said.get(which) != found.get(which)
    ]


def _said(deeds: Deeds) -> _Versions:
    entries = [
        entry
        for (_, action), of_one in deeds.entries.items()
        if action in _DEEDS
        for entry in of_one
    ]
    said: _Versions = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry["id"]):
        said[entry["subject"]].append((entry["by"], entry["detail"].get("digest")))
    return said


def _found(session: Session) -> _Versions:
    found: _Versions = defaultdict(list)
    for row in session.scalars(sa.select(DocumentTemplate).order_by(DocumentTemplate.id)):
        digest = None if row.content is None else hashlib.sha256(row.content).hexdigest()
        is_its_own = digest == row.digest
        found[f"{row.kind}.{row.lang}"].append((row.uploaded_by, digest if is_its_own else ""))
    return found
