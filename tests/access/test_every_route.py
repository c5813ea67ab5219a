"""Every address of the application × every role, and nobody × what is theirs and what is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from urllib.parse import urlsplit

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey import audit
from survey.app import create_app
from survey.appraisal.appeals.steps import add_step
from survey.appraisal.record.plain import plain
from survey.appraisal.review import filing
from survey.appraisal.review.filing import Filed, content_of
from survey.appraisal.review.found import Found
from survey.appraisal.review.picture import Picture
from survey.ledger.appealed import appeal_digest
from survey.ledger.visited import visit_decision_digest, visit_digest
from survey.model import (
    Account,
    Appeal,
    AppealFile,
    AppealStep,
    Appraisal,
    Campaign,
    CampaignUnit,
    Case,
    Entrance,
    Job,
    OnSiteDecision,
    OnSitePhoto,
    OnSiteVisit,
    Release,
    RespondentGroup,
    Unit,
)
from survey.site.installation import Site
from tests.demonstrated import CODE, released
from tests.officials import OFFICIALS, add_officials, signed_in, token

pytestmark = pytest.mark.slow

NOBODY = "nobody"
NO_ROWS = np.zeros(0, dtype=np.intp)
NOW = datetime(2026, 12, 29, 2, 0, tzinfo=UTC)
WHO = (NOBODY, *OFFICIALS)
HERE = f"/office/campaigns/{CODE}"
B01_ALONE = "/office/campaigns/B01-ALONE"
NOWHERE = "/office/campaigns/NOWHERE"
# Our own: class A for the class group, A01 for the liaison. Each of these units has a case.
UNITS = ("A01", "A02", "B01")

# One status for all, or one for each: nobody, admin, review, groupa, liaison, inspector,
# leader, auditor.
# What a role may not do is 403; what lies outside its class or unit is 404, as if it were not.
# 422: let through, then refused for what the form says or the state of the campaign.
EXPECTED = {
    "GET /": "200",
    "GET /healthz": "200",
    "GET /ledger": "200",
    "GET /ledger/check.py": "200",
    "GET /metrics": "200",
    "GET /worker.js": "200",
    "GET /office/help/": "200",
    "GET /office/help/01-accounts": "200",
    "GET /office/help/pictures/none.png": "404",
    "GET /office/": "302 200 200 200 200 200 200 200",
    "GET /office/new": "302 200 403 403 403 403 403 403",
    "POST /office/new": "302 422 403 403 403 403 403 403",
    f"GET /office/collect?code={CODE}": "302 200 200 403 403 403 403 403",
    "GET /office/collect?code=B01-ALONE": "302 200 200 403 403 403 403 403",
    "GET /office/collect?code=NOWHERE": "302 404 404 403 403 403 403 403",
    f"POST /office/collect?code={CODE}": "302 422 422 403 403 403 403 403",
    "POST /office/collect?code=B01-ALONE": "302 422 422 403 403 403 403 403",
    "POST /office/collect?code=NOWHERE": "302 404 404 403 403 403 403 403",
    f"GET {HERE}/keying": "302 200 200 403 403 403 403 403",
    f"GET {B01_ALONE}/keying": "302 200 200 403 403 403 403 403",
    f"GET {NOWHERE}/keying": "302 404 404 403 403 403 403 403",
    f"POST {HERE}/keying": "302 422 422 403 403 403 403 403",
    f"POST {B01_ALONE}/keying": "302 422 422 403 403 403 403 403",
    f"POST {NOWHERE}/keying": "302 404 404 403 403 403 403 403",
    f"GET {HERE}/keying/sheets": "302 200 200 403 403 403 403 403",
    f"GET {B01_ALONE}/keying/sheets": "302 200 200 403 403 403 403 403",
    f"GET {NOWHERE}/keying/sheets": "302 404 404 403 403 403 403 403",
    f"POST {HERE}/keying/sheets": "302 422 422 403 403 403 403 403",
    f"POST {B01_ALONE}/keying/sheets": "302 422 422 403 403 403 403 403",
    f"POST {NOWHERE}/keying/sheets": "302 404 404 403 403 403 403 403",
    f"GET {HERE}/interview": "302 200 200 403 403 403 403 403",
    f"GET {B01_ALONE}/interview": "302 200 200 403 403 403 403 403",
    f"GET {NOWHERE}/interview": "302 404 404 403 403 403 403 403",
    f"POST {HERE}/interview": "302 422 422 403 403 403 403 403",
    f"POST {B01_ALONE}/interview": "302 422 422 403 403 403 403 403",
    f"POST {NOWHERE}/interview": "302 404 404 403 403 403 403 403",
    "GET /office/new/template.xlsx": "302 200 403 403 403 403 403 403",
    "GET /office/new/copy": "302 200 403 403 403 403 403 403",
    "POST /office/new/copy": "302 422 403 403 403 403 403 403",
    f"GET {HERE}/parts": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/parts": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/parts.xlsx": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/parts/texts": "302 200 403 403 403 403 403 403",
    f"POST {B01_ALONE}/parts/texts": "302 422 403 403 403 403 403 403",
    f"GET {HERE}/parts/preview/A01": "302 200 403 403 403 403 403 403",
    f"GET {HERE}/parts/preview/B01": "302 200 403 403 403 403 403 403",
    f"GET {HERE}/parts/preview/A02": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/parts/preview/A01": "302 404 403 403 403 403 403 403",
    f"GET {NOWHERE}/parts/preview/A01": "302 404 403 403 403 403 403 403",
    f"GET {NOWHERE}/parts": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/common-items": "302 200 403 403 403 403 403 403",
    f"GET {HERE}/common-items.json": "302 200 403 403 403 403 403 403",
    f"POST {HERE}/common-items": "302 422 403 403 403 403 403 403",
    f"GET {HERE}/earlier": "302 200 403 403 403 403 403 403",
    f"POST {HERE}/earlier/document": "302 422 403 403 403 403 403 403",
    f"POST {HERE}/earlier/scores": "302 422 403 403 403 403 403 403",
    f"POST {HERE}/earlier/slopes": "302 422 403 403 403 403 403 403",
    f"GET {B01_ALONE}/common-items": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/common-items.json": "302 200 403 403 403 403 403 403",
    f"POST {B01_ALONE}/common-items": "302 422 403 403 403 403 403 403",
    f"GET {B01_ALONE}/earlier": "302 200 403 403 403 403 403 403",
    f"POST {B01_ALONE}/earlier/document": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/earlier/scores": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/earlier/slopes": "302 422 403 403 403 403 403 403",
    f"GET {NOWHERE}/common-items": "302 404 403 403 403 403 403 403",
    f"GET {NOWHERE}/common-items.json": "302 404 403 403 403 403 403 403",
    f"POST {NOWHERE}/common-items": "302 404 403 403 403 403 403 403",
    f"GET {NOWHERE}/earlier": "302 404 403 403 403 403 403 403",
    f"POST {NOWHERE}/earlier/document": "302 404 403 403 403 403 403 403",
    f"POST {NOWHERE}/earlier/scores": "302 404 403 403 403 403 403 403",
    f"POST {NOWHERE}/earlier/slopes": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/parts/items-form": "302 200 403 403 403 403 403 403",
    f"GET {HERE}/parts/items-form.xlsx": "302 200 403 403 403 403 403 403",
    f"POST {HERE}/parts/items-form": "302 422 403 403 403 403 403 403",
    f"GET {B01_ALONE}/parts/items-form": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/parts/items-form.xlsx": "302 200 403 403 403 403 403 403",
    f"POST {B01_ALONE}/parts/items-form": "302 422 403 403 403 403 403 403",
    f"GET {NOWHERE}/parts/items-form": "302 404 403 403 403 403 403 403",
    f"GET {NOWHERE}/parts/items-form.xlsx": "302 404 403 403 403 403 403 403",
    f"POST {NOWHERE}/parts/items-form": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/parts.xlsx": "302 200 403 403 403 403 403 403",
    f"GET {NOWHERE}/parts.xlsx": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/parts/texts": "302 200 403 403 403 403 403 403",
    f"GET {HERE}/parts/nothing": "302 404 403 403 403 403 403 403",
    f"GET {NOWHERE}/parts/texts": "302 404 403 403 403 403 403 403",
    f"POST {HERE}/parts/texts": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/parts/texts": "302 404 403 403 403 403 403 403",
    f"GET {HERE}": "302 200 200 200 200 200 200 200",
    f"GET {B01_ALONE}": "302 200 200 404 404 200 200 200",
    f"GET {NOWHERE}": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/calendar": "302 200 200 200 200 200 200 200",
    f"GET {B01_ALONE}/calendar": "302 200 200 404 404 200 200 200",
    f"GET {NOWHERE}/calendar": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/versions": "302 200 200 200 200 200 200 200",
    f"GET {B01_ALONE}/versions": "302 200 200 404 404 200 200 200",
    f"GET {NOWHERE}/versions": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/bulletins": "302 200 200 200 200 200 200 200",
    f"GET {B01_ALONE}/bulletins": "302 200 200 404 404 200 200 200",
    f"GET {NOWHERE}/bulletins": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/bulletins": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/bulletins": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/bulletins": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/witnesses": "302 200 200 200 200 200 200 200",
    f"GET {B01_ALONE}/witnesses": "302 200 200 404 404 200 200 200",
    f"GET {NOWHERE}/witnesses": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/witnesses": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/witnesses": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/witnesses": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/bulletins/1/zh.docx": "302 404 404 404 404 404 404 404",
    f"GET {B01_ALONE}/bulletins/1/zh.docx": "302 404 404 404 404 404 404 404",
    f"GET {NOWHERE}/bulletins/1/zh.docx": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/plan": "302 200 200 200 200 200 200 200",
    f"GET {B01_ALONE}/plan": "302 200 200 404 404 200 200 200",
    f"GET {NOWHERE}/plan": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/plan.pdf": "302 200 200 200 200 200 200 200",
    f"GET {B01_ALONE}/plan.pdf": "302 200 200 404 404 200 200 200",
    f"GET {NOWHERE}/plan.pdf": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/rehearsal": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/rehearsal": "302 200 403 403 403 403 403 403",
    f"GET {NOWHERE}/rehearsal": "302 404 403 403 403 403 403 403",
    f"POST {HERE}/rehearsal": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/rehearsal": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/rehearsal": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/cases": "302 200 200 403 200 403 403 403",
    f"GET {B01_ALONE}/cases": "302 200 200 403 404 403 403 403",
    f"GET {HERE}/cases.xlsx": "302 200 200 403 403 403 403 403",
    f"GET {B01_ALONE}/cases.xlsx": "302 200 200 403 403 403 403 403",
    f"GET {NOWHERE}/cases.xlsx": "302 404 404 403 403 403 403 403",
    f"GET {HERE}/cases/together?like=CASE-A01": "302 200 200 403 403 403 403 403",
    f"GET {B01_ALONE}/cases/together?like=CASE-A01": "302 404 404 403 403 403 403 403",
    f"GET {NOWHERE}/cases/together": "302 404 404 403 403 403 403 403",
    f"POST {HERE}/cases/together?like=CASE-A01": "302 422 422 403 403 403 403 403",
    f"POST {B01_ALONE}/cases/together?like=CASE-A01": "302 404 404 403 403 403 403 403",
    f"POST {NOWHERE}/cases/together": "302 404 404 403 403 403 403 403",
    f"GET {NOWHERE}/cases": "302 404 404 403 404 403 403 403",
    f"GET {HERE}/cases?unit=B01": "302 200 200 403 200 403 403 403",
    f"GET {HERE}/cases/CASE-A01": "302 200 200 403 200 403 403 403",
    f"GET {HERE}/cases/CASE-A02": "302 200 200 403 404 403 403 403",
    f"GET {HERE}/cases/CASE-B01": "302 200 200 403 404 403 403 403",
    f"GET {HERE}/cases/NONE": "302 404 404 403 404 403 403 403",
    f"GET {B01_ALONE}/cases/CASE-A01": "302 404 404 403 404 403 403 403",
    f"GET {NOWHERE}/cases/CASE-A01": "302 404 404 403 404 403 403 403",
    f"POST {HERE}/cases/CASE-A01/verify": "302 422 422 403 403 403 403 403",
    f"POST {HERE}/cases/CASE-A01/reply": "302 403 403 403 422 403 403 403",
    f"POST {HERE}/cases/CASE-A01/return": "302 422 422 403 403 403 403 403",
    f"POST {HERE}/cases/CASE-A02/reply": "302 403 403 403 404 403 403 403",
    f"POST {HERE}/cases/CASE-B01/reply": "302 403 403 403 404 403 403 403",
    f"POST {HERE}/cases/NONE/reply": "302 403 403 403 404 403 403 403",
    f"POST {B01_ALONE}/cases/CASE-A01/verify": "302 404 404 403 403 403 403 403",
    f"POST {NOWHERE}/cases/CASE-A01/verify": "302 404 404 403 403 403 403 403",
    f"GET {HERE}/close": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/close": "302 200 403 403 403 403 403 403",
    f"GET {NOWHERE}/close": "302 404 403 403 403 403 403 403",
    f"POST {HERE}/close": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/close": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/late": "302 200 200 403 200 403 200 200",
    f"GET {HERE}/late?unit=B01&rung=public": "302 200 200 403 200 403 200 200",
    f"GET {B01_ALONE}/late": "302 200 200 403 404 403 200 200",
    f"GET {NOWHERE}/late": "302 404 404 403 404 403 404 404",
    f"GET {HERE}/coaching": "302 200 200 403 403 403 403 403",
    f"GET {B01_ALONE}/coaching": "302 200 200 403 403 403 403 403",
    f"GET {NOWHERE}/coaching": "302 404 404 403 403 403 403 403",
    f"GET {HERE}/invitations": "302 200 200 403 403 200 200 200",
    f"GET {B01_ALONE}/invitations": "302 200 200 403 403 200 200 200",
    f"GET {NOWHERE}/invitations": "302 404 404 403 403 404 404 404",
    f"POST {HERE}/invitations": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/invitations": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/invitations": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/invitations/balance": "302 200 200 403 403 200 200 200",
    f"GET {HERE}/invitations/balance.xlsx": "302 200 200 403 403 200 200 200",
    f"POST {HERE}/invitations/balance": "302 422 403 403 403 403 403 403",
    f"GET {HERE}/invitations/take-in": "302 200 403 403 403 403 403 403",
    f"POST {HERE}/invitations/take-in": "302 422 403 403 403 403 403 403",
    f"GET {B01_ALONE}/invitations/balance": "302 200 200 403 403 200 200 200",
    f"GET {B01_ALONE}/invitations/balance.xlsx": "302 200 200 403 403 200 200 200",
    f"POST {B01_ALONE}/invitations/balance": "302 422 403 403 403 403 403 403",
    f"GET {B01_ALONE}/invitations/take-in": "302 200 403 403 403 403 403 403",
    f"POST {B01_ALONE}/invitations/take-in": "302 422 403 403 403 403 403 403",
    f"GET {NOWHERE}/invitations/balance": "302 404 404 403 403 404 404 404",
    f"GET {NOWHERE}/invitations/balance.xlsx": "302 404 404 403 403 404 404 404",
    f"POST {NOWHERE}/invitations/balance": "302 404 403 403 403 403 403 403",
    f"GET {NOWHERE}/invitations/take-in": "302 404 403 403 403 403 403 403",
    f"POST {NOWHERE}/invitations/take-in": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/invitations/plan": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/invitations/plan": "302 200 403 403 403 403 403 403",
    f"GET {NOWHERE}/invitations/plan": "302 404 403 403 403 403 403 403",
    f"POST {HERE}/invitations/plan": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/invitations/plan": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/invitations/plan": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/extend": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/extend": "302 200 403 403 403 403 403 403",
    f"GET {NOWHERE}/extend": "302 404 403 403 403 403 403 403",
    f"POST {HERE}/extend": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/extend": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/extend": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/items": "302 200 200 403 403 403 403 403",
    f"GET {B01_ALONE}/items": "302 200 200 403 403 403 403 403",
    f"GET {NOWHERE}/items": "302 404 404 403 403 403 403 403",
    f"GET {HERE}/open": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/open": "302 200 403 403 403 403 403 403",
    f"GET {NOWHERE}/open": "302 404 403 403 403 403 403 403",
    f"POST {HERE}/open": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/open": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/open": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/posters": "302 200 200 403 403 200 200 200",
    f"GET {B01_ALONE}/posters": "302 200 200 403 403 200 200 200",
    f"GET {NOWHERE}/posters": "302 404 404 403 403 404 404 404",
    f"POST {HERE}/posters": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/posters": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/posters": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/posters.pdf?unit=A01": "302 200 200 403 403 200 200 200",
    f"GET {B01_ALONE}/posters.pdf": "302 422 422 403 403 422 422 422",
    f"GET {NOWHERE}/posters.pdf": "302 404 404 403 403 404 404 404",
    f"GET {HERE}/posters.pdf?unit=B01": "302 200 200 403 403 200 200 200",
    f"GET {HERE}/posters.pdf?unit=Z99": "302 404 404 403 403 404 404 404",
    f"POST {HERE}/posters/1/move": "302 302 403 403 403 403 403 403",
    f"POST {B01_ALONE}/posters/1/move": "302 404 403 403 403 403 403 403",
    f"POST {NOWHERE}/posters/1/move": "302 404 403 403 403 403 403 403",
    f"POST {HERE}/posters/1/reissue": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/posters/1/reissue": "302 404 403 403 403 403 403 403",
    f"POST {NOWHERE}/posters/1/reissue": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/posters/1/withdraw": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/posters/1/withdraw": "302 404 403 403 403 403 403 403",
    f"GET {NOWHERE}/posters/1/withdraw": "302 404 403 403 403 403 403 403",
    f"POST {HERE}/posters/1/withdraw": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/posters/1/withdraw": "302 404 403 403 403 403 403 403",
    f"POST {NOWHERE}/posters/1/withdraw": "302 404 403 403 403 403 403 403",
    f"POST {HERE}/posters/sheet": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/posters/sheet": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/posters/sheet": "302 404 403 403 403 403 403 403",
    f"POST {HERE}/posters/default": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/posters/default": "302 500 403 403 403 403 403 403",
    f"POST {NOWHERE}/posters/default": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/progress": "302 200 200 200 200 403 200 200",
    f"GET {B01_ALONE}/progress": "302 200 200 404 404 403 200 200",
    f"GET {NOWHERE}/progress": "302 404 404 404 404 403 404 404",
    f"GET {HERE}/progress/A01": "302 200 200 200 200 403 200 200",
    f"GET {HERE}/progress/A02": "302 200 200 200 404 403 200 200",
    f"GET {HERE}/progress/B01": "302 200 200 404 404 403 200 200",
    f"GET {HERE}/progress/Z99": "302 404 404 404 404 403 404 404",
    f"GET {B01_ALONE}/progress/A01": "302 404 404 404 404 403 404 404",
    f"GET {NOWHERE}/progress/A01": "302 404 404 404 404 403 404 404",
    f"GET {HERE}/watch/": "302 200 200 200 403 403 200 200",
    f"GET {B01_ALONE}/watch/": "302 200 200 404 403 403 200 200",
    f"GET {NOWHERE}/watch/": "302 404 404 404 403 403 404 404",
    f"GET {HERE}/watch/remedy": "302 200 200 200 403 403 200 200",
    f"GET {B01_ALONE}/watch/remedy": "302 200 200 404 403 403 200 200",
    f"GET {NOWHERE}/watch/remedy": "302 404 404 404 403 403 404 404",
    f"GET {HERE}/watch/who": "302 200 200 200 403 403 200 200",
    f"GET {B01_ALONE}/watch/who": "302 200 200 404 403 403 200 200",
    f"GET {NOWHERE}/watch/who": "302 404 404 404 403 403 404 404",
    f"GET {HERE}/watch/posters": "302 200 200 200 403 403 200 200",
    f"GET {B01_ALONE}/watch/posters": "302 200 200 404 403 403 200 200",
    f"GET {NOWHERE}/watch/posters": "302 404 404 404 403 403 404 404",
    f"GET {HERE}/watch/townships": "302 200 200 200 403 403 200 200",
    f"GET {B01_ALONE}/watch/townships": "302 200 200 404 403 403 200 200",
    f"GET {NOWHERE}/watch/townships": "302 404 404 404 403 403 404 404",
    f"GET {HERE}/watch/funnel": "302 200 200 200 403 403 200 200",
    f"GET {B01_ALONE}/watch/funnel": "302 200 200 404 403 403 200 200",
    f"GET {NOWHERE}/watch/funnel": "302 404 404 404 403 403 404 404",
    f"GET {HERE}/draw": "302 200 200 403 403 200 200 200",
    f"GET {B01_ALONE}/draw": "302 200 200 403 403 200 200 200",
    f"GET {NOWHERE}/draw": "302 404 404 403 403 404 404 404",
    f"POST {B01_ALONE}/draw": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/draw": "302 404 403 403 403 403 403 403",
    f"POST {B01_ALONE}/draw/1": "302 404 403 403 403 403 403 403",
    f"POST {NOWHERE}/draw/1": "302 404 403 403 403 403 403 403",
    f"GET {B01_ALONE}/draw/1.json": "302 404 404 403 403 404 404 404",
    f"GET {NOWHERE}/draw/1.json": "302 404 404 403 403 404 404 404",
    f"GET {HERE}/publish": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/publish": "302 200 403 403 403 403 403 403",
    f"GET {NOWHERE}/publish": "302 404 403 403 403 403 403 403",
    f"POST {B01_ALONE}/publish": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/publish": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/release": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/release": "302 200 403 403 403 403 403 403",
    f"GET {NOWHERE}/release": "302 404 403 403 403 403 403 403",
    f"POST {B01_ALONE}/release": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/release": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/releases/1/xlsx": "302 200 200 403 403 403 200 200",
    f"GET {HERE}/releases/1/microdata.zip": "302 200 200 403 403 403 403 200",
    f"GET {B01_ALONE}/releases/1/microdata.zip": "302 404 404 403 403 403 403 404",
    f"GET {NOWHERE}/releases/1/microdata.zip": "302 404 404 403 403 403 403 404",
    f"GET {B01_ALONE}/releases/1/xlsx": "302 404 404 403 403 403 404 404",
    f"GET {NOWHERE}/releases/1/xlsx": "302 404 404 403 403 403 404 404",
    f"GET /office/callbacks?code={CODE}": "302 200 200 200 404 200 200 200",
    "GET /office/callbacks?code=B01-ALONE": "302 200 200 404 404 200 200 200",
    "GET /office/callbacks?code=NOWHERE": "302 404 404 404 404 404 404 404",
    f"POST /office/callbacks?code={CODE}": "302 422 403 422 404 422 403 403",
    "POST /office/callbacks?code=B01-ALONE": "302 422 403 404 404 422 403 403",
    "POST /office/callbacks?code=NOWHERE": "302 404 404 404 404 404 404 404",
    f"GET /office/service-ratings?code={CODE}": "302 200 200 404 404 404 200 200",
    "GET /office/service-ratings?code=B01-ALONE": "302 200 200 404 404 404 200 200",
    "GET /office/service-ratings?code=NOWHERE": "302 404 404 404 404 404 404 404",
    f"POST /office/service-ratings?code={CODE}": "302 422 403 404 404 404 403 403",
    "POST /office/service-ratings?code=B01-ALONE": "302 422 403 404 404 404 403 403",
    "POST /office/service-ratings?code=NOWHERE": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/service-ratings.xlsx": "302 200 200 404 404 404 200 200",
    f"GET {B01_ALONE}/service-ratings.xlsx": "302 200 200 404 404 404 200 200",
    f"GET {NOWHERE}/service-ratings.xlsx": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/callbacks/draw": "302 422 403 422 403 422 403 403",
    f"POST {B01_ALONE}/callbacks/draw": "302 422 403 404 403 422 403 403",
    f"POST {NOWHERE}/callbacks/draw": "302 404 403 404 403 404 403 403",
    f"GET {HERE}/callbacks/A.xlsx": "302 200 403 200 403 200 403 403",
    f"GET {HERE}/callbacks/B.xlsx": "302 200 403 404 403 200 403 403",
    f"GET {HERE}/callbacks/Z.xlsx": "302 404 403 404 403 404 403 403",
    f"GET {B01_ALONE}/callbacks/B.xlsx": "302 200 403 404 403 200 403 403",
    f"GET {NOWHERE}/callbacks/A.xlsx": "302 404 403 404 403 404 403 403",
    f"GET {HERE}/documents": "302 200 200 200 200 403 200 200",
    f"GET {B01_ALONE}/documents": "302 200 200 404 404 403 200 200",
    f"GET {NOWHERE}/documents": "302 404 404 404 404 403 404 404",
    f"GET {HERE}/documents/notice.zh.docx": "302 200 200 403 403 403 200 200",
    f"GET {B01_ALONE}/documents/notice.zh.docx": "302 404 404 403 403 403 404 404",
    f"GET {NOWHERE}/documents/notice.zh.docx": "302 404 404 403 403 403 404 404",
    f"GET {HERE}/documents/budget.zh.docx": "302 200 200 403 403 403 200 403",
    f"GET {B01_ALONE}/documents/budget.zh.docx": "302 404 404 403 403 403 404 403",
    f"GET {HERE}/use/budget.xlsx": "302 200 200 403 403 403 200 403",
    f"GET {HERE}/use/ranking.xlsx": "302 404 404 403 403 403 404 403",
    f"GET {B01_ALONE}/use/cadre.xlsx": "302 404 404 403 403 403 404 403",
    f"GET {NOWHERE}/use/cadre.xlsx": "302 404 404 403 403 403 404 403",
    f"GET {HERE}/use/A01.zh.docx": "302 200 200 403 403 403 200 403",
    f"GET {HERE}/use/A02.zh.docx": "302 200 200 403 403 403 200 403",
    f"GET {HERE}/use/B01.zh.docx": "302 200 200 403 403 403 200 403",
    f"GET {B01_ALONE}/use/A01.zh.docx": "302 404 404 403 403 403 404 403",
    f"GET {NOWHERE}/use/A01.zh.docx": "302 404 404 403 403 403 404 403",
    f"GET {NOWHERE}/use.zh.zip": "302 404 404 403 403 403 404 403",
    f"GET {HERE}/use/NONE.zh.docx": "302 404 404 403 403 403 404 403",
    f"GET {HERE}/use.zh.zip": "302 200 200 403 403 403 200 403",
    f"GET {B01_ALONE}/use.zh.zip": "302 404 404 403 403 403 404 403",
    f"GET {HERE}/register.zh.docx": "302 200 200 403 403 403 403 403",
    f"GET {HERE}/register.fr.docx": "302 404 404 403 403 403 403 403",
    f"GET {B01_ALONE}/register.zh.docx": "302 200 200 403 403 403 403 403",
    f"GET {NOWHERE}/register.zh.docx": "302 404 404 403 403 403 403 403",
    f"GET {HERE}/documents/letter.zh.docx": "302 404 404 403 403 403 404 404",
    f"GET {HERE}/letters/A01.zh.docx": "302 200 200 200 200 403 200 200",
    f"GET {HERE}/letters/A02.zh.docx": "302 200 200 200 404 403 200 200",
    f"GET {HERE}/letters/B01.zh.docx": "302 200 200 404 404 403 200 200",
    f"GET {B01_ALONE}/letters/B01.zh.docx": "302 404 404 404 404 403 404 404",
    f"GET {NOWHERE}/letters/A01.zh.docx": "302 404 404 404 404 403 404 404",
    f"GET {HERE}/letters.zh.zip": "302 200 200 403 403 403 200 200",
    f"GET {B01_ALONE}/letters.zh.zip": "302 404 404 403 403 403 404 404",
    f"GET {NOWHERE}/letters.zh.zip": "302 404 404 403 403 403 404 404",
    f"GET {HERE}/results/A01": "302 200 200 200 200 403 200 200",
    f"GET {HERE}/results/A02": "302 200 200 200 404 403 200 200",
    f"GET {HERE}/results/B01": "302 200 200 404 404 403 200 200",
    f"GET {B01_ALONE}/results/B01": "302 404 404 404 404 403 404 404",
    f"GET {NOWHERE}/results/A01": "302 404 404 404 404 403 404 404",
    f"GET {HERE}/classes/A": "302 200 200 200 403 403 200 200",
    f"GET {HERE}/classes/B": "302 200 200 404 403 403 200 200",
    f"GET {B01_ALONE}/classes/B": "302 404 404 404 403 403 404 404",
    f"GET {NOWHERE}/classes/A": "302 404 404 404 403 403 404 404",
    f"GET {HERE}/classes/A.zh.pdf": "302 200 200 200 403 403 200 200",
    f"GET {HERE}/classes/B.zh.pdf": "302 200 200 404 403 403 200 200",
    f"GET {B01_ALONE}/classes/B.zh.pdf": "302 404 404 404 403 403 404 404",
    f"GET {NOWHERE}/classes/A.zh.pdf": "302 404 404 404 403 403 404 404",
    f"GET /office/check-document?code={CODE}": "302 200 200 403 403 403 200 200",
    "GET /office/check-document?code=B01-ALONE": "302 200 200 403 403 403 200 200",
    "GET /office/check-document?code=NOWHERE": "302 404 404 403 403 403 404 404",
    f"POST /office/check-document?code={CODE}": "302 422 422 403 403 403 422 422",
    "POST /office/check-document?code=B01-ALONE": "302 422 422 403 403 403 422 422",
    "POST /office/check-document?code=NOWHERE": "302 404 404 403 403 403 404 404",
    "GET /office/templates": "302 200 403 403 403 403 403 403",
    "POST /office/templates?kind=letter&lang=zh": "302 422 403 403 403 403 403 403",
    "POST /office/templates/restore?kind=letter&lang=fr": "302 404 403 403 403 403 403 403",
    "GET /office/templates/letter.zh.docx": "302 200 403 403 403 403 403 403",
    f"GET {HERE}/score": "302 200 200 403 403 403 403 403",
    f"GET {B01_ALONE}/score": "302 200 200 403 403 403 403 403",
    f"GET {NOWHERE}/score": "302 404 404 403 403 403 403 403",
    f"POST {B01_ALONE}/score": "302 422 422 403 403 403 403 403",
    f"POST {NOWHERE}/score": "302 404 404 403 403 403 403 403",
    f"GET {HERE}/scores": "302 200 200 200 403 403 200 200",
    f"GET {B01_ALONE}/scores": "302 200 200 404 403 403 200 200",
    f"GET {NOWHERE}/scores": "302 404 404 404 403 403 404 404",
    f"GET {HERE}/release/approval": "302 403 200 403 403 403 200 403",
    f"GET {B01_ALONE}/release/approval": "302 403 200 403 403 403 200 403",
    f"GET {NOWHERE}/release/approval": "302 403 404 403 403 403 404 403",
    f"POST {B01_ALONE}/release/approval": "302 403 422 403 403 403 422 403",
    f"POST {NOWHERE}/release/approval": "302 403 404 403 403 403 404 403",
    f"GET {HERE}/scores/A01": "302 200 200 200 403 403 200 200",
    f"GET {HERE}/scores/A02": "302 200 200 200 403 403 200 200",
    f"GET {HERE}/scores/B01": "302 200 200 404 403 403 200 200",
    f"GET {HERE}/scores/Z99": "302 404 404 404 403 403 404 404",
    f"GET {B01_ALONE}/scores/A01": "302 404 404 404 403 403 404 404",
    f"GET {NOWHERE}/scores/A01": "302 404 404 404 403 403 404 404",
    f"GET {HERE}/review/": "302 200 200 200 404 200 200 200",
    f"GET {B01_ALONE}/review/": "302 200 200 404 404 200 200 200",
    f"GET {NOWHERE}/review/": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/review/1": "302 200 200 200 404 200 200 200",
    f"GET {HERE}/review/2": "302 200 200 404 404 200 200 200",
    f"GET {HERE}/review/99": "302 404 404 404 404 404 404 404",
    f"GET {B01_ALONE}/review/1": "302 404 404 404 404 404 404 404",
    f"GET {NOWHERE}/review/1": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/review/1": "302 422 422 404 404 404 404 404",
    f"POST {HERE}/review/99": "302 404 404 404 404 404 404 404",
    f"POST {B01_ALONE}/review/1": "302 404 404 404 404 404 404 404",
    f"POST {NOWHERE}/review/1": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/review/3/weigh": "302 422 422 404 404 404 404 404",
    f"POST {HERE}/review/99/weigh": "302 404 404 404 404 404 404 404",
    f"POST {B01_ALONE}/review/1/weigh": "302 404 404 404 404 404 404 404",
    f"POST {NOWHERE}/review/1/weigh": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/visits/": "302 200 200 200 200 200 200 200",
    f"GET {B01_ALONE}/visits/": "302 200 200 404 404 200 200 200",
    f"GET {NOWHERE}/visits/": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/visits/1": "302 200 200 200 200 200 200 200",
    f"GET {HERE}/visits/2": "302 200 200 404 404 200 200 200",
    f"GET {HERE}/visits/99": "302 404 404 404 404 404 404 404",
    f"GET {B01_ALONE}/visits/1": "302 404 404 404 404 404 404 404",
    f"GET {NOWHERE}/visits/1": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/visits/1/photo": "302 200 200 200 404 200 404 404",
    f"GET {HERE}/visits/2/photo": "302 404 404 404 404 404 404 404",
    f"GET {B01_ALONE}/visits/1/photo": "302 404 404 404 404 404 404 404",
    f"GET {NOWHERE}/visits/1/photo": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/visits.xlsx": "302 200 200 200 404 200 404 404",
    f"GET {B01_ALONE}/visits.xlsx": "302 200 200 404 404 200 404 404",
    f"GET {NOWHERE}/visits.xlsx": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/visits/1/decide": "302 422 404 422 404 422 404 404",
    f"POST {HERE}/visits/2/decide": "302 422 404 404 404 422 404 404",
    f"POST {HERE}/visits/99/decide": "302 404 404 404 404 404 404 404",
    f"POST {B01_ALONE}/visits/1/decide": "302 404 404 404 404 404 404 404",
    f"POST {NOWHERE}/visits/1/decide": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/units/A01/visits": "302 200 200 200 200 200 200 200",
    f"GET {HERE}/units/A02/visits": "302 200 200 200 404 200 200 200",
    f"GET {HERE}/units/B01/visits": "302 200 200 404 404 200 200 200",
    f"GET {B01_ALONE}/units/B01/visits": "302 200 200 404 404 200 200 200",
    f"GET {NOWHERE}/units/A01/visits": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/units/A01/visits": "302 422 404 422 404 422 404 404",
    f"POST {HERE}/units/A02/visits": "302 422 404 422 404 422 404 404",
    f"POST {HERE}/units/B01/visits": "302 422 404 404 404 422 404 404",
    f"POST {B01_ALONE}/units/B01/visits": "302 422 404 404 404 422 404 404",
    f"POST {NOWHERE}/units/A01/visits": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/appeals/": "302 200 200 200 200 404 200 200",
    f"GET {B01_ALONE}/appeals/": "302 200 200 404 404 404 200 200",
    f"GET {NOWHERE}/appeals/": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/appeals/1": "302 200 200 200 200 404 200 200",
    f"GET {HERE}/appeals/2": "302 200 200 404 404 404 200 200",
    f"GET {HERE}/appeals/99": "302 404 404 404 404 404 404 404",
    f"GET {B01_ALONE}/appeals/1": "302 404 404 404 404 404 404 404",
    f"GET {NOWHERE}/appeals/1": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/appeals/1/file": "302 200 200 404 404 404 404 404",
    f"GET {HERE}/appeals/2/file": "302 404 404 404 404 404 404 404",
    f"GET {B01_ALONE}/appeals/1/file": "302 404 404 404 404 404 404 404",
    f"GET {NOWHERE}/appeals/1/file": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/appeals/2/receive": "302 302 302 404 404 404 404 404",
    f"POST {HERE}/appeals/99/receive": "302 404 404 404 404 404 404 404",
    f"POST {B01_ALONE}/appeals/1/receive": "302 404 404 404 404 404 404 404",
    f"POST {NOWHERE}/appeals/1/receive": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/appeals/2/weigh": "302 302 302 404 404 404 404 404",
    f"POST {HERE}/appeals/99/weigh": "302 404 404 404 404 404 404 404",
    f"POST {B01_ALONE}/appeals/1/weigh": "302 404 404 404 404 404 404 404",
    f"POST {NOWHERE}/appeals/1/weigh": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/appeals/2/decide": "302 422 404 404 404 404 404 404",
    f"POST {HERE}/appeals/99/decide": "302 404 404 404 404 404 404 404",
    f"POST {B01_ALONE}/appeals/1/decide": "302 404 404 404 404 404 404 404",
    f"POST {NOWHERE}/appeals/1/decide": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/appeals/1/letter.zh.docx": "302 200 200 200 200 404 200 200",
    f"GET {HERE}/appeals/2/letter.zh.docx": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/appeals/1/letter.zh.odt": "302 404 404 404 404 404 404 404",
    f"GET {B01_ALONE}/appeals/1/letter.zh.docx": "302 404 404 404 404 404 404 404",
    f"GET {NOWHERE}/appeals/1/letter.zh.docx": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/units/A01/appeals": "302 200 200 200 200 404 200 200",
    f"GET {HERE}/units/A02/appeals": "302 200 200 200 404 404 200 200",
    f"GET {HERE}/units/B01/appeals": "302 200 200 404 404 404 200 200",
    f"GET {B01_ALONE}/units/B01/appeals": "302 200 200 404 404 404 200 200",
    f"GET {NOWHERE}/units/A01/appeals": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/units/A01/appeals": "302 404 404 404 422 404 404 404",
    f"POST {HERE}/units/A02/appeals": "302 404 404 404 404 404 404 404",
    f"POST {HERE}/units/B01/appeals": "302 404 404 404 404 404 404 404",
    f"POST {B01_ALONE}/units/B01/appeals": "302 404 404 404 404 404 404 404",
    f"POST {NOWHERE}/units/A01/appeals": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/runs": "302 200 200 200 404 404 200 200",
    f"GET {B01_ALONE}/runs": "302 200 200 404 404 404 200 200",
    f"GET {NOWHERE}/runs": "302 404 404 404 404 404 404 404",
    f"GET {HERE}/sittings": "302 200 200 403 403 200 200 200",
    f"GET {B01_ALONE}/sittings": "302 200 200 403 403 200 200 200",
    f"GET {NOWHERE}/sittings": "302 404 404 403 403 404 404 404",
    f"POST {HERE}/sittings": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/sittings": "302 422 403 403 403 403 403 403",
    f"POST {NOWHERE}/sittings": "302 404 403 403 403 403 403 403",
    f"POST {B01_ALONE}/close": "302 302 403 403 403 403 403 403",
    f"GET {HERE}/batches/22/withdraw": "302 200 403 403 403 403 403 403",
    f"GET {B01_ALONE}/batches/22/withdraw": "302 404 403 403 403 403 403 403",
    f"GET {NOWHERE}/batches/22/withdraw": "302 404 403 403 403 403 403 403",
    f"POST {HERE}/batches/22/withdraw": "302 422 403 403 403 403 403 403",
    f"POST {B01_ALONE}/batches/22/withdraw": "302 404 403 403 403 403 403 403",
    f"POST {NOWHERE}/batches/22/withdraw": "302 404 403 403 403 403 403 403",
    f"GET /office/reminders?code={CODE}": "302 200 200 403 403 200 200 200",
    "GET /office/reminders?code=B01-ALONE": "302 200 200 403 403 200 200 200",
    "GET /office/reminders?code=NOWHERE": "302 404 404 403 403 404 404 404",
    f"POST /office/reminders?code={CODE}": "302 422 403 403 403 403 403 403",
    "POST /office/reminders?code=B01-ALONE": "302 422 403 403 403 403 403 403",
    "POST /office/reminders?code=NOWHERE": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/unused.csv": "302 200 403 403 403 403 403 403",
    f"GET {HERE}/unused.doc": "302 404 403 403 403 403 403 403",
    f"GET {B01_ALONE}/unused.csv": "302 200 403 403 403 403 403 403",
    f"GET {NOWHERE}/unused.csv": "302 404 403 403 403 403 403 403",
    f"GET {HERE}/batches.csv": "302 200 200 403 403 200 200 200",
    f"GET {B01_ALONE}/batches.csv": "302 200 200 403 403 200 200 200",
    f"GET {NOWHERE}/batches.csv": "302 404 404 403 403 404 404 404",
    "GET /office/proposals/": "302 200 200 403 403 200 200 200",
    "GET /office/proposals/1": "302 200 200 403 403 200 200 200",
    "GET /office/proposals/99": "302 404 404 403 403 404 404 404",
    "POST /office/proposals/1/approve": "302 403 422 403 403 403 422 403",
    "POST /office/proposals/99/approve": "302 403 404 403 403 403 404 403",
    "POST /office/proposals/1/decline": "302 422 422 403 403 422 422 422",
    "GET /office/jobs/1": "302 200 200 404 404 404 404 404",
    "GET /office/jobs/99": "302 404 404 404 404 404 404 404",
    "GET /office/audit/": "302 200 200 403 403 200 200 200",
    "GET /office/audit/?before=999999": "302 404 404 403 403 404 404 404",
    "GET /office/audit/entries.csv": "302 200 200 403 403 200 200 200",
    "GET /office/receivers/": "302 200 200 403 403 403 200 200",
    "POST /office/receivers/": "302 422 403 403 403 403 403 403",
    "POST /office/receivers/1/approve": "302 422 422 403 403 403 422 403",
    "POST /office/receivers/1/revoke": "302 422 422 403 403 403 422 403",
    "GET /office/deliveries/": "302 200 200 403 403 403 200 200",
    "POST /office/deliveries/": "302 422 403 403 403 403 403 403",
    "POST /office/deliveries/addresses/1/approve": "302 422 422 403 403 403 422 403",
    "POST /office/deliveries/addresses/1/stop": "302 422 422 403 403 403 422 403",
    "POST /office/deliveries/addresses/1/start": "302 422 422 403 403 403 422 403",
    "POST /office/deliveries/addresses/1/catch-up": "302 422 422 403 403 403 422 403",
    "POST /office/deliveries/1/resend": "302 422 422 403 403 403 422 403",
    "GET /office/city/": "302 200 200 403 403 403 200 200",
    "POST /office/city/releases": "302 422 403 403 403 403 403 403",
    "GET /office/city/2026.csv": "302 404 404 403 403 403 404 404",
    "POST /office/city/keys": "302 422 403 403 403 403 403 403",
    "POST /office/city/keys/1/confirm": "302 403 422 403 403 403 422 403",
    "POST /office/city/keys/1/revoke": "302 403 422 403 403 403 422 403",
    "GET /office/parcels/": "302 200 200 403 403 403 200 200",
    "POST /office/parcels/": "302 422 422 403 403 403 422 422",
    "POST /office/parcels/receipt": "302 422 422 403 403 403 422 422",
    "GET /office/parcels/hub/1.zip": "302 404 404 403 403 403 404 404",
    "GET /api/v1/": "200",
    "GET /api/v1/openapi.json": "200",
    "GET /api/v1/score-document.schema.json": "200",
    # By a token alone, whoever is signed in: tests/api.
    "GET /api/v1/campaigns": "401",
    f"GET /api/v1/campaigns/{CODE}/progress": "401",
    "GET /api/v1/campaigns/B01-ALONE/progress": "401",
    "GET /api/v1/campaigns/NOWHERE/progress": "401",
    f"GET /api/v1/campaigns/{CODE}/scores": "401",
    "GET /api/v1/campaigns/B01-ALONE/scores": "401",
    "GET /api/v1/campaigns/NOWHERE/scores": "401",
    f"GET /api/v1/releases/{CODE}-R1": "401",
    f"POST /api/v1/releases/{CODE}-R1/acknowledgement": "401",
    "GET /office/people/": "302 200 403 403 403 403 403 200",
    "POST /office/people/": "302 422 403 403 403 403 403 403",
    "GET /office/people/leader": "302 200 403 403 403 403 403 200",
    "GET /office/people/nobody": "302 404 403 403 403 403 403 404",
    "POST /office/people/leader/role": "302 422 403 403 403 403 403 403",
    "POST /office/people/nobody/role": "302 404 403 403 403 403 403 403",
    "POST /office/people/leader/enable": "302 302 403 403 403 403 403 403",
    "POST /office/people/nobody/enable": "302 404 403 403 403 403 403 403",
    "POST /office/people/leader/confirm": "302 302 302 403 403 403 302 403",
    "POST /office/people/nobody/confirm": "302 404 404 403 403 403 404 403",
    "POST /office/people/leader/decline": "302 302 302 403 403 403 302 403",
    "POST /office/people/nobody/decline": "302 404 404 403 403 403 404 403",
    "POST /office/people/leader/crown": "302 404 403 403 403 403 403 403",
    "GET /office/first": "302",
    "POST /office/first": "302",
    "GET /office/language/en": "302",
    "GET /office/own/sessions": "302 200 200 200 200 200 200 200",
    "POST /office/own/sessions/999/end": "302 422 422 422 422 422 422 422",
    "POST /office/own/sessions/end-others": "302",
    "GET /office/own/second-factor": "302 200 200 200 200 200 200 200",
    "POST /office/own/second-factor": "302 422 422 422 422 422 422 422",
    "POST /office/own/second-factor/remove": "302",
    "GET /office/password": "302 200 200 200 200 200 200 200",
    "POST /office/password": "302 422 422 422 422 422 422 422",
    "GET /office/sign-in": "200 302 302 302 302 302 302 302",
    "POST /office/sign-in": "422 302 302 302 302 302 302 302",
    "GET /privacy": "200",
    f"GET /p/{CODE}": "404",
    "GET /p/NO-SUCH-CAMPAIGN": "404",
    "GET /q": "200",
    "GET /q/P0STER": "404",
    "POST /q/P0STER": "404",
    "GET /q/P0STER/told": "404",
    "POST /q/P0STER/told": "404",
    "GET /r": "200",
    "GET /r/ABCDEFGH": "404",
    "GET /r/ABCDEFGH.json": "404",
    "POST /r": "404",
    "POST /r/proof": "404",
    "POST /r/reply": "404",
    "POST /r/withdraw": "404",
    "GET /readyz": "200",
    "GET /static/office.css": "200",
    "POST /office/sign-out": "302",
}


@pytest.fixture
def app(site: Site) -> Flask:
    """安澜县 released, with officials, cases at three units and a campaign of B01 alone."""
    released(site, n=900)
    site = replace(site, clock=lambda: NOW)
    add_officials(site)
    with site.database.writing() as session:
        for unit_code in UNITS:
            _fix_case(session, unit_code)
        _file_cases(session)
        _check_poster(session)
        _leave_appeals(session)
        _leave_visits(session)
        _leave_job(session)
        _add_campaign_of_b01(session)
    return create_app(site)


def _fix_case(session: Session, unit_code: str) -> None:
    of_unit = sa.select(Case).join(Unit, Unit.id == Case.unit_id).where(Unit.code == unit_code)
    case = session.scalars(of_unit.limit(1)).one()
    case.code, case.state, case.level = f"CASE-{unit_code}", "assigned", "simple"
    case.redacted, case.seen_on = "路灯不亮", "2026-12-21"


def _file_cases(session: Session) -> None:
    """Put cases of no answers on the review desk, as a run does: so few answers left none."""
    campaign, run = session.scalars(sa.select(Campaign)).one(), sa.select(Appraisal.id)
    found = Found(kind="coaching", unit_code="", group_code="", rows=NO_ROWS, zh="举报", en="told")
    filed = [
        Filed(
            digest=unit_code,
            kind="coaching",
            unit_code=unit_code,
            group_code="",
            n=0,
            responses=[],
            content=plain(content_of(found, Picture(), 10)),
        )
        for unit_code in ("A02", "B01", "A01")
    ]
    appraisal = session.get_one(Appraisal, session.scalars(run).one())
    filing.keep(session, filed, campaign=campaign, appraisal=appraisal, by="tests")


def _leave_appeals(session: Session) -> None:
    """Put one appeal there that is decided, of A01 with a file, and one just filed, of B01."""
    release = session.scalars(sa.select(Release)).one()
    campaign = session.get_one(Campaign, release.campaign_id)
    for number, unit_code in enumerate(("A01", "B01"), start=1):
        appeal = Appeal(campaign_id=campaign.id, number=number, matter="score", which="")
        appeal.unit_id = session.scalars(sa.select(Unit.id).where(Unit.code == unit_code)).one()
        appeal.release_id, appeal.statement = release.id, "得分有误"
        appeal.filed_at, appeal.filed_by = NOW, "liaison"
        if number == 1:
            appeal.file_name, appeal.file_digest = "a.pdf", sha256(b"%PDF-").hexdigest()
        session.add(appeal)
        session.flush()
        digest = appeal_digest(appeal, salt=campaign.record_salt)
        told = {"by": "liaison", "at": NOW, "subject": CODE, "appeal": number, "digest": digest}
        audit.record(session, action="appeal.file", **told)
    first = session.scalars(sa.select(Appeal).where(Appeal.number == 1)).one()
    session.add(AppealFile(appeal_id=first.id, content=b"%PDF-"))
    taken = AppealStep(step="received", reason="", at=NOW, by="admin")
    ended = AppealStep(step="decided", reason="查无实据", at=NOW, by="admin", outcome="rejected")
    ended.release_id, ended.approved_by = release.id, "review"
    add_step(session, campaign=campaign, appeal=first, step=taken)
    told = {"outcome": "rejected", "number": 1, "unit": "A01"}
    add_step(session, campaign=campaign, appeal=first, step=ended, **told)


def _leave_visits(session: Session) -> None:
    """Put two visits there: of A01 with a photograph, counted in the release, and one of B01."""
    release = session.scalars(sa.select(Release)).one()
    campaign = session.get_one(Campaign, release.campaign_id)
    salt, said = campaign.record_salt, {"by": "inspector", "at": NOW, "subject": CODE}
    for number, unit_code in enumerate(("A01", "B01"), start=1):
        visit = OnSiteVisit(campaign_id=campaign.id, number=number, visited_on="2026-12-10")
        visit.unit_id = session.scalars(sa.select(Unit.id).where(Unit.code == unit_code)).one()
        visit.place, visit.seen, visit.deduction = "大厅", "", Decimal("0.5")
        visit.findings, visit.entered_by, visit.entered_at = {"hours": "not_met"}, "inspector", NOW
        visit.photo_digest = sha256(b"PNG").hexdigest() if number == 1 else None
        session.add(visit)
        session.flush()
        digest = visit_digest(visit, salt=salt)
        audit.record(session, action="visit.enter", visit=number, digest=digest, **said)
    first = session.scalars(sa.select(OnSiteVisit).where(OnSiteVisit.number == 1)).one()
    session.add(OnSitePhoto(visit_id=first.id, content=b"PNG"))
    counted = OnSiteDecision(visit_id=first.id, position=1, outcome="confirmed", reason="")
    counted.at, counted.by, counted.approved_by = release.frozen_at, "inspector", "review"
    session.add(counted)
    session.flush()
    digest = visit_decision_digest(counted, number=1, salt=salt)
    audit.record(session, action="visit.confirmed", visit=1, position=1, digest=digest, **said)


def _leave_job(session: Session) -> None:
    """Put a job there that was given up."""
    campaign = session.scalars(sa.select(Campaign)).one()
    job = Job(kind="score", campaign_id=campaign.id, arguments={}, asked_by="admin", asked_at=NOW)
    job.state, job.ended_at = "interrupted", NOW
    session.add(job)


def _check_poster(session: Session) -> None:
    of_a01 = sa.select(Entrance).join(Unit, Unit.id == Entrance.unit_id).where(Unit.code == "A01")
    poster = session.scalars(of_a01.where(Entrance.kind == "poster").limit(1)).one()
    assert poster.id == 1


def _add_campaign_of_b01(session: Session) -> None:
    whole = session.scalars(sa.select(Campaign)).one()
    kept = {column.key: getattr(whole, column.key) for column in Campaign.__table__.columns}
    alone = Campaign(**{**kept, "id": None, "code": "B01-ALONE", "state": "open"})
    entry = next(entry for entry in whole.units if entry.unit.code == "B01")
    alone.units = [
        CampaignUnit(unit_id=entry.unit_id, position=1, class_code="B", item_ids=entry.item_ids)
    ]
    alone.groups = [
        RespondentGroup(
            code=group.code,
            position=group.position,
            name_zh=group.name_zh,
            name_en=group.name_en,
            min_valid=group.min_valid,
        )
        for group in whole.groups
    ]
    session.add(alone)


def _client(app: Flask, who: str) -> tuple[FlaskClient, str]:
    """Return a browser of somebody and the token its forms carry."""
    if who == NOBODY:
        client = app.test_client()
        return client, token(client.get("/office/sign-in"))
    client = signed_in(app, who)
    return client, token(client.get("/office/password"))


def _rules(app: Flask) -> Iterator[tuple[str, str]]:
    """Give every rule of the application with each of its methods."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule


