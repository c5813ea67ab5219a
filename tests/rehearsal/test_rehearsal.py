"""A draft is rehearsed through the real pages, and nothing of it stays in the campaign."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from survey.app import create_app
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.model import AuditEntry, Entrance, Ledger, Response
from survey.rehearsal.page_form import PageForm
from survey.site.installation import Site
from tests.factories import ANLAN, CODE, FIELDWORK, LOCAL_ITEMS, standing_at
from tests.officials import add_officials, signed_in, token
from tests.witnessed import vkey

HERE = f"/office/campaigns/{CODE}"
Run = Callable[..., Result]


@pytest.fixture
def run(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command in an installation with a draft of 安澜县 and its officials."""
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    monkeypatch.chdir(tmp_path)
    standing_at(monkeypatch, FIELDWORK)

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(survey, list(words))

    assert invoke("campaign", "load", str(ANLAN), "--simulated").exit_code == 0
    add_officials(site)
    return invoke


def held(site: Site) -> list[int]:
    """Answers, entrances and leaves of the campaign itself."""
    with site.database.reading() as session:
        counts = (sa.select(sa.func.count()).select_from(of) for of in (Response, Entrance))
        leaves = sa.select(sa.func.coalesce(sa.func.sum(Ledger.size), 0))
        return [session.scalar(query) or 0 for query in (*counts, leaves)]


def test_the_whole_campaign_is_tried_and_leaves_nothing_behind(run: Run, site: Site) -> None:
    # Nobody witnesses what is invented: a plan that names witnesses is rehearsed without them.
    witness = {"name": "县统计局", "public_key": vkey("县统计局")}
    with site.database.writing() as session:
        draft = find_campaign(session, CODE)
        draft.scheme = {**draft.scheme, "witnesses": {"required": 1, "of": [witness]}}
    done = run("campaign", "rehearse", CODE, "--per-group", "1", "--out", "out.zip")
    assert done.exit_code == 0, done.output
    words = done.stdout.split()
    assert words[0::2] == [CODE, words[2], words[4]]
    sent, stored = int(words[2]), int(words[4])
    assert sent == stored > 100
    assert held(site) == [0, 0, 0]
    with zipfile.ZipFile("out.zip") as packed:
        posters, scores = sorted(packed.namelist(), key=lambda name: name.endswith(".xlsx"))
        pdf = pypdfium2.PdfDocument(packed.read(posters))
        assert len(pdf) == 26
        assert "演练" in pdf[0].get_textpage().get_text_range()
        book = openpyxl.load_workbook(io.BytesIO(packed.read(scores)))
        cells = [str(cell.value) for sheet in book for row in sheet for cell in row]
        assert any("演练" in cell for cell in cells)


def test_the_opening_says_when_it_was_and_whether_the_plan_is_still_the_same(
    run: Run, site: Site
) -> None:
    client = signed_in(create_app(site), "admin")
    assert "还没有演练" in client.get(f"{HERE}/open").text
    stamp = token(client.get(f"{HERE}/rehearsal"))
    answer = client.post(f"{HERE}/rehearsal", data={"csrf_token": stamp})
    assert answer.mimetype == "application/zip"
    said = "由 admin 演练"
    assert said in client.get(f"{HERE}/open").text
    assert said in run("campaign", "status", CODE).stdout
    with site.database.writing() as session:
        draft = find_campaign(session, CODE)
        draft.scheme = {**draft.scheme, "hotline": "12388"}
    assert "方案此后有改动" in client.get(f"{HERE}/open").text
    assert "方案此后有改动" in client.get(f"{HERE}/rehearsal").text
    with site.database.reading() as session:
        entry = session.scalars(sa.select(AuditEntry).filter_by(action="campaign.rehearse")).one()
    assert (entry.by, entry.detail["left_over"], entry.detail["leaves"]) == ("admin", 0, 0)


def test_an_open_campaign_is_not_rehearsed(run: Run) -> None:
    assert run("campaign", "open", CODE).exit_code == 0
    refused = run("campaign", "rehearse", CODE)
    assert refused.exit_code == 1
    assert CODE in str(refused.exception)


def test_what_the_pages_refuse_is_told_by_unit_and_group(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = PageForm.__init__

    def without_sex(form: PageForm, page: str) -> None:
        whole(form, page)
        form.choices.pop("sex", None)

    monkeypatch.setattr(PageForm, "__init__", without_sex)
    done = run("campaign", "rehearse", CODE, "--per-group", "1")
    assert done.exit_code == 1
    assert "A01 G1: HTTP 422" in done.stderr
    assert " stored 0" in done.stdout


def test_a_questionnaire_with_items_of_every_kind_is_answered_too(run: Run, site: Site) -> None:
    with site.database.writing() as session:
        asked = find_campaign(session, CODE).questionnaire
        items = [{**item, "required": True} for item in LOCAL_ITEMS]
        asked.content = {**asked.content, "local_items": items}
    done = run("campaign", "rehearse", CODE, "--per-group", "1")
    assert done.exit_code == 0, done.stderr[:400]
