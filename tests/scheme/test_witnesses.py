"""What a scheme may say of witnesses: nobody, or some by their keys, each once and enough."""

from typing import Any

import pytest

from survey.scheme.consistency import contradictions
from survey.scheme.folder import read_folder
from survey.scheme.scheme import problems_of, scheme_in
from tests.factories import ANLAN
from tests.witnessed import NAMES, vkey

ONE, TWO = ({"name": name, "public_key": vkey(name)} for name in NAMES[:2])


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    return dict(read_folder(ANLAN).document)


def test_a_scheme_that_says_nothing_asks_nobody(plain: dict[str, Any]) -> None:
    wanted = scheme_in(plain).witnesses
    assert (wanted.required, wanted.of) == (0, ())


def test_witnesses_are_named_by_their_keys(plain: dict[str, Any]) -> None:
    said = {**plain, "witnesses": {"required": 2, "of": [ONE, TWO]}}
    assert problems_of(said) == []
    assert list(contradictions(scheme_in(said), said)) == []
    assert [one.public_key for one in scheme_in(said).witnesses.of] == [vkey(n) for n in NAMES[:2]]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"public_key": vkey(NAMES[0])[:-1]}, "public_key", "copy it as it is"),
        ({"public_key": vkey(NAMES[0]).replace("统", "审")}, "public_key", "do not agree"),
        ({"public_key": 7}, "public_key", "survey witness init"),
        ({"key": "x"}, "key", "is not known"),
    ],
)
def test_a_key_that_is_none_is_named(
    plain: dict[str, Any], change: dict[str, Any], field: str, words: str
) -> None:
    [problem] = problems_of({**plain, "witnesses": {"of": [{**ONE, **change}]}})
    assert problem.field == f"witnesses.of.{NAMES[0]}.{field}"
    assert words in problem.en


@pytest.mark.parametrize(
    ("witnesses", "field"),
    [
        ({"required": 3, "of": [ONE, TWO]}, "witnesses.required"),
        ({"required": 1, "of": [ONE, {**TWO, "name": ONE["name"]}]}, "witnesses.of.name"),
        ({"of": [ONE, {**ONE, "name": "另一个"}]}, "witnesses.of.public_key"),
    ],
)
def test_too_few_and_one_twice_are_named(
    plain: dict[str, Any], witnesses: dict[str, Any], field: str
) -> None:
    said = {**plain, "witnesses": witnesses}
    assert [fault.field for fault in contradictions(scheme_in(said), said)] == [field]
