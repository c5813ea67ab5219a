"""Passwords that everybody tries are refused, and none is looked at inside a transaction."""

from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask

from survey.access import password_rules, passwords
from survey.site.installation import Site
from tests.officials import PASSWORD, sign_in, signed_in, token

EVERYBODYS = [
    *("1234567890", "0987654321", "123456123456", "1111111111", "qwertyuiop", "1qaz2wsx3edc"),
    *("password123", "P@ssw0rd2026!", "Admin@123456", "admin888888", "abc1234567", "a1b2c3d4e5"),
    *(
        "woaini5201314",
        "gongping2026",
        "Anlan@2026",
        "anlanxian123",
        "安澜县绩效办2026",
        "测试admin测试admin",
    ),
    *("abababababab", "zxcvbnm,./123", "!@#$%^&*()", "20261205000", "jixiao123456", "qwe123!@#QWE"),
    "测试admin测试admin",  # the own name and username, of tests/officials.py
]
OWN = [
    "correct horse",
    "a better sentence",
    "紫色的猫在屋顶上看雨",
    "tr0ub4dor&3x9",
    "8QK2V0MXR7TD",
    "admin likes long tea",
]


def refused(app: Flask, new: str) -> str:
    """Return what the page says of a new password; empty where it takes it."""
    client = signed_in(app, "admin")
    page = client.get("/office/password")
    data = {"csrf_token": token(page), "old": PASSWORD, "password": new, "again": new}
    answer = client.post("/office/password", data=data)
    return "" if answer.status_code == 302 else answer.text


def test_what_everybody_tries_is_refused(office_app: Flask) -> None:
    client = signed_in(office_app, "admin")
    carried = {"csrf_token": token(client.get("/office/password")), "old": PASSWORD}
    taken = [
        new
        for new in EVERYBODYS
        if "太容易被猜到"
        not in client.post("/office/password", data={**carried, "password": new, "again": new}).text
    ]
    assert taken == []


def test_what_has_leaked_in_masses_is_refused() -> None:
    """Of the 20,000 most common ones each that is long enough to be asked about."""
    file = Path(password_rules.__file__).with_name("common_passwords.txt")
    leaked = [line for line in file.read_text("utf-8").splitlines() if line[0] != "#"]
    assert len(leaked) > 1_700
    taken = [word for word in leaked if not password_rules.problems(word.upper(), names=[])]
    assert taken == []


@pytest.mark.parametrize("typed", [" correct horse  ", "Correct Horse", "ｃorrect horse"])
def test_a_password_is_taken_exactly_as_typed(office_app: Flask, typed: str) -> None:
    """Neither cut, trimmed, nor read as another spelling of itself."""
    assert refused(office_app, typed) == ""
    assert sign_in(office_app.test_client(), "admin", typed).status_code == 302
    assert sign_in(office_app.test_client(), "admin", "correct horse").status_code == 422


@pytest.mark.parametrize("new", OWN)
def test_ones_own_sentence_is_taken(office_app: Flask, new: str) -> None:
    assert refused(office_app, new) == ""


@pytest.mark.parametrize(("length", "taken"), [(9, False), (10, True), (128, True), (129, False)])
def test_a_password_has_ten_to_128_characters(office_app: Flask, length: int, taken: bool) -> None:
    new = "".join(f"{chr(0x4E00 + n)}" for n in range(length))
    assert (refused(office_app, new) == "") is taken


def test_no_password_is_hashed_while_the_database_waits(
    office_app: Flask, staffed: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[bool] = []

    class Watching:
        """The hasher, which looks whether another writer could write now."""

        def __init__(self, hasher: Any) -> None:
            self._hasher = hasher

        def __getattr__(self, name: str) -> Any:
            def watched(*given: Any) -> Any:
                connection = staffed.database.engine.raw_connection()
                connection.driver_connection.execute("PRAGMA busy_timeout=0")
                connection.driver_connection.execute("BEGIN IMMEDIATE")
                connection.driver_connection.execute("ROLLBACK")
                connection.driver_connection.close()
                connection.invalidate()
                looked.append(True)
                return getattr(self._hasher, name)(*given)

            return watched

    monkeypatch.setattr(passwords, "_hasher", Watching(passwords._hasher))
    assert sign_in(office_app.test_client(), "admin", "wrong wrong").status_code == 422
    assert refused(office_app, "a better sentence") == ""
    assert len(looked) == 4  # wrong, right, the old one shown, the new one


def test_strangers_who_rush_leave_the_door_open_to_who_is_known(office_app: Flask) -> None:
    owner = signed_in(office_app, "admin")
    owner.post("/office/sign-out", data={"csrf_token": token(owner.get("/office/"))})
    with passwords.turn(known=False):
        waiting = Thread(target=_wait_for_a_turn)
        waiting.start()
        while passwords._strangers._here._value:
            pass
        slowed = sign_in(office_app.test_client(), "admin")
        assert (slowed.status_code, slowed.headers["Retry-After"]) == (429, "2")
        assert sign_in(owner, "admin").status_code == 302
    waiting.join()


def _wait_for_a_turn() -> None:
    with passwords.turn(known=False):
        pass
