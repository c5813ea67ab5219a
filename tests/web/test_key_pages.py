"""Pages of a list told by their keys: every row once, whichever way somebody turns them."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from survey.web.key_pages import SIZE, Page, Place, page_at


def page_of(rows: list[int], place: Place) -> Page[int]:
    def read(at: Place, limit: int) -> list[int]:
        if not at.key:
            return rows[:limit]
        if at.before:
            return [row for row in reversed(rows) if row < int(at.key)][:limit]
        return [row for row in rows if row > int(at.key)][:limit]

    return page_at(place, read=read, key_of=str)


def pages(rows: list[int]) -> Iterator[Page[int]]:
    page = page_of(rows, Place())
    yield page
    while page.after:
        page = page_of(rows, Place(page.after))
        yield page


@given(st.integers(0, 4 * SIZE + 3))
def test_turning_on_and_back_shows_every_row_once_and_in_order(n: int) -> None:
    rows = list(range(n))
    there = list(pages(rows))
    assert [row for page in there for row in page.rows] == rows
    assert [len(page.rows) for page in there[:-1]] == [SIZE] * (len(there) - 1)
    page, back = there[-1], [there[-1]]
    while page.before:
        page = page_of(rows, Place(page.before, before=True))
        back.append(page)
    assert [page.rows for page in back] == [page.rows for page in there[::-1]]
    assert back[-1] == there[0]
    assert there[0].before == there[-1].after == ""


@given(st.sets(st.integers(0, 400)), st.integers(0, 400), st.booleans())
def test_a_page_is_full_or_all_there_is_and_never_empty_beside_rows(
    kept: set[int], key: int, before: bool
) -> None:
    rows = sorted(kept)  # whatever became of the row that the key is of
    page = page_of(rows, Place(str(key), before=before))
    assert bool(page.rows) == bool(rows)
    assert len(page.rows) == min(SIZE, len(rows)) or not page.after
    if rows:
        assert page.before or page.rows[0] == rows[0]
        assert page.after or page.rows[-1] == rows[-1]


def test_an_address_without_a_key_of_the_list_begins_it() -> None:
    assert Place.asked({}, str.isdecimal) == Place()
    assert Place.asked({"after": "x", "before": ""}, str.isdecimal) == Place()
    assert Place.asked({"after": "7"}, str.isdecimal) == Place("7")
    assert Place.asked({"after": "x", "before": "7"}, str.isdecimal) == Place("7", before=True)
