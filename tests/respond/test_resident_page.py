"""The resident's pages over HTTP, on a server without script."""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from survey import codes
from survey.app import create_app
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.entrances import withdraw
from survey.model import Comment, Entrance, Response
from survey.respond.door import form_token, opening
from survey.respond.quick import batches
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, in_fieldwork, open_anlan
from tests.respond.factories import invitation_codes, poster_code, receipt_in, thanked

ITEMS = ("C1", "C2", "C3", "C4", "C5", "C6", "S1A", "S2A")
ANSWERS = {f"q_{item}": "4" for item in ITEMS} | {
    "age": "30-44",
    "sex": "female",
    "area": "990621001000",
    "residence": "urban",
    "comment": "",
    "asked": "1",  # the reasons were in sight
    "device": "abc",
    "lang": "zh",
    "mode": "normal",
}


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.moment = FIELDWORK

    def __call__(self) -> datetime:
        return self.moment

    def wait(self, **time: float) -> None:
        self.moment += timedelta(**time)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def open_site(site: Site, watch: Watch) -> Site:
    open_anlan(site)
    return replace(site, clock=watch)


@pytest.fixture
def resident(open_site: Site) -> FlaskClient:
    return create_app(open_site).test_client(use_cookies=False)


@pytest.fixture
def code(open_site: Site) -> str:
    return poster_code(open_site)


def token_in(page: TestResponse) -> str:
    found = re.search(r'name="response_id" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def filled(resident: FlaskClient, code: str, **changed: Any) -> dict[str, Any]:
    return ANSWERS | {"response_id": token_in(resident.get(f"/q/{code}"))} | changed


def send(resident: FlaskClient, code: str, **changed: Any) -> TestResponse:
    return resident.post(f"/q/{code}", data=filled(resident, code, **changed))


def rows(site: Site) -> list[Response]:
    with site.database.reading() as session:
        return list(session.scalars(sa.select(Response)))


class TestOnBothDatabases:
    """What must come out the same on SQLite and PostgreSQL."""

    @pytest.fixture
    def open_site(self, each_site: Site, watch: Watch) -> Site:
        open_anlan(each_site)
        return replace(each_site, clock=watch)

    def test_an_answer_goes_from_the_page_to_the_receipt(
        self, resident: FlaskClient, open_site: Site, code: str, watch: Watch
    ) -> None:
        data = filled(resident, code, comment="路灯\r\n不亮", q_C2="1", reasons=["R2", "R1"])
        watch.wait(seconds=75)
        done = resident.post(f"/q/{code}", data=data)
        assert thanked(done)
        assert "演示数据" in done.text
        [row] = rows(open_site)
        assert (row.answers, row.age, row.sex, row.residence, row.area) == ("41444444", 2, 1, 0, 1)
        assert (row.duration_ms, row.lang, row.own_staff) == (75_000, "zh", False)
        with open_site.database.reading() as session:
            comment = session.get_one(Comment, row.id)
        assert (comment.reasons, comment.text) == ("R1;R2", "路灯\n不亮")

    def test_a_repeat_gets_the_same_receipt_and_stores_nothing(
        self, resident: FlaskClient, open_site: Site, code: str, watch: Watch
    ) -> None:
        data = filled(resident, code)
        first = resident.post(f"/q/{code}", data=data)
        watch.wait(hours=1)
        again = resident.post(f"/q/{code}", data=data)
        assert receipt_in(first) == receipt_in(again)
        assert len(rows(open_site)) == 1

    def test_a_second_person_on_a_cached_page_is_stored_too(
        self, resident: FlaskClient, open_site: Site, code: str
    ) -> None:
        data = filled(resident, code)
        resident.post(f"/q/{code}", data=data)
        second = resident.post(f"/q/{code}", data=data | {"q_C1": "2", "age": "70+"})
        assert second.status_code == 409
        assert "另一位居民" in second.text
        fresh = token_in(second)
        assert fresh != data["response_id"]
        stored = resident.post(
            f"/q/{code}", data=data | {"q_C1": "2", "age": "70+", "response_id": fresh}
        )
        assert thanked(stored)
        assert sorted(row.answers for row in rows(open_site)) == ["24444444", "44444444"]

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("\x00零\x07", "零"),
            ("\u202e倒\u2066写\ufeff", "倒写"),
            ("👨‍👩‍👧🏽 好", "👨‍👩‍👧🏽 好"),
            ("a\r\n\r\n\r\n\r\nb\tc", "a\n\nb c"),
            ("=HYPERLINK(1)", "=HYPERLINK(1)"),
            (" " * 400, ""),
        ],
    )
    def test_a_comment_is_cleaned_of_what_no_reader_sees(
        self, resident: FlaskClient, open_site: Site, code: str, given: str, kept: str
    ) -> None:
        assert thanked(send(resident, code, comment=given))
        with open_site.database.reading() as session:
            texts = session.scalars(sa.select(Comment.text)).all()
        assert list(texts) == ([kept] if kept else [])


