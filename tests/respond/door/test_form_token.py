from datetime import timedelta

import pytest

from survey.respond.door.form_token import TokenInvalid, check, issue
from tests.factories import FIELDWORK

KEY, PAGE = b"k" * 32, "CODE|1"


def test_a_token_says_when_its_page_was_made_and_its_receipt() -> None:
    token = issue(key=KEY, page=PAGE, at=FIELDWORK)
    told = check(token, key=KEY, page=PAGE, at=FIELDWORK + timedelta(days=30))
    assert told.issued_at == FIELDWORK
    assert len(told.receipt) == 10
    assert told == check(token, key=KEY, page=PAGE, at=FIELDWORK)  # a replay: the same receipt


def test_every_page_has_a_receipt_of_its_own() -> None:
    tokens = {issue(key=KEY, page=PAGE, at=FIELDWORK) for _ in range(100)}
    assert len({check(t, key=KEY, page=PAGE, at=FIELDWORK).receipt for t in tokens}) == 100


def test_a_token_ends_after_thirty_days_and_survives_a_clock_set_back() -> None:
    token = issue(key=KEY, page=PAGE, at=FIELDWORK)
    assert check(token, key=KEY, page=PAGE, at=FIELDWORK - timedelta(hours=1))
    with pytest.raises(TokenInvalid):
        check(token, key=KEY, page=PAGE, at=FIELDWORK + timedelta(days=30, seconds=1))


@pytest.mark.parametrize(
    ("key", "page"), [(b"x" * 32, PAGE), (KEY, "CODE|2"), (KEY, "OTHER|1")], ids=str
)
def test_a_token_belongs_to_a_key_and_a_page(key: bytes, page: str) -> None:
    token = issue(key=KEY, page=PAGE, at=FIELDWORK)
    with pytest.raises(TokenInvalid):
        check(token, key=key, page=page, at=FIELDWORK)


@pytest.mark.parametrize("place", range(3))
def test_no_part_of_it_can_be_changed(place: int) -> None:
    parts = issue(key=KEY, page=PAGE, at=FIELDWORK).split(".")
    parts[place] = ("1" if parts[place][0] == "0" else "0") + parts[place][1:]
    with pytest.raises(TokenInvalid):
        check(".".join(parts), key=KEY, page=PAGE, at=FIELDWORK)
