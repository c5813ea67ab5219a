"""Codes made by a second body: it keeps the codes, the platform gets their hashes alone.

Whoever runs the server can then answer by none of them, for he never has one; and the body that
holds the codes has no answers.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import codes
from survey.clock import Clock
from survey.fieldwork.entrances import require_unit
from survey.fieldwork.invitations.addressees import invited_to_rate
from survey.fieldwork.invitations.beyond_plan import Batch, is_beyond_plan
from survey.fieldwork.invitations.issuing import Prepared, check_batch, store_batch
from survey.ledger.committed.commitments import commitment
from survey.model import Campaign, Entrance
from survey.office_files.signs import name_fault
from survey.office_files.tables import decoded
from survey.office_files.yaml_json import Beyond, parse_json
from survey.problems import Problem, Refused

KIND, VERSION = "public-review-code-hashes", 1
MOST = 20_000
MOST_BYTES = 2_000_000
_MOST_TOLD = 20

_HASH = re.compile(r"[0-9a-f]{64}")


def make_codes(count: int) -> list[str]:
    """Draw codes that open by what everybody can make of them, and nobody without them."""
    return [codes.checked_code(codes.PERSONAL_LENGTH) for _ in range(count)]


def list_of(made: Sequence[str], base_url: str) -> bytes:
    """Return codes as the list they are printed from: number, code, and address where one is given.

    It is the only place where they stand.
    """
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(("序号 number", "评议码 code", "网址 url"))
    for number, code in enumerate(made, start=1):
        url = codes.address(base_url, code) if base_url else ""
        writer.writerow((number, codes.grouped(code), url))
    return lines.getvalue().encode("utf-8-sig")


def hashes_of(made: Sequence[str], *, body: str) -> bytes:
    """Return what the platform gets of codes: who made them, and hashes in no order of theirs."""
    hashes = sorted(commitment(codes.foreign_opening(code)).hex() for code in made)
    content = {"kind": KIND, "version": VERSION, "body": body, "hashes": hashes}
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def read_hashes(content: bytes, *, file: str) -> tuple[str, list[bytes]]:
    """Return who made the codes, and their hashes.

    Raises Refused for any other file, for none or too many, for a name nobody could read out, and
    for a hash that is none or stands twice, by its row.
    """
    try:
        text = decoded(content, file).removeprefix("\ufeff")
        said: Any = parse_json(text)
        body, hashes = said["body"], said["hashes"]
        known = (said["kind"], said["version"]) == (KIND, VERSION)
    except (Refused, Beyond, LookupError, TypeError) as error:
        raise _no_hashes(file) from error
    fit = known and isinstance(body, str) and isinstance(hashes, list)
    if not fit or not 1 <= len(hashes) <= MOST:
        raise _no_hashes(file)
    faults = chain(_of_body(body, file), _of_hashes(hashes, text, file))
    if problems := [*islice(faults, _MOST_TOLD)]:
        raise Refused(problems)
    return body.strip(), [bytes.fromhex(each) for each in hashes]


def require_name(body: str) -> None:
    """Refuse a name of a second body that nobody could read out: it becomes public."""
    if problems := _of_body(body, ""):
        raise Refused(problems)


def _of_body(body: str, file: str) -> list[Problem]:
    said = body.strip()
    fault = name_fault(said) if said else ("请写明制码单位", "say who made the codes")
    return [Problem(file=file, field="body", zh=fault[0], en=fault[1])] if fault else []


def _of_hashes(hashes: Sequence[object], text: str, file: str) -> Iterator[Problem]:
    """Yield the hashes that are none, and those that stand twice, each by the row it stands in."""
    rows, first = _rows_of(text), dict[str, int]()
    for number, each in enumerate(hashes, start=1):
        row = rows[number - 1] if len(rows) == len(hashes) else None
        if not isinstance(each, str) or not _HASH.fullmatch(each):
            yield Problem(
                file=file,
                row=row,
                field=f"hashes[{number}]",
                zh="不是 64 位小写十六进制的校验值；请用制码时写出的原文件",
                en="is no hash of 64 small hexadecimal digits; take the file as it was written",
            )
        elif first.setdefault(each, number) != number:
            yield Problem(
                file=file,
                row=row,
                field=f"hashes[{number}]",
                zh=f"与第 {first[each]} 个相同；同一个评议码只能登记一次",
                en=f"is number {first[each]} again; a code goes in once",
            )


def _rows_of(text: str) -> list[int]:
    """Return the rows of the entries of a file that has one in a row, as it is written."""
    lines = list(enumerate(text.splitlines(), start=1))
    start = next((row for row, line in lines if line.strip().startswith('"hashes"')), len(lines))
    ends = (row for row, line in lines if row > start and line.strip().startswith("]"))
    return list(range(start + 1, next(ends, start)))


def take_in(
    session: Session,
    *,
    campaign: Campaign,
    unit_code: str,
    group_code: str,
    channel: str,
    content: bytes,
    file: str,
    by: str,
    clock: Clock,
    reason: str = "",
) -> int:
    """Let codes of a second body open a unit, by their hashes; return how many.

    Those added to an open campaign are committed as added, for a `reason` that becomes public.

    Raises Refused as `read_hashes` and issuing do, for hashes that are here already, and for more
    than the plan still wants.
    """
    body, hashes = read_hashes(content, file=file)
    unit, n = require_unit(session, campaign=campaign, unit_code=unit_code), len(hashes)
    check_batch(session, campaign, (unit,), group_code=group_code, channel=channel, count=n)
    _need_new(session, hashes, file=file)
    batch = Batch(
        units=(unit,),
        group_code=group_code,
        channel=channel,
        count=n,
        until=None,
        lang="zh",
        files=(),
    )
    invited = invited_to_rate(
        campaign, [unit.unit], group_code=group_code, channel=channel, lang="zh", at=clock()
    )
    if is_beyond_plan(session, campaign=campaign, batch=batch):
        raise _beyond(file, n)
    prepared = Prepared(
        codes=[],
        invited=invited,
        hashes=hashes,
        units=(unit,),
        group_code=group_code,
        channel=channel,
        until=None,
    )
    store_batch(
        session, prepared, campaign=campaign, by=by, clock=clock, reason=reason, made_by=body
    )
    return n


def _need_new(session: Session, hashes: Sequence[bytes], *, file: str) -> None:
    for start in range(0, len(hashes), 500):
        part = hashes[start : start + 500]
        known = sa.select(Entrance.code_hash).where(Entrance.code_hash.in_(part))
        found = session.scalars(known.limit(1)).first()
        if found is not None:
            raise Refused.of(
                file=file,
                field=f"hashes[{start + part.index(found) + 1}]",
                zh="其中有已经登记的评议码；同一个文件只能登记一次，请核对是否已经录入",
                en="some of these codes are here already; a file goes in once, see whether it has",
            )


def _no_hashes(file: str) -> Refused:
    return Refused(
        [
            Problem(
                file=file,
                zh=f"不是 survey code make 写出的校验值文件（1 至 {MOST} 个，不得重复）；"
                "请向制码单位重新索取，不要交来评议码本身",
                en=f"is no file of hashes that `survey code make` writes (1 to {MOST:,}, none"
                " twice); ask whoever made the codes for it, and never for the codes",
            )
        ]
    )


def _beyond(file: str, n: int) -> Refused:
    return Refused.of(
        file=file,
        field="hashes",
        zh=f"这 {n} 个评议码超出方案计划数；请制码单位按尚缺的数目另制一个文件",
        en=f"these {n} codes go beyond the plan's number; have a file made of as many as are"
        " missing",
    )