def test_a_receipt_tells_that_it_was_received_and_never_what(
    resident: FlaskClient, code: str
) -> None:
    receipt = receipt_in(send(resident, code, comment="秘密"))
    page = resident.post("/r", data={"code": f" {receipt[:4].lower()} {receipt[4:]}"})
    assert "2026年12月5日" in page.text
    assert "秘密" not in page.text
    assert "城关街道" not in page.text
    assert "5 December 2026" in resident.get(f"/r/{receipt}?lang=en").text
    assert resident.get("/r/ABCD").status_code == 404


def test_no_cookie_is_set_and_none_is_needed(resident: FlaskClient, code: str) -> None:
    page = resident.get(f"/q/{code}")
    assert "Set-Cookie" not in page.headers
    assert thanked(send(resident, code))


def test_a_page_older_than_thirty_days_is_renewed_with_the_answers_kept(
    resident: FlaskClient, open_site: Site, code: str
) -> None:
    data = filled(resident, code, comment="还在")
    old = token_of_last_month(open_site, code)
    renewed = resident.post(f"/q/{code}", data=data | {"response_id": old})
    assert renewed.status_code == 422
    assert "时间太久" in renewed.text
    assert "还在" in renewed.text
    assert renewed.text.count(" checked") == 11
    assert rows(open_site) == []
    sent = resident.post(f"/q/{code}", data=data | {"response_id": token_in(renewed)})
    assert thanked(sent)


def token_of_last_month(site: Site, code: str) -> str:
    with site.database.reading() as session:
        page = f"{code}|{find_campaign(session, CODE).questionnaire_id}"
    return form_token.issue(key=site.keys.intake(), page=page, at=FIELDWORK - timedelta(days=31))


@pytest.mark.parametrize("forged", ["", "a.b.c", "a.b", "é.ü.ö", "x" * 5000])
def test_a_forged_token_is_not_taken(
    resident: FlaskClient, open_site: Site, code: str, forged: str
) -> None:
    assert send(resident, code, response_id=forged).status_code == 422
    assert rows(open_site) == []


def test_a_token_of_another_entrance_is_not_taken(
    resident: FlaskClient, open_site: Site, code: str
) -> None:
    other = poster_code(open_site, "A02")
    token = token_in(resident.get(f"/q/{other}"))
    assert send(resident, code, response_id=token).status_code == 422


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"q_C1": ""}, "第1题没有选，请选一项"),
        ({"q_C3": "6"}, "第3题：所选内容不在选项之中"),
        ({"q_C3": ["5", "1"]}, "第3题：所选内容不在选项之中"),
        ({"q_C3": ["", "1"]}, "第3题没有选，请选一项"),
        ({"q_S2A": "x' OR 1=1"}, "第8题："),
        ({"age": "17"}, "您的年龄"),
        ({"age": ["", "30-44"]}, "您的年龄"),
        ({"area": ["", "990621001000"]}, "您居住的乡镇"),
        ({"sex": ""}, "您的性别：请选择一项"),
        ({"area": "990621999000"}, "您居住的乡镇"),
        ({"residence": "moon"}, "您住在城镇还是农村：所选"),
        ({"reasons": ["R1", "R77"]}, "如有不满意"),
        ({"reasons": ["R1", "R2", "R3", "R4"]}, "如有不满意"),
        ({"comment": "长" * 501}, "意见和建议"),
        ({"q_C99": "5"}, "q_C99"),
        ({"__class__": "5"}, "__class__"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_stored(
    resident: FlaskClient, open_site: Site, code: str, changed: dict[str, Any], named: str
) -> None:
    page = send(resident, code, **changed)
    assert page.status_code == 422
    summary = page.text.split('role="alert"')[1].split("<section")[0]
    assert named in summary
    assert rows(open_site) == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00\xed\xa0\x80=1&q_C1=%ED%A0%80", "application/x-www-form-urlencoded"),
        (b'{"q_C1": 5}', "application/json"),
        (b"--x\r\n", "multipart/form-data; boundary=y"),
        (b"&".join(b"a%d=1" % n for n in range(9000)), "application/x-www-form-urlencoded"),
        (b"comment=" + b"x" * 50_000, "application/x-www-form-urlencoded"),
    ],
)
def test_nonsense_is_refused_in_words(
    resident: FlaskClient, code: str, body: bytes, kind: str
) -> None:
    assert resident.post(f"/q/{code}", data=body, content_type=kind).status_code in {413, 422}


