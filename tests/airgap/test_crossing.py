"""Two sides that share nothing but a folder: a county sends, another network receives."""

import json
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from survey.airgap import sending
from survey.airgap.receipts import write_receipt
from survey.airgap.series import read_sent
from survey.app import create_app
from survey.cli import survey
from survey.model import AuditEntry, Release
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.airgap.parcels import KEY, OTHER_KEY, parcel, pem, public
from tests.demonstrated import CODE, released
from tests.officials import add_officials, signed_in, token

PAGE = "/office/parcels/"


@pytest.fixture
def county(site: Site) -> Site:
    released(site, n=900)
    with site.database.reading() as session:
        at = session.scalars(sa.select(Release.frozen_at)).one()
    return replace(site, clock=lambda: at)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def key_of(site: Site) -> str:
    with site.database.reading() as session:
        document = json.loads(session.scalars(sa.select(Release.document)).one())
    return str(document["release"]["signature"]["public_key"])


def at(site: Site, *words: str) -> Result:
    where = {"SURVEY_HOME": str(site.settings.home), "SURVEY_DATABASE": site.settings.database_url}
    return CliRunner().invoke(survey, ["airgap", *words], env=where)


def elsewhere(*words: str) -> Result:
    """Give a command on a machine that has no installation."""
    return CliRunner().invoke(survey, ["airgap", *words], env={"SURVEY_HOME": "/nowhere"})


def test_scores_cross_and_the_receipt_comes_back(county: Site, stick: Path, tmp_path: Path) -> None:
    sent = at(county, "send", str(stick), "--to", "hub", "--by", "system")
    assert sent.exit_code == 0, sent.output
    [carried] = stick.iterdir()
    own = tmp_path / "own"
    got = elsewhere(
        *("receive", str(stick), "--into", str(own)), "--key", key_of(county), "--name", "市绩效办"
    )
    assert got.exit_code == 0, got.output
    document = own / f"accepted/000001/scores/{CODE}-R1.json"
    with county.database.reading() as session:
        assert document.read_text("utf-8") == session.scalars(sa.select(Release.document)).one()
    [receipt] = (own / "receipts").iterdir()
    back = at(county, "receipt", str(receipt))
    assert "已登记 noted" in back.output
    assert "not signed" in back.output
    assert "以前已登记" in at(county, "receipt", str(receipt)).output
    carried.unlink()
    again = at(county, "send", str(stick), "--to", "hub")
    assert list(stick.iterdir()) == []
    assert "nothing was released" in again.output
    assert verify(county) == []


def test_a_lost_stick_is_made_good_to_the_byte_and_another_side_has_its_own_series(
    county: Site, stick: Path, tmp_path: Path
) -> None:
    at(county, "send", str(stick), "--to", "hub")
    other = tmp_path / "other"
    other.mkdir()
    assert at(county, "send", str(other), "--to", "hub").exit_code == 0
    [first], [again] = list(stick.iterdir()), list(other.iterdir())
    assert (first.name, first.read_bytes()) == (again.name, again.read_bytes())
    first.write_bytes(first.read_bytes()[:100])
    assert "written" in at(county, "send", str(stick), "--to", "hub").output
    assert "was there already" in at(county, "send", str(stick), "--to", "hub").output
    assert first.read_bytes() == again.read_bytes()
    at(county, "send", str(other), "--to", "city")
    assert sorted(re.sub("-.*", "", path.name) for path in other.iterdir()) == ["city", "hub"]
    with county.database.reading() as session:
        assert [(sent.to, sent.number) for sent in read_sent(session)] == [("hub", 1), ("city", 1)]


def test_killed_between_record_and_file_the_next_run_writes_the_same(
    county: Site, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_path: Path, _content: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "write_whole", killed)
    at(county, "send", str(stick), "--to", "hub")
    assert list(stick.iterdir()) == []
    monkeypatch.undo()
    assert at(county, "send", str(stick), "--to", "hub").exit_code == 0
    with county.database.reading() as session:
        [sent] = read_sent(session)
        assert sending.content_of(session, sent) == (stick / sent.name).read_bytes()


