"""Every address and every command either leaves an entry in the audit, or none for a reason."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import click
import pyotp
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from survey import cli
from survey.app import create_app
from survey.clock import now
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.entrances import withdraw
from survey.model import AuditEntry, Case, Entrance, OfficeSession
from survey.site.installation import Site
from tests.demonstrated import CODE
from tests.factories import ANLAN
from tests.officials import PASSWORD, add_officials, done_by_two, signed_in, token
from tests.verification.homes import opened, run

ROOT = Path(__file__).parents[2]
HERE = "/office/campaigns/<code>"
LEAVE_AN_ENTRY = {
    "POST /office/new": "campaign.load",
    "POST /office/new/copy": "campaign.load",
    f"POST {HERE}/parts/<part>": "campaign.change",
    f"POST {HERE}/parts/items-form": "campaign.change",
    "survey campaign items": "campaign.change",
    f"POST {HERE}/common-items": "campaign.change",
    f"POST {HERE}/earlier/document": "campaign.change",
    f"POST {HERE}/earlier/scores": "campaign.change",
    f"POST {HERE}/earlier/slopes": "campaign.change",
    "survey campaign common": "campaign.change",
    "survey campaign amend": "campaign.amend",
    f"POST {HERE}/rehearsal": "campaign.rehearse",
    "survey campaign rehearse": "campaign.rehearse",
    f"POST {HERE}/open": "proposal.propose",
    f"POST {HERE}/close": "proposal.propose",
    f"POST {HERE}/extend": "proposal.propose",
    f"POST {HERE}/score": "campaign.score",
    f"POST {HERE}/publish": "proposal.propose",
    f"POST {HERE}/draw": "proposal.propose",
    f"POST {HERE}/draw/<int:number>": "proposal.propose",
    f"POST {HERE}/release": "proposal.propose",
    f"POST {HERE}/release/approval": "release.approve",
    f"POST {HERE}/review/<int:number>": "review.word",
    f"POST {HERE}/review/<int:number>/weigh": "review.weigh",
    "POST /office/collect": "answer.collect",
    "survey collect": "answer.collect",
    f"POST {HERE}/keying": "answer.key",
    f"POST {HERE}/interview": "interview.attempt",
    f"POST {HERE}/keying/sheets": "sheet.drop",
    f"GET {HERE}/releases/<int:number>/<name>": "release.export",
    f"GET {HERE}/releases/<int:number>/microdata.zip": "microdata.export",
    f"GET {HERE}/documents/<kind>.<lang>.<ending>": "release.export",
    f"GET {HERE}/letters/<unit_code>.<lang>.<ending>": "release.export",
    f"GET {HERE}/letters.<lang>.zip": "release.export",
    f"GET {HERE}/classes/<class_code>.<lang>.pdf": "release.export",
    f"GET {HERE}/use/<unit_code>.<lang>.<ending>": "release.export",
    f"GET {HERE}/use.<lang>.zip": "release.export",
    f"GET {HERE}/use/<kind>.xlsx": "release.export",
    f"GET {HERE}/register.<lang>.docx": "case.export",
    "POST /office/templates": "template.replace",
    "POST /office/templates/restore": "template.restore",
    f"GET {HERE}/batches.<kind>": "batch.export",
    f"GET {HERE}/unused.<kind>": "unused.export",
    f"POST {HERE}/units/<unit_code>/appeals": "appeal.file",
    f"POST {HERE}/appeals/<int:number>/receive": "appeal.received",
    f"POST {HERE}/appeals/<int:number>/weigh": "appeal.weighed",
    f"POST {HERE}/appeals/<int:number>/decide": "proposal.propose",
    f"GET {HERE}/appeals/<int:number>/file": "appeal.download",
    f"GET {HERE}/appeals/<int:number>/letter.<lang>.<ending>": "release.export",
    f"POST {HERE}/units/<unit_code>/visits": "visit.enter",
    f"POST {HERE}/visits/<int:number>/decide": "proposal.propose",
    f"GET {HERE}/visits/<int:number>/photo": "visit.photo",
    f"GET {HERE}/visits.xlsx": "visit.export",
    f"POST {HERE}/callbacks/draw": "call.draw",
    f"GET {HERE}/callbacks/<class_code>.xlsx": "call.export",
    "POST /office/callbacks": "call.record",
    "POST /office/service-ratings": "rating.import",
    "POST /office/reminders": "reminder.record",
    f"POST {HERE}/bulletins": "bulletin.issue",
    f"POST {HERE}/witnesses": "witness.take",
    "survey ledger cosign": "witness.take",
    "survey ledger cosigned": "witness.take",
    f"POST {HERE}/invitations": "invitation.issue",
    f"POST {HERE}/sittings": "sitting.issue",
    f"POST {HERE}/invitations/plan": "invitation.issue",
    f"POST {HERE}/invitations/balance": "proposal.propose",
    f"GET {HERE}/invitations/balance.xlsx": "balance.export",
    f"POST {HERE}/invitations/take-in": "invitation.issue",
    f"POST {HERE}/batches/<int:number>/withdraw": "proposal.propose",
    f"POST {HERE}/posters": "poster.register",
    f"POST {HERE}/posters/default": "poster.register",
    f"POST {HERE}/posters/sheet": "poster.register",
    f"POST {HERE}/posters/<int:poster_id>/withdraw": "proposal.propose",
    f"POST {HERE}/posters/<int:poster_id>/reissue": "proposal.propose",
    "POST /office/proposals/<int:number>/approve": "proposal.approve",
    "POST /office/proposals/<int:number>/decline": "proposal.withdraw",
    f"POST {HERE}/posters/<int:poster_id>/move": "poster.move",
    f"GET {HERE}/posters.pdf": "poster.print",
    f"GET {HERE}/cases.xlsx": "case.export",
    f"POST {HERE}/cases/together": "case.dismissed",
    f"GET {HERE}/cases/<case_code>": "case.read",
    f"POST {HERE}/cases/<case_code>/<step>": "case.verified",
    "POST /office/sign-in": "account.sign_in",
    "POST /office/first": "account.create",
    "POST /office/password": "account.password",
    "POST /office/sign-out": "account.sign_out",
    "POST /office/own/sessions/<int:session_id>/end": "account.end_sessions",
    "POST /office/own/sessions/end-others": "account.end_sessions",
    "POST /office/own/second-factor": "account.second_factor",
    "POST /office/own/second-factor/remove": "account.reset_totp",
    "GET /office/audit/entries.csv": "audit.export",
    "POST /office/people/": "account.create",
    "POST /office/people/<username>/role": "account.role",
    "POST /office/people/<username>/<deed>": "account.reset",
    "POST /office/people/<username>/confirm": "account.confirm",
    "POST /office/people/<username>/decline": "account.decline",
    "POST /office/receivers/": "receiver.create",
    "POST /office/receivers/<int:number>/approve": "receiver.approve",
    "POST /office/receivers/<int:number>/revoke": "receiver.revoke",
    "POST /office/deliveries/": "address.create",
    "POST /office/deliveries/addresses/<int:number>/approve": "address.approve",
    "POST /office/deliveries/addresses/<int:number>/stop": "address.stop",
    "POST /office/deliveries/addresses/<int:number>/start": "address.start",
    "POST /office/deliveries/addresses/<int:number>/catch-up": "address.catch_up",
    "POST /office/deliveries/<int:number>/resend": "delivery.resend",
    "POST /office/city/releases": "county.take",
    "POST /office/city/keys": "county.name",
    "POST /office/city/keys/<int:number>/confirm": "county.confirm",
    "POST /office/city/keys/<int:number>/revoke": "county.revoke",
    "GET /office/city/<int:year>.<name>": "city.export",
    "survey city take": "county.take",
    "survey city table": "city.export",
    "POST /office/parcels/": "parcel.send",
    "POST /office/parcels/receipt": "parcel.receipt",
    "survey airgap send": "parcel.send",
    "survey airgap receipt": "parcel.receipt",
    "GET /api/v1/campaigns/<code>/scores": "release.export",
    "POST /api/v1/releases/<release_id>/acknowledgement": "release.acknowledge",
    "survey campaign load": "campaign.load",
    "survey campaign open": "campaign.open",
    "survey campaign close": "campaign.close",
    "survey campaign extend": "campaign.extend",
    "survey poster": "poster.print",
    "survey code issue": "invitation.issue",
    "survey code take-in": "invitation.issue",
    "survey code balance": "code.balance",
    "survey code withdraw": "batch.withdraw",
    "survey score": "campaign.score",
    "survey publish": "release.publish",
    "survey release": "campaign.release",
    "survey decline": "proposal.decline",
    "survey export": "release.export",
    "survey folder": "answers.export",
    "survey microdata": "microdata.export",
    "survey user add": "account.create",
    "survey user role": "account.role",
    "survey user disable": "account.disable",
    "survey user enable": "account.enable",
    "survey user reset": "account.reset",
    "survey user reset-totp": "account.reset_totp",
    "survey user confirm": "account.confirm",
    "survey user decline": "account.decline",
    "survey user end-sessions": "account.end_sessions",
    "survey comments erase": "comment.erase",
    "survey keys destroy": "key.destroy",
    "survey anonymise": "campaign.anonymise",
    "survey backup": "backup.make",
    "survey restore": "backup.restore",
}
# Seen to where they are tested; the rest is done below.
SEEN_TO = {
    f"POST {HERE}/units/<unit_code>/appeals": "tests/appraisal/appeals/test_filing.py",
    f"POST {HERE}/appeals/<int:number>/receive": "tests/appraisal/appeals/test_deciding.py",
    f"POST {HERE}/appeals/<int:number>/weigh": "tests/appraisal/appeals/test_deciding.py",
    f"POST {HERE}/appeals/<int:number>/decide": "tests/appraisal/appeals/test_deciding.py",
    f"GET {HERE}/appeals/<int:number>/file": "tests/appraisal/appeals/test_filing.py",
    f"GET {HERE}/appeals/<int:number>/letter.<lang>.<ending>": (
        "tests/appraisal/appeals/test_deciding.py"
    ),
    f"POST {HERE}/units/<unit_code>/visits": "tests/appraisal/on_site/test_entering.py",
    f"POST {HERE}/visits/<int:number>/decide": "tests/appraisal/on_site/test_deciding.py",
    f"GET {HERE}/visits/<int:number>/photo": "tests/appraisal/on_site/test_entering.py",
    f"GET {HERE}/visits.xlsx": "tests/appraisal/on_site/test_entering.py",
    f"POST {HERE}/callbacks/draw": "tests/appraisal/callbacks/test_drawing.py",
    f"GET {HERE}/callbacks/<class_code>.xlsx": "tests/appraisal/callbacks/test_entering.py",
    "POST /office/callbacks": "tests/appraisal/callbacks/test_entering.py",
    "POST /office/service-ratings": "tests/service_ratings/test_ratings.py",
    f"GET {HERE}/documents/<kind>.<lang>.<ending>": "tests/reports/test_documents.py",
    f"GET {HERE}/letters/<unit_code>.<lang>.<ending>": "tests/reports/test_documents.py",
    f"GET {HERE}/letters.<lang>.zip": "tests/reports/test_documents.py",
    f"GET {HERE}/classes/<class_code>.<lang>.pdf": "tests/reports/test_class_paper.py",
    f"GET {HERE}/use/<unit_code>.<lang>.<ending>": "tests/reports/using/test_use.py",
    f"GET {HERE}/use.<lang>.zip": "tests/reports/using/test_use.py",
    f"GET {HERE}/use/<kind>.xlsx": "tests/reports/using/test_use.py",
    f"GET {HERE}/register.<lang>.docx": "tests/reports/using/test_register_word.py",
    "POST /office/templates": "tests/reports/test_templates.py",
    "POST /office/templates/restore": "tests/reports/test_templates.py",
    "POST /office/reminders": "tests/fieldwork/reminders/test_reminding.py",
    f"POST {HERE}/review/<int:number>": "tests/appraisal/review/test_deciding.py",
    f"POST {HERE}/review/<int:number>/weigh": "tests/appraisal/review/test_deciding.py",
    f"POST {HERE}/bulletins": "tests/fieldwork/bulletins/test_bulletins.py",
    f"POST {HERE}/witnesses": "tests/fieldwork/witnesses/test_witnesses.py",
    "survey ledger cosign": "tests/fieldwork/witnesses/test_witnesses.py",
    "survey ledger cosigned": "tests/fieldwork/witnesses/test_witnesses.py",
    f"POST {HERE}/rehearsal": "tests/rehearsal/test_rehearsal.py",
    "survey campaign rehearse": "tests/rehearsal/test_rehearsal.py",
    "POST /office/receivers/": "tests/receivers/test_tokens.py",
    "POST /office/receivers/<int:number>/approve": "tests/receivers/test_tokens.py",
    "POST /office/receivers/<int:number>/revoke": "tests/receivers/test_tokens.py",
    "POST /office/deliveries/": "tests/delivery/test_pages.py",
    "POST /office/deliveries/addresses/<int:number>/approve": "tests/delivery/test_pages.py",
    "POST /office/deliveries/addresses/<int:number>/stop": "tests/delivery/test_pages.py",
    "POST /office/deliveries/addresses/<int:number>/start": "tests/delivery/test_pages.py",
    "POST /office/deliveries/addresses/<int:number>/catch-up": "tests/delivery/test_pages.py",
    "POST /office/deliveries/<int:number>/resend": "tests/delivery/test_pages.py",
    **dict.fromkeys(
        (
            *("POST /office/city/releases", "POST /office/city/keys"),
            "POST /office/city/keys/<int:number>/confirm",
            "POST /office/city/keys/<int:number>/revoke",
            *("GET /office/city/<int:year>.<name>", "survey city take", "survey city table"),
        ),
        "tests/city/test_city.py",
    ),
    f"POST {HERE}/common-items": "tests/drafting/test_common_items.py",
    f"POST {HERE}/earlier/document": "tests/appraisal/test_earlier.py",
    f"POST {HERE}/earlier/scores": "tests/appraisal/test_earlier.py",
    f"POST {HERE}/earlier/slopes": "tests/appraisal/test_earlier.py",
    "survey campaign common": "tests/drafting/test_common_items.py",
    "POST /office/parcels/": "tests/airgap/test_crossing.py",
    "POST /office/parcels/receipt": "tests/airgap/test_crossing.py",
    "survey airgap send": "tests/airgap/test_crossing.py",
    "survey airgap receipt": "tests/airgap/test_crossing.py",
    "GET /api/v1/campaigns/<code>/scores": "tests/api/test_reading.py",
    "POST /api/v1/releases/<release_id>/acknowledgement": "tests/api/test_acknowledging.py",
    "POST /office/first": "tests/access/test_accounts.py",
    "POST /office/people/<username>/confirm": "tests/access/test_second_word.py",
    "POST /office/people/<username>/decline": "tests/access/test_second_word.py",
    "survey user confirm": "tests/access/test_second_word.py",
    "survey user decline": "tests/access/test_second_word.py",
    "POST /office/new": "tests/fieldwork/test_new_campaign.py",
    "POST /office/collect": "tests/collecting/test_collect.py",
    "survey collect": "tests/collecting/test_collect.py",
    "survey code take-in": "tests/fieldwork/invitations/test_second_body.py",
    f"POST {HERE}/invitations/take-in": "tests/fieldwork/invitations/test_second_body.py",
    f"POST {HERE}/invitations/balance": "tests/fieldwork/invitations/test_balancing.py",
    f"GET {HERE}/invitations/balance.xlsx": "tests/fieldwork/invitations/test_balancing.py",
    f"POST {HERE}/keying": "tests/collecting/test_keying.py",
    f"POST {HERE}/interview": "tests/collecting/test_interview.py",
    f"POST {HERE}/keying/sheets": "tests/collecting/test_keying.py",
    "POST /office/new/copy": "tests/drafting/test_changing.py",
    f"POST {HERE}/parts/<part>": "tests/drafting/test_changing.py",
    f"POST {HERE}/parts/items-form": "tests/drafting/test_items_form.py",
    "survey campaign items": "tests/drafting/test_items_form.py",
    "survey campaign amend": "tests/drafting/test_amending.py",
    "survey comments erase": "tests/feedback/test_comments_command.py",
    f"POST {HERE}/publish": "tests/publication/test_public_page.py",
    f"POST {HERE}/draw": "tests/fieldwork/draws/test_draws_on_record.py",
    f"POST {HERE}/draw/<int:number>": "tests/fieldwork/draws/test_draws_on_record.py",
    f"POST {HERE}/release/approval": "tests/appraisal/test_leaders_approval.py",
    "survey publish": "tests/approvals/test_two_persons.py",
    "survey anonymise": "tests/appraisal/test_anonymity.py",
    "survey backup": "tests/backup/test_backup.py",
    "survey restore": "tests/backup/test_backup.py",
    "survey keys destroy": "tests/appraisal/test_key_destruction.py",
}
_READS = "shows what the role may see and changes nothing"
_ASKS = "shows the form alone"
_RESIDENT = "a resident's: who it was must not be on record; the answer is in the ledger"
_FILES = "reads and writes files, knows no installation"
_SERVES = "starts or makes the installation; what is done in it is on record"
LEAVE_NONE = {
    "GET /office/": _READS,
    "GET /office/help/": _READS,
    "GET /office/help/<name>": _READS,
    "GET /office/help/pictures/<name>": _READS,
    "GET /office/new": _ASKS,
    "GET /office/collect": _ASKS,
    f"GET {HERE}/keying": _ASKS,
    f"GET {HERE}/interview": _ASKS,
    f"GET {HERE}/keying/sheets": "paper sheets that whoever may see them has on the desk",
    "GET /office/new/copy": _ASKS,
    "GET /office/new/template.xlsx": "the same for everybody",
    f"GET {HERE}/parts": _READS,
    f"GET {HERE}/parts/<part>": _ASKS,
    f"GET {HERE}/parts.xlsx": _READS,
    f"GET {HERE}/parts/items-form": _ASKS,
    f"GET {HERE}/parts/items-form.xlsx": _READS,
    f"GET {HERE}/parts/preview/<unit_code>": _READS,
    f"GET {HERE}": _READS,
    f"GET {HERE}/calendar": _READS,
    f"GET {HERE}/rehearsal": _ASKS,
    f"GET {HERE}/plan": _READS,
    f"GET {HERE}/versions": _READS,
    f"GET {HERE}/plan.pdf": _READS,
    f"GET {HERE}/progress": _READS,
    f"GET {HERE}/watch/": _READS,
    f"GET {HERE}/watch/remedy": _READS,
    f"GET {HERE}/watch/who": _READS,
    f"GET {HERE}/watch/posters": _READS,
    f"GET {HERE}/watch/townships": _READS,
    f"GET {HERE}/watch/funnel": _READS,
    f"GET {HERE}/progress/<unit_code>": _READS,
    f"GET {HERE}/publish": _ASKS,
    f"GET {HERE}/draw": _READS,
    f"GET {HERE}/draw/<int:number>.json": "public at /ledger",
    f"GET {HERE}/scores": _READS,
    f"GET {HERE}/scores/<unit_code>": _READS,
    f"GET {HERE}/review/": _READS,
    f"GET {HERE}/review/<int:number>": "no answer and no comment: days, counts and shares",
    f"GET {HERE}/runs": _READS,
    f"GET {HERE}/appeals/": _READS,
    f"GET {HERE}/appeals/<int:number>": "what a unit wrote of its own score, and the decision",
    f"GET {HERE}/units/<unit_code>/appeals": _READS,
    f"GET {HERE}/documents": _READS,
    f"GET {HERE}/results/<unit_code>": _READS,
    f"GET {HERE}/classes/<class_code>": _READS,
    "GET /office/templates": _READS,
    "GET /office/templates/<kind>.<lang>.docx": "words without figures",
    "GET /office/check-document": _ASKS,
    "POST /office/check-document": "a file that is compared and not kept",
    "survey check-document": _FILES,
    "survey code make": _FILES,
    f"GET {HERE}/items": "counts, and words with names taken out",
    f"GET {HERE}/cases/together": "words with names taken out",
    f"GET {HERE}/cases": "the first words, with names taken out",
    f"GET {HERE}/coaching": "words with names taken out",
    f"GET {HERE}/late": "no words: deadlines, rungs and counts",
    f"GET {HERE}/invitations": _READS,
    "GET /office/reminders": _READS,
    f"GET {HERE}/visits/": _READS,
    f"GET {HERE}/visits/<int:number>": "what was seen at a unit, without any person",
    f"GET {HERE}/units/<unit_code>/visits": _READS,
    "GET /office/callbacks": _READS,
    "GET /office/service-ratings": _READS,
    f"GET {HERE}/service-ratings.xlsx": "another system's totals by month, as they came in",
    f"GET {HERE}/bulletins": _READS,
    f"GET {HERE}/witnesses": _READS,
    f"GET {HERE}/bulletins/<int:number>/<lang>.<kind>": "issued for all units to read",
    f"GET {HERE}/sittings": _READS,
    f"GET {HERE}/invitations/plan": _ASKS,
    f"GET {HERE}/invitations/balance": _READS,
    f"GET {HERE}/invitations/take-in": _ASKS,
    f"GET {HERE}/posters": _READS,
    f"GET {HERE}/open": _ASKS,
    f"GET {HERE}/close": _ASKS,
    f"GET {HERE}/extend": _ASKS,
    f"GET {HERE}/score": _ASKS,
    f"GET {HERE}/release": _ASKS,
    f"GET {HERE}/release/approval": _ASKS,
    f"GET {HERE}/posters/<int:poster_id>/withdraw": _ASKS,
    f"GET {HERE}/batches/<int:number>/withdraw": _ASKS,
    "GET /office/sign-in": _ASKS,
    "GET /office/first": _ASKS,
    "GET /office/password": _ASKS,
    "GET /office/proposals/": _READS,
    "GET /office/proposals/<int:number>": _READS,
    "GET /office/jobs/<int:number>": _READS,
    "survey proposals": _READS,
    "survey code batches": _READS,
    "GET /office/audit/": _READS,
    "GET /office/receivers/": _READS,
    "GET /office/deliveries/": _READS,
    "GET /api/v1/": "the same for everybody",
    "GET /api/v1/openapi.json": "the same for everybody",
    "GET /api/v1/score-document.schema.json": "the same for everybody",
    f"GET {HERE}/common-items": _ASKS,
    f"GET {HERE}/earlier": _ASKS,
    f"GET {HERE}/common-items.json": "the office's own plan, as its workbook",
    "GET /office/city/": _READS,
    "GET /office/parcels/": _READS,
    "GET /office/parcels/<series>/<int:number>.zip": "the bytes again of a parcel on record",
    "survey airgap receive": _FILES,
    "GET /api/v1/campaigns": _READS,
    "GET /api/v1/campaigns/<code>/progress": "counts made coarse, small ones left out",
    "GET /api/v1/releases/<release_id>": _READS,
    "GET /office/people/": _READS,
    "GET /office/people/<username>": _READS,
    "GET /office/own/sessions": "of one's own account",
    "GET /office/own/second-factor": _ASKS,
    "GET /office/language/<lang>": "of one's own browser",
    "GET /healthz": "for monitoring",
    "GET /readyz": "for monitoring",
    "GET /metrics": "for monitoring",
    "GET /static/<path:filename>": "the same for everybody",
    "survey init": _SERVES,
    "survey start": _SERVES,
    "survey serve": _SERVES,
    "survey demo": "does each deed of the demonstration, which leaves its own entry",
    "survey drill": "in a place of its own, which is then gone",
    "survey campaign status": _READS,
    "survey campaign workbook": _READS,
    "survey keys due": _READS,
    "survey user list": _READS,
    "survey user sessions": _READS,
    "survey ledger check": _FILES,
    "survey ledger audit": _READS,
    "survey ledger bulletin": "puts a head that is public onto paper",
    "survey ledger request": "writes what is public into a file",
    "survey witness init": _FILES,
    "survey witness trust": _FILES,
    "survey witness list": _FILES,
    "survey witness cosign": _FILES,
    "survey witness watch": _FILES,
    "survey witness serve": _FILES,
    "survey ledger head": "the head it signs is the record",
    "survey verify": _READS,
    "survey appraise": _FILES,
    "survey weigh": _FILES,
    "survey draw commit": _FILES,
    "survey draw people": _FILES,
    "survey simulate": _FILES,
    "survey simulate-fieldwork": _FILES,
}


CODES = ("--group", "G2", "--count", "3")


def of_residents(rule: str) -> bool:
    """What residents use, and the ledger in public."""
    ours = ("/office", "/api", "/static", "/healthz", "/readyz", "/metrics")
    return not rule.startswith(ours)


def addresses(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if not of_residents(rule.rule):
                yield f"{method} {rule.rule}"


def commands(command: click.Command, name: str) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield name
        return
    for word, inner in command.commands.items():
        yield from commands(inner, f"{name} {word}")


def test_every_deed_stands_in_one_of_the_tables(site: Site) -> None:
    found = {*addresses(create_app(site)), *commands(cli.survey, "survey")}
    assert sorted(found ^ (LEAVE_AN_ENTRY.keys() | LEAVE_NONE.keys())) == []
    assert not LEAVE_AN_ENTRY.keys() & LEAVE_NONE.keys()
    assert all(LEAVE_NONE.values())


class Office:
    """Does deeds at one stage of a campaign, and tells which entries each of them left."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.site = opened(home)
        self.done: dict[str, set[tuple[int, str]]] = {}
        self.answer, self._who = "", "admin"
        self._client: FlaskClient | None = None

    def leave(self, whom: str = "admin") -> None:
        """Go on as somebody who has to sign in first."""
        self._client, self._who = None, whom

    def get(self, address: str) -> str:
        return self._signed_in().get(address).text

    def _signed_in(self) -> FlaskClient:
        if self._client is None:
            before = self.entries()
            self._client = signed_in(create_app(self.site), self._who)
            self.done["POST /office/sign-in"] = self.entries() - before
        return self._client

    def page(self, rule: str, *, method: str = "POST", query: str = "", **form: str) -> None:
        client = self._signed_in()
        with self.site.database.reading() as session:
            case = session.scalars(sa.select(Case.code).order_by(Case.id)).first() or ""
            hangs = sa.select(Entrance.id).where(
                Entrance.kind == "poster", Entrance.withdrawn_at.is_(None)
            )
            poster = session.scalars(hangs.order_by(Entrance.id)).first() or 0
            other = session.scalars(sa.select(OfficeSession.id).order_by(OfficeSession.id.desc()))
            session_id = other.first() or 0
        address = rule
        for variable, value in {
            "<code>": CODE, "<int:poster_id>": poster, "<case_code>": case,
            "<int:session_id>": session_id, "<int:number>": form.pop("number", "1"),
            "<username>": "wu", "<deed>": "reset",
            "<name>": "json", "<step>": "verify", "<kind>": "csv",
        }.items():  # fmt: skip
            address = address.replace(variable, str(value))
        carried = token(client.get("/office/password"))
        given = {name: case if value == "<case_code>" else value for name, value in form.items()}
        data = {"csrf_token": carried, **given} if method == "POST" else None
        before = self.entries()
        answer = client.open(address + query, method=method, data=data)
        assert answer.status_code in {200, 302}, (rule, answer.data[:400])
        self.answer = answer.data.decode(errors="replace")
        self.done[f"{method} {rule}"] = self.entries() - before

    def command(self, name: str, *words: str, by_two: bool = False) -> None:
        before, here = self.entries(), partial(run, self.home)
        words = (*name.split(), *words)
        ran = done_by_two(here, *words) if by_two else here(*words)
        assert ran.exit_code == 0, (name, ran.exception)
        self.done[f"survey {name}"] = self.entries() - before

    def entries(self) -> set[tuple[int, str]]:
        with self.site.database.reading() as session:
            return {(each.id, each.action) for each in session.scalars(sa.select(AuditEntry))}


