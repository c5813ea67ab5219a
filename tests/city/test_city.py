"""A city takes its counties' releases, shows what can be shown together, and rolls it up."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from survey.airgap.receiving import receive
from survey.city.comparing import Profile, differences
from survey.city.keys import confirm_key, name_key, revoke_key
from survey.city.taking import Offered, take_releases
from survey.cli import survey
from survey.model import AuditEntry, CountyKey, CountyRelease
from survey.problems import Refused
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.airgap.parcels import bring, parcel
from tests.city.counties import KEYS, Document, document, mark, offered, public, raised
from tests.factories import FIELDWORK
from tests.officials import office, signed_in, token

PAGE = "/office/city/"


@pytest.fixture
def city(site: Site) -> Site:
    """A city that knows the keys of all its counties."""
    site = replace(site, clock=lambda: FIELDWORK)
    with site.database.writing() as session:
        for county in KEYS:
            key = name_key(session, county=county, key=public(county), by="zhang", clock=site.clock)
            confirm_key(session, number=key.id, mark=mark(county), by="li", clock=site.clock)
    return site


def take(site: Site, *files: Offered) -> list[bool]:
    with site.database.writing() as session:
        taken = take_releases(session, offered=files, by="zhang", clock=site.clock)
        return [each.is_new for each in taken]


def refused(site: Site, *files: Offered) -> str:
    with pytest.raises(Refused) as why:
        take(site, *files)
    return str(why.value)


def stored(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(CountyRelease)) or 0


def test_what_a_county_signed_is_kept_byte_by_byte_and_taken_once(city: Site) -> None:
    first = offered(document("安澜县"))
    assert take(city, first) == [True]
    assert take(city, first) == [False]
    assert take(city, offered(document("安澜县", number=2))) == [True]
    assert take(city, first) == [False]
    with city.database.reading() as session:
        kept = session.scalars(sa.select(CountyRelease).order_by(CountyRelease.number)).all()
    assert [each.number for each in kept] == [1, 2]
    assert kept[0].document.encode() == first.content
    assert verify(city) == []


def test_several_are_taken_in_the_order_of_their_numbers(city: Site) -> None:
    both = [offered(document("安澜县", number=number)) for number in (2, 1)]
    assert take(city, *both) == [True, True]


def unsigned(found: Document) -> Offered:
    del found["release"]["signature"]
    return offered(found)


def altered(found: Document) -> Offered:
    found["units"][0]["score"] = "99.99"
    return offered(found)


def twice_said(found: Document) -> Offered:
    whole = offered(found)
    content = whole.content.replace(b'"kind":', b'"simulated": false,\n "kind":', 1)
    return Offered(name="x.json", content=content)


def of_a_stranger(found: Document) -> Offered:
    """Replace the key in the file by that of another county, as if it vouched for itself."""
    found["release"]["signature"]["public_key"] = public("临水县")
    return offered(found)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (unsigned, "is no document of released scores"),
        (altered, "the signature of 安澜县 does not hold"),
        (twice_said, "is no document of released scores"),
        (of_a_stranger, "the signature of 临水县 does not hold"),
        (lambda _found: Offered(name="x.json", content=b"{}"), "is no document of released scores"),
        (lambda _found: Offered(name="x.json", content=b"\xff"), "is no document"),
    ],
)
def test_what_no_county_signed_is_refused_by_name(
    city: Site, spoil: Callable[[Document], Offered], words: str
) -> None:
    good = offered(document("临水县"))
    assert words in refused(city, good, spoil(document("安澜县")))
    assert stored(city) == 0


def test_a_key_that_waits_or_is_revoked_opens_nothing(site: Site) -> None:
    site = replace(site, clock=lambda: FIELDWORK)
    given = offered(document("安澜县"))
    assert "not named and confirmed" in refused(site, given)
    with site.database.writing() as session:
        number = name_key(
            session, county="安澜县", key=public("安澜县"), by="zhang", clock=site.clock
        ).id
    assert "not named and confirmed" in refused(site, given)
    for by, typed, words in (
        ("zhang", mark("安澜县"), "another person"),
        ("li", mark("临水县"), "not the fingerprint"),
    ):
        with site.database.writing() as session, pytest.raises(Refused, match=words):
            confirm_key(session, number=number, mark=typed, by=by, clock=site.clock)
    spaced = f" {mark('安澜县')[:8]} {mark('安澜县')[8:].upper()}"
    with site.database.writing() as session:
        confirm_key(session, number=number, mark=spaced, by="li", clock=site.clock)
    assert take(site, given) == [True]
    with site.database.writing() as session:
        revoke_key(session, number=number, by="li", clock=site.clock)
    assert "not named and confirmed" in refused(site, offered(document("安澜县", number=2)))
    assert take(site, given) == [False]
    assert stored(site) == 1


def test_an_older_one_another_of_its_number_and_one_that_supersedes_nothing_are_refused(
    city: Site,
) -> None:
    take(city, offered(document("安澜县", number=2)))
    assert "is older (number 1) than the release 2" in refused(city, offered(document("安澜县")))
    other = offered(document("安澜县", number=2, change=raised(1)))
    assert "ALARM: release 2 of 安澜县" in refused(city, other)

    def says_nothing(found: Document) -> None:
        found["release"]["supersedes"] = None

    third = offered(document("安澜县", number=3, change=says_nothing))
    assert "does not say that it supersedes" in refused(city, third)


def test_invented_figures_never_stand_beside_real_ones(city: Site) -> None:
    def real(found: Document) -> None:
        found.update(simulated=False, notice=None)

    take(city, offered(document("安澜县")))
    assert "beside real ones" in refused(city, offered(document("临水县", change=real)))
    assert "beside real ones" in refused(
        city, offered(document("平川县", change=real)), offered(document("望山县"))
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (sa.update(CountyRelease).values(document="{}"), "county-release-1"),
        (sa.update(CountyRelease).values(digest="0" * 64), "county-release-1"),
        (sa.update(CountyKey).values(county="别县").where(CountyKey.id == 2), "county-key-2"),
        (sa.update(CountyKey).values(confirmed_by="wang"), "county-key-1"),
        (sa.delete(CountyRelease), "county-release-1"),
        (sa.delete(CountyKey).where(CountyKey.id == 3), "county-key-3"),
    ],
)
def test_verification_names_what_was_altered_in_the_database(
    city: Site, change: sa.Executable, name: str
) -> None:
    take(city, offered(document("安澜县")))
    assert verify(city) == []
    with city.database.writing() as session:
        session.execute(change)
    assert name in {problem.en.split()[0] for problem in verify(city)}


def at(site: Site, *words: str) -> Result:
    where = {"SURVEY_HOME": str(site.settings.home), "SURVEY_DATABASE": site.settings.database_url}
    return CliRunner().invoke(survey, ["city", *words], env=where)


def test_the_command_takes_files_and_what_parcels_brought_and_writes_the_table(
    city: Site, tmp_path: Path
) -> None:
    first, second = offered(document("安澜县")), offered(document("临水县", change=raised(2)))
    (tmp_path / first.name).write_bytes(first.content)
    key = KEYS["临水县"]
    bring(tmp_path / "stick", parcel(1, key=key, files={f"scores/{second.name}": second.content}))
    own = tmp_path / "own"
    receive(tmp_path / "stick", into=own, key=key.public_key(), clock=city.clock)
    said = at(city, "take", str(tmp_path / first.name), str(own))
    assert said.exit_code == 0, said.exception
    assert said.output.count("已收下") == 2
    assert "以前已有" in at(city, "take", str(own)).output
    out = tmp_path / "city.xlsx"
    assert at(city, "table", "--year", "2026", "--out", str(out)).exit_code == 0
    book = openpyxl.load_workbook(out)
    rows = list(book["汇总（模拟数据）"].iter_rows(values_only=True))
    assert [row[3] for row in rows if row[1] == "A"] == ["临水县", "安澜县", "全市"]
    assert {row[4] for row in book["来源"].iter_rows(values_only=True, min_row=2)} == {
        each.digest for each in releases(city)
    }
    assert "no release of 2031" in str(
        at(city, "table", "--year", "2031", "--out", "x.csv").exception
    )
    assert at(city, "table", "--out", "x.doc").exit_code == 2
    (own / "accepted/000001/parcel.zip").write_bytes(b"PK")
    assert at(city, "take", str(own)).exit_code == 1


def releases(site: Site) -> list[CountyRelease]:
    with site.database.reading() as session:
        return list(session.scalars(sa.select(CountyRelease)))


def test_weights_from_a_table_count_and_faults_in_it_are_named(city: Site, tmp_path: Path) -> None:
    both = [document(county) for county in ("安澜县", "临水县")]
    take(city, *map(offered, both))
    given = tmp_path / "weights.csv"
    lines = ["campaign,unit_code,weight"]
    for found in both:
        lines += [f"{found['campaign']['id']},{each['unit_code']},10" for each in found["units"]]
    given.write_text("\n".join(lines), "utf-8")
    out = tmp_path / "city.csv"
    words = ("table", "--weights", str(given), "--out", str(out))
    assert at(city, *words).exit_code == 0
    rows = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))
    assert rows[1][8] == rows[2][8] != ""
    given.write_text("\n".join([*lines[:2], lines[1], lines[2].replace(",10", ",-1")]), "utf-8")
    refused_by = str(at(city, *words).exception)
    assert "row 3" in refused_by
    assert "row 4" in refused_by
    given.write_text("unit_code,weight\nA01,1\n", "utf-8")
    assert "this column is missing" in str(at(city, *words).exception)


@pytest.fixture
def app(site: Site) -> Flask:
    return office(site)


def posted(client: FlaskClient, path: str, **form: object) -> tuple[int, str]:
    carried = token(client.get("/office/password"))
    data = {"csrf_token": carried, **form}
    answer = client.post(path, data=data, content_type="multipart/form-data", follow_redirects=True)
    return answer.status_code, answer.text


def test_the_page_names_confirms_takes_and_shows(app: Flask, site: Site) -> None:
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    assert "还没有收下县里的得分文件" in admin.get(PAGE).text
    assert posted(admin, f"{PAGE}keys", county="安澜县", key="no key")[0] == 422
    for county in ("安澜县", "临水县"):
        assert posted(admin, f"{PAGE}keys", county=county, key=public(county))[0] == 200
    assert posted(admin, f"{PAGE}keys", county="安澜县", key=public("安澜县"))[0] == 422
    page = review.get(PAGE).text
    assert mark("安澜县") not in page  # it is typed from paper, not from here
    assert posted(review, f"{PAGE}keys/1/confirm", mark="0" * 16)[0] == 422
    for number, county in enumerate(("安澜县", "临水县"), start=1):
        assert posted(review, f"{PAGE}keys/{number}/confirm", mark=mark(county))[0] == 200
    files = [
        (io.BytesIO(each.content), each.name)
        for each in (offered(document("安澜县")), offered(document("临水县", change=drop)))
    ]
    assert "收下2个" in posted(admin, f"{PAGE}releases", files=files)[1]
    page = admin.get(PAGE).text
    assert "以下是模拟数据" in page
    assert "题目：多 C3" in page
    assert "items: has besides C3" in admin.get(f"{PAGE}?lang=en").text
    assert posted(admin, f"{PAGE}releases", files=(io.BytesIO(b"{}"), "x.json"))[0] == 422
    assert admin.get(f"{PAGE}2026.csv").status_code == 200
    assert admin.get(f"{PAGE}2026.xlsx").data[:2] == b"PK"
    assert admin.get(f"{PAGE}2025.csv").status_code == 404
    assert admin.get(f"{PAGE}2026.doc").status_code == 404
    assert posted(review, f"{PAGE}keys/1/revoke")[0] == 200
    assert posted(review, f"{PAGE}keys/1/revoke")[0] == 422
    told = admin.get("/office/audit/").text
    assert "收下“安澜县”的“" in told
    assert "登记的“安澜县”的公钥（county-key-1）" in told
    with site.database.reading() as session:
        deeds = set(session.scalars(sa.select(AuditEntry.action)))
    assert {
        *("county.name", "county.confirm", "county.revoke", "county.take", "city.export"),
    } <= deeds


@pytest.mark.parametrize(("common", "is_told"), [("市 1", True), ("市 2", False), ("", False)])
def test_why_common_items_alone_give_no_figure_is_said(common: str, is_told: bool) -> None:
    base = dict.fromkeys(("class_name", "full_points", "confidence", "indicator", "method"), "x")
    usual = Profile(items={"C1": "办事"}, groups={}, weights={}, common="市 1", **base)
    own = replace(usual, items={"C1": "办事", "L1": "本县"}, common=common)
    told = [line.zh for line in differences(own, usual)]
    assert "题目：多 L1" in told
    assert any("不能只按共性题合算" in line for line in told) == is_told
    assert differences(usual, usual) == []


def drop(found: Document) -> None:
    found["reported"]["items"] = [
        item for item in found["reported"]["items"] if item["item_id"] != "C3"
    ]
