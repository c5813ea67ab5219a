"""A small campaign with a row in every table, made through the doors people use."""

import json
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pyotp
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient

from survey import audit
from survey.access import first_account
from survey.app import create_app
from survey.appraisal.appeals.filing import Attached, Contest, file_appeal
from survey.appraisal.appeals.receiving import receive_appeal
from survey.appraisal.many.scoring_job import SCORE
from survey.appraisal.on_site.deciding import DECIDE_VISIT
from survey.appraisal.on_site.entering import Photo, Seen, enter_visit
from survey.appraisal.review import words
from survey.city.keys import confirm_key, name_key
from survey.city.taking import Offered, take_releases
from survey.delivery.sender import send_due
from survey.demo import respondents as residents
from survey.demo.answering import answer_through_intake
from survey.demo.campaigns import stage_open, stage_result
from survey.demo.county import days_between
from survey.feedback import cases
from survey.fieldwork.campaigns import find_campaign
from survey.jobs.asking import ask
from survey.jobs.claiming import claim_next
from survey.jobs.ending import broken, end_failed
from survey.ledger.head import newest_head
from survey.ledger.notes.asked import newest_checkpoint
from survey.ledger.notes.cosignature import cosign
from survey.ledger.notes.note import COSIGNER, note_key
from survey.model import (
    Bulletin,
    BulletinFile,
    CallDraw,
    CallOutcome,
    CallRound,
    CallStanding,
    Campaign,
    Case,
    ContactAttempt,
    Cosignature,
    DocumentTemplate,
    Entrance,
    KeyedSheet,
    Release,
    Reminder,
    Response,
    ReviewCase,
    ReviewEffect,
)
from survey.office_files.given import every_table
from survey.receivers.addresses import AskedAddress, approve_address, make_address
from survey.receivers.outbox import send_in_force
from survey.receivers.tokens import RIGHTS, Asked, approve_token, make_token
from survey.service_ratings.taking import take_ratings
from survey.service_ratings.words import COLUMNS
from survey.site.installation import Site
from survey.site.waiting_counts import write_all
from survey.two_persons.proposals import approve, propose
from survey.verification.calls import draws_digest, outcomes_digest
from tests.factories import CODE, FIELDWORK, in_fieldwork
from tests.officials import PASSWORD, add_officials, sign_in, token
from tests.respond.factories import invitation_codes, poster_code, sitting_codes

_STARTS_ON = date(2026, 12, 1)
_ANSWERS = 320  # more than 256, or the ledger completes no subtree
_PERSON = {"age": "30-44", "sex": "female", "area": "990621001000", "residence": "urban"}
_ITEMS = ("C1", "C2", "C3", "C4", "C5", "C6", "S1A", "S2A")
_WORDS = "窗口让我跑了三趟，我叫张三丰，电话13800138000"


def fill(site: Site) -> None:
    """Load 安澜县, let it answer, deal with a comment, score and release."""
    _begin_the_office(site)
    everybody = residents.all_respondents(shift=days_between(_STARTS_ON))
    people = residents.choose(everybody, n=_ANSWERS, seed=7)
    codes = stage_open(site, starts_on=_STARTS_ON, code=CODE, respondents=people)
    answer_through_intake(site, respondents=people, codes=codes, advance=lambda _more: None)
    _visit(site)
    _leave_a_sheet(site)
    _leave_a_reminder(site)
    _leave_a_template(site)
    add_officials(site)
    _deal_with_a_comment(site)
    stage_result(site, code=CODE)
    _decide_on_a_case(site)
    _leave_a_call(site)
    _contest(site)
    _go_there(site)
    _let_a_system_in(site)
    _leave_a_signature(site)
    _take_a_county_in(site)
    _take_ratings(site)
    _leave_a_job(site)


def _begin_the_office(site: Site) -> None:
    """Make the first administrator, a second factor, and an attempt to sign in that fails."""
    web = create_app(replace(site, clock=in_fieldwork)).test_client()
    setup = first_account.setup_token(site.keys.web())
    page = web.get("/office/first")
    form = {"token": setup, "username": "first", "name": "主任", "csrf_token": token(page)}
    made = web.post("/office/first", data={**form, "password": PASSWORD, "again": PASSWORD})
    assert made.status_code == 302, made.text
    page = web.get("/office/own/second-factor")
    [secret] = re.findall(r"<code>([A-Z2-7 ]+)</code>", page.text)
    code = pyotp.TOTP(secret.replace(" ", "")).at(FIELDWORK)
    form = {"csrf_token": token(page), "code": code, "password": PASSWORD}
    assert web.post("/office/own/second-factor", data=form).status_code == 200
    assert sign_in(web.application.test_client(), "first").status_code == 422


