"""The codes of a package: as the heads seal them, and each invited answer against its code."""

from collections.abc import Iterator
from dataclasses import replace

from survey.canonical import digest_of
from survey.exchange.package import names
from survey.exchange.package.documents import CommittedSaid
from survey.exchange.package.opened import Package, wrong
from survey.ledger.checker import Head
from survey.ledger.committed.commitments import Committed, root_of
from survey.ledger.committed.used import CodesUsed
from survey.ledger.records import listed
from survey.problems import Problem


def check_committed(package: Package) -> Iterator[Problem]:
    """Yield statements that no head seals, and codes that do not give their root."""
    statements = package.statements
    digests = {str(place): digest_of(said) for place, said in enumerate(statements, start=1)}
    for number, head, records in _sealing(package):
        if number < 1 or digest_of(records) != head["records"]:
            yield wrong(
                names.COMMITTED,
                f"所附各类记录的校验值不是第 {number} 个总校验码所封存的",
                f"the records beside it are not those that head {number} seals",
            )
            return
    sealed = _sealed_at(package)
    if sealed.keys() != set(digests.items()):
        yield wrong(
            names.COMMITTED,
            "公布的评议码不是总校验码所封存的",
            "the codes committed are not those the heads seal",
        )
    elif statements and sealed["1", digests["1"]]:
        yield wrong(
            names.COMMITTED,
            "开启时的评议码在收到答卷之后才封存",
            "the codes of the opening were sealed after answers had come",
        )
    else:
        yield from _roots(package)
        yield from _dated_back(package)


def _first_sealed(package: Package) -> dict[tuple[str, str], int]:
    """Return the number of the first head that sealed each statement, by its digest."""
    sealed = dict[tuple[str, str], int]()
    for number, _head, records in _sealing(package):
        for said in listed(records.get("commitments", "")).items():
            sealed[said] = min(number, sealed.get(said, number))
    return sealed


def _sealed_at(package: Package) -> dict[tuple[str, str], int]:
    """Return at which size of the ledger a head first sealed each statement, by its digest."""
    heads = package.heads
    return {said: heads[number - 1]["size"] for said, number in _first_sealed(package).items()}


def _dated_back(package: Package) -> Iterator[Problem]:
    """Yield statements of a size that was passed by heads which knew nothing of them."""
    heads, first = package.heads, _first_sealed(package)
    for said in package.statements:
        number, size = said["number"], said["size"]
        before = heads[: first[str(number), digest_of(said)] - 1]
        if any(head["size"] > size for head in before):
            yield wrong(
                names.COMMITTED,
                f"第 {number} 次公布的评议码说是在 {size} 份答卷时公布的，"
                "此后的总校验码里却还没有它：倒签",
                f"commitment {number} of codes says it was made at {size} answers, and a later"
                " head knows nothing of it: it is dated back",
            )


def _sealing(package: Package) -> Iterator[tuple[int, Head, dict[str, str]]]:
    """Yield the heads that say what they seal: the last, and each that sealed codes first."""
    heads = package.heads
    yield len(heads), heads[-1], package.records
    if package.committed:
        for number, records in package.committed.records.items():
            yield int(number), heads[int(number) - 1], records


def _roots(package: Package) -> Iterator[Problem]:
    batches = _batches(package)
    for said in package.committed.commitments if package.committed else ():
        held = [batches[entry.batch] for entry in said.batches]
        if root_of(held) != said.root or sum(len(one.hashes) for one in held) != said.codes:
            yield wrong(
                names.COMMITTED,
                f"第 {said.number} 次公布的评议码算不出所公布的校验值",
                f"the codes of commitment {said.number} do not give its root",
            )


def check_used(package: Package, used: CodesUsed) -> Iterator[Problem]:
    """Yield answers by codes that were not committed, are another's or had been used."""
    yield from (replace(problem, file=names.OPENINGS) for problem in used.problems())
    if package.committed and package.committed.commitments:
        yield from _balanced(package.committed, n_used=sum(used.used.values()))


def _balanced(committed: CommittedSaid, *, n_used: int) -> Iterator[Problem]:
    """Yield where the balance of codes does not add up with what answers show."""
    balance = committed.balance
    made = sum(said.codes for said in committed.commitments)
    sums = balance.made - balance.used - balance.void
    if (balance.made, balance.left) != (made, sums) or sums < 0:
        yield wrong(
            names.COMMITTED,
            f"评议码收支不符：制作 {balance.made} 个，公布的有 {made} 个",
            f"the balance of codes does not add up: {balance.made} made, {made} committed",
        )
    if balance.used != n_used:
        yield wrong(
            names.COMMITTED,
            f"评议码收支说已用 {balance.used} 个，答卷出示的有 {n_used} 个",
            f"the balance says that {balance.used} codes were used, answers show {n_used}",
        )


def codes_of(package: Package) -> CodesUsed:
    """Return what the answers are held against, before the first of them is."""
    return CodesUsed(package.statements, _batches(package))


def said_of(package: Package, used: CodesUsed | None) -> Iterator[str]:
    """Yield what holds of codes, and what nobody can tell; `used` where there are openings."""
    committed = package.committed
    if not committed or not committed.commitments:
        yield (
            "没有公布过评议码，无法核对受邀答卷是否虚增 / no codes were committed: NOT checked "
            "whether invited answers were added"
        )
        return
    first, *added = package.statements
    sealed = _sealed_at(package)
    late = sum(said["codes"] for said in added if sealed[str(said["number"]), digest_of(said)])
    yield (
        f"开启时公布评议码 {first['codes']} 个，其后补登 {sum(each['codes'] for each in added)} 个"
        f"（{late} 个在收到答卷之后才封存） / codes committed: {first['codes']} at the opening, "
        f"{sum(each['codes'] for each in added)} added since, {late} sealed after answers had come"
    )
    signed = committed.balance.signed
    yield (
        f"评议码收支：{signed} 由两人确认 / balance of codes: signed by two on {signed}"
        if signed
        else "评议码收支没有经两人确认 / the balance of codes was NOT signed by two"
    )
    if used:
        yield (
            f"受邀答卷都用公布过的评议码，一码一次：{sum(used.used.values())} 个 / every invited "
            f"answer opens a committed code, each used once: {sum(used.used.values())}"
        )
        yield (
            f"无从核对：电话、纸质采集而没有评议码的 {used.without_code} 份，以及扫海报的答卷 / "
            f"nobody can tell whether real: {used.without_code} collected without a code, and "
            "those through posters"
        )


def _batches(package: Package) -> dict[int, Committed]:
    committed = package.committed
    if committed is None:
        return {}
    return {
        entry.batch: Committed(
            number=entry.batch,
            units=entry.units,
            group_code=entry.group_code,
            channel=entry.channel,
            hashes=tuple(bytes.fromhex(one) for one in committed.hashes[str(entry.batch)]),
        )
        for said in committed.commitments
        for entry in said.batches
    }
