"""A campaign's folder given in the office: loaded as a draft, or refused whole by its places."""

import html
import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.fieldwork.papers import font
from survey.model import AuditEntry, Campaign
from survey.site.installation import Site, upgrade_site
from tests.factories import ANLAN
from tests.office_files.spoiled import SPOILED, Spoiled
from tests.officials import office, signed_in, token

HERE = "/office/new"
NEXT = "ANLAN-2027-GZPY"
REFUSED = [case for case in SPOILED if case.command == "load" and case.zh]


@pytest.fixture(autouse=True)
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font, "_system_families", frozenset[str])


def county(tmp_path: Path) -> Path:
    """Return the folder of the demonstration county's next campaign."""
    folder = tmp_path / "county"
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    scheme = folder / "scheme.yaml"
    scheme.write_text(scheme.read_text("utf-8").replace("ANLAN-2026-GZPY", NEXT), "utf-8")
    return folder


def packed(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"county/{path.name}")
    return out.getvalue()


def given(
    client: FlaskClient, content: bytes | None, *, query: str = "", file: str = "county.zip"
) -> TestResponse:
    # Written out, for the test client would leave the file it packs large bodies in open.
    part = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = part % (b"csrf_token", b"", token(client.get(HERE)).encode())
    if content is not None:
        name = f'; filename="C:\\\\评议\\\\{file}"'.encode()
        body += part % (b"archive", name, content)
    kind = "multipart/form-data; boundary=x"
    return client.post(HERE + query, data=body + b"--x--\r\n", content_type=kind)


def n_campaigns(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Campaign)) or 0


def test_a_folder_becomes_a_draft_by_whoever_gave_it(site: Site, tmp_path: Path) -> None:
    client = signed_in(office(site), "admin")
    answer = given(client, packed(county(tmp_path)))
    assert answer.status_code == 302
    assert answer.location == f"/office/campaigns/{NEXT}"
    assert "已载入为草稿" in client.get(answer.location).text
    assert HERE in client.get("/office/").text
    with site.database.reading() as session:
        loaded = session.scalars(sa.select(Campaign).filter_by(code=NEXT)).one()
        assert (loaded.state, loaded.simulated) == ("draft", True)
        entry = session.scalars(sa.select(AuditEntry).filter_by(subject=NEXT)).one()
        assert (entry.by, entry.action) == ("admin", "campaign.load")
    again = given(client, packed(tmp_path / "county"))
    assert again.status_code == 422
    assert f"评议活动 {NEXT} 已存在" in again.text


def test_nothing_given_and_no_token_are_refused(site: Site) -> None:
    client = signed_in(office(site), "admin")
    nothing = given(client, None)
    assert nothing.status_code == 422
    assert "请选择文件" in nothing.text
    assert client.post(HERE, data={"archive": (io.BytesIO(b"x"), "x.zip")}).status_code == 400
    assert HERE not in signed_in(client.application, "review").get("/office/").text


def test_an_archive_may_be_larger_than_other_bodies_and_not_without_end(site: Site) -> None:
    client = signed_in(office(site), "admin")
    assert given(client, bytes(1_900_000)).status_code == 422
    assert given(client, bytes(2_000_001)).status_code == 413
    assert client.post("/office/password", data={"x": "x" * 70_000}).status_code == 413


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Flask]]:
    """An installation with officials and the demonstration's campaign, which no test changes."""
    home = tmp_path_factory.mktemp("home")
    with upgrade_site({"SURVEY_HOME": str(home)}) as made:
        yield made, office(made)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_spoiled_file_is_refused_by_its_place_and_nothing_is_kept(
    case: Spoiled, standing: tuple[Site, Flask], tmp_path: Path
) -> None:
    site, app = standing
    client = signed_in(app, "admin")
    folder = county(tmp_path)
    case.spoil(folder)
    content = packed(folder)
    for told, query in ((case.zh, ""), (case.en, "?lang=en")):
        answer = given(client, content, query=query)
        assert answer.status_code == 422
        assert f"<li>{told}" in html.unescape(answer.text), answer.text
    assert n_campaigns(site) == 1
