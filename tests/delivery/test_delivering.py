"""A release on its way: written with it, sent, signed, tried again, given up, sent once more."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.appraisal.release import Composed, compose, freeze
from survey.appraisal.run import score_campaign
from survey.delivery import sender
from survey.delivery.retries import MOST_TRIES, wait_after, wait_asked
from survey.demo.campaigns import stage_result
from survey.fieldwork.campaigns import find_campaign
from survey.model import AuditEntry, Delivery, DeliveryAddress, Release
from survey.receivers.outbox import n_given_up
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.delivery.systems import NOW, Clock, Office, Receiver
from tests.demonstrated import CODE, answered
from tests.officials import signed_in

FIRST = f"{CODE}-R1.json"


def _freeze(site: Site, composed: Composed, *, and_then: Exception | None = None) -> None:
    with site.database.writing() as session:
        freeze(session, composed, campaign=find_campaign(session, CODE), by="tests")
        if and_then is not None:
            raise and_then


def _document(site: Site, number: int = 1) -> str:
    with site.database.reading() as session:
        return session.scalars(sa.select(Release.document).where(Release.number == number)).one()


def test_a_release_arrives_with_its_very_bytes_and_is_acknowledged(
    office: Office, receiver: Receiver
) -> None:
    office.catch_up(office.sends_to(receiver))
    assert office.send_due() == 1
    assert office.send_due() == 0
    [(headers, _body, status)] = receiver.got
    assert status == 200
    assert headers["path"] == "/scores?of=county"
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert (receiver.folder / FIRST).read_text("utf-8") == _document(office.site)
    [delivery] = office.deliveries
    assert (delivery.state, delivery.delivered_at, delivery.tries) == ("delivered", NOW, 1)
    assert headers["webhook-id"] == delivery.message_id
    assert (delivery.outcome, delivery.reference) == ("imported", f"{CODE}-R1")
    assert office.faults == [("", 200)]
    with office.site.database.reading() as session:
        query = sa.select(AuditEntry).where(AuditEntry.by == "address-1")
        entries = session.scalars(query.order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == ["release.export", "delivery.acknowledge"]
    assert verify(office.site) == []


def test_a_message_is_the_same_bytes_each_time_and_names_what_it_carries(
    office: Office, receiver: Receiver
) -> None:
    office.catch_up(office.sends_to(receiver))
    claimed = sender.claim_next(office.site)
    assert claimed is not None
    body = sender.message(claimed.campaign, claimed.release)
    assert body == sender.message(claimed.campaign, claimed.release)
    said = json.loads(body)
    document = _document(office.site)
    assert said["type"] == "release.created"
    assert said["data"]["document"] == document
    assert said["data"]["sha256"] == hashlib.sha256(document.encode()).hexdigest()
    assert said["data"]["etag"] == f'"{said["data"]["sha256"]}"'
    assert said["data"]["release"] == f"{CODE}-R1"
    assert said["data"]["supersedes"] is None


def test_another_secret_or_an_altered_body_is_refused_by_the_sample(
    office: Office, receiver: Receiver
) -> None:
    office.catch_up(office.sends_to(receiver))
    receiver.knows("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    office.send_due()
    assert office.faults == [("status", 401)]
    assert list(receiver.folder.iterdir()) == []
    body, secret = b'{"data": {}}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": sender.signature(
            secret, message_id="msg_1", moment=int(NOW.timestamp()), body=body
        ),
    }
    is_signed = receiver.sample.is_signed
    assert is_signed(secret, headers, body)
    assert not is_signed(secret, headers, body + b" ")
    assert not is_signed(secret, headers | {"webhook-id": "msg_2"}, body)
    office.clock.advance(minutes=6)
    assert not is_signed(secret, headers, body)


def test_a_receiver_that_is_down_is_tried_again_until_it_is_up(
    office: Office, receiver: Receiver
) -> None:
    down = Receiver(receiver.folder)
    office.catch_up(office.sends_to(down))
    assert office.send_due() == 1
    [delivery] = office.deliveries
    assert (delivery.state, delivery.tries) == ("waiting", 1)
    assert delivery.next_at == NOW + timedelta(seconds=5)
    assert office.send_due() == 0
    office.clock.advance(seconds=5)
    office.send_due()
    assert office.deliveries[0].next_at == NOW + timedelta(minutes=5, seconds=5)
    office.clock.advance(minutes=5)
    with down.up():
        assert office.send_due() == 1
    assert office.deliveries[0].state == "delivered"
    assert office.faults == [("unreachable", None)] * 2 + [("", 200)]
    assert (receiver.folder / FIRST).exists()


def test_it_is_tried_ten_times_over_three_days_each_wait_longer_than_the_last() -> None:
    waits = [wait_after(tries, chance=0.0) for tries in range(1, MOST_TRIES)]
    assert waits == sorted(wait for wait in waits if wait is not None)
    assert sum((wait for wait in waits if wait is not None), timedelta()) > timedelta(days=3)
    assert wait_after(1, chance=0.5) == timedelta(seconds=5.5)
    assert wait_after(MOST_TRIES, chance=0.0) is None


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("Tue, 29 Dec 2026 02:10:00 GMT", 600),
        ("Tue, 29 Dec 2026 01:00:00 GMT", 0),  # past
        ("9" * 400, 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400),
        ("Fri, 31 Dec 0000 23:59:59 +9999", 0),
        ("-5", 0),
        ("１２０", 0),
        ("", 0),
        ("soon", 0),
    ],
)
def test_a_receiver_may_ask_for_a_day_at_most(said: str, seconds: int) -> None:
    assert wait_asked(said, at=NOW) == timedelta(seconds=seconds)


def test_a_receiver_that_asks_for_time_gets_it(office: Office, receiver: Receiver) -> None:
    def busy(handler: Any) -> None:
        handler.send_response(503)
        handler.send_header("Retry-After", "7200")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    office.catch_up(office.sends_to(receiver))
    takes, receiver.handler.do_POST = receiver.handler.do_POST, busy
    assert office.send_due() == 1
    office.clock.advance(minutes=119)
    assert office.send_due() == 0
    receiver.handler.do_POST = takes
    office.clock.advance(minutes=1)
    assert office.send_due() == 1
    assert office.deliveries[0].state == "delivered"


def test_after_the_last_try_it_is_dead_until_somebody_sends_it_anew(
    office: Office, receiver: Receiver
) -> None:
    down = Receiver(receiver.folder)
    office.catch_up(office.sends_to(down))
    assert office.send_due() == 1
    with office.site.database.writing() as session:
        session.execute(sa.update(Delivery).values(tries=MOST_TRIES - 1))
    office.clock.advance(hours=25)
    assert office.send_due() == 1
    assert office.deliveries[0].state == "dead"
    home = signed_in(create_app(office.site), "admin").get("/office/").text
    assert "有1份发布没有送到接入系统，已停止重试" in home
    assert (
        "没有送到接入系统" not in signed_in(create_app(office.site), "liaison").get("/office/").text
    )
    office.clock.advance(days=9)
    assert office.send_due() == 0
    assert len(office.faults) == 2
    office.resend(1)
    with office.site.database.reading() as session:
        assert n_given_up(session) == 0
    with down.up():
        assert office.send_due() == 1
    assert office.deliveries[0].state == "delivered"
    office.resend(1)  # what arrived may be asked for again, under the same id
    with down.up():
        assert office.send_due() == 1
    assert len({headers["webhook-id"] for headers, _body, _status in down.got}) == 1
    assert verify(office.site) == []


def test_a_receiver_that_is_gone_is_sent_nothing_more(office: Office, receiver: Receiver) -> None:
    number = office.sends_to(receiver)
    receiver.handler.do_POST = lambda handler: handler.send_error(410)
    office.catch_up(number)
    office.send_due()
    assert office.faults == [("gone", 410)]
    assert office.deliveries[0].state == "dead"
    with office.site.database.reading() as session:
        address = session.get_one(DeliveryAddress, number)
    assert (address.stopped_at, address.stopped_by) == (NOW, "system")
    assert verify(office.site) == []


def test_what_waits_at_an_address_that_is_off_goes_once_it_is_on(
    office: Office, receiver: Receiver
) -> None:
    number = office.sends_to(receiver)
    office.catch_up(number)
    office.stop(number)
    assert office.send_due() == 0
    office.start(number)
    assert office.send_due() == 1
    assert verify(office.site) == []


def test_a_release_is_written_to_the_outbox_with_itself_and_overtakes_the_one_before(
    site: Site, receiver: Receiver
) -> None:
    answered(site, n=60)
    office = Office(site, Clock())
    office.sends_to(receiver)
    office.stop(office.sends_to(receiver, name="停用的系统"))
    stage_result(site, code=CODE)
    assert [each.address_id for each in office.deliveries] == [1]
    with site.database.reading() as session:
        frozen_at = session.scalars(sa.select(Release.frozen_at)).one()
    later = replace(site, clock=lambda: frozen_at + timedelta(days=1))
    score_campaign(later, campaign_code=CODE, by="tests")
    with later.database.reading() as session:
        composed = compose(
            session,
            campaign=find_campaign(session, CODE),
            at=later.clock(),
            signing_key=site.keys.signing(),
        )
    with pytest.raises(RuntimeError):
        _freeze(later, composed, and_then=RuntimeError("undone"))
    assert [each.state for each in office.deliveries] == ["waiting"]
    _freeze(later, composed)
    assert [each.state for each in office.deliveries] == ["overtaken", "waiting"]
    office.clock.at = later.clock() + timedelta(minutes=1)
    office.send_due()
    assert [each.state for each in office.deliveries] == ["overtaken", "waiting"]
    with site.database.writing() as session:
        session.execute(sa.delete(Delivery).where(Delivery.id == 1))
    assert any("第1次发布的送达记录" in problem.zh for problem in verify(site))


def test_of_workers_at_once_one_sends_and_of_a_dead_one_another_takes_over(
    each_office: Office, receiver: Receiver
) -> None:
    office = each_office
    office.catch_up(office.sends_to(receiver))
    with ThreadPoolExecutor(4) as pool:
        with office.site.database.writing() as session:
            # One takes it; while that is not committed another finds it free and waits its turn.
            until = office.clock() + timedelta(minutes=10)
            taken = sa.update(Delivery).values(claim="one that dies", claimed_until=until)
            session.connection().execute(taken)
            other = pool.submit(sender.claim_next, office.site)
            with pytest.raises(TimeoutError):
                other.result(0.3)
        assert other.result() is None
        office.clock.advance(minutes=11)
        sent = list(pool.map(lambda _worker: office.send_due(), range(4)))
    assert sorted(sent) == [0, 0, 0, 1]
    assert len(receiver.got) == 1
    assert office.deliveries[0].state == "delivered"


def test_nothing_is_sent_of_records_that_are_not_what_was_sealed(
    office: Office, receiver: Receiver
) -> None:
    number = office.sends_to(receiver)
    office.catch_up(number)
    with office.site.database.writing() as session:
        session.execute(sa.update(Release).values(document=Release.document + " "))
    office.send_due()
    assert office.faults == [("altered", None)]
    assert receiver.got == []


def test_an_address_that_was_led_elsewhere_is_named(office: Office, receiver: Receiver) -> None:
    number = office.sends_to(receiver)
    office.catch_up(number)
    assert verify(office.site) == []
    with office.site.database.writing() as session:
        session.get_one(DeliveryAddress, number).url = "https://elsewhere.example/"
    assert any("送达地址 address-1" in problem.zh for problem in verify(office.site))


def test_an_answer_that_nobody_gave_is_named(office: Office, receiver: Receiver) -> None:
    office.catch_up(office.sends_to(receiver))
    office.send_due()
    with office.site.database.writing() as session:
        session.execute(sa.update(Delivery).values(outcome="rejected"))
    assert any("送达记录与操作记录不符" in problem.zh for problem in verify(office.site))