def test_receipts_that_do_not_hold_are_refused(county: Site, stick: Path, tmp_path: Path) -> None:
    at(county, "send", str(stick), "--to", "hub")
    own, signing = tmp_path / "own", tmp_path / "hub.pem"
    signing.write_bytes(pem(KEY))
    elsewhere(
        *("receive", str(stick), "--into", str(own), "--key", key_of(county)),
        *("--sign-with", str(signing)),
    )
    [receipt] = (own / "receipts").iterdir()
    told = json.loads(receipt.read_text("utf-8"))
    forged = tmp_path / "forged.json"

    def refused(*words: str, **changed: object) -> str:
        forged.write_text(json.dumps({**told, **changed}))
        result = at(county, "receipt", str(forged), *words)
        assert result.exit_code == 1, result.output
        return str(result.exception)

    assert "was altered" in refused(number=2)
    assert "was altered" in refused(receiver="别人")
    assert "its signature does not hold" in refused("--key", public(OTHER_KEY))
    unsigned = {word: each for word, each in told.items() if word != "signature"}
    forged.write_text(json.dumps(unsigned))
    assert at(county, "receipt", str(forged), "--key", public(KEY)).exit_code == 1
    never = parcel(7, series=told["series"])
    forged.write_bytes(write_receipt(never, name="", key=None, at=county.clock()))
    assert "never sent number 7" in str(at(county, "receipt", str(forged)).exception)
    another = parcel(1, series=told["series"])
    forged.write_bytes(write_receipt(another, name="", key=None, at=county.clock()))
    assert "ALARM" in str(at(county, "receipt", str(forged)).exception)
    assert at(county, "receipt", str(receipt), "--key", public(KEY)).exit_code == 0


def test_what_was_altered_is_not_sent(county: Site, stick: Path) -> None:
    with county.database.writing() as session:
        session.execute(
            sa.update(Release).values(document=sa.func.replace(Release.document, "安澜", "安谰"))
        )
    assert at(county, "send", str(stick), "--to", "hub").exit_code == 1
    assert list(stick.iterdir()) == []


def test_a_name_that_is_none_is_refused(county: Site, stick: Path) -> None:
    result = at(county, "send", str(stick), "--to", "../x")
    assert result.exit_code == 1
    assert "接收方代号" in str(result.exception)


@pytest.fixture
def app(county: Site) -> Flask:
    add_officials(county)
    return create_app(county)


def posted(client: FlaskClient, path: str, **form: object) -> str:
    carried = token(client.get("/office/password"))
    data = {"csrf_token": carried, **form}
    answer = client.post(path, data=data, content_type="multipart/form-data", follow_redirects=True)
    return f"{answer.status_code} {answer.text}"


def test_the_office_does_the_same_by_its_pages(
    app: Flask, county: Site, stick: Path, tmp_path: Path
) -> None:
    admin = signed_in(app, "admin")
    assert "还没有做过传递包" in admin.get(PAGE).text
    assert posted(admin, PAGE, to="市 里").startswith("422")
    assert "第1号传递包已做好" in posted(admin, PAGE, to="hub")
    assert "没有新的发布" in posted(admin, PAGE, to="hub")
    [link] = re.findall(r'href="(/office/parcels/[^"]+\.zip)"', admin.get(PAGE).text)
    (stick / "传递包.zip").write_bytes(admin.get(link).data)
    assert admin.get(link.replace("000001", "2").replace("1.zip", "2.zip")).status_code == 404
    own = tmp_path / "own"
    elsewhere("receive", str(stick), "--into", str(own), "--key", key_of(county), "--name", "市里")
    [receipt] = (own / "receipts").iterdir()
    scores = f"/office/campaigns/{CODE}/scores"
    assert "还没有回执" in admin.get(scores).text
    assert posted(admin, f"{PAGE}receipt", file=(BytesIO(b"{}"), "x.json")).startswith("422")
    given = (BytesIO(receipt.read_bytes()), receipt.name)
    assert "对方收到了第1号" in posted(admin, f"{PAGE}receipt", file=given)
    page = admin.get(scores).text
    assert "还没有回执" not in page
    assert "市里" in page
    with county.database.reading() as session:
        deeds = sa.select(AuditEntry.action).where(AuditEntry.action.like("parcel.%"))
        assert sorted(session.scalars(deeds)) == ["parcel.receipt", "parcel.send"]
    told = admin.get("/office/audit/").text
    assert "做了给“hub”的第1号传递包（" in told
    assert f"内有{CODE}-R1" in told
    assert "登记“hub”的回执：市里于" in told
