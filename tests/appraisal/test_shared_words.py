"""Words that comments share are told; never one by which few people, or a name, could be known."""

from collections.abc import Sequence
from itertools import count

import pytest
import sqlalchemy as sa

from survey.appraisal.reporting.shared_words import shared_words
from survey.feedback.withdrawing import withdraw_words
from survey.fieldwork.campaigns import find_campaign
from survey.model import Case, Response, Unit
from survey.site.installation import Site
from tests.factories import CODE, open_anlan
from tests.respond.factories import hand_in, opened, poster_code

SMALLEST = 10
# What nobody else says, so that no two of the comments below are alike.
OWN = (
    "桥头",
    "菜场",
    "河边",
    "车站",
    "学校",
    "医院",
    "公园",
    "巷口",
    "厂区",
    "楼道",
    "广场",
    "渡口",
)
REST = (
    "晚上漆黑一片行人摔倒",
    "夏天蚊虫乱飞气味熏人",
    "雨后积水半尺深绕道走",
    "摊贩占道车辆堵得厉害",
    "井盖松动夜里响个不停",
    "树枝遮住指示牌看错方向",
    "围墙开裂砖块随时掉落",
    "水管漏水好几处结了冰",
    "垃圾堆成小山野狗成群",
    "电线垂得很低小孩伸手够着",
    "台阶破碎老人拄拐杖难走",
    "噪音从早到晚睡不着觉",
)


class Residents:
    """Residents who write about the unit A01, each from a network of the own unless one is told."""

    def __init__(self, site: Site) -> None:
        self.site, self._n = site, count(1)
        open_anlan(site)
        self._poster = poster_code(site)

    def write(self, texts: Sequence[str], network: bytes | None = None) -> None:
        with self.site.database.writing() as session:
            entrance = opened(session, self.site, self._poster)
            for text in texts:
                number = str(next(self._n)).zfill(10).encode()
                mark = network or number[-8:]
                hand_in(
                    session,
                    entrance,
                    comment=text,
                    receipt=number,
                    device_mark=None,
                    network_mark=mark,
                )

    def given(self) -> dict[str, list[tuple[str, int]]]:
        with self.site.database.reading() as session:
            shared = shared_words(session, campaign=find_campaign(session, CODE))
        return {kind: [(one.word, one.n) for one in words] for (_, kind), words in shared.items()}

    def words(self) -> set[str]:
        return {word for words in self.given().values() for word, _ in words}


@pytest.fixture
def residents(site: Site) -> Residents:
    return Residents(site)


def different(word: str, n: int = SMALLEST) -> list[str]:
    """Return complaints of which no two are alike, with a word in each."""
    return [f"{OWN[i]}的{word}{REST[i]}" for i in range(n)]


def test_a_word_is_told_of_the_smallest_cell_and_not_of_one_less(residents: Residents) -> None:
    residents.write(different("路灯", SMALLEST - 1))
    assert residents.given() == {}
    residents.write(different("路灯")[-1:])
    assert residents.given() == {"case": [("路灯", SMALLEST)]}


def test_words_are_ordered_by_count_then_word_and_at_most_ten_of_a_kind(
    residents: Residents,
) -> None:
    many = "停车，路灯，公交车，菜市场，班次，绿化，物业，宽带，暖气，幼儿园，图书馆，操场"
    residents.write([text + many for text in different("窗口", 10)])
    residents.write([f"{OWN[11]}的图书馆{REST[11]}"])
    told = residents.given()["case"]
    assert len(told) == 10
    assert told[0] == ("图书馆", 11)
    assert told[1:] == sorted(told[1:])


def test_praise_is_told_apart_from_what_needs_an_answer(residents: Residents) -> None:
    residents.write(different("路灯"))
    residents.write([f"{own}的小王热情，窗口真棒" for own in OWN[:5]])
    praising = (
        *("窗口热情", "窗口的姑娘细致耐心", "办证窗口高效", "感谢窗口各位同志", "点赞窗口"),
        *("窗口小伙子热情周到", "窗口环境优秀干净", "窗口服务贴心暖心", "辛苦窗口师傅"),
        *("表扬窗口值班姐姐", "窗口办件非常方便", "窗口认真负责好样的"),
    )
    residents.write(praising)
    told = residents.given()
    assert [word for word, _ in told["case"]] == ["路灯"]
    assert "窗口" in dict(told["praise"])


def test_thirty_forms_of_one_copied_text_give_no_word(residents: Residents) -> None:
    residents.write([f"村口的路灯坏了半年没有人来修理{'啊呀哦嗯'[i % 4]}" for i in range(30)])
    residents.write(["路灯不亮"] * 30)
    assert residents.given() == {}


def test_a_flood_from_one_network_is_one_comment(residents: Residents) -> None:
    residents.write(different("路灯"), network=b"onehouse")
    assert residents.given() == {}


def test_one_network_and_one_text_do_not_add_up_to_the_smallest_cell(residents: Residents) -> None:
    """Ten texts and ten sources, but never ten that differ in both."""
    residents.write(different("路灯"), network=b"onehouse")
    residents.write([different("路灯")[0]] * SMALLEST)
    assert residents.given() == {}


def test_what_names_or_reaches_a_person_is_no_word(residents: Residents) -> None:
    numbers = ("13812345678", "110101199003071234")
    residents.write([f"{text}，电话{numbers[0]}" for text in different("路灯")[:5]])
    residents.write([f"{text}，身份证{numbers[1]}" for text in different("路灯")[5:]])
    # Named by all of them, a name is still no word; nor is what follows a surname.
    residents.write([f"赵铁柱和王建国，{text}" for text in different("班次")])
    # A name that is a word as well, where the writer announces it.
    residents.write([f"我叫朝阳，{text}" for text in different("窗口")])
    assert residents.words() == {"路灯", "班次", "窗口"}


def test_words_that_say_nothing_numbers_and_the_units_name_are_left_out(
    residents: Residents,
) -> None:
    with residents.site.database.reading() as session:
        unit = session.scalars(sa.select(Unit).where(Unit.code == "A01")).one()
        name = unit.name_zh
    said = f"希望{name}尽快解决问题，一百二十天了，我们都等"
    residents.write([f"{text}，{said}" for text in different("路灯")])
    assert residents.words() == {"路灯"}


def test_words_taken_back_erased_or_cut_by_an_official_are_not_told(residents: Residents) -> None:
    residents.write(different("路灯", 12))
    with residents.site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        cases = session.scalars(sa.select(Case).order_by(Case.response_id)).all()
        cases[0].redacted = "（已删）"
        withdraw_words(session, campaign=campaign, case=cases[1], clock=residents.site.clock)
    assert residents.given() == {"case": [("路灯", 10)]}
    with residents.site.database.writing() as session:
        campaign, third = find_campaign(session, CODE), session.get_one(Case, cases[2].id)
        withdraw_words(session, campaign=campaign, case=third, clock=residents.site.clock)
    assert residents.given() == {}


def test_once_answers_are_anonymous_no_word_is_told(residents: Residents) -> None:
    """Nobody can tell any more which comments came from one network."""
    residents.write(different("路灯"))
    with residents.site.database.writing() as session:
        session.execute(
            sa.update(Response).values(
                receipt=None,
                salt=None,
                network_mark=None,
                device_mark=None,
                submitted_ms=Response.submitted_ms - Response.submitted_ms % 60000,
            )
        )
    assert residents.given() == {}