def _visit(site: Site) -> None:
    """Answer on the pages: a poster, an invitation, a sitting, a wrong code, a report."""
    moments = iter(FIELDWORK + timedelta(seconds=90 * n) for n in range(1000))
    web = create_app(replace(site, clock=lambda: next(moments))).test_client(use_cookies=False)
    rated = {f"q_{item}": "4" for item in _ITEMS}
    poster, [invitation] = poster_code(site), invitation_codes(site, unit_code="A02")
    _send(web, f"/q/{poster}", {**_PERSON, **rated, "comment": _WORDS})
    _send(web, f"/q/{invitation}", {**_PERSON, **rated})
    [sitting] = sitting_codes(site, units="A01,A02")
    both = {f"q_{item}.{unit}": "5" for unit in ("A01", "A02") for item in _ITEMS}
    _send(web, f"/q/{sitting}", {**_PERSON, **both})
    assert web.get(f"/q/{invitation}").status_code == 410
    _send(web, f"/q/{poster}/told", {"text": "有人在门口要求都选满意"}, field="token")
    write_all(web.application.extensions["waiting_counts"])


def _leave_a_sheet(site: Site) -> None:
    """Keep a paper sheet that was keyed in once, and a call that reached nobody.

    No scheme of the demonstration has two persons key sheets in, and its residents are not called.
    """
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        cells = {"response_id": "Z-1", "unit_code": "A01", "answers": "54321054"}
        sheet = KeyedSheet(campaign_id=campaign.id, unit_id=campaign.units[0].unit_id, turn=1)
        sheet.serial, sheet.content, sheet.code_hash = "Z-1", cells, b"h" * 32
        sheet.keyed_at, sheet.keyed_by = FIELDWORK, "clerk"
        session.add(sheet)
        called = sa.select(sa.func.min(Entrance.id)).where(Entrance.kind == "invitation")
        attempt = ContactAttempt(campaign_id=campaign.id, invitation_id=session.scalar(called))
        attempt.disposition, attempt.attempted_at = "no_contact", FIELDWORK
        attempt.attempted_by = "clerk"
        session.add(attempt)


def _leave_a_reminder(site: Site) -> None:
    """Keep a wave of reminders and a small bulletin: real pages would fill what is kept."""
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        first = sa.select(sa.func.min(Entrance.id)).where(Entrance.kind == "invitation")
        reminder = Reminder(campaign_id=campaign.id, wave=1, batch=session.scalar(first))
        reminder.reminded, reminder.reminded_at, reminder.reminded_by = 1, FIELDWORK, "clerk"
        reminder.half, reminder.seed = 1, "5eed" * 16
        bulletin = Bulletin(campaign_id=campaign.id, number=1, day="2026-12-03")
        bulletin.issued_at, bulletin.issued_by = FIELDWORK, "clerk"
        session.add_all([reminder, bulletin])
        session.flush()
        content = b"%PDF-1.7"
        file = BulletinFile(bulletin_id=bulletin.id, lang="zh", kind="pdf", content=content)
        file.digest = sha256(content).hexdigest()
        session.add(file)
        told = {"batches": {str(reminder.batch): 1}, "wave": 1, "half": 1, "seed": reminder.seed}
        audit.record(
            session,
            by="clerk",
            at=FIELDWORK,
            action="reminder.draw",
            subject=CODE,
            **told,
        )
        audit.record(
            session,
            by="clerk",
            at=FIELDWORK,
            action="bulletin.issue",
            subject=CODE,
            number=1,
            day="2026-12-03",
            files={"zh.pdf": file.digest},
        )


def _decide_on_a_case(site: Site) -> None:
    """Let two officials decide on the case of the report of coaching, and weigh one by hand.

    So few residents leave no finding about answers that could be weighed.
    """
    later = replace(site, clock=lambda: FIELDWORK + timedelta(days=40))
    for by in ("admin", "review"):
        with later.database.writing() as session:
            campaign = find_campaign(session, CODE)
            case = session.scalars(sa.select(ReviewCase).filter_by(kind="coaching")).one()
            words.give_word(
                session,
                site=later,
                campaign=campaign,
                number=case.number,
                verdict="keep",
                reason="已找单位核实",
                by=by,
            )
    with later.database.writing() as session:
        case = session.scalars(sa.select(ReviewCase).filter_by(kind="coaching")).one()
        scores = {"score_keep": "80.00", "score_exclude": "79.00", "score_one": None}
        effect = ReviewEffect(case_id=case.id, appraisal_id=case.appraisal_id, **scores)
        session.add(effect)
        audit.record(
            session,
            by="admin",
            at=later.clock(),
            action="review.weigh",
            subject=CODE,
            case=case.number,
            appraisal=case.appraisal_id,
            **scores,
        )


