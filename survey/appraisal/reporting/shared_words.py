"""The words that comments about a unit share, by kind; none that few people could be known by.

A word is told where so many comments hold it that the scheme shows the number: comments not alike,
each from a source of its own. So a flood of one text is one comment, whoever sends it, and what
one network sends is one, whatever it says.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.record.reported import WordGiven
from survey.feedback.kinds import kind_of
from survey.feedback.likeness import Said, groups_of
from survey.feedback.redact import redact
from survey.feedback.words_said import words_said
from survey.model import Campaign, Case, Comment, CommentKind, Response, Unit
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.scipy_calls import csr_array, maximum_bipartite_matching

MOST = 10  # words of a kind
_THEMES: tuple[CommentKind, ...] = ("case", "praise")  # the others say nothing in words
_ANYBODY = b"anybody"  # the same few words are one comment, whoever says them

Written = tuple[str, bytes]  # a comment's redacted words, and the mark of where it came from
Shared = dict[tuple[int, CommentKind], tuple[WordGiven, ...]]


def shared_words(session: Session, *, campaign: Campaign) -> Shared:
    """Return by unit and kind the words its comments share, the most frequent first.

    There is no entry where there is no such word.
    """
    smallest = scheme_of(campaign).privacy.smallest_cell
    names = {entry.unit_id: entry.unit for entry in campaign.units}
    shared: Shared = {}
    for (unit_id, kind), written in sorted(_written(session, campaign).items()):
        if len(written) >= smallest:
            counted = counted_words(written, smallest=smallest, unit=names[unit_id])
            if counted:
                shared[unit_id, kind] = counted
    return shared


def _written(session: Session, campaign: Campaign) -> dict[tuple[int, CommentKind], list[Written]]:
    """Return the comments that still have words, as an official redacted them where one did.

    Not those whose answers were made anonymous: nobody can tell their sources apart any more.
    """
    query = (
        sa.select(
            *(Response.id, Response.unit_id, Response.network_mark),
            *(Comment.text, Comment.reasons, Case.redacted),
        )
        .join(Comment, Comment.response_id == Response.id)
        .outerjoin(Case, Case.response_id == Response.id)
        .where(
            Response.campaign_id == campaign.id, Response.receipt.is_not(None), Comment.text != ""
        )
        .order_by(Response.leaf_index)
    )
    written: defaultdict[tuple[int, CommentKind], list[Written]] = defaultdict(list)
    for row in session.execute(query):
        kind = kind_of(row.text, row.reasons)
        if kind in _THEMES:
            source = row.network_mark or b"%d" % row.id
            text = redact(row.text if row.redacted is None else row.redacted)
            written[row.unit_id, kind].append((text, source))
    return written


def counted_words(
    written: Sequence[Written], *, smallest: int, unit: Unit
) -> tuple[WordGiven, ...]:
    """Return the words that `smallest` or more of the comments about a unit share."""
    alike = groups_of([Said(text=text, source=_ANYBODY) for text, _ in written])
    said: defaultdict[str, set[tuple[int, bytes]]] = defaultdict(set)
    for (text, source), group in zip(written, alike, strict=True):
        for word in words_said(text):
            said[word].add((group, source))
    given = [
        WordGiven(word=word, n=n)
        for word, found in said.items()
        if len(found) >= smallest and not _names(word, unit)
        for n in [_n_different(found)]
        if n >= smallest
    ]
    return tuple(sorted(given, key=lambda one: (-one.n, one.word))[:MOST])


def _n_different(found: Iterable[tuple[int, bytes]]) -> int:
    """Return how many comments differ both in what they say and in where they came from."""
    groups, sources = dict[int, int](), dict[bytes, int]()
    pairs = [
        (groups.setdefault(group, len(groups)), sources.setdefault(source, len(sources)))
        for group, source in sorted(found)
    ]
    rows, columns = np.array(pairs, dtype=np.int32).T
    met = csr_array((np.ones(len(pairs), dtype=np.int8), (rows, columns)))
    return int((maximum_bipartite_matching(met) >= 0).sum())


def _names(word: str, unit: Unit) -> bool:
    """Tell whether a word is the unit's own name, or part of it."""
    return any(word in name or name in word for name in (unit.name_zh, unit.short_zh) if name)
