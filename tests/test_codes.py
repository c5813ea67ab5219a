import secrets

import pytest

from survey import codes


@pytest.mark.parametrize("typed", ["abcd efgh jk", "ABCD-EFGH-JK", " abcdefghjk ", "ABCDEFGHJK"])
def test_a_code_may_be_typed_in_any_way(typed: str) -> None:
    assert codes.normalise(typed) == "ABCDEFGHJK"


@pytest.mark.parametrize(
    "typed",
    [
        "ＡＢＣＤＥＦＧＨＪＫ",
        "ABCD－EFGH—JK",
        "ABCDEFGHJK。",
        "评议码：ABCD EFGH JK",
        "code: abcdefghjk",
        "ABCD\u200bEFGH\u202cJK",
        "https://gp.example.cn/q/ABCDEFGHJK?lang=zh",
        "HTTPS://GP.EXAMPLE.CN/Q/ABCDEFGHJK/",
        "【ABCDEFGHJK】",
    ],
)
def test_what_input_methods_and_messengers_add_is_taken_off(typed: str) -> None:
    assert codes.normalise(typed) == "ABCDEFGHJK"


def test_lookalikes_are_understood() -> None:
    assert codes.normalise("oil0") == "0110"


def test_bytes_become_codes_of_fixed_length() -> None:
    assert codes.from_bytes(bytes(10)) == "0" * 16
    assert codes.from_bytes(b"\xff" * 10) == "Z" * 16
    made = {codes.from_bytes(secrets.token_bytes(10)) for _ in range(100)}
    assert len(made) == 100
    assert {len(code) for code in made} == {16}


def test_new_codes_use_the_alphabet_and_the_length() -> None:
    code = codes.new_code(codes.PERSONAL_LENGTH)
    assert len(code) == 16
    assert set(code) <= set(codes.ALPHABET)
    assert codes.grouped("ABCDEFGHJK") == "ABCD EFGH JK"


def test_a_receipts_code_becomes_its_bytes_again() -> None:
    receipt = secrets.token_bytes(10)
    assert codes.to_bytes(codes.from_bytes(receipt), 10) == receipt


@pytest.mark.parametrize("code", ["", "0" * 15, "0" * 17, "U" * 16, "*" * 16, "0" * 15 + "\u0661"])
def test_what_is_no_receipts_code_has_no_bytes(code: str) -> None:
    assert codes.to_bytes(code, 10) is None


@pytest.mark.parametrize("length", [codes.POSTER_LENGTH, codes.PERSONAL_LENGTH])
def test_every_slip_of_one_character_or_swap_of_two_is_found(length: int) -> None:
    for _ in range(20):
        code = codes.checked_code(length)
        assert len(code) == length
        assert codes.passes_check(code)
        for place in range(length):
            for other in set(codes.ALPHABET) - {code[place]}:
                assert not codes.passes_check(code[:place] + other + code[place + 1 :])
            for later in range(place + 1, length):
                swapped = list(code)
                swapped[place], swapped[later] = swapped[later], swapped[place]
                assert codes.passes_check("".join(swapped)) == (code[place] == code[later])
    assert not codes.passes_check("U" * length)


@pytest.mark.parametrize("length", [codes.POSTER_LENGTH, codes.PERSONAL_LENGTH])
def test_a_slip_people_make_is_told_by_its_group_or_not_at_all(length: int) -> None:
    right = wrong = 0
    for _ in range(200):
        code = codes.checked_code(length)
        for place, sign in enumerate(code):
            if sign not in "8B":
                continue
            slip = code[:place] + ("B" if sign == "8" else "8") + code[place + 1 :]
            group = codes.doubtful_group(slip)
            right += group == place // 4 + 1
            wrong += group not in {0, place // 4 + 1}
    assert right > 0
    assert wrong == 0  # the slip itself is among those thought of: another group is never alone


def test_what_is_drawn_from_a_secret_is_the_same_again_and_other_for_another() -> None:
    def drawn(secret: bytes) -> list[str]:
        draw = codes.drawn_from(secret)
        return [codes.checked_code(codes.PERSONAL_LENGTH, draw) for _ in range(50)]

    assert drawn(b"one") == drawn(b"one")
    assert len({*drawn(b"one"), *drawn(b"two")}) == 100
    assert all(map(codes.passes_check, drawn(b"one")))
