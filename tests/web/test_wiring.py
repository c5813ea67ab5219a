"""What every page shares: names of files, and values no database takes."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from survey.app import create_app
from survey.site.installation import Site
from survey.web.downloads import attachment
from tests.factories import CODE, in_fieldwork, open_anlan
from tests.officials import add_officials, signed_in, token

HERE = f"/office/campaigns/{CODE}"
MANY = 10**25


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("ANLAN-a4.pdf", 'attachment; filename="ANLAN-a4.pdf"'),
        ("安澜.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E5%AE%89%E6%BE%9C.pdf"),
        (
            'a"; b=".pdf',
            "attachment; filename=\"a_; b=_.pdf\"; filename*=UTF-8''a%22%3B%20b%3D%22.pdf",
        ),
    ],
)
def test_a_file_may_have_a_chinese_name(name: str, header: str) -> None:
    assert attachment(name) == header
    assert header.isascii()  # or the header could not be sent


def test_what_no_column_can_hold_is_a_bad_request(each_site: Site) -> None:
    open_anlan(each_site)
    add_officials(each_site)
    app = create_app(replace(each_site, clock=in_fieldwork))
    nobody, admin = app.test_client(), signed_in(app, "admin")
    for address in (
        "/q/AAAAAAAAA%00",
        f"/ledger?campaign={CODE}%00&from=0&to=1",
        f"{HERE}%00",
        f"{HERE}/cases/%00",
        f"{HERE}/posters/{MANY}/withdraw",
        f"{HERE}/releases/{MANY}/csv",
    ):
        assert admin.get(address).status_code in {400, 404}, address
    form = {"csrf_token": token(nobody.get("/office/sign-in")), "password": "a"}
    for username in ("admin", "admin\0"):
        answer = nobody.post("/office/sign-in", data={**form, "username": username})
        assert answer.status_code in {400, 422}


def test_who_is_lost_is_led_back_to_where_he_was(client: FlaskClient) -> None:
    of_office = client.get("/office/nowhere").text
    assert 'href="/office/"' in of_office
    assert "扫码" not in of_office
    assert "重新扫码" in client.get("/nowhere").text
