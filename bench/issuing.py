"""Residents answer while an office issues letters: nobody gets 503, and how long the slowest wait.

python -m bench.issuing [LETTERS] [CLIENTS]
"""

import http.client
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np

from survey.site.installation import Site, upgrade_site
from tests import factories
from tests.factories import CODE
from tests.journeys.test_crashes import FORM, Phones, ready
from tests.journeys.test_load import serving

ALONE_SECONDS = 10.0


def main(letters: int, clients: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with upgrade_site({"SURVEY_HOME": folder}) as site:
            factories.ANLAN = county(home / "county", letters)
            phones = ready(site)
            with serving(site) as (port, _pid):
                alone = answered(port, phones, clients, lambda: time.sleep(ALONE_SECONDS))
                beside = answered(port, phones, clients, lambda: issue(site, home, letters))
        for name, (statuses, seconds) in (("alone", alone), (f"{letters} letters", beside)):
            half, slow = np.percentile(seconds, [50, 99]) * 1e3
            print(f"{name}: {dict(statuses)}, median {half:.0f} ms, p99 {slow:.0f} ms")


def county(folder: Path, planned: int) -> Path:
    """Return the county with a plan for so many, or two persons would have to want them."""
    shutil.copytree(factories.ANLAN, folder)
    plan = folder / "class_group_weights.csv"
    plan.write_text(plan.read_text("utf-8-sig").replace("A,G2,20,60", f"A,G2,20,{planned}"))
    return folder


def issue(site: Site, home: Path, letters: int) -> None:
    begun = time.monotonic()
    command = [sys.executable, "-m", "survey", "code", "issue", CODE, "--unit", "A01"]
    command += ["--group", "G2", "--count", str(letters), "--out", str(home / "codes.csv")]
    command += ["--letters", str(home / "letters.pdf")]
    environment = {"SURVEY_HOME": str(site.settings.home), "PATH": "/usr/bin:/bin"}
    subprocess.run(command, env=environment, check=True)
    print(f"issued in {time.monotonic() - begun:.1f} s")


def answered(port: int, phones: Phones, clients: int, meanwhile) -> tuple[Counter, list[float]]:  # type: ignore[no-untyped-def, type-arg]
    over, statuses, seconds = threading.Event(), Counter[int](), list[float]()

    def resident(number: int) -> None:
        draw, connection = Random(number), http.client.HTTPConnection("127.0.0.1", port)
        while not over.is_set():
            _receipt, body = phones.form(draw)
            begun = time.monotonic()
            connection.request("POST", phones.address, body, FORM)
            answer = connection.getresponse()
            answer.read()
            seconds.append(time.monotonic() - begun)
            statuses[answer.status] += 1
            time.sleep(0.05)

    threads = [threading.Thread(target=resident, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    meanwhile()
    over.set()
    for thread in threads:
        thread.join()
    return statuses, seconds


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [6000, 8][len(given) :]))
