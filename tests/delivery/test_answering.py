"""What an answer to a message says, and what is made of one that says something else."""

import json

import pytest

from survey.delivery.answering import told_by
from survey.receivers.acknowledgements import Told


def test_an_outcome_is_taken_with_its_words() -> None:
    said = {"acknowledged": "rejected", "reference": "KH-7", "note": "单位编码不认识"}
    assert told_by(json.dumps(said).encode()) == Told(
        outcome="rejected", reference="KH-7", note="单位编码不认识"
    )


@pytest.mark.parametrize(
    "answer",
    [b"", b"OK", b"\xff", b"[]", b"{}", b'{"acknowledged": "yes"}', b'{"acknowledged": []}'],
)
def test_any_other_answer_says_nothing(answer: bytes) -> None:
    assert told_by(answer) is None


def test_words_that_nobody_could_read_are_left_out() -> None:
    said = {"acknowledged": "received", "reference": "n" * 101, "note": "a\u202eb"}
    assert told_by(json.dumps(said).encode()) == Told(outcome="received", reference="", note="")
    said = {"acknowledged": "received", "reference": 7, "note": None}
    assert told_by(json.dumps(said).encode()) == Told(outcome="received", reference="", note="")