def _asked(app: Flask) -> dict[str, tuple[str, str]]:
    """Give each request of the table with the method and the rule that it is of."""
    matching, found = app.url_map.bind(""), {}
    for request in EXPECTED:
        method, address = request.split(" ")
        rule, _arguments = matching.match(urlsplit(address).path, method=method, return_rule=True)
        found[request] = method, str(rule.rule)
    return found


def test_every_route_is_in_the_table(app: Flask) -> None:
    assert sorted(set(_rules(app)) - set(_asked(app).values())) == []


def test_the_table_asks_for_what_is_ours_and_for_what_is_not(app: Flask) -> None:
    of = _asked(app)
    for method, rule in _rules(app):
        asked = [request for request in EXPECTED if of[request] == (method, rule)]
        needed = {"<unit_code>": UNITS, "<case_code>": UNITS}
        for variable, units in needed.items():
            if variable in rule:
                assert all(any(unit in request for request in asked) for unit in units), rule
        if "/campaigns/<code>" in rule:
            for campaign in ("B01-ALONE", "NOWHERE"):
                assert any(f"/campaigns/{campaign}" in request for request in asked), (method, rule)


@pytest.mark.parametrize("who", WHO)
def test_everybody_gets_what_is_theirs_and_no_more(app: Flask, who: str) -> None:
    client, carried = _client(app, who)
    found, untold = {}, []
    for request in EXPECTED:
        method, address = request.split(" ")
        data = {"csrf_token": carried} if method == "POST" else None
        with client.open(address, method=method, data=data) as answer:
            found[request] = answer.status_code
            untold += [] if _tells_its_kind(answer) else [request]
    assert untold == []
    columns = {request: statuses.split() for request, statuses in EXPECTED.items()}
    assert found == {
        request: int(statuses[WHO.index(who)] if len(statuses) > 1 else statuses[0])
        for request, statuses in columns.items()
    }


def _tells_its_kind(answer: TestResponse) -> bool:
    """Say whether an answer names what it is, and the encoding of whatever is text."""
    kind = answer.headers.get("Content-Type", "")
    is_text = answer.mimetype.startswith("text/") or answer.mimetype.endswith("xml")
    return bool(kind) and ("charset=utf-8" in kind.lower() or not is_text)


def test_a_one_time_password_opens_nothing_of_the_office(app: Flask, site: Site) -> None:
    with site.database.writing() as session:
        session.execute(sa.update(Account).values(password_one_time=True, password_changed_at=NOW))
        session.execute(sa.update(Campaign).values(simulated=False))
    client, _carried = _client(app, "admin")
    for request in EXPECTED:
        method, address = request.split(" ")
        if method == "GET" and address.startswith(("/office/campaigns", "/office/sign-in")):
            assert client.get(address).location == "/office/password", address
