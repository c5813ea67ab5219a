"""Two deeds of two persons: a roster is fixed before its seed is known, and the seed after.

Whoever could choose the roster after the seed, or the seed after the roster, would pick people.
"""

from datetime import date

from survey import audit
from survey.clock import local_day
from survey.draw.files import is_digest
from survey.draw.fixing import tidy_seed
from survey.fieldwork.draws.recorded import COMMIT, SEED, DrawOnRecord, draws_of, find_draw
from survey.fieldwork.sealing import seal_ledger
from survey.office_files.signs import name_fault
from survey.problems import Problem, Refused
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said


def fixing(*, roster: str, sizes: str, people: int, source: str, known_on: date) -> Facts:
    """Return a roster to be fixed as the arguments of its deed."""
    return {
        "roster": roster.strip().lower(),
        "sizes": sizes.strip().lower(),
        "people": people,
        "source": source.strip(),
        "known_on": known_on.isoformat(),
    }


def seeding(*, draw: int, seed: str) -> Facts:
    """Return a seed as the arguments of its deed."""
    return {"draw": draw, "seed": tidy_seed(seed)}


def _fix_basis(matter: Matter) -> Facts:
    given = matter.arguments
    _need_unclosed(matter)
    problems = [
        _no_digest(field) for field in ("roster", "sizes") if not is_digest(str(given[field]))
    ]
    problems += _unreadable("source", str(given["source"]))
    today = local_day(matter.site.clock(), matter.campaign.timezone)
    if str(given["known_on"]) <= today:
        problems.append(
            Problem(
                field="known_on",
                zh=f"须晚于今天（{today}）：名册登记之后才公布的数，才没有人能事先知道",
                en=f"must be later than today ({today}): only what is announced after the roster"
                " is fixed can nobody know before",
            )
        )
    before = draws_of(matter.session, campaign=matter.campaign)
    if any(one.roster_digest == given["roster"] for one in before):
        problems.append(Problem(field="roster", zh="已经登记过", en="is on record already"))
    if problems:
        raise Refused(problems)
    return {"draws": len(before)}


def _fix_told(matter: Matter) -> list[Said]:
    given = matter.arguments
    return [
        Said(
            zh=f"登记抽取名册：{given['people']} 人，名册校验值 {given['roster']}",
            en=f"fix a roster to draw from: {given['people']} people, digest {given['roster']}",
        ),
        Said(
            zh=f"抽样方案校验值 {given['sizes']}",
            en=f"digest of the plan of the draw {given['sizes']}",
        ),
        Said(
            zh=f"随机种子用：{given['source']}，{given['known_on']} 公布",
            en=f"the seed will be: {given['source']}, known on {given['known_on']}",
        ),
        Said(
            zh="登记后不能更改，任何人可在“答卷存证”页面看到；名册本身不上传",
            en="it cannot be changed afterwards and everybody can read it at /ledger; the roster"
            " itself is not uploaded",
        ),
    ]


def _fix(matter: Matter, persons: Persons, _prepared: object) -> Done:
    _record(matter, persons, "commit")
    return Done(
        said=Said(
            zh="名册已登记，等种子公布后再登记种子。",
            en="The roster is on record; enter the seed once it is announced.",
        )
    )


def _seed_basis(matter: Matter) -> Facts:
    _need_unclosed(matter)
    draw = _waiting(matter)
    problems = _unreadable("seed", str(matter.arguments["seed"]))
    today = local_day(matter.site.clock(), matter.campaign.timezone)
    if today < draw.known_on:
        problems.append(
            Problem(
                field="seed",
                zh=f"登记的公布日期是 {draw.known_on}，还没有到",
                en=f"is to be announced on {draw.known_on}, which has not come",
            )
        )
    if problems:
        raise Refused(problems)
    return {"roster": draw.roster_digest, "sizes": draw.sizes_digest, "source": draw.source}


def _waiting(matter: Matter) -> DrawOnRecord:
    number = int(matter.arguments["draw"])
    draw = find_draw(matter.session, campaign=matter.campaign, number=number)
    if draw.seed:
        raise Refused.of(
            field="seed",
            zh=f"第 {number} 次抽取的种子已登记，不能更改；要另抽，请重新登记名册",
            en=f"the seed of draw {number} is on record and stays; to draw anew, fix a roster anew",
        )
    return draw


def _seed_told(matter: Matter) -> list[Said]:
    given, facts = matter.arguments, _seed_basis(matter)
    return [
        Said(
            zh=f"登记第 {given['draw']} 次抽取的随机种子：{given['seed']}",
            en=f"enter the seed of draw {given['draw']}: {given['seed']}",
        ),
        Said(
            zh=f"请批准人自行核对公布的来源：{facts['source']}",
            en=f"whoever approves looks it up where it is announced: {facts['source']}",
        ),
    ]


def _seed(matter: Matter, persons: Persons, _prepared: object) -> Done:
    _record(matter, persons, "seed")
    return Done(
        said=Said(
            zh="种子已登记，可以下载抽取记录进行抽取。",
            en="The seed is on record; download the record and draw.",
        )
    )


def _record(matter: Matter, persons: Persons, step: str) -> None:
    """Put it on record, and under a signed head where the campaign has a ledger already."""
    audit.record(
        matter.session,
        by=persons.approved_by,
        at=matter.site.clock(),
        action=f"draw.{step}",
        subject=matter.campaign.code,
        proposed_by=persons.proposed_by,
        reason=persons.reason,
        **matter.arguments,
    )
    if matter.campaign.state == "open":
        seal_ledger(matter.site, matter.session, matter.campaign, "draw")


def _need_unclosed(matter: Matter) -> None:
    if matter.campaign.state not in ("draft", "open"):
        raise Refused.of(
            zh="评议已结束，不再抽取受邀人员",
            en="the campaign is closed, nobody is invited any more",
        )


def _unreadable(field: str, value: str) -> list[Problem]:
    fault = name_fault(value) if value else ("请填写", "say what it is")
    return [Problem(field=field, zh=fault[0], en=fault[1])] if fault else []


def _no_digest(field: str) -> Problem:
    return Problem(
        field=field,
        zh="应为 survey draw commit 打印的 64 位十六进制校验值",
        en="must be the digest of 64 hexadecimal digits that `survey draw commit` printed",
    )


FIX_ROSTER = Deed(
    kind=COMMIT,
    name=Said(zh="登记抽取名册", en="Fix a roster to draw from"),
    propose="invitation.issue",
    basis=_fix_basis,
    told=_fix_told,
    carry_out=_fix,
)
ENTER_SEED = Deed(
    kind=SEED,
    name=Said(zh="登记随机种子", en="Enter the seed of a draw"),
    propose="invitation.issue",
    basis=_seed_basis,
    told=_seed_told,
    carry_out=_seed,
)
