"""What each entry of the audit says, in the reader's language: every action has its sentence."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from survey.access.role_names import role_name
from survey.appraisal.appeals.kinds import OUTCOMES as APPEAL_OUTCOMES
from survey.appraisal.review.kinds import VERDICTS
from survey.auditing.names import NOTHING, Names
from survey.forms.interview import OUTCOMES
from survey.jobs.titles import OUTCOMES as JOB_OUTCOMES
from survey.jobs.titles import TITLES
from survey.model import ROLES, AuditEntry
from survey.receivers.words import OUTCOME_WORDS, RIGHT_WORDS


@dataclass(frozen=True, slots=True)
class Spoken:
    """An action: what it is called in a list, and the sentence with what it was done to."""

    name: LazyString
    sentence: LazyString


SPOKEN: dict[str, Spoken] = {
    "account.create": Spoken(_("新建账号"), _("新建账号%(account)s，角色：%(role)s")),
    "account.role": Spoken(
        _("改变角色"), _("把账号%(account)s的角色从“%(before_role)s”改为“%(role)s”")
    ),
    "account.disable": Spoken(
        _("停用账号"), _("把账号%(account)s从“可以登录”改为“停用”，已登录的设备全部退出")
    ),
    "account.enable": Spoken(_("启用账号"), _("把账号%(account)s从“停用”改为“可以登录”")),
    "account.confirm": Spoken(
        _("确认账号"), _("确认%(done_by)s对账号%(account)s的办理（%(deeds)s），该账号可以登录")
    ),
    "account.decline": Spoken(
        _("不确认账号"), _("不确认%(done_by)s对账号%(account)s的办理（%(deeds)s），该账号停用")
    ),
    "account.reset": Spoken(
        _("重置密码"), _("给账号%(account)s换了一次性密码，原密码失效，已登录的设备全部退出")
    ),
    "account.password": Spoken(_("修改密码"), _("修改自己的密码，其他设备全部退出")),
    "account.second_factor": Spoken(_("开通两步登录"), _("开通两步登录")),
    "account.reset_totp": Spoken(
        _("取消两步登录"), _("取消账号%(account)s的两步登录，恢复码一并作废")
    ),
    "account.sign_in": Spoken(_("登录"), _("登录，设备：%(browser)s，两步登录：%(second_factor)s")),
    "account.sign_in_failed": Spoken(
        _("登录失败"), _("用账号%(account)s登录，密码或动态口令不对，没有登录成功")
    ),
    "account.sign_out": Spoken(_("退出登录"), _("退出登录")),
    "account.end_sessions": Spoken(
        _("退出设备"), _("让账号%(account)s在%(n_ended)s台设备上退出登录")
    ),
    "audit.export": Spoken(_("下载操作记录"), _("下载操作记录，查询条件：%(filter)s")),
    "backup.make": Spoken(
        _("备份"), _("备份整个系统：%(made_at)s的%(answers)s份答卷，共%(rows)s行")
    ),
    "backup.restore": Spoken(
        _("恢复备份"),
        _("从%(made_at)s的备份恢复整个系统，与已见证的总校验码相比缺%(missing)s份答卷"),
    ),
    "batch.export": Spoken(_("下载发码批次表"), _("下载“%(campaign)s”的发码批次表（%(kind)s）")),
    "balance.export": Spoken(_("下载评议码收支表"), _("下载“%(campaign)s”的评议码收支表")),
    "answers.export": Spoken(
        _("导出答卷"), _("把“%(campaign)s”的%(answers)s份答卷写成文件夹，供重新计算")
    ),
    "microdata.export": Spoken(
        _("导出逐份数据"),
        _("导出“%(campaign)s”第%(number)s次发布的逐份数据%(answers)s份（%(format)s）"),
    ),
    "openings.export": Spoken(
        _("导出存证拆封内容"),
        _("导出“%(campaign)s”第%(number)s次发布的发布包，连同存证的拆封内容（可逐份读出答案）"),
    ),
    "unused.export": Spoken(
        _("下载未用评议码表"), _("下载“%(campaign)s”未用评议码的批号和序号（%(kind)s）")
    ),
    "call.draw": Spoken(
        _("抽取回访号码"),
        _(
            "抽取“%(campaign)s”第%(round)s轮回访的号码：%(class)s类%(n_units)s个单位，"
            "%(count)s个号码"
        ),
    ),
    "call.export": Spoken(_("下载回访登记表"), _("下载“%(campaign)s”%(class)s类的回访登记表")),
    "rating.import": Spoken(
        _("录入好差评合计"), _("录入“%(campaign)s”的好差评月度合计%(count)s条")
    ),
    "call.record": Spoken(_("录入回访结果"), _("录入“%(campaign)s”的回访结果%(count)s个")),
    "draw.commit": Spoken(
        _("登记抽取名册"),
        _("登记“%(campaign)s”的抽取名册：%(people)s人，种子用%(source)s（%(known_on)s公布）"),
    ),
    "draw.seed": Spoken(
        _("登记随机种子"), _("登记“%(campaign)s”第%(draw)s次抽取的随机种子：%(seed)s")
    ),
    "reminder.record": Spoken(
        _("催办"), _("第%(wave)s次催办“%(campaign)s”的评议码%(count)s个，批号：%(batches)s")
    ),
    "reminder.draw": Spoken(
        _("催办抽签的一半"),
        _(
            "第%(wave)s次催办“%(campaign)s”的评议码%(count)s个，抽签的第%(half)s半，"
            "批号：%(batches)s，种子：%(seed)s"
        ),
    ),
    "reminder.again": Spoken(
        _("再次下载催办文件"), _("再次下载“%(campaign)s”第%(wave)s次催办的文件，没有另记一次")
    ),
    "bulletin.issue": Spoken(
        _("发进度通报"), _("发出“%(campaign)s”的第%(number)s期进度通报（%(day)s）")
    ),
    "witness.take": Spoken(
        _("收下见证签名"),
        _("收下“%(witness)s”对“%(campaign)s”第%(number)s号总校验码（%(size)s份答卷）的签名"),
    ),
    "campaign.load": Spoken(_("载入评议活动"), _("载入“%(campaign)s”的方案、单位和问卷")),
    "campaign.rehearse": Spoken(
        _("演练"),
        _(
            "演练“%(campaign)s”：送出模拟答卷%(sent)s份，收到%(stored)s份，未成功%(failed)s份；"
            "演练后答卷%(left_over)s份，存证记录%(leaves)s条"
        ),
    ),
    "campaign.change": Spoken(
        _("修改评议方案"), _("修改“%(campaign)s”草稿的“%(sheet)s”：%(changes)s")
    ),
    "campaign.open": Spoken(_("开启评议"), _("开启“%(campaign)s”，方案从此固定")),
    "campaign.close": Spoken(_("结束评议"), _("结束“%(campaign)s”，不再接收答卷")),
    "campaign.extend": Spoken(
        _("延长评议时间"),
        _("把“%(campaign)s”的最后一天从%(former_last_day)s延到%(last_day)s，理由：%(reason)s"),
    ),
    "campaign.amend": Spoken(
        _("修改已开启的方案"),
        _("把“%(campaign)s”的方案改为第%(version)s版，理由：%(reason)s；%(changes)s"),
    ),
    "campaign.score": Spoken(_("计分"), _("对“%(campaign)s”计分（第%(appraisal)s次计分）")),
    "job.ask": Spoken(_("提出一项工作"), _("对“%(campaign)s”提出%(job_kind)s（第%(job)s项工作）")),
    "job.end": Spoken(
        _("工作结束"), _("对“%(campaign)s”的%(job_kind)s结束（第%(job)s项工作）：%(job_outcome)s")
    ),
    "review.find": Spoken(
        _("列出案卷"), _("“%(campaign)s”第%(appraisal)s次计分列出%(n_cases)s件待认定的案卷")
    ),
    "review.word": Spoken(
        _("对案卷表态"),
        _("对“%(campaign)s”第%(case_number)s号案卷表态（第%(turn)s次认定的第%(position)s人）"),
    ),
    "review.decide": Spoken(
        _("认定案卷"),
        _("“%(campaign)s”第%(case_number)s号案卷（%(unit)s，%(n)s份）认定为：%(verdict)s"),
    ),
    "review.weigh": Spoken(
        _("试算案卷"), _("试算“%(campaign)s”第%(case_number)s号案卷的三种认定对得分的影响")
    ),
    "appeal.file": Spoken(
        _("提出申诉"),
        _("%(unit)s对“%(campaign)s”第%(number)s次发布提出申诉（第%(appeal)s号）"),
    ),
    "appeal.received": Spoken(_("受理申诉"), _("受理“%(campaign)s”第%(appeal)s号申诉")),
    "appeal.weighed": Spoken(
        _("复核计算"), _("为“%(campaign)s”第%(appeal)s号申诉复核计算（第%(appraisal)s次计分）")
    ),
    "appeal.decided": Spoken(
        _("答复申诉"),
        _(
            "答复“%(campaign)s”第%(appeal)s号申诉（%(unit)s）：%(decision)s，以第%(number)s次发布为准"
        ),
    ),
    "appeal.download": Spoken(_("下载申诉附件"), _("下载“%(campaign)s”第%(appeal)s号申诉的附件")),
    "visit.enter": Spoken(
        _("录入察访记录"), _("录入“%(campaign)s”第%(visit)s号察访记录（%(unit)s）")
    ),
    "visit.confirmed": Spoken(
        _("确认察访记录"), _("确认“%(campaign)s”第%(visit)s号察访记录（%(unit)s），扣分单列")
    ),
    "visit.withdrawn": Spoken(
        _("撤销察访记录"), _("撤销“%(campaign)s”第%(visit)s号察访记录（%(unit)s），不扣分")
    ),
    "visit.photo": Spoken(_("下载察访照片"), _("下载“%(campaign)s”第%(visit)s号察访记录的照片")),
    "visit.export": Spoken(_("下载核验记录"), _("下载“%(campaign)s”的核验记录（%(count)s条）")),
    "campaign.release": Spoken(
        _("发布结果"), _("发布“%(campaign)s”的结果（第%(number)s次发布，第%(appraisal)s次计分）")
    ),
    "campaign.anonymise": Spoken(
        _("答卷匿名"), _("把“%(campaign)s”的%(answers)s份答卷改为匿名，不能再对应到人")
    ),
    "key.destroy": Spoken(_("销毁密钥"), _("销毁“%(campaign)s”的密钥（%(early)s）")),
    "case.export": Spoken(_("下载意见办理台账"), _("下载“%(campaign)s”的意见办理台账")),
    "comment.erase": Spoken(_("删除意见原文"), _("删除“%(campaign)s”的%(comments)s条意见原文")),
    "release.approve": Spoken(
        _("记录领导小组审定"),
        _(
            "记录领导小组于%(approved_on)s审定“%(campaign)s”第%(number)s次发布（%(document_number)s）"
        ),
    ),
    "release.publish": Spoken(_("公布结果"), _("向社会公布“%(campaign)s”第%(number)s次发布的结果")),
    "release.export": Spoken(
        _("导出结果"), _("导出“%(campaign)s”第%(number)s次发布的结果（%(format)s）")
    ),
    "release.acknowledge": Spoken(
        _("接收回执"),
        _(
            "“%(system)s”对“%(campaign)s”第%(number)s次发布的回执：%(acknowledged)s（%(reference)s）"
        ),
    ),
    "receiver.create": Spoken(
        _("新建接入令牌"),
        _("为“%(name)s”新建接入令牌%(subject)s，可以：%(rights)s，评议活动：%(campaigns)s"),
    ),
    "receiver.approve": Spoken(
        _("确认接入令牌"), _("确认%(done_by)s为“%(name)s”新建的接入令牌%(subject)s，准其使用")
    ),
    "receiver.revoke": Spoken(
        _("停用接入令牌"), _("停用“%(name)s”的接入令牌%(subject)s，不能再用")
    ),
    "address.create": Spoken(
        _("登记送达地址"),
        _("为“%(name)s”登记送达地址%(subject)s：%(url)s，评议活动：%(campaigns)s"),
    ),
    "address.approve": Spoken(
        _("确认送达地址"), _("确认%(done_by)s为“%(name)s”登记的送达地址%(subject)s，准许送出")
    ),
    "address.stop": Spoken(
        _("停用送达地址"), _("停用“%(name)s”的送达地址%(subject)s（%(why_stopped)s）")
    ),
    "address.start": Spoken(
        _("启用送达地址"), _("启用“%(name)s”的送达地址%(subject)s，等着的马上送出")
    ),
    "address.catch_up": Spoken(
        _("补送现行发布"), _("往“%(name)s”的送达地址%(subject)s补送现行的发布%(n)s份")
    ),
    "delivery.resend": Spoken(
        _("重新送出"), _("把“%(campaign)s”第%(number)s次发布重新送往“%(system)s”")
    ),
    "delivery.acknowledge": Spoken(
        _("送达的回执"),
        _(
            "“%(system)s”收到“%(campaign)s”第%(number)s次发布时答复：%(acknowledged)s（%(reference)s）"
        ),
    ),
    "county.name": Spoken(
        _("登记县公钥"), _("登记“%(county)s”的公钥（%(subject)s），待另一人确认")
    ),
    "county.confirm": Spoken(
        _("确认县公钥"), _("确认%(done_by)s登记的“%(county)s”的公钥（%(subject)s）")
    ),
    "county.revoke": Spoken(_("停用县公钥"), _("停用“%(county)s”的公钥（%(subject)s）")),
    "county.take": Spoken(
        _("收县里的结果"),
        _("收下“%(county)s”的“%(county_campaign)s”第%(number)s次发布（%(digest)s）"),
    ),
    "city.export": Spoken(_("下载各县汇总"), _("下载%(year)s年度的各县汇总（%(format)s）")),
    "parcel.send": Spoken(
        _("做传递包"), _("做了给“%(to)s”的第%(number)s号传递包（%(subject)s），内有%(releases)s")
    ),
    "parcel.receipt": Spoken(
        _("登记传递包回执"),
        _(
            "登记“%(to)s”的回执：%(receiver)s于%(received_at)s收到第%(number)s号传递包（%(subject)s）"
        ),
    ),
    "template.replace": Spoken(
        _("更换文书模板"), _("把文书模板“%(subject)s”换成自己的一份（%(digest)s）")
    ),
    "template.restore": Spoken(_("恢复自带模板"), _("恢复自带的文书模板“%(subject)s”")),
    "poster.register": Spoken(
        _("登记海报"),
        _(
            "为%(unit)s登记一张海报（“%(campaign)s”，评议对象：%(group)s，第%(version)s版，码%(code)s）"
        ),
    ),
    "poster.print": Spoken(_("下载海报"), _("下载%(unit)s的海报%(posters)s张（“%(campaign)s”）")),
    "poster.move": Spoken(
        _("移动海报"),
        _("把“%(campaign)s”%(entrance)s号海报的张贴地点从“%(before)s”改为“%(after)s”"),
    ),
    "poster.withdraw": Spoken(_("停用海报"), _("停用“%(campaign)s”的%(entrance)s号海报")),
    "invitation.withdraw": Spoken(_("停用评议码"), _("停用“%(campaign)s”的%(entrance)s号评议码")),
    "sitting.withdraw": Spoken(
        _("停用一码多评的评议码"), _("停用“%(campaign)s”的%(entrance)s号一码多评评议码")
    ),
    "invitation.issue": Spoken(
        _("发放评议码"),
        _(
            "为%(unit)s发放%(count)s个评议码（“%(campaign)s”，评议对象：%(group)s，渠道：%(channel)s）"
        ),
    ),
    "answer.collect": Spoken(
        _("录入电话和纸质答卷"), _("从表格%(file)s录入%(count)s份电话和纸质答卷（“%(campaign)s”）")
    ),
    "answer.key": Spoken(
        _("录入纸质问卷"), _("录入%(unit)s的一份纸质问卷（“%(campaign)s”），共%(keyed_by)s人录过")
    ),
    "answer.interview": Spoken(
        _("录入电话访问的答卷"), _("录入%(unit)s的一份电话访问答卷（“%(campaign)s”）")
    ),
    "interview.attempt": Spoken(
        _("记录一次联系"), _("为%(unit)s联系了一位受邀者，没有访成：%(outcome)s（“%(campaign)s”）")
    ),
    "sheet.key": Spoken(
        _("先录一遍纸质问卷"),
        _("录入%(unit)s的%(sheet)s号纸质问卷，第%(turn)s遍（“%(campaign)s”），尚未计入"),
    ),
    "sheet.drop": Spoken(
        _("删去录入的纸质问卷"), _("删去%(unit)s的%(sheet)s号纸质问卷（“%(campaign)s”），没有计入")
    ),
    "batch.withdraw": Spoken(
        _("停用一批评议码"),
        _(
            "停用%(issued_by)s发放的第%(batch)s批评议码，共%(count)s个"
            "（“%(campaign)s”，%(proposed_by)s提请；理由：%(reason)s），用过的不受影响"
        ),
    ),
    "code.balance": Spoken(
        _("确认评议码收支"),
        _(
            "与%(proposed_by)s共同确认“%(campaign)s”的评议码收支："
            "制作%(made)s个，已用%(used)s个，停用%(void)s个，未用%(left)s个"
        ),
    ),
    "invitation.again": Spoken(
        _("再次下载同一批评议码"),
        _("再次下载刚发放的%(count)s个评议码（“%(campaign)s”），没有另发"),
    ),
    "sitting.issue": Spoken(
        _("发放一码多评的评议码"),
        _(
            "发放%(count)s个一码多评的评议码，可评%(units)s"
            "（“%(campaign)s”，评议对象：%(group)s，渠道：%(channel)s）"
        ),
    ),
    "case.read": Spoken(_("查看意见原文"), _("查看意见%(case)s的原文（“%(campaign)s”）")),
    "case.verified": Spoken(_("核实意见"), _("核实意见%(case)s（“%(campaign)s”）")),
    "case.dismissed": Spoken(_("不予受理"), _("对意见%(case)s不予受理（“%(campaign)s”）")),
    "case.assigned": Spoken(_("交办意见"), _("把意见%(case)s交给单位办理（“%(campaign)s”）")),
    "case.replied": Spoken(_("答复意见"), _("答复意见%(case)s（“%(campaign)s”）")),
    "case.returned": Spoken(_("退回重办"), _("把意见%(case)s退回单位重办（“%(campaign)s”）")),
    "case.published": Spoken(_("公开答复"), _("把意见%(case)s的答复给居民看（“%(campaign)s”）")),
    "case.answered": Spoken(_("居民评价办理"), _("评价意见%(case)s的办理情况（“%(campaign)s”）")),
    "case.withdrawn": Spoken(_("居民撤回文字"), _("撤回意见%(case)s里写的文字（“%(campaign)s”）")),
    "case.closed": Spoken(_("办结意见"), _("办结意见%(case)s（“%(campaign)s”）")),
    "proposal.propose": Spoken(
        _("提请"), _("提请“%(deed)s”（第%(proposal)s号，“%(campaign)s”），等另一人批准")
    ),
    "proposal.approve": Spoken(
        _("批准"),
        _("批准%(proposed_by)s提请的“%(deed)s”（第%(proposal)s号，“%(campaign)s”）%(ties)s"),
    ),
    "proposal.decline": Spoken(
        _("不予批准"),
        _("不批准%(proposed_by)s提请的“%(deed)s”（第%(proposal)s号，“%(campaign)s”）"),
    ),
    "proposal.withdraw": Spoken(
        _("撤回提请"), _("撤回%(proposed_by)s提请的“%(deed)s”（第%(proposal)s号，“%(campaign)s”）")
    ),
}

_FACTORS = {
    "none": _("没有开通"),
    "totp": _("动态口令"),
    "recovery code": _("恢复码"),
}
_WAITS = _("；须另一人确认，确认前不能登录")
_WAIT_WORDS = {
    "receiver.create": _("；须另一人确认，确认前不能使用"),
    "address.create": _("；须另一人确认，确认前不送"),
}
_STOPPED = {
    "office": _("办公室停用"),
    "gone": _("对方说不再接收"),
    "restored": _("从备份恢复后先停下"),
}
_EARLY = {True: _("未到期"), False: _("已到期")}
_UNKNOWN = _("本版程序不认识的操作 %(action)s（%(subject)s）")


def sentence(entry: AuditEntry, names: Names) -> str:
    """Return what somebody did, from the verb on."""
    spoken = SPOKEN.get(entry.action)
    said = spoken.sentence if spoken else _UNKNOWN
    waits = str(_WAIT_WORDS.get(entry.action, _WAITS)) if entry.detail.get("waits") else ""
    return str(said) % _Words(entry, names) + waits


class _Words(Mapping[str, str]):
    """The words of one entry, found as a sentence asks for them."""

    def __init__(self, entry: AuditEntry, names: Names) -> None:
        self._entry, self._names = entry, names

    def __getitem__(self, word: str) -> str:
        """Return a word; what was not recorded then is a dash."""
        speak = _WORDS.get(word)
        if speak is not None:
            return str(speak(self._entry, self._names))
        value = self._entry.detail.get(word)
        return NOTHING if value in (None, "") else str(value)

    def __iter__(self) -> Iterator[str]:
        return iter(_WORDS)

    def __len__(self) -> int:
        return len(_WORDS)


_MOST_CHANGES = 5  # told in a sentence; the entry has all


def _campaign_code(entry: AuditEntry) -> str:
    return entry.subject.partition("/")[0]


def _role(entry: AuditEntry, names: Names, *, role: str, scope: str) -> str:
    said, narrowed = entry.detail.get(role), entry.detail.get(scope)
    words = role_name(said) if said in ROLES else NOTHING
    if not narrowed:
        return words
    if said == "unit_liaison":
        return words + str(_("（%(unit)s）", unit=names.unit(narrowed)))
    return words + str(_("（%(code)s类）", code=narrowed))


def _unit(entry: AuditEntry, names: Names) -> str:
    code = entry.detail.get("unit", NOTHING)
    return names.unit(code) if code else str(_("全部单位"))


def _deed(entry: AuditEntry, names: Names) -> str:
    kind = entry.detail.get("deed", NOTHING)
    return names.deeds.get(kind, str(kind))


def _deeds(entry: AuditEntry, names: Names) -> str:
    said = (SPOKEN.get(action) for action in entry.detail.get("deeds", ()))
    return names.listed(str(each.name) for each in said if each)


def _done_by(entry: AuditEntry, names: Names) -> str:
    return names.listed(names.person(each) for each in entry.detail.get("done_by", ()))


def _ties(entry: AuditEntry, names: Names) -> str:
    """Return how the proposer had a hand in the approver's account, nothing where he had none."""
    told = "；".join(_tie(tie, names) for tie in entry.detail.get("ties", ()))
    return str(_("；提请人经手过批准人的账号（%(told)s）", told=told)) if told else ""


