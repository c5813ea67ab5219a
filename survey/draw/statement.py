"""What is said of a draw to everybody: counts and digests, in words and as JSON; nobody in it."""

import json
from collections.abc import Iterator
from typing import Any

from survey.draw.drawing import Draw

KIND, VERSION = "public-review-draw", "1.0"
_ORDER = "SHA-256(seed LF roster_digest LF salt LF person_id), ascending, in hexadecimal"


def statement(draw: Draw, *, source: str, is_on_record: bool) -> dict[str, Any]:
    """Return the statement of a draw: what anybody needs who wants to repeat it."""
    return {
        "kind": KIND,
        "schema_version": VERSION,
        "seed": draw.seed,
        "seed_source": source,
        "roster_on_record": is_on_record,
        "roster": {"digest": draw.roster_digest, "people": draw.people},
        "plan": {"digest": draw.sizes_digest, "strata": list(draw.names)},
        "order": _ORDER,
        "drawn": draw.drawn,
        "strata": [
            {
                "unit_code": one.unit_code,
                "group_code": one.group_code,
                "stratum": one.stratum,
                "people": one.people,
                "drawn": one.drawn,
                "reserve": len(one.chosen) - one.drawn,
                "probability": one.probability,
            }
            for one in draw.strata
        ],
    }


def as_json(said: dict[str, Any]) -> bytes:
    """Return a statement as a file."""
    return (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def as_words(said: dict[str, Any]) -> str:
    """Return a statement in Chinese and English, line by line."""
    return "\n".join(_words(said)) + "\n"


def _words(said: dict[str, Any]) -> Iterator[str]:
    roster, source = said["roster"], said["seed_source"]
    yield f"受邀人员抽取说明：名册 {roster['people']} 人，抽中 {said['drawn']} 人"
    yield f"Draw of invited people: {said['drawn']} of the {roster['people']} on the roster"
    yield f"名册校验值 roster digest: {roster['digest']}"
    yield f"抽样方案校验值 plan digest: {said['plan']['digest']}"
    yield f"随机种子 seed: {said['seed']}" + (f"（{source}）" if source else "")
    if not said["roster_on_record"]:
        yield "注意：没有核对登记记录（--record），不能证明名册在种子公布之前已经固定。"
        yield "Note: not held against a record (--record): nothing here proves that the roster was"
        yield "fixed before the seed was known."
    yield "单位 unit  评议对象 group  分层 stratum  名册 people  抽中 drawn  备选 reserve"
    for one in said["strata"]:
        where = f"{one['unit_code']}  {one['group_code']}  {one['stratum'] or '–'}"
        yield f"{where}  {one['people']}  {one['drawn']}  {one['reserve']}"