def at_the_opening(office: Office) -> None:
    office.command("campaign load", str(ANLAN), "--simulated")
    add_officials(office.site)
    office.page(f"{HERE}/open")
    office.leave("review")
    office.page("/office/proposals/<int:number>/approve")


def at_the_other_opening(office: Office) -> None:
    office.command("campaign load", str(ANLAN), "--simulated")
    office.command("campaign open", CODE)


def in_days(days: int) -> str:
    return str(now().date() + timedelta(days=days))


def extended(office: Office) -> None:
    """Let the campaign go on after today, whenever the tests run."""
    until = ("--until", in_days(380), "--reason", "汛情")
    office.command("campaign extend", CODE, *until, by_two=True)


def in_the_fieldwork(office: Office) -> None:
    extended(office)
    office.command("user add", "zhou", "--name", "周", "--role", "leader")
    office.command("user role", "zhou", "inspector")
    office.command("user disable", "zhou")
    office.command("user enable", "zhou")
    office.command("user reset", "zhou")
    office.page("/office/people/", username="wu", name="吴", role="leader")
    office.page("/office/people/<username>/role", role="inspector")
    office.page("/office/people/<username>/<deed>")
    office.page("/office/audit/entries.csv", method="GET", query="?who=zhou")
    office.page(f"{HERE}/posters/sheet", rows="unit,place\nA01,车站\n")
    office.page(f"{HERE}/posters", unit="A01", group="G1", place="大厅")
    with office.site.database.writing() as session:
        hangs = sa.select(Entrance).where(Entrance.kind == "poster", Entrance.place == "")
        withdraw(
            session,
            entrance=session.scalars(hangs).first(),
            campaign=find_campaign(session, CODE),
            by="tests",
            clock=office.site.clock,
        )
    office.page(f"{HERE}/posters/default")
    office.page(f"{HERE}/posters/<int:poster_id>/move", place="门口")
    office.page(f"{HERE}/posters/<int:poster_id>/reissue", reason="旧的被覆盖")
    office.page("/office/proposals/<int:number>/decline", number="2", reason="不必了")
    office.page(f"{HERE}/posters/<int:poster_id>/withdraw", reason="被人拍照")
    office.command("decline", "3", "--by", "review", "--reason", "证据不足")
    office.page(f"{HERE}/posters.pdf", method="GET", query="?unit=A01")
    codes = {"group": "G2", "channel": "token_sms", "count": "3"}
    office.page(f"{HERE}/invitations", unit="A01", **codes)
    office.page(f"{HERE}/sittings", units="A01,A02", **codes)
    ticked = {"units": "A05", "groups": "G4", "files": "list", "channel": "token_sheet"}
    office.page(f"{HERE}/invitations/plan", **ticked)
    with office.site.database.reading() as session:
        several = sa.select(sa.func.min(Entrance.id)).where(Entrance.kind == "sitting")
        batch = str(session.scalar(several))
    office.page(f"{HERE}/batches/<int:number>/withdraw", number=batch, reason="发错了")
    office.command("decline", "4", "--by", "review", "--reason", "没有发错")
    lost = ("--batch", batch, "--reason", "遗失")
    office.command("code withdraw", CODE, *lost, by_two=True)
    with_the_comments(office)
    out = str(office.home / "out")
    office.command("poster", CODE, "--unit", "A01", "--out", f"{out}.pdf")
    office.command("code issue", CODE, "--unit", "A01", *CODES, "--out", f"{out}.csv")
    office.page(f"{HERE}/extend", until=in_days(381), reason="汛情")
    office.command("decline", "6", "--by", "review", "--reason", "不必")
    office.page(f"{HERE}/close", reason="人数已够")
    office.leave("review")
    office.page("/office/proposals/<int:number>/approve", number="7")
    assert "campaign.close" in {action for _id, action in office.entries()}


