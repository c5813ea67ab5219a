"""Behind the shipped nginx file nothing that is written down joins an address to an answer."""

import http.client
import re
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from survey.clock import now
from survey.model import Base, Campaign, Response
from survey.site.installation import Site
from tests.factories import open_anlan
from tests.journeys.proxy import Proxy, proxied
from tests.journeys.test_load import serving
from tests.respond.factories import invitation_codes, poster_code
from tests.respond.test_resident_page import ANSWERS

pytestmark = pytest.mark.server

AGENT = "CanaryPhone/7.7"
COMMENT = "金丝雀路口的灯不亮"
RESIDENTS = ("127.0.0.21", "127.0.0.22", "127.0.0.23")
OFFICIAL = "127.0.0.29"
N_HALF_SENT = 40  # more than both workers have threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody at an address of his own, who sends what browsers send."""

    proxy: Proxy
    address: str

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        trusting = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(
            "127.0.0.1",
            self.proxy.port,
            timeout=20,
            source_address=(self.address, 0),
            context=trusting,
        )
        headers = {
            "Host": "gongping.example.gov.cn",
            "User-Agent": AGENT,
            "Referer": f"https://gongping.example.gov.cn{path}",
            "X-Forwarded-For": "10.9.8.7",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request(method, path, urlencode(form) if form else None, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, text

    def answers(self, code: str, comment: str = "") -> str:
        """Answer as a browser without script does; returns the receipt shown."""
        status, page = self.ask("GET", f"/q/{code}?lang=zh")
        assert status == 200
        [token] = re.findall(r'name="response_id" value="([^"]+)"', page)
        status, page = self.ask(
            "POST", f"/q/{code}", ANSWERS | {"response_id": token} | {"comment": comment}
        )
        assert status == 200, page
        [receipt] = re.findall(r'class="receipt"><span>[^<]*</span><b>([0-9A-Z ]+)</b>', page)
        return receipt.replace(" ", "")


@pytest.fixture
def open_site(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    open_anlan(site)
    at = now()
    with site.database.writing() as session:
        session.execute(
            sa.update(Campaign).values(
                starts_at=at - timedelta(days=1), ends_at=at + timedelta(days=9)
            )
        )
    monkeypatch.setenv("SURVEY_TRUSTED_PROXIES", "1")
    monkeypatch.setenv("SURVEY_BASE_URL", "https://gongping.example.gov.cn")
    return site


@pytest.fixture
def proxy(open_site: Site) -> Iterator[Proxy]:
    folder = open_site.settings.home / "nginx"
    folder.mkdir()
    with serving(open_site) as (port, _pid), proxied(folder, port) as running:
        yield running


def half_sent(proxy: Proxy, code: str) -> list[ssl.SSLSocket]:
    """Begin to send so many forms, and go on with none."""
    begun = []
    for _ in range(N_HALF_SENT):
        plain = socket.create_connection(("127.0.0.1", proxy.port), timeout=20)
        sending = ssl._create_unverified_context().wrap_socket(plain)
        head = (
            f"POST /q/{code} HTTP/1.1\r\nHost: gongping.example.gov.cn\r\nContent-Length: 900\r\n"
        )
        sending.sendall(
            f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nq_C1=".encode()
        )
        begun.append(sending)
    return begun


def written_down(site: Site, proxy: Proxy) -> dict[str, str]:
    """Return the text of every log of nginx and of the server."""
    return proxy.logs() | {"server.log": (site.settings.home / "server.log").read_text("utf-8")}


def stored(site: Site) -> str:
    """Return whatever the database holds, bytes spelt in hexadecimal."""
    with site.database.reading() as session:
        return "\n".join(
            " ".join(v.hex() if isinstance(v, bytes) else str(v) for v in row)
            for table in Base.metadata.sorted_tables
            for row in session.execute(sa.select(table))
        )


def test_nothing_written_down_joins_an_address_to_an_answer(open_site: Site, proxy: Proxy) -> None:
    poster, [invitation] = poster_code(open_site), invitation_codes(open_site, unit_code="A01")
    first, second, third = (Visitor(proxy=proxy, address=address) for address in RESIDENTS)
    receipts = [first.answers(poster), second.answers(invitation, COMMENT), third.answers(poster)]
    assert len(set(receipts)) == 3
    assert first.ask("POST", "/r", {"code": receipts[0]})[0] == 200
    assert second.ask("GET", f"/r/{receipts[1]}?lang=en")[0] == 200  # typed into the address line
    assert second.ask("GET", f"/r/{receipts[1]}.json")[0] in {200, 202}
    assert third.ask("GET", f"/q?code={invitation}")[0] == 302
    assert third.ask("POST", f"/q/{poster}", {"comment": "长" * 30_000})[0] == 413
    assert third.ask("GET", "/metrics")[0] == 403
    official = Visitor(proxy=proxy, address=OFFICIAL)
    assert official.ask("GET", "/office/sign-in?next=/office/")[0] in {200, 302}

    begun = half_sent(proxy, poster)
    before = time.monotonic()
    assert first.ask("GET", f"/q/{poster}")[0] == 200
    assert time.monotonic() - before < 5  # no thread waits for what was half sent
    for each in begun:
        each.close()

    logs = written_down(open_site, proxy)
    secrets = [*receipts, invitation, poster, COMMENT, AGENT, "金丝雀"]
    for name, text in logs.items():
        assert [secret for secret in secrets if secret in text] == [], name
        assert [address for address in RESIDENTS if address in text] == [], name
        assert "10.9.8.7" not in text
    assert OFFICIAL in logs["gongping-office.log"]
    assert "next=" not in logs["gongping-office.log"]
    lines = logs["gongping-residents.log"].splitlines()
    assert sum(" POST /q/* 200" in line for line in lines) == 3
    assert all(re.fullmatch(r"\[[0-9-]+T[0-9]+:00\] [A-Z]+ /\S* [0-9]{3}", line) for line in lines)

    kept = stored(open_site)
    packed = [socket.inet_aton(address).hex() for address in RESIDENTS]
    assert [it for it in [*RESIDENTS, *packed, AGENT, invitation, "10.9.8.7"] if it in kept] == []
    with open_site.database.reading() as session:
        marks = session.scalars(sa.select(Response.network_mark)).all()
    assert len(set(marks)) == 3  # each resident's own address reached the program through nginx


def test_a_server_that_is_down_leaves_no_trace_of_who_asked(open_site: Site) -> None:
    folder = open_site.settings.home / "nginx"
    folder.mkdir()
    code = poster_code(open_site)
    with proxied(folder, 9) as proxy:  # nobody listens there
        assert Visitor(proxy=proxy, address=RESIDENTS[0]).ask("GET", f"/q/{code}")[0] == 502
        logs = proxy.logs()
    assert [name for name, text in logs.items() if code in text or RESIDENTS[0] in text] == []
    assert " GET /q/* 502" in logs["gongping-residents.log"]
