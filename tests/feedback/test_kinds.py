"""What opens a case and what is only counted; when in doubt a person reads it."""

import pytest

from survey.feedback.kinds import kind_of, kind_of_case


@pytest.mark.parametrize(
    "text",
    [
        "希望延长周末办事时间。",
        "垃圾清运不及时。",
        "反映的路灯问题半年没解决。",
        "路灯坏了",
        "电话经常没人接。",
        "窗口态度恶劣",
        "很好，就是窗口少",  # a "but"
        "真是太好了，等了三个月",  # irony
        "工作人员收红包办事快",
        "好大的官威",
        "满意度调查是走过场",
        "谢谢你们的敷衍",
        "什么时候修路？",
        "服务很好" * 11,  # too long to be sure of
        "Good",
        "街上",
    ],
)
def test_a_wish_a_fault_a_question_or_a_doubt_is_a_case(text: str) -> None:
    assert kind_of(text) == "case"


@pytest.mark.parametrize(
    "text", ["村里路修好了，满意。", "一次就办成了，点赞。", "窗口人员耐心细致。", "不错！", "感谢"]
)
def test_plain_praise_is_counted(text: str) -> None:
    assert kind_of(text) == "praise"
    assert kind_of(text, "R1") == "case"  # not beside a reason for dissatisfaction


@pytest.mark.parametrize(
    "text", ["无", "没有意见。", "暂无", "　", "666", "没什么建议", "……", "N/A"]
)
def test_words_that_say_nothing_are_counted(text: str) -> None:
    assert kind_of(text) == "nothing"


def test_a_reason_without_words_is_counted_and_what_was_taken_up_is_a_case() -> None:
    assert kind_of("", "R1;R2") == "reasons"
    assert kind_of_case("opened", "", "R1") == "reasons"
    assert kind_of_case("verified", "", "R1") == "case"
