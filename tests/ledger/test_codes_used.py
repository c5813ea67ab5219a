"""An answer against its code, one fault at a time."""

import hashlib
from typing import Any

import pytest

from survey.ledger.committed.commitments import Committed
from survey.ledger.committed.used import Answer, CodesUsed, spans

OWN, BOTH, LATE = (bytes([n]) * 32 for n in (1, 2, 3))


def batch(number: int, units: tuple[str, ...], opening: bytes) -> Committed:
    hashes = (hashlib.sha256(opening).digest(),)
    return Committed(
        number=number, units=units, group_code="G1", channel="token_sms", hashes=hashes
    )


def stated(*numbers: int, size: int = 0) -> dict[str, Any]:
    return {
        "size": size,
        "invited_channels": ["token_sms", "phone"],
        "uncoded_channels": ["phone"],
        "batches": [{"batch": number} for number in numbers],
    }


def codes() -> CodesUsed:
    batches = {1: batch(1, ("A01",), OWN), 2: batch(2, ("A01", "A02"), BOTH)}
    late = stated(3, size=5)
    # What a later statement says of channels counts for nothing.
    late |= {"invited_channels": [], "uncoded_channels": ["token_sms"]}
    return CodesUsed([stated(1, 2), late], batches | {3: batch(3, ("A01",), LATE)})


def answer(opening: bytes = OWN, unit: str = "A01", **changed: Any) -> Answer:
    given = {"group_code": "G1", "channel": "token_sms", "by_code": True, **changed}
    return Answer(unit=unit, opening=opening, **given)


def found(*answers: Answer, start: int = 0) -> dict[str, list[int]]:
    used = codes()
    for index, each in enumerate(answers, start=start):
        used.take(index, each)
    assert bool(used.problems()) == bool(used.faults)
    return dict(used.faults)


@pytest.mark.parametrize(
    ("fault", "each"),
    [
        ("", answer()),
        ("uncommitted", answer(b"x" * 32)),
        ("uncommitted", answer(hashlib.sha256(OWN).digest())),
        ("other", answer(unit="A02")),
        ("other", answer(group_code="G2")),
        ("other", answer(channel="phone")),
        ("early", answer(LATE)),
        ("none", answer(b"")),
        ("none", answer(b"", by_code=False)),
        ("open", answer(channel="qr_open")),
        ("open", answer(by_code=False)),
        ("", answer(b"", channel="phone")),
        ("", answer(b"", channel="qr_open", by_code=False)),
    ],
)
def test_one_answer(fault: str, each: Answer) -> None:
    assert found(each) == ({fault: [0]} if fault else {})


def test_a_code_is_used_once_and_a_sitting_side_by_side() -> None:
    assert found(answer(), answer()) == {"again": [1]}
    both = (answer(BOTH), answer(BOTH, unit="A02"))
    assert found(*both) == {}
    assert found(*both, answer(BOTH)) == {"again": [2]}
    # A unit that the deputy left out, put in later: and whatever is put behind that.
    apart = found(answer(BOTH), answer(), answer(BOTH, unit="A02"), answer(BOTH, unit="A02"))
    assert apart == {"again": [2, 3]}
    assert found(answer(LATE), start=5) == {}


def test_nothing_is_said_where_nothing_was_committed() -> None:
    used = CodesUsed([], {})
    used.take(0, answer(b""))
    used.take(1, answer())
    assert used.problems() == []


def test_numbers_as_people_write_them() -> None:
    assert spans([]) == ""
    assert spans([9, 3, 8, 10, 11, 3]) == "3, 8-11"
    assert spans([1]) == "1"