def _leave_a_call(site: Site) -> None:
    """Keep a verification call and how its unit stands: so few answers score no unit to be called.

    The codes are of answers, as a round would draw them.
    """
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        code, unit_id, group_code = session.execute(
            sa.select(Response.invitation_id, Response.unit_id, Response.group_code)
            .where(Response.invitation_id.is_not(None))
            .order_by(Response.id)
        ).first() or (0, 0, "")
        drawn = CallRound(campaign_id=campaign.id, number=1, class_code="A", seed="0" * 64)
        drawn.drawn_at, drawn.drawn_by = FIELDWORK, "clerk"
        session.add(drawn)
        session.flush()
        draw = CallDraw(round_id=drawn.id, unit_id=unit_id, position=1, code_id=code)
        draw.batch, draw.serial, draw.group_code = code, 1, group_code
        session.add(draw)
        session.flush()
        outcome = CallOutcome(draw_id=draw.id, outcome="no_contact", recorded_by="clerk")
        outcome.recorded_at = FIELDWORK
        session.add_all(
            [outcome, CallStanding(campaign_id=campaign.id, unit_id=unit_id, content={})]
        )
        session.flush()
        said = {"by": "clerk", "at": FIELDWORK, "subject": CODE}
        told = {"round": 1, "count": 1, "digest": draws_digest(session, drawn)}
        audit.record(session, action="call.draw", **said, **told)
        told = {"first": outcome.id, "last": outcome.id, "digest": outcomes_digest([outcome])}
        audit.record(session, action="call.record", **said, count=1, **told)


def _contest(site: Site) -> None:
    """Let the unit of the liaison contest the release with a file, and the office weigh it."""
    with site.database.reading() as session:
        frozen_at = session.scalars(sa.select(Release.frozen_at)).one()
    later = replace(site, clock=lambda: frozen_at + timedelta(hours=1))
    with later.database.writing() as session:
        campaign = find_campaign(session, CODE)
        file_appeal(
            session,
            site=later,
            campaign=campaign,
            unit=next(entry for entry in campaign.units if entry.unit.code == "A01"),
            said=Contest(
                matter="score",
                which="",
                statement="得分有误",
                attached=Attached(name="a.pdf", content=b"%PDF-1.7\n%%EOF\n"),
            ),
            by="liaison",
        )
        receive_appeal(session, site=later, campaign=campaign, number=1, by="admin")


def _go_there(site: Site) -> None:
    """Let an inspector enter a visit with a photograph, and two persons confirm it."""
    with site.database.reading() as session:
        frozen_at = session.scalars(sa.select(Release.frozen_at)).one()
    later = replace(site, clock=lambda: frozen_at + timedelta(hours=2))
    seen = Seen(
        visited_on=_STARTS_ON,
        place="一楼服务大厅",
        findings=dict.fromkeys(("hours", "notices", "poster", "told"), "met")
        | {"poster": "not_met"},
        seen="海报被遮住。",
        photo=Photo(name="a.png", content=_picture()),
    )
    number = enter_visit(later, campaign_code=CODE, unit_code="A01", said=seen, by="inspector")
    with later.database.writing() as session:
        campaign = find_campaign(session, CODE)
        asked = {"visit": number, "outcome": "confirmed"}
        proposal = propose(
            session, site=later, deed=DECIDE_VISIT, campaign=campaign, arguments=asked,
            by="inspector", reason="",
        )  # fmt: skip
        approve(session, site=later, deed=DECIDE_VISIT, proposal=proposal, by="review")


