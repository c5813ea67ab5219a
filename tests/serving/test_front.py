"""Before a thread is taken: bodies that do not end, and more visitors than can wait."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from flask import Flask, request

from survey.serving import front
from survey.serving.front import Front
from survey.serving.page_kinds import kind_of
from survey.site.figures import FIGURES, PAGES
from tests import loops

HEALTH = "/healthz"
Answer = tuple[int, dict[str, str], bytes]


@dataclass(slots=True)
class Request:
    """A request as granian hands it over: scope and protocol in one."""

    method: str = "GET"
    path: str = "/"
    parts: tuple[bytes, ...] = ()
    endless: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    query_string: str = ""
    scheme: str = "http"
    http_version: str = "1.1"
    authority: str = "127.0.0.1"
    server: str = "127.0.0.1:8000"
    client: str = "127.0.0.1:40000"
    answer: Answer | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            yield part
        if self.endless:
            await asyncio.sleep(60)

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = status, dict(headers), body


def application(go_on: threading.Event) -> Flask:
    app = Flask("front")
    app.config.update(MAX_CONTENT_LENGTH=1000, LARGER_BODIES={"/upload": 5000})

    @app.route("/slow")
    def slow() -> str:
        go_on.wait(20)
        return "done"

    @app.route("/healthz")
    def alive() -> str:
        return "ok"

    @app.route("/guess")
    @app.route("/office/guess")
    def guess() -> tuple[str, int]:
        return "slow down", 429

    @app.post("/upload")
    def upload() -> str:
        request.max_content_length = 5000
        return str(len(request.data))

    @app.post("/")
    def take() -> dict[str, Any]:
        return {"form": request.form.to_dict(), "headers": dict(request.headers)}

    return app


def ask(
    *requests: Request,
    then: Callable[[], None] = lambda: None,
    go_on: threading.Event | None = None,
) -> list[Answer]:
    """Send requests at once to a front; what `then` does is done while the first ones wait."""
    served = Front(application(go_on or threading.Event()), say_alive=lambda: None)

    async def run() -> None:
        tasks = [asyncio.create_task(served.__rsgi__(each, each)) for each in requests]
        await asyncio.sleep(0.3)
        then()
        await asyncio.gather(*tasks)

    loops.run(run())
    return [each.answer for each in requests if each.answer is not None]


def test_a_body_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "BODY_SECONDS", 0.2)
    half = Request(method="POST", parts=(b"a=1&",), endless=True)
    whole = Request(method="POST", parts=(b"a=1&", b"b=2"), headers={"content-type": FORM})
    given_up, taken = ask(half, whole)
    assert given_up[0] == 408
    assert "请重试".encode() in given_up[2]
    assert taken[0] == 200
    assert b'"b":"2"' in taken[2]


def test_what_is_asked_and_who_is_turned_away_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "BODY_SECONDS", 0.2)
    reasons = ("slow_body", "guessing", "too_large")
    before = [FIGURES.n_turned_away(reason) for reason in reasons]
    asked = FIGURES.seconds_of("office").count, FIGURES.seconds_of("health").count
    half = Request(method="POST", parts=(b"a=1&",), endless=True)
    large = Request(method="POST", parts=(b"x" * 600,) * 3, headers={"content-type": FORM})
    ask(half, large, Request(path="/guess"), Request(path="/office/nothing"), Request(path=HEALTH))
    assert [FIGURES.n_turned_away(reason) for reason in reasons] == [n + 1 for n in before]
    assert FIGURES.seconds_of("office").count == asked[0] + 1
    assert FIGURES.seconds_of("health").count == asked[1] + 1
    assert FIGURES.n_waiting("requests") == 0


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/q/0123ABCD", "questionnaire"),
        ("POST", "/q/0123ABCD", "answer"),
        ("POST", "/r", "receipt"),
        ("GET", "/p/ANLAN", "public"),
        ("POST", "/office/new", "office"),
        ("GET", "/readyz", "health"),
        ("GET", "/", "other"),
        ("GET", "/qq", "other"),
    ],
)
def test_an_address_is_of_one_kind_and_none_is_told(method: str, path: str, kind: str) -> None:
    assert kind_of(method, path) == kind
    assert kind in PAGES


def test_a_body_that_grows_too_long_is_not_kept() -> None:
    declared = Request(method="POST", headers={"content-type": FORM, "content-length": "5000"})
    chunked = Request(method="POST", parts=(b"x" * 600,) * 3, headers={"content-type": FORM})
    assert [status for status, _headers, _body in ask(declared, chunked)] == [413, 413]


def test_the_address_that_takes_an_archive_takes_more_and_not_without_end() -> None:
    taken = Request(method="POST", path="/upload", parts=(b"x" * 600,) * 3)
    grown = Request(method="POST", path="/upload", parts=(b"x" * 600,) * 9)
    declared = Request(method="POST", path="/upload", headers={"content-length": "5001"})
    answers = ask(taken, grown, declared)
    assert [status for status, _headers, _body in answers] == [200, 413, 413]
    assert answers[0][2] == b"1800"


class Counted(Request):
    reading: ClassVar = 0
    most: ClassVar = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        Counted.reading += 1
        Counted.most = max(Counted.most, Counted.reading)
        await asyncio.sleep(0.05)
        yield b"x"
        Counted.reading -= 1


def test_larger_bodies_are_read_two_at_a_time() -> None:
    answers = ask(*(Counted(method="POST", path="/upload") for _ in range(5)))
    assert [status for status, _headers, _body in answers] == [200] * 5
    assert Counted.most == 2


def test_more_than_the_queue_holds_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "_MOST_WAITING", 2)
    go_on = threading.Event()
    waiting = [Request(path="/slow") for _ in range(front.THREADS + 2)]
    one_more, health = Request(path="/slow"), Request(path="/healthz")
    answers = ask(*waiting, one_more, health, then=go_on.set, go_on=go_on)
    assert [status for status, _headers, _body in answers] == [200] * len(waiting) + [503, 200]
    assert int(answers[-2][1]["retry-after"]) > 0
    assert answers[-1][2] == b"ok"


def test_health_answers_while_all_threads_wait_and_a_stuck_worker_falls_silent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(front, "_STUCK_SECONDS", 0.2)
    monkeypatch.setattr(front, "_EVERY_SECONDS", 0.05)
    said: list[float] = []
    go_on = threading.Event()
    served = Front(application(go_on), say_alive=lambda: said.append(1.0))

    async def run() -> None:
        served.__rsgi_init__(asyncio.get_running_loop())
        waiting = [Request(path="/slow") for _ in range(front.THREADS)]
        tasks = [asyncio.create_task(served.__rsgi__(each, each)) for each in waiting]
        await asyncio.sleep(0.6)
        health = Request(path="/healthz")
        await served.__rsgi__(health, health)
        assert health.answer
        assert health.answer[0] == 200
        before = len(said)
        await asyncio.sleep(0.3)
        assert len(said) == before > 0  # the parent hears nothing and ends this worker
        go_on.set()
        await asyncio.gather(*tasks)
        await asyncio.sleep(0.2)
        assert len(said) > before

    loops.run(run())


class Gone(Request):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"a=1&"
        raise ConnectionResetError


def test_whoever_has_gone_is_not_answered_and_the_others_are() -> None:
    gone, here = Gone(method="POST"), Request(path="/healthz")
    assert [status for status, _headers, _body in ask(gone, here)] == [200]
    assert gone.answer is None


def test_what_fails_outside_the_application_is_told_and_ends_no_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_called: Any) -> None:
        raise RuntimeError("13800138000")

    monkeypatch.setattr(Flask, "wsgi_app", fail)
    [(status, _headers, body)] = ask(Request(path="/slow"))
    assert status == 500
    assert "请稍后重试".encode() in body
    assert b"13800138000" not in body


def test_whoever_guesses_at_the_door_of_the_office_is_answered_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(front, "_SLOWED_SECONDS", 0.5)
    answered: list[str] = []

    class Noted(Request):
        def response_bytes(self, *answer: Any) -> None:
            super().response_bytes(*answer)
            answered.append(self.path)

    ask(Noted(path="/office/guess"), Noted(path="/guess"))
    assert answered == ["/guess", "/office/guess"]


def test_no_header_can_pass_for_another() -> None:
    forged = Request(
        method="POST",
        headers={"content-type": FORM, "x_forwarded_for": "1.2.3.4", "x-real": "a"},
    )
    [(status, _headers, body)] = ask(forged)
    assert status == 200
    assert b"1.2.3.4" not in body
    assert b"X-Real" in body


FORM = "application/x-www-form-urlencoded"
