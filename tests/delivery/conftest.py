from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from survey.site.installation import Site
from tests.delivery.systems import Clock, Office, Receiver, listening
from tests.demonstrated import released


@pytest.fixture
def serve() -> Iterator[Callable[[type[BaseHTTPRequestHandler]], int]]:
    """Serve on a port of this machine until the test ends."""
    with ExitStack() as stack:
        yield lambda handler: stack.enter_context(listening(handler))


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    """The sample receiver, listening."""
    folder = tmp_path / "taken"
    folder.mkdir()
    found = Receiver(folder)
    with found.up():
        yield found


@pytest.fixture
def office(site: Site) -> Office:
    """安澜县, released, with its officials."""
    released(site, n=60)
    return Office(site, Clock())


@pytest.fixture
def each_office(each_site: Site) -> Office:
    released(each_site, n=60)
    return Office(each_site, Clock())