def test_a_body_over_64_kb_is_refused(resident: FlaskClient, code: str) -> None:
    assert send(resident, code, comment="x" * 70_000).status_code == 413


def test_the_under_aged_are_thanked_and_nothing_is_stored(
    resident: FlaskClient, open_site: Site, code: str
) -> None:
    page = send(resident, code, age="under18", sex="")
    assert page.status_code == 200
    assert "18周岁及以上" in page.text
    assert rows(open_site) == []


def test_own_staff_and_people_from_elsewhere_are_told_and_stored(
    resident: FlaskClient, open_site: Site, code: str
) -> None:
    page = resident.get(f"/q/{code}").text
    assert "本单位人员的答卷不计入得分" in page
    assert "由本乡镇（街道）居民评议：城关街道" in page
    assert thanked(send(resident, code, own_staff="y", area="not_local"))
    [row] = rows(open_site)
    assert (row.own_staff, row.area) == (True, 0)


def test_without_script_reasons_are_asked_once_an_answer_was_low(
    resident: FlaskClient, open_site: Site, code: str
) -> None:
    """The page comes back with the question and every answer kept; nothing is stored twice."""
    first = resident.get(f"/q/{code}").text
    assert '<section data-step="reasons" class="script"' in first  # unseen without script
    data = {k: v for k, v in filled(resident, code, comment="留着").items() if k != "asked"}
    data |= {"q_C2": "2", "q_C5": "1"}
    page = resident.post(f"/q/{code}", data=data)
    assert page.status_code == 422
    assert rows(open_site) == []
    assert "第2、5题您选了不满意" in page.text
    assert '<section data-step="reasons" data-where' in page.text
    assert 'href="#reasons-0"' in page.text
    assert 'id="reasons-0"' in page.text
    assert page.text.count(" checked") == 8 + 3
    assert "留着" in page.text
    # As a browser sends it: what the page holds, and reasons or none.
    again = data | {"asked": "1", "response_id": token_in(page)}
    assert 'name="asked" value="1"' in page.text
    assert again["response_id"] == data["response_id"]
    assert thanked(resident.post(f"/q/{code}", data=again | {"reasons": ["R1", "R3"]}))
    assert resident.post(f"/q/{code}", data=again).status_code == 409  # other answers, same page
    assert [row.answers for row in rows(open_site)] == ["42441444"]
    with open_site.database.reading() as session:
        assert session.scalars(sa.select(Comment.reasons)).all() == ["R1;R3"]


def test_reasons_may_be_left_out_and_are_asked_but_once(
    resident: FlaskClient, open_site: Site, code: str
) -> None:
    data = filled(resident, code, q_C1="1")
    del data["asked"]
    page = resident.post(f"/q/{code}", data=data)
    assert len(rows(open_site)) == 0
    english = resident.post(
        f"/q/{code}", data=data | {"asked": "1", "lang": "en", "do": "lang-en", "step": ""}
    )
    assert '<section data-step="reasons" data-where' in english.text
    assert thanked(resident.post(f"/q/{code}", data=data | {"asked": "1"}))
    assert "q_C1" in page.text
    assert len(rows(open_site)) == 1


