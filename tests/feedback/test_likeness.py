"""Texts alike are found whatever came first, and whatever a process held when it began."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from survey.feedback.likeness import Likeness, Said, groups_of

PLACES = ("村口", "桥头", "小学门前", "卫生院", "广场")
FAULTS = ("的路灯坏了半年没有人来修", "下雨就积水进不了门", "垃圾堆了一个星期没人运走")
texts = st.lists(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(PLACES),
        st.sampled_from(FAULTS),
        st.text("请尽快来看，谢谢0123", max_size=9),
    )
    | st.sampled_from(("好", "没有", "同上", "不好", "哈" * 12)),
    max_size=14,
)


def said(text: str) -> Said:
    return Said(text=text, source=b"anybody")


def together(groups: list[int]) -> set[tuple[int, int]]:
    return {(a, b) for a, b in combinations(range(len(groups)), 2) if groups[a] == groups[b]}


def by_definition(written: list[str]) -> set[tuple[int, int]]:
    """Compare each with each, then go on from text to text."""
    sets = [{a + b for a, b in pairwise(text.replace("，", ""))} for text in written]
    group = list(range(len(written)))
    for a, b in combinations(range(len(written)), 2):
        shared, either = len(sets[a] & sets[b]), len(sets[a] | sets[b])
        are_long = min(len(sets[a]), len(sets[b])) >= 8
        if written[a] == written[b] or (are_long and shared >= 0.6 * either):
            group = [group[a] if of == group[b] else of for of in group]
    return together(group)


@given(texts)
def test_who_is_with_whom_is_as_comparing_each_with_each_would_find(written: list[str]) -> None:
    written = [text.replace("，", "") for text in written]
    assert together(groups_of([said(text) for text in written])) == by_definition(written)


@given(texts, st.integers(0, 14))
def test_what_is_put_back_goes_on_as_if_it_had_been_read_here(written: list[str], n: int) -> None:
    whole = Likeness()
    joined = [whole.take_up(said(text)) for text in written]
    first = Likeness()
    for text in written[:n]:
        first.take_up(said(text))
    later = Likeness(written[:n])
    for number, text in enumerate(written[:n]):
        later.put_back(said(text), first.group(number))
    assert [later.take_up(said(text)) for text in written[n:]] == joined[n:]
    assert [later.group(k) for k in range(len(written))] == [
        whole.group(k) for k in range(len(written))
    ]
    assert all(whole.group(k) <= k for k in range(len(written)))
