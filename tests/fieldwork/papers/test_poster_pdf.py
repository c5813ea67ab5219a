"""Posters as a phone and a reader see them: rendered by one library, decoded by another."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from survey import codes
from survey.fieldwork import entrances
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.papers import font, poster_pdf
from survey.fieldwork.papers.font import Font
from survey.fieldwork.papers.poster_pdf import Poster
from survey.model import Campaign
from survey.problems import Refused
from survey.site.config import Settings, read_settings
from survey.site.installation import Site
from survey.web.qr import qr_svg
from tests.factories import CODE, in_fieldwork, open_anlan
from tests.fieldwork.papers.printed import overprinted, pages, scanned, texts, unprintable
from tests.prepared import prepared

HOST = "pj.anlan.gov.cn"


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Font:
    return font.packaged_font(tmp_path_factory.mktemp("home"))


@pytest.fixture
def described(site: Site) -> tuple[Campaign, list[Poster]]:
    prepared(site, "with its posters", lambda: _register(site))
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        rows = entrances.posters_of(session, campaign=campaign)
        return campaign, poster_pdf.describe(campaign, rows, base_url=f"https://{HOST}")


def _register(site: Site) -> None:
    open_anlan(site)
    entrances.default_posters(
        site.database, campaign_code=CODE, unit_code="", by="tests", clock=in_fieldwork
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "copies", "scale"), [("a4", 1, 1.0), ("a3", 1, 1.0), ("sticker", 9, 2.0)]
)
def test_every_code_decodes_to_exactly_its_units_address(
    described: tuple[Campaign, list[Poster]],
    packaged: Font,
    size: poster_pdf.Size,
    copies: int,
    scale: float,
) -> None:
    campaign, listed = described
    pdf = poster_pdf.make_pdf(campaign, listed, size=size, font=packaged, host=HOST)
    assert scanned(pdf, scale) == [[poster.url] * copies for poster in listed]
    assert len({poster.url for poster in listed}) == 26
    for poster in listed:
        assert poster.url == f"https://{HOST}/q/{poster.code}"


@pytest.mark.parametrize("size", poster_pdf.SIZES)
def test_every_page_says_who_is_rated_and_how_without_scanning(
    described: tuple[Campaign, list[Poster]], packaged: Font, size: poster_pdf.Size
) -> None:
    campaign, listed = described
    pdf = poster_pdf.make_pdf(campaign, listed, size=size, font=packaged, host=HOST)
    for poster, text in zip(listed, texts(pdf), strict=True):
        for words in (
            "请您评一评",
            poster.unit_name,
            "约2分钟·不记名",
            "不收集姓名、电话",
            "不会要求付款、登录或下载",
            f"{HOST}/q",
            codes.grouped(poster.code).replace(" ", ""),
            "监督电话：12345",
            poster.number,
            "演示数据·请勿张贴",
            *([] if size == "sticker" else ["按受邀样本统计"]),
        ):
            assert words in text, (poster.number, words)


def test_a_page_fits_on_one_sheet_and_the_same_posters_give_the_same_bytes(
    described: tuple[Campaign, list[Poster]], packaged: Font
) -> None:
    campaign, listed = described
    made = [
        poster_pdf.make_pdf(campaign, listed, size="a4", font=packaged, host=HOST) for _ in range(2)
    ]
    assert made[0] == made[1]
    assert len(pages(made[0], 0.2)) == len(listed)
    assert b"pdfaid:part" in made[0]


def test_a_real_campaigns_poster_is_not_marked_as_a_demonstration(
    described: tuple[Campaign, list[Poster]], packaged: Font
) -> None:
    campaign, listed = described
    campaign.simulated = False
    (text,) = texts(poster_pdf.make_pdf(campaign, listed[:1], size="a4", font=packaged, host=HOST))
    assert "演示数据" not in text


def test_a_poster_names_gov_cn_only_where_its_address_ends_so(
    described: tuple[Campaign, list[Poster]], packaged: Font
) -> None:
    campaign, listed = described
    (text,) = texts(
        poster_pdf.make_pdf(campaign, listed[:1], size="a4", font=packaged, host="anlan.example")
    )
    assert "gov.cn" not in text.replace(HOST, "")
    assert "anlan.example" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_character_is_blank_or_a_box(
    described: tuple[Campaign, list[Poster]], packaged: Font, lang: str
) -> None:
    campaign, listed = described
    pdf = poster_pdf.make_pdf(campaign, listed, size="a4", font=packaged, host=HOST, lang=lang)
    used = set("".join(texts(pdf)))
    assert len(used) > 60
    assert unprintable(used, packaged) == []


def test_english_posters_name_the_units_in_english(site: Site, packaged: Font) -> None:
    open_anlan(site)
    entrances.default_posters(
        site.database, campaign_code=CODE, unit_code="B09", by="tests", clock=in_fieldwork
    )
    with site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        rows = entrances.posters_of(session, campaign=campaign)
        listed = poster_pdf.describe(campaign, rows, base_url=f"https://{HOST}", lang="en")
        for size, copies in (("a4", 1), ("sticker", 9)):
            pdf = poster_pdf.make_pdf(
                campaign, listed, size=size, font=packaged, host=HOST, lang="en"
            )
            assert scanned(pdf, 2.0) == [[listed[0].url] * copies]
            (text,) = texts(pdf)
            assert "AnlanCountyAdministrativeApprovalandGovernmentServicesBureau" in text
            assert "neverafee" in text
            assert "Demonstration" in text


def test_nothing_to_print_is_refused(
    described: tuple[Campaign, list[Poster]], packaged: Font
) -> None:
    with pytest.raises(Refused, match="没有可打印的海报"):
        poster_pdf.make_pdf(described[0], [], size="a4", font=packaged, host=HOST)


def test_a_missing_font_is_refused_not_replaced(
    described: tuple[Campaign, list[Poster]], packaged: Font
) -> None:
    campaign, listed = described
    absent = Font(family="No Such Font", folder=packaged.folder)
    with pytest.raises(Refused, match="no such font"):
        poster_pdf.make_pdf(campaign, listed, size="a4", font=absent, host=HOST)


def test_a_code_is_version_four_at_level_q_with_a_quiet_zone() -> None:
    svg = qr_svg("https://pj.anlan.gov.cn/q/0123456789")
    assert 'viewBox="0 0 41 41"' in svg
    assert 'd="M4 4h7v1h-7z' in svg


def settings(tmp_path: Path, **given: str) -> Settings:
    return read_settings({"SURVEY_HOME": str(tmp_path), **given})


def families(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    monkeypatch.setattr(font, "_system_families", lambda: frozenset(names))


def test_the_setting_chooses_the_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    families(monkeypatch, "Noto Sans CJK SC", "方正小标宋简体")
    chosen = font.choose_font(settings(tmp_path, SURVEY_FONT="方正小标宋简体"))
    assert chosen == Font(family="方正小标宋简体", folder="")
    with pytest.raises(Refused, match="SURVEY_FONT"):
        font.choose_font(settings(tmp_path, SURVEY_FONT="Comic Sans"))


def test_the_systems_font_comes_before_the_packaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    families(monkeypatch, "Microsoft YaHei", "DejaVu Sans")
    assert font.choose_font(settings(tmp_path)).family == "Microsoft YaHei"
    families(monkeypatch, "DejaVu Sans")
    chosen = font.choose_font(settings(tmp_path))
    assert chosen.folder == str(tmp_path / "fonts")
    assert [path.name for path in (tmp_path / "fonts").iterdir()] == ["NotoSansCJKsc-Regular.otf"]


def test_no_font_at_all_is_said_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_name: str) -> Any:
        raise font.PackageNotFoundError

    families(monkeypatch, "DejaVu Sans")
    monkeypatch.setattr(font, "distribution", missing)
    with pytest.raises(Refused, match="Noto Sans CJK SC"):
        font.choose_font(settings(tmp_path))


_LONG = (
    "安澜县农业农村和水利局（县乡村振兴局、县委农村工作领导小组办公室、县畜牧兽医局、"
    "县林业和草原局、县粮食和物资储备局）"
)


@pytest.mark.parametrize("size", poster_pdf.SIZES)
@pytest.mark.parametrize(
    "name",
    [_LONG[:48], (_LONG * 2)[:100], "安澜县\n城关街道办事处", "Bureau of Agriculture " * 5],
    ids=["48", "100", "line break", "English"],
)
def test_long_names_and_places_are_printed_over_nothing(
    described: tuple[Campaign, list[Poster]],
    packaged: Font,
    size: poster_pdf.Size,
    name: str,
) -> None:
    campaign, [first, *_others] = described
    place = "县政务服务中心一楼大厅东侧综合服务窗口取号机旁" * 2
    long = replace(first, unit_name=name, place=place)
    pdf = poster_pdf.make_pdf(campaign, [long], size=size, font=packaged, host=HOST)
    assert len(texts(pdf)) == 1
    assert overprinted(pdf) == []
    assert set(scanned(pdf, 2.0)[0]) == {first.url}


def test_a_sign_no_font_draws_is_named_with_its_remedy(
    described: tuple[Campaign, list[Poster]], packaged: Font
) -> None:
    campaign, [first, *_others] = described
    spoilt = replace(first, unit_name="安澜县𪨷👍局")
    with pytest.raises(Refused, match=r"𪨷（U\+2AA37）.*👍|👍.*𪨷（U\+2AA37）") as refused:
        poster_pdf.make_pdf(campaign, [spoilt], size="a4", font=packaged, host=HOST)
    assert "install a font" in refused.value.text("en")