def _let_a_system_in(site: Site) -> None:
    """Let another system read the release and say that it has it."""
    with site.database.reading() as session:
        frozen_at = session.scalars(sa.select(Release.frozen_at)).one()
    later = replace(site, clock=lambda: frozen_at + timedelta(hours=3))
    until = (frozen_at + timedelta(days=100)).date()
    asked = Asked(name="考核主系统", rights=RIGHTS, campaigns=[CODE], until=until)
    with later.database.writing() as session:
        number, secret = make_token(session, asked=asked, by="admin", clock=later.clock)
        approve_token(session, number=number, by="review", clock=later.clock)
    web = create_app(later).test_client(use_cookies=False)
    said = web.post(
        f"/api/v1/releases/{CODE}-R1/acknowledgement",
        json={"outcome": "imported", "reference": "KH-7"},
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert said.status_code == 201, said.text
    _try_to_send(later)


def _try_to_send(site: Site) -> None:
    """Send the release to an address where nobody listens."""
    nobody = "http://127.0.0.1:9"
    site = replace(site, settings=replace(site.settings, delivery_hosts=frozenset({nobody})))
    asked = AskedAddress(name="考核主系统", url=f"{nobody}/scores", campaigns=[CODE])
    with site.database.writing() as session:
        number, _secret = make_address(
            session,
            asked=asked,
            by="admin",
            clock=site.clock,
            web_key=site.keys.web(),
            allowed=site.settings.delivery_hosts,
        )
        approve_address(session, number=number, by="review", clock=site.clock)
        send_in_force(session, number=number, by="review", clock=site.clock)
    assert send_due(site) == 1


def _leave_a_signature(site: Site) -> None:
    """Keep what a witness signed of the newest head: no scheme of the demonstration names any."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = note_key("安澜县统计局", key, kind=COSIGNER)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        note = newest_checkpoint(session, campaign=campaign, key=site.keys.signing())
        head = newest_head(session, campaign=campaign, only_listed=True)
        assert note is not None
        assert head is not None
        line = cosign(note.body, name=public.name, key=key, at=FIELDWORK).text
        row = Cosignature(head_id=head.id, witness="统计局", witness_key=public.text, line=line)
        row.signed_at, row.taken_at, row.taken_by = FIELDWORK, FIELDWORK, "clerk"
        session.add(row)
        audit.record(
            session,
            by="clerk",
            at=FIELDWORK,
            action="witness.take",
            subject=CODE,
            number=head.number,
            size=head.size,
            witness=row.witness,
            digest=sha256(f"{row.witness_key}\n{line}".encode()).hexdigest(),
        )


def _take_a_county_in(site: Site) -> None:
    """Let a city, here this very office, take a county's release by a key that two let in."""
    with site.database.reading() as session:
        release = session.scalars(sa.select(Release)).one()
    later = replace(site, clock=lambda: release.frozen_at + timedelta(hours=4))
    key = json.loads(release.document)["release"]["signature"]
    with later.database.writing() as session:
        named = name_key(
            session, county="安澜县", key=key["public_key"], by="admin", clock=later.clock
        )
        confirm_key(session, number=named.id, mark=key["key_id"], by="review", clock=later.clock)
        offered = [Offered(name="R1.json", content=release.document.encode())]
        take_releases(session, offered=offered, by="admin", clock=later.clock)


def _picture() -> bytes:
    """Return the least that is a photograph: one grey pixel."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\x00\x80")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(said)) + kind + said + struct.pack(">I", zlib.crc32(kind + said))
        for kind, said in chunks
    )


def _leave_a_template(site: Site) -> None:
    """Keep a template of documents, and going back to the shipped one."""
    with site.database.writing() as session:
        content = b"PK"
        own = DocumentTemplate(kind="letter", lang="zh", content=content)
        own.digest = sha256(content).hexdigest()
        back = DocumentTemplate(kind="letter", lang="en", content=None, digest=None)
        for each in (own, back):
            each.uploaded_at, each.uploaded_by = FIELDWORK, "clerk"
        session.add_all([own, back])
        said = {"by": "clerk", "at": FIELDWORK}
        audit.record(
            session, action="template.replace", subject="letter.zh", digest=own.digest, **said
        )
        audit.record(session, action="template.restore", subject="letter.en", **said)


def _send(
    web: FlaskClient, path: str, given: dict[str, str], *, field: str = "response_id"
) -> None:
    page = web.get(path).text
    [token] = re.findall(rf'name="{field}" value="([^"]+)"', page)
    units = re.findall(r'<option value="(\w+)"', page) if field == "token" else []
    form = {"device": "abc", **given, field: token, **({"unit": units[0]} if units else {})}
    answer = web.post(path, data=form)
    assert answer.status_code == 200, answer.text


def _deal_with_a_comment(site: Site) -> None:
    later = FIELDWORK + timedelta(days=12)
    steps: list[Callable[..., None]] = [cases.verify, cases.assign, cases.reply, cases.publish]
    given_words = [
        {"level": "simple", "text": "窗口让我跑了三趟"},
        {},
        {"text": "已调整窗口。"},
        {},
    ]
    for step, given in zip(steps, given_words, strict=True):
        with site.database.writing() as session:
            campaign: Campaign = find_campaign(session, CODE)
            case = session.scalars(sa.select(Case).order_by(Case.id)).first()
            step(session, campaign=campaign, case=case, by="admin", clock=lambda: later, **given)


def _take_ratings(site: Site) -> None:
    """Take in what another rating system says of a unit in a month."""
    row = ("A01", "2026-06", "50", "30", "10", "6", "4", "7")
    text = "\r\n".join(",".join(cells) for cells in (COLUMNS["zh"], row))
    tables = every_table(text.encode(), "ratings.csv")
    take_ratings(site, campaign_code=CODE, tables=tables, by="admin")


def _leave_a_job(site: Site) -> None:
    """Ask for work that is refused: the answers, the runs and the release stay as they are."""
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        ask(session, kind=SCORE, campaign=campaign, arguments={}, by="admin", clock=site.clock)
    claimed = claim_next(site)
    assert claimed is not None
    end_failed(site, claimed.job, claim=claimed.claim, refused=broken())