def _tie(tie: Mapping[str, str], names: Names) -> str:
    words = {"deed": SPOKEN[tie["deed"]].name, "by": names.person(tie["by"])}
    if not tie["word_of"]:
        return str(_("%(deed)s：%(by)s办理，没有第二人确认", **words))
    word_of = names.person(tie["word_of"])
    return str(_("%(deed)s：%(by)s办理，%(word_of)s确认", **words, word_of=word_of))


def _filter(entry: AuditEntry, _names: Names) -> str:
    asked = {word: str(value) for word, value in entry.detail.items() if value}
    if asked.get("deed") in SPOKEN:
        asked["deed"] = str(SPOKEN[asked["deed"]].name)
    return "; ".join(asked.values()) or str(_("全部"))


def _changes(entry: AuditEntry, _names: Names) -> str:
    said = entry.detail.get("changes", [])
    told = [
        str(_("%(at)s 从“%(before)s”改为“%(after)s”", **change)) for change in said[:_MOST_CHANGES]
    ]
    if len(said) > len(told):
        told.append(str(_("等共%(n)d处", n=len(said))))
    return "；".join(told)


def _rights(entry: AuditEntry, names: Names) -> str:
    return names.listed(
        str(RIGHT_WORDS.get(right, right)) for right in entry.detail.get("rights", ())
    )