def with_the_comments(office: Office) -> None:
    office.page(f"{HERE}/cases/<case_code>", method="GET")
    words = {"verify-level": "simple", "verify-text": "窗口要排队"}
    office.page(f"{HERE}/cases/<case_code>/<step>", **words)
    office.page(f"{HERE}/cases.xlsx", method="GET")
    alike = {"like": "<case_code>", "case": "<case_code>"}
    office.page(f"{HERE}/cases/together", **alike, step="dismiss", text="不属于本县")


def at_the_own_door(office: Office) -> None:
    factor, sessions = "/office/own/second-factor", "/office/own/sessions"
    asked = office.get(factor)
    [secret] = re.findall(r"<code>([A-Z2-7 ]+)</code>", asked)
    app = pyotp.TOTP(secret.replace(" ", ""))
    office.page(factor, code=app.now(), password=PASSWORD)
    [recovery, *_others] = re.findall(r"<code>([0-9A-Z ]+)</code>", office.answer)
    office.page(f"{factor}/remove", code=recovery, password=PASSWORD)
    [secret] = re.findall(r"<code>([A-Z2-7 ]+)</code>", office.get(factor))
    office.page(factor, code=pyotp.TOTP(secret.replace(" ", "")).now(), password=PASSWORD)
    office.command("user reset-totp", "admin")
    office.leave()
    for ending in (f"{sessions}/<int:session_id>/end", f"{sessions}/end-others"):
        office.get("/office/")
        signed_in(create_app(office.site), "admin")
        office.page(ending)
    office.command("user end-sessions", "admin")
    office.leave()
    office.page("/office/sign-out")


