"""Checks a document's file against the score document of its release."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from survey.appraisal.record import ScoreDocument
from survey.appraisal.record.plain import UnreadableError
from survey.problems import Refused
from survey.reports.blocks import opened
from survey.reports.checking import Checked, compare
from survey.reports.drawing import About, fields_of, filled, marked
from survey.verification.signature import holds, key_id, public_key

Templates = Callable[[About], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """Which document it is, who signed its release, and how its numerals stand."""

    about: About
    key_id: str
    checked: Checked


def read_scores(text: str, *, file: str) -> ScoreDocument:
    """Return a score document whose own signature holds.

    Raises Refused where it is none, or was changed after it was signed. By whom it was signed its
    `key_id` says: compare that with the one the office gave you.
    """
    try:
        content = json.loads(text)
        document = ScoreDocument.from_dict(content)
        assert document.release.signature is not None
        whole = holds(content, public_key(document.release.signature.public_key))
    except (ValueError, UnreadableError, AssertionError, LookupError, TypeError) as error:
        raise Refused.of(
            file=file,
            zh="不是发布的结果文件；请用得分页面下载的 JSON",
            en="is no file of released scores; take the JSON from the score page",
        ) from error
    if not whole:
        raise Refused.of(
            file=file,
            zh="结果文件与签名不符，发布后被改过；请重新从得分页面下载",
            en="the scores were changed after they were signed; download them again",
        )
    return document


def check_file(
    content: bytes, scores: ScoreDocument, *, file: str, template_of: Templates
) -> CheckedFile:
    """Hold a document's file against the release it was made of.

    `template_of` returns the template that drew it. Raises Refused where the file is no document
    of this release, or its template is unknown.
    """
    about = About.read(str(opened(content, file=file).core_properties.keywords))
    if about is None:
        raise Refused.of(
            file=file,
            zh="文件里没有文书标记，不是从发布生成的文书，或标记已被删去；请重新下载文书后再改",
            en="has no mark of a document of a release, or lost it; download it anew and edit that",
        )
    if about.release != scores.release.id:
        raise Refused.of(
            file=file,
            zh=f"文书出自 {about.release}，结果文件是 {scores.release.id}；请用同一次发布的",
            en=f"is of {about.release}, the scores are {scores.release.id}; give those of its own",
        )
    template = template_of(about)
    if hashlib.sha256(template).hexdigest() != about.template:
        raise _another_template(file)
    expected = filled(template, marked(fields_of(scores, about)), about)
    signature = scores.release.signature
    assert signature is not None
    return CheckedFile(
        about=about,
        key_id=key_id(public_key(signature.public_key)),
        checked=compare(expected=expected, document=content, file=file),
    )


def _another_template(file: str) -> Refused:
    return Refused.of(
        file=file,
        zh="生成这份文书的模板不是给出的这一份；请用 --template 给出当时的模板",
        en="was drawn by another template than the one given; give the one of then by --template",
    )
