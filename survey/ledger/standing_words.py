"""What is said of a database that is not the one the heads were signed over."""

from datetime import datetime

from survey.clock import CHINA, local_minute
from survey.ledger.checker import Head, fingerprint
from survey.ledger.heads_file import HEADS_FILE, HeadsFile
from survey.problems import Problem

DATABASE = "database"

_SHOWN = 5


def read_only() -> Problem:
    """Say that nothing is written, and what to do."""
    return Problem(
        field="ledger",
        zh="数据库与已签名的总校验码不符，系统只供查看，不再写入。请恢复最新的备份；"
        "确已无法恢复的，见 docs/ledger.md“只供查看时怎么办”",
        en="the database disagrees with heads that were signed, so it is served read-only; restore "
        "the newest backup, or read “When it is read-only” in docs/ledger.md",
    )


def older(head: Head, file: str, *, n: int, newest: Head | None) -> Problem:
    """Say that the database lacks heads that were signed."""
    here_zh = f"数据库中最新的是 {_named(newest)}" if newest else "数据库中一个总校验码也没有"
    here_en = f"the newest here is {_named(newest)}" if newest else "the database has no head"
    return Problem(
        file=file,
        field=head["campaign"],
        zh=f"已签名的总校验码 {_named(head)} 等 {n} 个不在数据库中，{here_zh}："
        "数据库是较旧的，或总校验码被删除",
        en=f"the signed head {_named(head)} is not in the database ({n} such heads), {here_en}: "
        "an older database was restored, or heads were removed",
    )


def forked(known: Head, file: str, stored: Head) -> Problem:
    """Say that another head stands in a head's place."""
    return Problem(
        file=file,
        field=known["campaign"],
        zh=f"第 {known['number']} 号总校验码有两个：文件中指纹为 {fingerprint(known)}，"
        f"数据库中为 {fingerprint(stored)}：签了两部历史",
        en=f"two heads have number {known['number']}: {fingerprint(known)} in the file, "
        f"{fingerprint(stored)} in the database: two histories were signed",
    )


def broken_chain(campaign: str, head: Head, number: int) -> Problem:
    """Say that the chain of heads in the database is broken."""
    return Problem(
        file=DATABASE,
        field=campaign,
        zh=f"总校验码不相连：应为第 {number} 号，却是 {_named(head)}：总校验码被删除或被替换",
        en=f"the heads do not follow one another: number {number} is due, {_named(head)} stands "
        "there: heads were removed or replaced",
    )


def another_key(head: Head, file: str) -> Problem:
    """Say that a head was signed by a key that this installation does not know."""
    return Problem(
        file=file,
        field=head["campaign"],
        zh=f"总校验码 {_named(head)} 由另一把密钥 {head['key_id']} 签名；"
        "如曾更换签名密钥，请把旧公钥填入 SURVEY_FORMER_KEYS，否则请恢复原来的密钥",
        en=f"the head {_named(head)} is signed by another key, {head['key_id']}; if the signing "
        "key was replaced, put the old public key into SURVEY_FORMER_KEYS, else restore the key",
    )


def false_signature(head: Head, file: str) -> Problem:
    """Say that a head is not what was signed."""
    return Problem(
        file=file,
        field=head["campaign"],
        zh=f"总校验码 {_named(head)} 的签名不对：内容被改动过",
        en=f"the signature of the head {_named(head)} is wrong: it was edited",
    )


def shrunk(head: Head, size: int) -> Problem:
    """Say that the ledger is smaller than its newest head."""
    return Problem(
        file=DATABASE,
        field=head["campaign"],
        zh=f"{_named(head)} 签名时有 {head['size']} 份答卷，现在只有 {size} 份：答卷被删除",
        en=f"{_named(head)} counts {head['size']} answers, only {size} are here: answers were "
        "removed",
    )


def rewritten(head: Head) -> Problem:
    """Say that the leaves are not those of the newest head."""
    return Problem(
        file=DATABASE,
        field=head["campaign"],
        zh=f"前 {head['size']} 份答卷与 {_named(head)} 不符：答卷被删改",
        en=f"the first {head['size']} answers are not those of {_named(head)}: they were changed",
    )


def campaign_gone(head: Head, file: str) -> Problem:
    """Say that a head is of a campaign the database does not have."""
    return Problem(
        file=file,
        field=head["campaign"],
        zh=f"已签名的总校验码 {_named(head)} 所属的评议不在数据库中：数据库是较旧的",
        en=f"the signed head {_named(head)} is of a campaign that is not in the database: an older "
        "database was restored",
    )


def unreadable(error: OSError) -> Problem:
    """Say that our own file of heads cannot be read."""
    return Problem(
        file=HEADS_FILE,
        zh=f"读不了（{error.strerror}）；请检查文件权限",
        en=f"cannot be read ({error.strerror}); check who may read it",
    )


def clock_behind(head: Head) -> Problem:
    """Say that a clock was ahead once, or is behind now."""
    return Problem(
        field=head["campaign"],
        zh=f"签 {_named(head)} 时，服务器时钟比上一个总校验码慢 {head['behind']} 秒："
        "时钟曾经快了，或现在慢了；总校验码照常签名，时间不倒退，请校准时钟",
        en=f"when {_named(head)} was signed the clock stood {head['behind']} s behind the head "
        "before: it was ahead once, or is behind now; heads are signed all the same, in no earlier "
        "time; set the clock right",
    )


def none_signed(campaign: str) -> Problem:
    """Say that nothing can be proved of a campaign that was opened."""
    return Problem(
        field=campaign,
        zh="评议已经开启，却没有一个签名的总校验码，什么也证明不了；"
        "如从旧版升级而来，请运行 survey ledger head，否则请查明总校验码为何被删除",
        en="was opened, and there is not one signed head, so nothing is proved; after an upgrade "
        "run `survey ledger head`, else find out why the heads are gone",
    )


def of_file(own: HeadsFile) -> list[Problem]:
    """Say what should be known of `heads.jsonl` itself."""
    told = []
    if own.torn:
        lines = ", ".join(map(str, own.torn[:_SHOWN])) + (" …" if len(own.torn) > _SHOWN else "")
        told.append(
            Problem(
                file=HEADS_FILE,
                zh=f"第 {lines} 行不完整（断电或被改动），已跳过",
                en=f"line {lines} is torn by a power cut, or was edited, and is passed over",
            )
        )
    if own.n_filled:
        at = _local(own.filled_at)
        told.append(
            Problem(
                file=HEADS_FILE,
                zh=f"{own.n_filled} 个总校验码曾从文件中缺失，{at} 由数据库补回，"
                "不能用来证明数据库未改；请与外部保存的总校验码核对",
                en=f"{own.n_filled} heads were missing and were written back from the database at "
                f"{at}: they prove nothing against it; compare with heads kept outside",
            )
        )
    undone = [digest for digest in own.heads if not own.is_kept(digest)]
    if undone:
        told.append(
            Problem(
                file=HEADS_FILE,
                zh=f"{len(undone)} 个总校验码所属的操作没有完成（撤回或断电），未公布",
                en=f"{len(undone)} heads belong to deeds that were not completed, and were never "
                "published",
            )
        )
    return told


def _named(head: Head) -> str:
    number = head.get("number")
    at = _local(str(head["time"]))
    return f"№{number} {at}" if number else at


def _local(stated: str) -> str:
    """Return the county's minute of a time that heads state in UTC; one that is none as it is."""
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        return stated
    return f"{local_minute(moment, CHINA)} (UTC+8)" if moment.tzinfo else stated
