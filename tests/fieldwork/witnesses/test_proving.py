"""The proof of one answer in the form of C2SP, read by nothing of ours."""

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from survey import codes
from survey.app import create_app
from survey.model import Cosignature, Response, TreeHead
from survey.site.installation import Site
from tests.demonstrated import CODE
from tests.factories import open_anlan
from tests.officials import signed_in
from tests.respond.factories import hand_in as answer
from tests.respond.factories import opened, poster_code, sitting_codes
from tests.witnessed import (
    NAMES,
    by_the_book,
    hand_in,
    holds,
    read_by_the_book,
    scored,
    seed_of,
    signs,
)


@pytest.fixture
def there(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    return scored(site, monkeypatch, n=40)


@pytest.fixture
def web(there: Site) -> Flask:
    return create_app(there)


def proved(web: Flask, receipt: str) -> TestResponse:
    form = {"code": receipt, "format": "tlog-proof"}
    return web.test_client(use_cookies=False).post("/r/proof", data=form)


def receipts(site: Site) -> Iterator[tuple[str, int]]:
    with site.database.reading() as session:
        query = sa.select(Response.receipt, Response.leaf_index).where(
            Response.sitting_id.is_(None)
        )
        for receipt, index in session.execute(query.order_by(Response.leaf_index)):
            yield codes.from_bytes(receipt), index


def root_by_the_book(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2: the root that a path leads to."""
    place, last, reached = index, size - 1, leaf
    for step in path:
        assert last
        if place & 1 or place == last:
            reached = hashlib.sha256(b"\x01" + step + reached).digest()
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            reached = hashlib.sha256(b"\x01" + reached + step).digest()
        place, last = place >> 1, last >> 1
    assert not last
    return reached


def read(text: str) -> tuple[dict[str, object], int, str, list[tuple[str, bytes, bytes]]]:
    """Check a proof as its specification says; return the entry, its place, note and signatures."""
    above, _blank, checkpoint = text.partition("\n\n")
    first, extra, place, *steps = above.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    entry, index = base64.b64decode(extra.removeprefix("extra ")), int(place.removeprefix("index "))
    body, signatures = read_by_the_book(checkpoint)
    _origin, size, root, *_ours = body.split("\n")
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    found = root_by_the_book(leaf, index, int(size), [base64.b64decode(each) for each in steps])
    assert base64.b64encode(found).decode() == root
    return json.loads(entry), index, body, signatures


def test_every_answer_has_a_proof_by_the_book_with_its_witnesses(
    there: Site, web: Flask, tmp_path: Path
) -> None:
    office = signed_in(web, "admin")
    for name in NAMES[:2]:
        assert hand_in(office, signs(tmp_path, web.test_client(), name)).status_code == 302
    ours = there.keys.signing().public_key().public_bytes_raw()
    for receipt, index in [*receipts(there)][::7]:
        got = proved(web, receipt)
        assert got.status_code == 200
        assert f"receipt-{receipt}.tlog-proof" in got.headers["Content-Disposition"]
        entry, place, body, [log, *witnesses] = read(got.text)
        assert (entry["campaign"], entry["index"], place) == (CODE, index, index)
        assert codes.from_bytes(bytes.fromhex(str(entry["receipt"]))) == receipt
        assert log[1] == by_the_book(log[0], 1, ours)
        assert holds(ours, log[2], body.encode())
        assert len(witnesses) == 2
        for (name, short, made), whose in zip(witnesses, NAMES, strict=False):
            key = seed_of(whose).public_key().public_bytes_raw()
            assert short == by_the_book(name, 4, key)
            second = int.from_bytes(made[:8], "big")
            said = f"cosignature/v1\ntime {second}\n{body}"
            assert holds(key, made[8:], said.encode())


def test_a_cosignature_that_does_not_hold_goes_along_in_no_proof(
    there: Site, web: Flask, tmp_path: Path
) -> None:
    hand_in(signed_in(web, "admin"), signs(tmp_path, web.test_client(), NAMES[0]))
    [receipt, *_more] = [receipt for receipt, _index in receipts(there)]
    assert len(read(proved(web, receipt).text)[3]) == 2
    with there.database.writing() as session:
        kept = session.scalars(sa.select(Cosignature)).one()
        _dash, name, made = kept.line.split(" ")
    raw = base64.b64decode(made)
    for line in (f"— {name} {base64.b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode()}\n", "x"):
        with there.database.writing() as session:
            session.execute(sa.update(Cosignature).values(line=line))
        assert len(read(proved(web, receipt).text)[3]) == 1


def test_a_head_of_a_key_since_replaced_proves_nothing_however_many_signed_it(
    there: Site, web: Flask, tmp_path: Path
) -> None:
    hand_in(signed_in(web, "admin"), signs(tmp_path, web.test_client(), NAMES[0]))
    [(receipt, index), *_more] = receipts(there)
    assert len(read(proved(web, receipt).text)[3]) == 2
    with there.database.writing() as session:
        cosigned = session.scalars(sa.select(Cosignature.head_id)).all()
        of_before = TreeHead.id.in_(cosigned)
        session.execute(sa.update(TreeHead).where(of_before).values(key_id="0" * 16))
    _entry, place, body, signatures = read(proved(web, receipt).text)
    assert place == index
    assert len(signatures) == 1
    assert holds(
        there.keys.signing().public_key().public_bytes_raw(), signatures[0][2], body.encode()
    )


def test_an_answer_of_this_minute_waits_for_a_head(site: Site) -> None:
    open_anlan(site)
    web, code = create_app(site), poster_code(site)
    with site.database.writing() as session:
        answer(session, opened(session, site, code), receipt=b"0123456789")
    assert read(proved(web, codes.from_bytes(b"0123456789")).text)[1] == 0
    with site.database.writing() as session:
        answer(session, opened(session, site, code), receipt=b"0123456780")
        session.execute(sa.update(TreeHead).values(signed_at=site.clock()))
    waits = proved(web, codes.from_bytes(b"0123456780"))
    assert (waits.status_code, waits.headers["Retry-After"]) == (202, "60")


def test_what_is_no_receipt_of_one_answer_has_no_proof(site: Site) -> None:
    open_anlan(site)
    web = create_app(site)
    assert proved(web, "0" * 16).status_code == 404
    assert proved(web, sitting_codes(site)[0]).status_code == 404
