"""What needs no waiting is answered in the loop; answers wait there for one thread that writes."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from survey.app import create_app
from survey.ledger import watch
from survey.model import Response
from survey.respond.door import opening
from survey.respond.quick import batches, layer
from survey.serving.front import Front
from survey.site.installation import Site
from survey.web import schema_watch
from tests import loops
from tests.factories import in_fieldwork, open_anlan
from tests.respond.factories import poster_code
from tests.respond.test_resident_page import ANSWERS
from tests.serving.test_front import FORM, Answer, Request

TOKEN = re.compile(rb"[\w-]{16}\.[0-9a-f]{11}\.[\w-]{22}")
N = 40


class Served:
    """A front before a county's pages; `threads` counts the requests that took one."""

    def __init__(self, site: Site) -> None:
        open_anlan(site)
        app = create_app(replace(site, clock=in_fieldwork))
        self.front = Front(app, say_alive=lambda: None)
        self.address = f"/q/{poster_code(site)}"
        self.threads = 0
        call = self.front._call

        def counting(environ: dict[str, Any]) -> Any:
            self.threads += 1
            return call(environ)

        self.front._call = counting  # type: ignore[method-assign]
        for _again in range(2):  # what the layer learns from, and has read
            self.send(self.pages(1))

    def ask(self, requests: Sequence[Request]) -> list[Answer]:
        async def run() -> None:
            await asyncio.gather(*(self.front.__rsgi__(each, each) for each in requests))

        loops.run(run())
        return [each.answer for each in requests if each.answer is not None]

    def pages(self, n: int) -> list[bytes]:
        read = {"accept": "text/html"}
        told = self.ask([Request(path=self.address, headers=read) for _number in range(n)])
        found = [TOKEN.search(body) for _status, _headers, body in told]
        return [token[0] for token in found if token]

    def send(self, tokens: Sequence[bytes]) -> list[Answer]:
        headers = {"content-type": FORM, "accept": "application/json"}
        bodies = (urlencode(ANSWERS | {"response_id": token.decode()}) for token in tokens)
        return self.ask(
            [
                Request(method="POST", path=self.address, parts=(b.encode(),), headers=headers)
                for b in bodies
            ]
        )


@pytest.fixture
def served(site: Site, monkeypatch: pytest.MonkeyPatch) -> Served:
    # What is read again every few seconds is read by a thread: here never, however slow.
    monkeypatch.setattr(opening, "_FRESH_SECONDS", 600.0)
    monkeypatch.setattr(layer, "_KEY_SECONDS", 600.0)
    monkeypatch.setattr(schema_watch, "_EVERY_SECONDS", 600.0)
    monkeypatch.setattr(watch, "EVERY_SECONDS", 600.0)
    return Served(site)


def stored(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Response)) or 0


def test_pages_and_answers_take_no_thread(site: Site, served: Served) -> None:
    before, threads = stored(site), served.threads
    tokens = served.pages(N)
    answers = served.send([*tokens, *tokens[:5]])
    assert served.threads == threads
    assert [status for status, _headers, _body in answers] == [200] * (N + 5)
    assert [body for *_rest, body in answers[N:]] == [body for *_rest, body in answers[:5]]
    assert stored(site) == before + N


def test_what_is_kept_is_read_again_by_one_ahead_of_its_time(served: Served) -> None:
    served.pages(2)
    memory = served.front._app.extensions["respond"].memory
    code = served.address.removeprefix("/q/")
    read_at, row = memory._rows[code]
    memory._rows[code] = (read_at - 400.0, row)  # of the 600 seconds it may be kept
    threads = served.threads
    assert len(served.pages(5)) == 5
    assert served.threads == threads + 1
    assert memory._rows[code][0] >= read_at
    assert len(served.pages(5)) == 5
    assert served.threads == threads + 1


def test_one_too_many_is_told_at_once(
    site: Site, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, tokens = stored(site), served.pages(3)
    monkeypatch.setattr(batches, "MOST_WAITING", 2)
    answers = served.send(tokens)
    assert sorted(status for status, _headers, _body in answers) == [200, 200, 503]
    [(_status, headers, body)] = [answer for answer in answers if answer[0] == 503]
    assert (headers["Retry-After"], body) == ("5", b'{"forget":false}\n')
    assert stored(site) == before + 2


def test_a_database_that_does_not_answer_thanks_nobody(
    site: Site, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, tokens = stored(site), served.pages(3)

    def locked(*_given: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(batches, "accept_all", locked)
    answers = served.send(tokens)
    assert [(status, headers.get("Retry-After")) for status, headers, _b in answers] == [
        (503, "10")
    ] * 3
    monkeypatch.undo()
    assert [status for status, _headers, _body in served.send(tokens)] == [200] * 3
    assert stored(site) == before + 3


def test_what_a_thread_hands_on_is_written(site: Site, served: Served) -> None:
    before, [token, other] = stored(site), served.pages(2)
    shared = served.front._app.extensions["respond"].batches
    shared._led = True  # as while a thread writes an answer of the framework's own

    async def run() -> None:
        headers = {"content-type": FORM, "accept": "application/json"}
        form = urlencode(ANSWERS | {"response_id": token.decode()}).encode()
        sent = Request(method="POST", path=served.address, parts=(form,), headers=headers)
        task = asyncio.create_task(served.front.__rsgi__(sent, sent))
        while not shared._queue:
            await asyncio.sleep(0.01)
        task.cancel()  # whoever sent it has hung up
        await asyncio.sleep(0)
        await asyncio.to_thread(shared._queue[0].done)  # the thread is done, and hands on
        while stored(site) == before:
            await asyncio.sleep(0.01)

    loops.run(asyncio.wait_for(run(), 20))
    assert [status for status, _headers, _body in served.send([other])] == [200]
    assert stored(site) == before + 2
