"""Which tests run, and in which order; what they start from is in tests/installations.py."""

import os
import re
import shutil
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

# Files of minutes, as `pytest --durations=0` has them; the rest in the order of the folders.
_LONGEST = (
    "journeys/test_load",
    "demo/test_demo",
    "browser/test_states",
    "journeys/",
    "demo/",
    "simulate/",
    "migrations/",
    "browser/",
    "access/test_every_route",
    "repository/test_checks",
    "exchange/",
    "appraisal/",
    "reports/",
    "rehearsal/",
    "fieldwork/reminders/",
    "ledger/",
    "drafting/",
    "verification/",
    "serving/",
    "auditing/",
    "approvals/",
)
_SLOW = ("journeys/",)
# A quarter of a second or more of a processor to a test: a command over a whole folder, papers, a
# walk through many pages, many draws. `start.py fast` leaves them out.
_A_SECOND = (
    "access/test_accounts",
    "access/test_commands",
    "access/test_one_time_passwords",
    "access/test_passwords",
    "access/test_people",
    "access/test_second_factor",
    "access/test_second_word",
    "access/test_sessions",
    "access/test_sign_in",
    "access/test_slowing",
    "airgap/",
    "api/",
    "appraisal/appeals/",
    "appraisal/many/",
    "appraisal/on_site/",
    "appraisal/replays/",
    "appraisal/review/test_alterations",
    "appraisal/review/test_deciding",
    "appraisal/review/test_decisions_file",
    "appraisal/review/test_log",
    "appraisal/review/test_seeing",
    "appraisal/test_anonymity",
    "appraisal/test_code_batches",
    "appraisal/test_key_destruction",
    "appraisal/test_views",
    "approvals/",
    "auditing/",
    "backup/",
    "city/test_city",
    "drafting/",
    "exchange/microdata/test_protecting",
    "exchange/test_files",
    "feedback/climbing/test_late_page",
    "feedback/test_case_views",
    "feedback/test_withdrawing",
    "feedback/test_together",
    "fieldwork/bulletins/",
    "fieldwork/draws/",
    "fieldwork/explaining/",
    "fieldwork/invitations/test_balancing",
    "fieldwork/invitations/test_drawn_batches",
    "fieldwork/invitations/test_second_body",
    "fieldwork/invitations/test_sittings",
    "fieldwork/invitations/test_views",
    "fieldwork/invitations/test_whole_plan",
    "fieldwork/invitations/test_withdrawing",
    "fieldwork/papers/test_invitation_pdf",
    "fieldwork/papers/test_poster_pdf",
    "fieldwork/papers/test_poster_sheet",
    "fieldwork/readiness/",
    "fieldwork/reminders/",
    "fieldwork/test_campaigns",
    "fieldwork/test_commands",
    "fieldwork/test_extending",
    "fieldwork/test_new_campaign",
    "fieldwork/test_once",
    "fieldwork/test_spoiled_workbooks",
    "fieldwork/test_views",
    "fieldwork/witnesses/",
    "jobs/",
    "ledger/test_heads",
    "ledger/test_ledger",
    "ledger/test_tree",
    "migrations/",
    "office_files/test_archives",
    "office_files/test_spoiled",
    "receivers/",
    "delivery/",
    "publication/test_answered",
    "rehearsal/",
    "reports/using/",
    "repository/test_faces",
    "repository/test_glossary",
    "repository/test_reviewed",
    "repository/test_security_page",
    "repository/test_translations",
    "repository/test_words",
    "respond/door/test_admission",
    "respond/test_intake",
    "respond/test_local_answers",
    "respond/test_sitting",
    "schedule/",
    "scheme/test_limits",
    "scheme/test_misspelt",
    "scheme/test_workbook",
    "scheme/test_xlsform",
    "service_ratings/",
    "site/test_identity",
    "stats/estimation/test_quantiles",
    "stats/forecasting/test_forecast",
    "stats/integrity/test_collusion",
    "stats/nonprobability/test_combination",
    "stats/nonprobability/test_corrected_scores",
    "stats/nonprobability/test_limiter",
    "stats/pipeline/",
    "stats/ranking/test_rank_sets",
    "stats/simulation/",
    "stats/small_areas/test_fay_herriot",
    "stats/weighting/test_calibration",
    "tallies/test_pages",
    "tallies/test_tallies",
    "test_cli",
    "verification/",
    "watching/",
    "web/test_canaries",
    "witness/",
    "wording/test_front_doors",
)
_WHOLE = re.compile(r"^pytestmark = pytest\.mark\.(\w+)$", re.MULTILINE)  # all tests of a file


def pytest_configure(config: pytest.Config) -> None:
    """Load what tests start from, but not where tests are only handed out to other processes."""
    os.nice = lambda _more: 0  # a command that makes way for others leaves our process as it is
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        _forget_seldom()
        config.pluginmanager.register(import_module("tests.installations"))


def _forget_seldom() -> None:
    """Let what counts lines look less often for code to take itself out of.

    It looks through all functions there are, which costs more than being told of a line again.
    """
    counting = getattr(sys.modules.get("slipcover.pytest_plugin"), "_slipcover_instance", None)
    if counting is not None:
        counting.d_miss_threshold = 5_000


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even read a file of which no test is asked for; those named are read in any case."""
    if collection_path.suffix != ".py" or not collection_path.name.startswith("test_"):
        return None
    asked = config.getoption("markexpr", "").split(" and ")
    whole = _WHOLE.findall(collection_path.read_text("utf-8"))
    file = _file(collection_path)
    whole += ["second"] * file.startswith(_A_SECOND) + ["slow"] * file.startswith(_SLOW)
    return True if any(f"not {mark}" in asked for mark in whole) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for PostgreSQL, and what waits for a whole county; begin with the longest."""
    for item in items:
        file = _file(item.path)
        asked = set(getattr(item, "fixturenames", ()))
        half = getattr(item, "callspec", None)
        engines = (half.params.get(name) for name in ("each_site", "each_database_url", "kept_url"))
        second = half is not None and "postgresql" in engines
        if second or asked & {"postgresql", "postgresql_url"}:
            item.add_marker("postgresql")
        if asked & {"answered_home", "released_home"} or file.startswith(_SLOW):
            item.add_marker("slow")
        if file.startswith(_A_SECOND):
            item.add_marker("second")
    items.sort(key=lambda item: _turn(item.path))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Leave what was counted in all processes where start.py wants to read it."""
    counted, wanted = (os.environ.get(each) for each in ("SLIPCOVER_COVERAGE_DIR", "SURVEY_RAN"))
    if counted and wanted and "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.move(Path(counted) / "merged.json", wanted)
        shutil.rmtree(counted)


@cache
def _turn(path: Path) -> int:
    """A file that takes minutes and came last would keep one process busy and the others idle."""
    file = _file(path)
    return next((turn for turn, name in enumerate(_LONGEST) if file.startswith(name)), 99)


@cache
def _file(path: Path) -> str:
    return path.relative_to(Path(__file__).parent).as_posix()
