"""What residents feel of sign-in attackers: the real server, 8 residents, 16 attackers.

python -m bench.sign_in_attack [SECONDS]

Each resident opens a poster's page and sends it, again and again; each attacker signs in with a
wrong password as fast as answers come. Attackers share one network, or take a new one with each
attempt (a botnet, through a trusted proxy). Runs with and without them alternate.
"""

import http.client
import os
import re
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import timedelta
from urllib.parse import urlencode

from survey.clock import now
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import Site, upgrade_site
from tests.factories import CODE, open_anlan
from tests.journeys.test_load import serving
from tests.officials import OFFICIALS, add_officials
from tests.respond.factories import poster_code
from tests.respond.test_resident_page import ANSWERS

N_RESIDENTS = 8
N_ATTACKERS = 16
ROUNDS = 3
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def main(seconds: float) -> None:
    os.environ["SURVEY_TRUSTED_PROXIES"] = "1"
    with tempfile.TemporaryDirectory() as home, upgrade_site({"SURVEY_HOME": home}) as site:
        code = installation(site)
        with serving(site) as (port, _pid):
            times: dict[str, list[float]] = {}
            for _ in range(ROUNDS):
                for name, networks in (("alone", 0), ("one network", 1), ("new networks", 2)):
                    found, answers = visit(port, code, seconds, networks)
                    times.setdefault(name, []).extend(found)
                    print(f"{name}: {len(found)} requests, attackers' answers {dict(answers)}")
    alone = percentile(times["alone"], 99)
    for name, found in times.items():
        p50, p99 = percentile(found, 50), percentile(found, 99)
        print(f"{name}: median {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms, {p99 / alone:.2f} x")


def installation(site: Site) -> str:
    """Make 安澜县 with its officials, open now; returns a poster's code."""
    open_anlan(site)
    add_officials(site)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        campaign.starts_at, campaign.ends_at = now() - timedelta(days=3), now() + timedelta(days=9)
    return poster_code(site)


def visit(port: int, code: str, seconds: float, networks: int) -> tuple[list[float], Counter[int]]:
    """Return how long residents' requests took, and what attackers were answered."""
    until, times = time.monotonic() + seconds, []
    answers: Counter[int] = Counter()
    threads = [
        threading.Thread(target=reside, args=(port, code, until, times)) for _ in range(N_RESIDENTS)
    ]
    if networks:
        threads += [
            threading.Thread(
                target=attack, args=(port, until, answers), kwargs={"moving": networks == 2}
            )
            for _ in range(N_ATTACKERS)
        ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, answers


def reside(port: int, code: str, until: float, times: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.monotonic() < until:
        page = timed(connection, times, "GET", f"/q/{code}", None)
        found = re.search(r'name="response_id" value="([^"]+)"', page)
        assert found, page[:300]
        form = ANSWERS | {"response_id": found[1], "device": secrets.token_hex(8)}
        timed(connection, times, "POST", f"/q/{code}", urlencode(form))


def timed(
    connection: http.client.HTTPConnection,
    times: list[float],
    method: str,
    path: str,
    body: str | None,
) -> str:
    begun = time.perf_counter()
    connection.request(method, path, body, FORM if body else {})
    answer = connection.getresponse()
    text = answer.read().decode()
    times.append(time.perf_counter() - begun)
    assert answer.status in {200, 303}, (answer.status, text[:300])
    return text


def attack(port: int, until: float, answers: Counter[int], *, moving: bool) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/office/sign-in")
    page = connection.getresponse()
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.read().decode())
    assert found
    cookie = (page.getheader("Set-Cookie") or "").partition(";")[0]
    names = sorted(OFFICIALS)
    while time.monotonic() < until:
        network = ".".join(str(secrets.randbelow(256)) for _ in range(4)) if moving else "10.9.8.7"
        headers = FORM | {"Cookie": cookie, "X-Forwarded-For": network}
        form = {"csrf_token": found[1], "password": "wrong wrong wrong"}
        form["username"] = names[secrets.randbelow(len(names))]
        connection.request("POST", "/office/sign-in", urlencode(form), headers)
        answer = connection.getresponse()
        answer.read()
        answers[answer.status] += 1


def percentile(times: list[float], part: int) -> float:
    return sorted(times)[min(len(times) * part // 100, len(times) - 1)]


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
