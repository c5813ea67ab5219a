"""The answers of a package: as many as leaves, scored as the run says, and the sums of codes."""

from collections import Counter
from collections.abc import Iterator, Sequence

from survey.appraisal.invitations_file import COLUMNS, INVITATIONS, ROUNDS
from survey.appraisal.load import digest_of_invited
from survey.exchange.package import names
from survey.exchange.package.documents import columns_at, member, misshapen
from survey.exchange.package.opened import ANSWERS, Package, wrong
from survey.problems import Problem, Refused
from survey.stats.campaign.sample import NONE


def check_rows(package: Package) -> Iterator[Problem]:
    """Yield where there are more or fewer rows than leaves, or one not in its place."""
    n_leaves, answers = len(package.leaves), package.answers
    if answers.n != n_leaves:
        yield wrong(
            ANSWERS,
            f"{answers.n} 份答卷，存证有 {n_leaves} 份",
            f"{answers.n} answers, {n_leaves} are in the ledger",
        )
    if answers.misplaced is not None:
        yield at_row(answers.misplaced, "response_id", "编号不连续", "is not the next in order")


def check_codes(package: Package) -> Iterator[Problem]:
    """Yield where codes are not the release's, or do not cover the answers that came by them."""
    codes = package.codes.codes
    # As they stand: they may say no more than there.
    listed = member(package.document(names.SCORES), "release", "codes")
    if package.document(names.CODES) != {"codes": listed}:
        yield wrong(names.CODES, "与发布的得分所列不同", "is not what the released scores list")
        return
    used = package.answers.used
    said: Counter[tuple[str, str]] = Counter()
    for place, entry in enumerate(codes, start=1):
        answered = entry.answered
        gone = (entry.withdrawn.codes if entry.withdrawn else 0) or 0
        if answered is not None and answered + gone > entry.issued:
            yield wrong(
                names.CODES,
                f"第 {place} 条：已答和停用的多于发出的",
                f"entry {place}: more were answered and withdrawn than issued",
            )
        if len(entry.units) == 1:
            said[entry.units[0], entry.group_code] += answered or 0
    for (unit, group), n in sorted(said.items()):
        if n > used[unit, group]:
            yield wrong(
                names.CODES,
                f"{unit} {group}：称有 {n} 个评议码已答，答卷只有 {used[unit, group]} 份",
                f"{unit} {group}: {n} codes are said to be answered, there are"
                f" {used[unit, group]} answers",
            )


def check_digests(package: Package) -> Iterator[Problem]:
    """Yield where run, record and scores name different answers, plans or invitations."""
    record, release = package.record, package.scores.release
    said = package.run.data_digest, package.run.plan_digest
    for name, of in (
        (names.APPRAISAL, (record.inputs.get("responses"), record.plan_digest)),
        (names.SCORES, (release.data_digest, release.plan_digest)),
    ):
        if of != said:
            yield wrong(
                name, "与 run.json 登记的方案或答卷不同", "names other inputs than run.json"
            )
    invited = names.FOLDER + INVITATIONS
    digest = _invited(package.table(invited), invited) if invited in package.files else None
    if digest != record.inputs.get("invitations"):
        yield wrong(invited, "不是计分所用的名单", "is not the list that was scored with")
    if package.answers.drawn != record.inputs.get("draws", ""):
        yield wrong(
            ANSWERS,
            "抽中概率不是计分所用的",
            "chances of being drawn are not those that were scored with",
            field="probability",
        )


def _invited(table: Iterator[list[str]], file: str) -> str:
    heading = next(table)
    rounds = [name for name in ROUNDS if name in heading]
    return digest_of_invited(_people(table, columns_at(file, heading, (*COLUMNS, *rounds)), file))


def _people(
    table: Iterator[list[str]], places: Sequence[int], file: str
) -> Iterator[tuple[str | int, ...]]:
    for number, row in enumerate(table, start=2):
        unit, group, channel, response, *numbers = (row[at] for at in places)
        if not all(each.isdecimal() for each in (response or "0", *numbers)):
            raise Refused([misshapen(file, row=number)])
        answer = int(response) if response else NONE
        yield unit, group, channel, answer, *map(int, numbers)


def at_row(place: int, field: str, zh: str, en: str) -> Problem:
    """Return what is wrong with a row of the answers, as a spreadsheet counts it."""
    return wrong(ANSWERS, zh, en, row=place + 2, field=field)