def test_whoever_is_content_and_the_pages_script_are_not_asked_again(
    resident: FlaskClient, open_site: Site, code: str
) -> None:
    content = filled(resident, code)
    del content["asked"]
    assert thanked(resident.post(f"/q/{code}", data=content))
    by_script = filled(resident, code, q_C1="1")
    del by_script["asked"]
    done = resident.post(f"/q/{code}", data=by_script, headers={"Accept": "application/json"})
    assert done.status_code == 200
    assert len(rows(open_site)) == 2


def test_reasons_count_only_after_a_low_answer(
    resident: FlaskClient, open_site: Site, code: str
) -> None:
    assert thanked(send(resident, code, reasons=["R1"]))
    with open_site.database.reading() as session:
        assert session.scalars(sa.select(Comment.reasons)).all() == []


def test_a_switch_of_language_or_size_keeps_the_answers(
    resident: FlaskClient, open_site: Site, code: str
) -> None:
    data = filled(resident, code, comment="留着", do="lang-en", step="profile")
    english = resident.post(f"/q/{code}", data=data)
    assert english.status_code == 200
    assert "Very satisfied" in english.text
    assert 'lang="en"' in english.text
    assert 'data-step="profile"' in english.text  # where the script goes on, not at the beginning
    assert english.text.count(" checked") == 11
    assert "留着" in english.text
    assert token_in(english) == data["response_id"]
    elder = resident.post(f"/q/{code}", data=data | {"do": "mode-elder"})
    assert 'class="elder"' in elder.text
    assert rows(open_site) == []


def close(site: Site, _code: str) -> None:
    with site.database.writing() as session:
        close_campaign(
            session, campaign=find_campaign(session, CODE), by="tests", clock=in_fieldwork
        )


def take_down(site: Site, code: str) -> None:
    with site.database.writing() as session:
        poster = session.scalars(sa.select(Entrance).where(Entrance.code == code)).one()
        campaign = find_campaign(session, CODE)
        withdraw(session, entrance=poster, campaign=campaign, by="tests", clock=in_fieldwork)


def expire(site: Site, code: str) -> None:
    with site.database.writing() as session:
        poster = session.scalars(sa.select(Entrance).where(Entrance.code == code)).one()
        poster.expires_at = FIELDWORK - timedelta(days=1)


