"""Whatever the audit holds is told as a sentence, in both languages, with names for codes."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask

import survey
from survey.app import create_app
from survey.approvals.all_deeds import DEEDS
from survey.auditing.names import names_in
from survey.auditing.sentences import SPOKEN, sentence
from survey.model import APPEAL_STEPS, VISIT_OUTCOMES, AuditEntry
from survey.model.case import CASE_STEPS
from survey.model.entrance import KINDS
from survey.site.installation import Site
from survey.web.request import use_language
from tests.factories import CODE, FIELDWORK, open_anlan
from tests.migrations.keeping import KEPT, KeptDatabase
from tests.officials import add_officials

SOURCE = Path(survey.__file__).parent
CHINESE = re.compile(r"[一-鿿]")
# What an action made of parts can be.
PARTS = {
    "account.{}": ("confirm", "decline"),
    "address.{}": ("create", "approve", "stop", "start"),
    "appeal.{}": APPEAL_STEPS,
    "case.{}": CASE_STEPS,
    "draw.{}": ("commit", "seed"),
    "proposal.{}": ("propose", "approve", "decline", "withdraw"),
    "receiver.{}": ("create", "approve", "revoke"),
    "visit.{}": VISIT_OUTCOMES,
    "{}.issue": ("invitation", "sitting"),
    "{}.withdraw": KINDS,
}


def actions_in(path: Path) -> Iterator[str]:
    """Give every action that a file's deeds are recorded by."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and "record" in ast.unparse(node.func)):
            continue
        for given in node.keywords:
            if given.arg != "action" or isinstance(given.value, ast.Name):
                continue
            if isinstance(given.value, ast.JoinedStr):
                written = "".join(
                    part.value if isinstance(part, ast.Constant) else "{}"
                    for part in given.value.values
                )
                yield from (written.format(part) for part in PARTS[written])
            else:
                yield ast.literal_eval(given.value)


def test_every_action_of_the_code_has_its_sentence_and_no_sentence_is_left_over() -> None:
    emitted = {action for path in SOURCE.rglob("*.py") for action in actions_in(path)}
    assert sorted(emitted ^ SPOKEN.keys()) == []


@pytest.fixture
def app(site: Site) -> Flask:
    open_anlan(site)
    add_officials(site)
    return create_app(site)


def said(app: Flask, lang: str, **given: object) -> str:
    return all_said(app, lang, [given])[0]


def all_said(app: Flask, lang: str, all_given: Sequence[dict[str, object]]) -> list[str]:
    usual = {"by": "admin", "at": FIELDWORK, "subject": CODE, "detail": {}}
    entries = [AuditEntry(**{**usual, **given}) for given in all_given]
    site: Site = app.extensions["survey"]
    with app.test_request_context(), site.database.reading() as session:
        use_language(lang)
        deeds = {kind: deed.name.text(lang) for kind, deed in DEEDS.items()}
        names = names_in(session, entries, lang, deeds=deeds)
        return [sentence(entry, names) for entry in entries]


def kept_entries() -> Iterator[tuple[str, str, str]]:
    """Give each action with subject and detail as some revision recorded it."""
    for revision in KEPT:
        for row in KeptDatabase.read(revision).tables["audit_entry"]:
            yield row["action"], row["subject"], row["detail"]


def test_what_earlier_programs_recorded_is_told_too(app: Flask) -> None:
    kept = [
        {"action": action, "subject": subject, "detail": json.loads(detail)}
        for action, subject, detail in sorted(set(kept_entries()))
    ]
    pairs = zip(all_said(app, "zh", kept), all_said(app, "en", kept), strict=True)
    for entry, (zh, en) in zip(kept, pairs, strict=True):
        action, told = entry["action"], {"zh": zh, "en": en}
        assert action not in told["zh"], (action, told)
        assert "%(" not in str(told), (action, told)
        named = re.sub(r"[“(].*?[”)]", "", told["en"])  # names and titles are as they are
        assert not CHINESE.search(named) or "测试" in named, told


def test_old_and_new_are_told_in_words(app: Flask) -> None:
    detail = {"before": "unit_liaison", "before_scope": "A01", "role": "class_group", "scope": "B"}
    assert said(app, "zh", action="account.role", subject="liaison", detail=detail) == (
        "把账号测试liaison（liaison）的角色从“单位联络员（A01 城关街道）”改为“考评组（B类）”"
    )
    assert said(app, "en", action="account.role", subject="liaison", detail=detail) == (
        "changed the role of 测试liaison (liaison)"
        " from “Unit liaison (A01 Chengguan Subdistrict Office)” to “Assessment group (class B)”"
    )
    moved = {"entrance": 7, "before": "大厅", "after": "门口"}
    assert "从“大厅”改为“门口”" in said(app, "zh", action="poster.move", detail=moved)


def test_a_proposal_is_told_by_its_deed_and_both_persons(app: Flask) -> None:
    detail = {"proposal": 3, "deed": "campaign.close_early", "proposed_by": "admin"}
    assert said(app, "zh", action="proposal.approve", detail=detail).startswith(
        "批准测试admin（admin）提请的“提前结束评议”（第3号，"
    )


def test_a_deed_of_a_later_program_is_told_by_its_code(app: Flask) -> None:
    assert said(app, "en", action="moon.land") == (
        f"did what this version of the program does not know: moon.land ({CODE})"
    )