def _campaigns(entry: AuditEntry, names: Names) -> str:
    codes = entry.detail.get("campaigns")
    return str(_("全部")) if codes is None else names.listed(codes)


def _releases(entry: AuditEntry, names: Names) -> str:
    said = entry.detail.get("releases", ())
    return names.listed(f"{code}-R{number}" for code, number in said)


_WORDS: dict[str, Callable[[AuditEntry, Names], object]] = {
    "action": lambda entry, _names: entry.action,
    "subject": lambda entry, _names: entry.subject,
    "account": lambda entry, names: names.account(entry.subject),
    "campaign": lambda entry, names: names.campaign(_campaign_code(entry)),
    "verdict": lambda entry, names: VERDICTS[entry.detail["verdict"]].text(names.lang),
    "decision": lambda entry, names: APPEAL_OUTCOMES[entry.detail["outcome"]].text(names.lang),
    "case": lambda entry, _names: entry.subject.partition("/")[2],
    "case_number": lambda entry, _names: entry.detail["case"],
    "role": lambda entry, names: _role(entry, names, role="role", scope="scope"),
    "before_role": lambda entry, names: _role(entry, names, role="before", scope="before_scope"),
    "unit": _unit,
    "units": lambda entry, names: names.unit(entry.detail.get("units") or NOTHING),
    "group": lambda entry, names: names.group(
        _campaign_code(entry), entry.detail.get("group") or NOTHING
    ),
    "channel": lambda entry, names: names.channel(
        _campaign_code(entry), entry.detail.get("channel") or NOTHING
    ),
    "deed": _deed,
    "deeds": _deeds,
    "done_by": _done_by,
    "ties": _ties,
    "proposed_by": lambda entry, names: names.person(entry.detail.get("proposed_by") or NOTHING),
    "issued_by": lambda entry, names: names.person(entry.detail.get("issued_by") or NOTHING),
    "second_factor": lambda entry, _names: _FACTORS.get(
        entry.detail.get("second_factor", ""), NOTHING
    ),
    "outcome": lambda entry, _names: OUTCOMES.get(entry.detail.get("disposition", ""), NOTHING),
    "job_kind": lambda entry, _names: TITLES.get(entry.detail.get("kind", ""), NOTHING),
    "job_outcome": lambda entry, _names: JOB_OUTCOMES.get(entry.detail.get("outcome", ""), NOTHING),
    "early": lambda entry, _names: _EARLY.get(bool(entry.detail.get("early")), NOTHING),
    "acknowledged": lambda entry, _names: OUTCOME_WORDS.get(
        entry.detail.get("outcome", ""), NOTHING
    ),
    "why_stopped": lambda entry, _names: _STOPPED.get(entry.detail.get("reason", ""), NOTHING),
    "rights": _rights,
    "county_campaign": lambda entry, _names: entry.detail.get("campaign", NOTHING),
    "releases": _releases,
    "campaigns": _campaigns,
    "filter": _filter,
    "changes": _changes,
    "batches": lambda entry, _names: ", ".join(entry.detail.get("batches", {})) or NOTHING,
}
