"""One-time codes on paper and in messages: readable by a telephone, complete, one to a person."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from survey import codes
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.addressees import invited_to_rate
from survey.fieldwork.invitations.invited import Invited
from survey.fieldwork.papers import font
from survey.fieldwork.papers.font import Font
from survey.fieldwork.papers.invitation_pdf import Paper, make_papers
from survey.fieldwork.papers.text_messages import write_texts
from survey.model import Campaign
from survey.problems import Refused
from survey.site.installation import Site
from tests.factories import CODE, open_anlan
from tests.fieldwork.papers.printed import overprinted, scanned, texts, unprintable

WRITTEN = datetime(2026, 11, 29, 16, 30, tzinfo=UTC)  # past midnight in China
BASE = "https://pj.anlan.gov.cn"
ISSUED = [codes.checked_code(codes.PERSONAL_LENGTH) for _ in range(12)]
SAID = {
    ("sheets", "zh"): [
        "请您评一评：{unit}", "两代表一委员", "有效期至2026年12月20日（含当日）", "限用一次",
    ],
    ("sheets", "en"): ["Pleaserate:{unit}", "Until20December2026", "worksonce"],
    ("letters", "zh"): [
        "公众评议邀请信", "表号：安澜评1表",
        "批准机关：（待填）安澜县统计局", "有效期至：2027-06-30",
        "自愿参加，不记名", "现邀请您对{unit}的工作作出评价", "有效期至2026年12月20日（含当日）",
        "尊敬的代表、委员：", "不得收走您的评议码，不得代您填写",
        "办公室（县绩效办）2026年11月30日",
        "咨询电话：12345", "收集哪些信息，如何保护", "我们不收集姓名、电话",
        "安澜县绩效管理工作领导小组办公室",
    ],
    ("letters", "en"): [
        "Invitationtoapublicreview", "Formno.：安澜评1表", "{unit}", "Validuntil20December2026",
        "Deardeputyormember,", "30November2026",
        "Wedonotcollectnames", "Questions:12345",
    ],
}  # fmt: skip
ALWAYS = {
    "zh": ["监督电话：12345", "不收集姓名、电话", "不会要求付款、登录或下载", "演示数据·请勿发放"],
    "en": ["Hotline:12345", "neverafee,asign-inoradownload", "Demonstrationonly"],
}


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Font:
    return font.packaged_font(tmp_path_factory.mktemp("home"))


@pytest.fixture
def campaign(site: Site) -> Campaign:
    open_anlan(site)
    with site.database.reading() as session:
        return _loaded(session)


def _loaded(session: Session) -> Campaign:
    found = find_campaign(session, CODE)
    assert found.groups
    assert found.units
    return found


def invited(campaign: Campaign, lang: str = "zh") -> Invited:
    unit = next(entry.unit for entry in campaign.units if entry.unit.code == "B09")
    return invited_to_rate(
        campaign, [unit], group_code="G4", channel="token_sheet", lang=lang, at=WRITTEN
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("paper", "scale"), [("sheets", 2.0), ("letters", 1.5)])
def test_every_code_is_read_and_every_word_is_there(
    campaign: Campaign, packaged: Font, paper: Paper, scale: float, lang: str
) -> None:
    who = invited(campaign, lang)
    pdf = make_papers(
        ISSUED, campaign=campaign, invited=who, paper=paper, base_url=BASE, font=packaged
    )
    urls = [f"{BASE}/q/{code}" for code in ISSUED]
    shared = [urls[:10], urls[10:]] if paper == "sheets" else [[url] for url in urls]
    assert [sorted(found) for found in scanned(pdf, scale)] == [sorted(part) for part in shared]
    said = texts(pdf)
    unit = who.title.replace(" ", "")
    for words in [*SAID[paper, lang], *ALWAYS[lang], "pj.anlan.gov.cn/q"]:
        for page in said:
            assert words.format(unit=unit) in page, words
    whole = "".join(said)
    assert all(whole.count(code) == 1 for code in ISSUED)
    assert unprintable(set(whole), packaged) == []


def test_a_code_may_ask_about_several_units_together(campaign: Campaign, packaged: Font) -> None:
    who = replace(invited(campaign), title="本县26个参评单位")
    pdf = make_papers(
        ISSUED[:1], campaign=campaign, invited=who, paper="sheets", base_url=BASE, font=packaged
    )
    assert "请您评一评：本县26个参评单位" in texts(pdf)[0]


def test_a_real_campaign_without_a_label_prints_neither(campaign: Campaign, packaged: Font) -> None:
    campaign.simulated = False
    content = dict(campaign.questionnaire.content)
    del content["survey_label"]
    campaign.questionnaire.content = content
    pdf = make_papers(
        ISSUED[:1],
        campaign=campaign,
        invited=invited(campaign),
        paper="letters",
        base_url=BASE,
        font=packaged,
    )
    assert "演示" not in texts(pdf)[0]
    assert "表号" not in texts(pdf)[0]


def test_a_letter_longer_than_its_page_is_refused(campaign: Campaign, packaged: Font) -> None:
    notices = campaign.notices
    campaign.notices = notices | {"privacy": {"zh": "长长的一段话。" * 800}}
    with pytest.raises(Refused, match="shorten intro or privacy in notices"):
        make_papers(
            ISSUED[:1],
            campaign=campaign,
            invited=invited(campaign),
            paper="letters",
            base_url=BASE,
            font=packaged,
        )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_message_has_at_most_two_parts_and_says_first_who_sends_it_and_that_it_is_free(
    campaign: Campaign, lang: str
) -> None:
    listed = write_texts(ISSUED, campaign=campaign, invited=invited(campaign, lang), base_url=BASE)
    rows = list(csv.reader(io.StringIO(listed)))[1:]
    assert len(rows) == len(ISSUED)
    for code, (shown, text, length, remark) in zip(ISSUED, rows, strict=True):
        assert (shown, int(length)) == (codes.grouped(code), len(text))
        assert len(text) <= (134 if lang == "zh" else 306)
        assert text.startswith(("【安澜县绩效办】不收费", "[Anlan performance office] Free"))
        assert f"{BASE}/q/{code}" in text
        assert remark in {"演示数据，请勿发送", "demonstration, not to be sent"}


def test_the_schemes_own_message_is_used_where_it_fits(campaign: Campaign) -> None:
    campaign.notices = campaign.notices | {"sms": {"zh": "【绩效办】请评{unit}：{url}"}}
    who = invited(campaign)
    assert f"【绩效办】请评{who.title}：{BASE}/q/{ISSUED[0]}" in write_texts(
        ISSUED, campaign=campaign, invited=who, base_url=BASE
    )


def test_without_words_of_the_scheme_a_message_still_says_who_and_free(campaign: Campaign) -> None:
    campaign.notices = {name: text for name, text in campaign.notices.items() if name != "sms"}
    who = invited(campaign)
    rows = list(
        csv.reader(io.StringIO(write_texts(ISSUED, campaign=campaign, invited=who, base_url=BASE)))
    )
    assert rows[1][1].startswith(f"【{campaign.organiser_zh}】不收费、不记名，请您评议{who.title}")
    assert "有效期至12月20日（含当日）" in rows[1][1]


def test_whoever_has_no_greeting_of_the_county_is_a_resident(campaign: Campaign) -> None:
    unit = campaign.units[0].unit
    to = {"channel": "token_sheet", "at": WRITTEN}
    said = [
        invited_to_rate(campaign, [unit], group_code=group, lang=lang, **to).greeting
        for group, lang in (("G1", "zh"), ("G1", "en"), ("G3", "zh"))
    ]
    assert said == ["尊敬的居民朋友", "Dear resident", "尊敬的企业、个体工商户朋友"]


def test_an_address_too_long_for_a_message_is_refused(campaign: Campaign) -> None:
    with pytest.raises(Refused, match="SURVEY_BASE_URL"):
        write_texts(
            ISSUED,
            campaign=campaign,
            invited=invited(campaign),
            base_url=f"https://{'very-' * 20}long.gov.cn",
        )


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("paper", ["sheets", "letters"])
def test_a_long_name_is_printed_over_nothing(
    campaign: Campaign, packaged: Font, paper: Paper, lang: str
) -> None:
    name = ("Bureau of Agriculture " if lang == "en" else "安澜县农业农村和水利局、林业局") * 7
    who = replace(invited(campaign, lang), title=name[:100], group_name=name[:60])
    pdf = make_papers(
        ISSUED[:2], campaign=campaign, invited=who, paper=paper, base_url=BASE, font=packaged
    )
    assert overprinted(pdf) == []
    assert sum(map(len, scanned(pdf, 3.0))) == 2
