import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.feedback.redact import redact

CUT = [
    ("我的电话是13800138000，谢谢", "我的电话是〔电话〕，谢谢"),
    ("手机１３８ ００13-8000", "手机〔电话〕"),
    ("一三八零零一三八零零零", "〔电话〕"),
    ("幺三八〇〇幺三八〇〇〇找我", "〔电话〕找我"),
    ("打①③⑧⓪⓪①③⑧⓪⓪⓪", "打〔电话〕"),
    ("＋86 138-0013-8000", "〔电话〕"),
    ("138.0013.8000或139 0013 9000", "〔电话〕或〔电话〕"),
    ("电话138\n0013\n8000", "电话〔电话〕"),
    ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", "〔电话〕\ufe0f\u20e3"),
    ("身份证110105\n19491231……0021", "身份证〔证件号〕"),
    ("座机0991-2345678", "座机〔电话〕"),
    ("(010)62345678", "〔电话〕"),
    ("电话：2345678", "电话：〔电话〕"),
    ("身份证11010519491231002X好", "身份证〔证件号〕好"),
    ("身份证 110105 19491231 0021", "身份证 〔证件号〕"),
    ("110105491231002", "〔证件号〕"),
    ("卡号6222 0212 3456 7890 128", "卡号〔银行卡号〕"),
    ("卡号6222 0212 3456 7890 123", "卡号〔号码〕"),
    ("加微信abc_12345吧", "加微信〔微信号〕吧"),
    ("VX：ＡＢＣ１２３４５", "VX：〔微信号〕"),
    ("qq号 1234567", "qq号 〔QQ号〕"),
    ("写信到zhang.san@qq.com", "写信到〔邮箱〕"),
    ("zhang＠qq．com", "〔邮箱〕"),
    ("车牌川A·12345", "车牌〔车牌号〕"),
    ("新能源粤BD12345", "新能源〔车牌号〕"),
    ("本人姓名：张三，住在一组", "本人姓名：〔姓名〕，住在一组"),
    ("联系人 欧阳小兰。", "联系人 〔姓名〕。"),
]
KEPT = [
    "办事等了两个小时，2026年12月05日和2026-12-05都去过",
    "费用3000元，一共1234.56元，文号〔2026〕12号",
    "拨打12345和12340热线没有结果",
    "一二三组的路灯坏了七八天",
    "微信扫码看不清",
    "请在8:30-17:30之间开门",
    "第20261205次",
    "A01窗口和B12窗口",
]
DIGITS = ["0123456789", "０１２３４５６７８９", "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"]
HAN = st.text(alphabet="办事窗口路灯坏了没人管请尽快修好，。！", max_size=12)
GAPS = st.sampled_from(
    ["", " ", "-", "—", "\u3000", ".", " - ", "\u200b", "\n", "。", "：", ";", "\\", "……", "     "]
)


@pytest.mark.parametrize(("text", "expected"), CUT)
def test_what_reaches_a_person_is_cut(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize("text", KEPT)
def test_what_reaches_nobody_stays(text: str) -> None:
    assert redact(text) == text


@st.composite
def disguised(draw: st.DrawFn) -> tuple[str, str]:
    """A mobile number in mixed digits with gaps, and the same in plain ones."""
    plain = (
        "1" + draw(st.sampled_from("3456789")) + draw(st.text("0123456789", min_size=9, max_size=9))
    )
    written = ""
    for digit in plain:
        written += draw(st.sampled_from(DIGITS))[int(digit)]
        written += draw(GAPS) if len(written) < 40 else ""
    return plain, written.rstrip()


@given(HAN, disguised(), HAN)
def test_no_disguise_of_a_mobile_number_is_left(
    before: str, number: tuple[str, str], after: str
) -> None:
    cut = redact(before + number[1] + after)
    assert cut.startswith(before)
    assert cut.rstrip("\u200b").endswith(after)
    inside = cut[len(before) : len(cut) - len(after)]
    assert re.fullmatch(r"〔(电话|号码)〕[ \u3000.—\u200b\n。：;\\…-]*", inside), cut


@given(st.text(alphabet="1380 -一三八微信QQ姓名我叫张三电话abc@.〔〕川A京B·", max_size=60))
def test_cutting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(HAN)
def test_words_without_numbers_stay_as_they_are(text: str) -> None:
    assert redact(text) == text
