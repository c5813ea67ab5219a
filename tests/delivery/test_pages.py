"""The office's page: an address is made by one and let in by another; what became of releases."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.model import AuditEntry, DeliveryAddress
from survey.receivers.addresses import secret_of
from survey.verification.whole import verify
from tests.delivery.systems import Office, Receiver
from tests.demonstrated import CODE
from tests.officials import signed_in, token

PAGE = "/office/deliveries/"
GIVEN = {
    "name": "县绩效考核主系统",
    "url": "https://kaohe.example.gov.cn/scores",
    "campaigns": [CODE],
}


@pytest.fixture
def app(office: Office) -> Flask:
    return create_app(office.site)


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """The administrator, once the reviewer has come in too: there are two from then on."""
    signed_in(app, "review")
    return signed_in(app, "admin")


def sent(client: FlaskClient, path: str = PAGE, **form: object) -> TestResponse:
    carried = token(client.get("/office/password"))
    return client.post(path, data={"csrf_token": carried, **form})


def test_nothing_is_sent_to_an_address_before_another_said_so(
    app: Flask, admin: FlaskClient, office: Office
) -> None:
    page = sent(admin, **GIVEN)
    assert page.status_code == 200, page.text
    [secret] = re.findall(r'<code id="secret">(whsec_[\w+/]{43}=)</code>', page.text)
    with office.site.database.reading() as session:
        address = session.get_one(DeliveryAddress, 1)
        entries = session.scalars(sa.select(AuditEntry)).all()
    assert secret_of(address, web_key=office.site.keys.web()) == secret
    assert secret.encode() not in address.sealed_secret
    assert not any(secret in str(entry.detail) for entry in entries)
    assert secret not in admin.get(PAGE).text
    assert sent(admin, f"{PAGE}addresses/1/approve").status_code == 422
    review = signed_in(app, "review")
    assert "有1个送达地址待另一人确认" in review.get("/office/proposals/").text
    assert sent(review, f"{PAGE}addresses/1/catch-up").status_code == 422
    assert office.deliveries == []
    assert sent(review, f"{PAGE}addresses/1/approve").status_code == 302
    assert sent(review, f"{PAGE}addresses/1/approve").status_code == 422
    assert "有1个送达地址" not in review.get("/office/proposals/").text


def test_what_is_refused(admin: FlaskClient) -> None:
    for changed, words in (
        ({"name": " "}, "请填写接收系统的名称"),
        ({"name": "系" * 61}, "名称过长"),
        ({"name": "主\u200b系统"}, "看不见"),
        ({"url": ""}, "请填写网址"),
        ({"url": "kaohe.example.gov.cn"}, "不是完整的网址"),
        ({"url": "https://用户@kaohe.example/"}, "不是完整的网址"),
        ({"url": "http://kaohe.example.gov.cn/"}, "须以 https:// 开头"),
        ({"url": "https://10.1.2.3/scores"}, "这是内部网络的地址"),
        ({"campaigns": []}, "请至少勾选一项"),
    ):
        page = sent(admin, **{**GIVEN, **changed})
        assert page.status_code == 422, words
        assert words in page.text
        assert 'id="secret"' not in page.text


def test_the_page_says_in_plain_words_what_became_of_a_release(
    app: Flask, admin: FlaskClient, office: Office, receiver: Receiver
) -> None:
    down = Receiver(receiver.folder)
    number = office.sends_to(down)
    assert sent(admin, f"{PAGE}addresses/{number}/catch-up").status_code == 302
    assert sent(admin, f"{PAGE}addresses/{number}/catch-up").status_code == 422
    assert "正要送出" in admin.get(PAGE).text
    office.send_due()
    page = admin.get(PAGE).text
    assert "还没有送到：对方的地址连不上，2026-12-29 10:00再试" in page
    assert "送过1次" in page
    english = admin.get(f"{PAGE}?lang=en").text
    told = "Not arrived yet: nothing answers at the address; tried again at 2026-12-29 10:00"
    assert told in english
    assert sent(admin, f"{PAGE}1/resend").status_code == 302
    with down.up():
        office.send_due()
    for shown in (PAGE, f"/office/campaigns/{CODE}/scores"):
        page = " ".join(admin.get(f"{shown}?lang=zh").text.split())
        assert "已于2026-12-29 10:00送到" in page
        assert f"已导入（对方编号{CODE}-R1）" in page
    said = admin.get("/office/audit/").text
    assert "第1次发布重新送往“考核主系统”" in said
    assert "考核主系统（address-1）" in said
    assert sent(admin, f"{PAGE}9/resend").status_code == 422


def test_it_is_switched_off_and_on_and_says_what_waits(
    app: Flask, admin: FlaskClient, office: Office, receiver: Receiver
) -> None:
    number = office.sends_to(receiver)
    office.catch_up(number)
    there = f"{PAGE}addresses/{number}"
    assert sent(signed_in(app, "leader"), f"{there}/stop").status_code == 302
    assert sent(admin, f"{there}/stop").status_code == 422
    page = admin.get(PAGE).text
    assert "有1份等着，启用后马上送出" in page
    assert "等着送：地址已停用，启用后才送" in page
    assert sent(admin, f"{there}/start").status_code == 302
    assert sent(admin, f"{there}/start").status_code == 422
    assert sent(admin, f"{PAGE}addresses/9/stop").status_code == 422
    assert office.send_due() == 1


def test_each_deed_is_on_record(
    app: Flask, admin: FlaskClient, office: Office, receiver: Receiver
) -> None:
    sent(admin, **GIVEN)
    review = signed_in(app, "review")
    for path in ("approve", "stop", "start", "catch-up"):
        assert sent(review, f"{PAGE}addresses/1/{path}").status_code == 302
    assert sent(admin, f"{PAGE}1/resend").status_code == 302
    with office.site.database.reading() as session:
        deeds = AuditEntry.action.like("address.%") | AuditEntry.action.like("delivery.%")
        entries = session.scalars(sa.select(AuditEntry).where(deeds).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.by) for entry in entries] == [
        ("address.create", "admin"), ("address.approve", "review"), ("address.stop", "review"),
        ("address.start", "review"), ("address.catch_up", "review"), ("delivery.resend", "admin"),
    ]  # fmt: skip
    page = admin.get("/office/audit/").text
    assert "登记送达地址address-1：https://kaohe.example.gov.cn/scores" in page
    assert "；须另一人确认，确认前不送" in page
    assert "（办公室停用）" in page
    assert verify(office.site) == []