def at_the_other_close(office: Office) -> None:
    other = "another correct horse"
    office.page("/office/password", old=PASSWORD, password=other, again=other)
    extended(office)
    office.command("campaign close", CODE, by_two=True)


def after_the_close(office: Office) -> None:
    office.command("code balance", CODE, by_two=True)
    office.page(f"{HERE}/score")
    office.page(f"{HERE}/release", reason="已核对")


def at_the_other_release(office: Office) -> None:
    office.command("score", CODE)
    office.command("release", CODE, by_two=True)


def after_the_release(office: Office) -> None:
    office.page(f"{HERE}/releases/<int:number>/<name>", method="GET")
    office.page(f"{HERE}/releases/<int:number>/microdata.zip", method="GET")
    office.page(f"{HERE}/batches.<kind>", method="GET")
    office.page(f"{HERE}/unused.<kind>", method="GET")
    office.command("export", CODE, "--format", "csv", "--out", str(office.home / "out.csv"))
    office.command("microdata", CODE, "--format", "raw", "--out", str(office.home / "rows.csv"))
    office.command("folder", CODE, "--out", str(office.home / "folder"))


STAGES: tuple[tuple[str, Callable[[Office], None]], ...] = (
    ("new", at_the_opening),
    ("new", at_the_other_opening),
    ("open", in_the_fieldwork),
    ("open", at_the_other_close),
    ("closed", after_the_close),
    ("closed", at_the_other_release),
    ("released", after_the_release),
    ("released", at_the_own_door),
)


def test_each_deed_leaves_its_entry(
    home_of: Callable[[str], Path], migrated_file: Path, tmp_path: Path
) -> None:
    left: dict[str, set[str]] = {}
    for number, (stage, deeds) in enumerate(STAGES):
        home = tmp_path / str(number)
        if stage == "new":
            home.mkdir()
            shutil.copy(migrated_file, home / "survey.db")
        else:
            shutil.copytree(home_of(stage), home)
            shutil.rmtree(tmp_path / stage)
        office = Office(home)
        deeds(office)
        office.site.database.close()
        left |= {deed: {action for _id, action in found} for deed, found in office.done.items()}
    assert sorted(left.keys() | SEEN_TO.keys()) == sorted(LEAVE_AN_ENTRY)
    missing = [deed for deed, found in left.items() if LEAVE_AN_ENTRY[deed] not in found]
    assert missing == []
    for deed, file in SEEN_TO.items():
        assert LEAVE_AN_ENTRY[deed] in (ROOT / file).read_text("utf-8"), deed