@pytest.mark.parametrize(
    "ending",
    [(close, "已于2026年12月5日结束"), (take_down, "已停用"), (expire, "已过有效期")],
)
def test_an_entrance_that_ends_says_why_within_seconds_and_shows_what_was_answered(
    resident: FlaskClient,
    open_site: Site,
    code: str,
    ending: tuple[Callable[[Site, str], None], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    end, words = ending
    data = filled(resident, code, comment="我的话")
    end(open_site, code)
    monkeypatch.setattr(opening, "_FRESH_SECONDS", 0.0)  # as after two seconds
    page = resident.post(f"/q/{code}", data=data)
    assert page.status_code == 410
    assert words in page.text
    assert "我的话" in page.text
    # When all is over a code, even the right one, opens nothing.
    assert ('action="/q"' in page.text) == (end is not close)
    assert rows(open_site) == []


def test_before_the_beginning_and_after_the_end_nobody_is_let_in(
    resident: FlaskClient, code: str, watch: Watch
) -> None:
    watch.moment = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)
    early = resident.get(f"/q/{code}")
    assert early.status_code == 403
    assert "2026年12月1日" in early.text
    assert 'name="code"' not in early.text
    watch.moment = datetime(2026, 12, 20, 16, 0, tzinfo=UTC)
    assert resident.get(f"/q/{code}").status_code == 410


def test_an_unknown_code_offers_to_type_another(resident: FlaskClient, code: str) -> None:
    page = resident.get("/q/0000000000")
    assert page.status_code == 404
    assert "没有找到" in page.text
    assert 'action="/q"' in page.text
    typed = resident.get("/q", query_string={"code": f"{code[:4].lower()} {code[4:]}"})
    assert resident.get(typed.location).status_code == 200
    assert resident.get("/q").status_code == 200


def test_a_used_invitation_says_so_but_its_own_repeat_gets_the_receipt(
    resident: FlaskClient, open_site: Site
) -> None:
    [invitation] = invitation_codes(open_site, unit_code="A01")
    data = filled(resident, invitation)
    other = filled(resident, invitation)
    first = resident.post(f"/q/{invitation}", data=data)
    assert receipt_in(resident.post(f"/q/{invitation}", data=data)) == receipt_in(first)
    late = resident.post(f"/q/{invitation}", data=other)
    assert late.status_code == 410
    assert "已经用过" in late.text
    assert resident.get(f"/q/{invitation}").status_code == 410
    [row] = rows(open_site)
    assert (row.group_code, row.channel) == ("G2", "token_sms")


def test_refusing_leaves_no_trace(resident: FlaskClient, open_site: Site, code: str) -> None:
    assert "没有记录任何内容" in resident.get(f"/q/{code}?take=no").text
    assert rows(open_site) == []


def test_the_script_is_answered_in_json(resident: FlaskClient, open_site: Site, code: str) -> None:
    headers = {"Accept": "application/json"}
    data = filled(resident, code)
    wrong = resident.post(f"/q/{code}", data=data | {"q_C1": ""}, headers=headers)
    assert (wrong.status_code, wrong.json) == (422, {"forget": False})
    child = resident.post(f"/q/{code}", data=data | {"age": "under18"}, headers=headers)
    assert (child.status_code, child.json) == (403, {"forget": True})
    done = resident.post(f"/q/{code}", data=data, headers=headers)
    assert done.json is not None
    receipt = receipt_in(resident.post(f"/q/{code}", data=data))
    path, _hash, kept = done.json["next"].partition("#")
    assert (path, kept) == ("/r?lang=zh&mode=normal", f"{receipt}-new")


def test_no_address_and_no_device_reach_the_database(
    resident: FlaskClient, open_site: Site, code: str
) -> None:
    where = {"REMOTE_ADDR": "203.0.113.77"}
    data = filled(resident, code, device="0123456789abcdef")
    resident.post(f"/q/{code}", data=data, environ_overrides=where)
    send(resident, code, device="")
    first, second = rows(open_site)
    kept = b"".join(
        str(value).encode() for value in vars(first).values() if isinstance(value, bytes | str)
    )
    assert b"203.0.113" not in kept
    assert b"0123456789abcdef" not in kept
    assert first.network_mark != second.network_mark
    assert len(first.network_mark or b"") == len(first.device_mark or b"") == 8
    assert second.device_mark is None


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("mode", ["normal", "elder"])
@pytest.mark.parametrize("unit", ["A01", "B09"])
def test_the_page_is_one_request_of_at_most_30_kb(
    resident: FlaskClient, open_site: Site, lang: str, mode: str, unit: str
) -> None:
    address = f"/q/{poster_code(open_site, unit)}?lang={lang}&mode={mode}"
    plain = resident.get(address)
    packed = resident.get(address, headers={"Accept-Encoding": "gzip"})
    assert len(plain.data) <= 32 * 1024
    assert len(packed.data) <= 10 * 1024
    without_token = re.compile(rb'name="response_id" value="[^"]+"')
    unpacked = gzip.decompress(packed.data)
    assert without_token.sub(b"", unpacked) == without_token.sub(b"", plain.data)
    assert not re.search(r'(src|href)="(https?:)?//', plain.text)
    assert '<link rel="stylesheet' not in plain.text


def test_the_policy_names_the_scripts_and_nothing_else_may_run(
    resident: FlaskClient, code: str
) -> None:
    policy = resident.get(f"/q/{code}").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy.count("'sha256-") == 3


def test_a_database_that_cannot_store_thanks_nobody(
    resident: FlaskClient, open_site: Site, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = filled(resident, code)

    def busy(*_given: object, **_named: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(batches, "accept_all", busy)
    answer = resident.post(f"/q/{code}", data=data)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    monkeypatch.undo()
    assert thanked(resident.post(f"/q/{code}", data=data))
    assert len(rows(open_site)) == 1


@pytest.mark.parametrize(
    ("path", "kept", "told"),
    [
        ("/q?code=abcd%20efg", "ABCD EFG", "您输入了7位，比10位少3位"),
        ("/q/ABCDEFGHJKM", "ABCD EFGH JKM", "您输入了11位，比10位多1位"),
        ("/q/ABCDEFGHJKMNPQ", "ABCD EFGH JKMN PQ", "您输入了14位，比16位少2位"),
        ("/q/ABCDEFGHJKMNP", "ABCD EFGH JKMN P", "您输入了13位，应为10位或16位"),
        ("/q/ABCDEFGHJKMNPQRST", "ABCD EFGH JKMN PQRS T", "您输入了17位，比16位多1位"),
        ("/q?code=ABCDEFG&lang=en", "ABCD EFG", "You typed 7 characters, 3 fewer than 10"),
    ],
)
def test_a_code_of_a_wrong_length_is_kept_and_told_by_how_much(
    resident: FlaskClient, path: str, kept: str, told: str
) -> None:
    page = resident.get(path, follow_redirects=True)
    assert page.status_code == 404
    assert f'value="{kept}"' in page.text
    assert told in page.text
    assert ">查找</button>" in page.text or "Look up" in page.text


def test_a_slip_is_told_by_its_group_where_the_check_character_knows(
    resident: FlaskClient, code: str
) -> None:
    told: set[str] = set()
    for place, sign in enumerate(code):
        for alike in "8B3S52Z170DQ6G4AMNCG9PREFKXVYW":
            slip = code[:place] + alike + code[place + 1 :]
            if sign == alike:
                continue
            page = resident.get(f"/q/{slip}")
            assert page.status_code == 404
            assert f'value="{codes.grouped(slip)}"' in page.text
            group = codes.doubtful_group(slip)
            assert (f"第{group}组“" in page.text) == bool(group)
            told |= {f"{group}"} - {"0"}
    assert told


def test_an_address_pasted_whole_fits_into_the_field(resident: FlaskClient, code: str) -> None:
    page = resident.get("/q").text
    longest = int(re.findall(r'maxlength="(\d+)"', page)[0])
    pasted = f"https://gongping.anlan.gov.cn/q/{code}?lang=zh&mode=normal&from=groupmessage"
    assert len(pasted) < longest
    found = resident.get("/q", query_string={"code": pasted}, follow_redirects=True)
    assert found.status_code == 200


def test_a_number_not_found_is_kept_and_its_length_told(resident: FlaskClient) -> None:
    page = resident.post("/r", data={"code": "0123 4567 89ab-cde"})
    assert page.status_code == 404
    assert 'value="0123 4567 89AB CDE"' in page.text
    assert "您输入了15位，比16位少1位" in page.text


def test_the_first_screen_says_the_last_day_and_the_hotline_can_be_dialled(
    resident: FlaskClient, open_site: Site, code: str
) -> None:
    page = resident.get(f"/q/{code}").text
    assert "截止日期：2026年12月20日（含当日）" in page
    assert '<a href="tel:12345">12345</a>' in page
    assert "Last day: 20 December 2026" in resident.get(f"/q/{code}?lang=en").text


def test_every_page_of_a_resident_is_sent_compressed(resident: FlaskClient, code: str) -> None:
    receipt = receipt_in(resident.post(f"/q/{code}", data=filled(resident, code)))
    asked = (
        *("/", "/q", "/q/AAAA", "/r", "/privacy", "/ledger", f"/r/{receipt}", f"/q/{code}"),
        f"/q/{code}/told",
    )
    for path in asked:
        plain = resident.get(path)
        packed = resident.get(path, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip", path
        assert len(packed.data) < 0.6 * len(plain.data), path
        assert b"<!doctype html>" in gzip.decompress(packed.data)[:40], path
        assert "Accept-Encoding" in packed.headers["Vary"], path


def test_the_ledger_tells_the_time_of_the_campaign(resident: FlaskClient, code: str) -> None:
    send(resident, code)
    page = resident.get("/ledger").text
    signed = resident.get("/ledger?format=json").json
    assert signed is not None
    [time] = {head["time"] for head in signed["campaigns"][0]["heads"]}
    local = datetime.fromisoformat(time).astimezone(ZoneInfo("Asia/Shanghai"))
    assert time.endswith("Z")
    assert f"<dd>{local:%Y-%m-%d %H:%M}</dd>" in page
    assert "UTC" not in page
