"""Words that native readers stumbled over do not come back: each has a better one to say."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.repository.imported import MODULES, ROOT, tree

# What a reader stumbled over, as an expression, and what is said in its place.
GIVEN_UP = {
    # residents
    "请更正|几处需要更正": "还有几项没有填好",
    "接着上次没有提交": "上次填到这里还没有提交，可以接着填",
    "凭码评议": "我有评议码，用码评议",
    "评议码输错了": "评议码不对",
    "重新输入": "查找 / 下一步",
    "换一张海报": "请扫新的海报",
    "不分大小写": "大小写都可以，空格不用输",
    "凭它能": "用回执号可以",
    "还没有提交成功": "还没有交上去，请先不要关闭",
    "还想参加": "您仍可以扫海报上的二维码参加",
    "要求我选指定答案|诱导作答": "有人让我照他说的选（举报）；授意、干预作答举报",
    "报告给绩效办|已经报告|还没有报告": "提交举报；举报已收到；暂无举报",
    "证明已计入": "怎样核对我的答卷没有丢、没有被改",
    "防篡改台账": "答卷存证",
    "叶子": "第 N 条记录",
    "树头": "总校验码",
    "算到总校验码": "可以算出总校验码，证明您的答卷在内",
    "谁删改了": "只要有一份答卷被删改，总校验码就会改变",
    "晚七天": "至少七天以后才转交，并打乱先后顺序",
    "不足规定份数": "答卷太少时，其意见不转交",
    "此外没有别的": "除此之外不保存任何信息",
    "一码只答一次": "用于防止重复作答",
    "不出数据库": "不对外提供",
    "不了解的不必": "不了解的不用勾",
    "有话要对": "对哪个单位有意见建议",
    "您不满意的主要原因": "如有不满意，主要原因是什么？",
    "小计算题": "请稍等约一秒，页面会自动继续",
    "这个页面已经提交过": "这一页已经交过一份答卷",
    # papers
    "尊敬的受邀者": "尊敬的居民朋友",
    "代填您的评议码": "不得收走您的评议码，不得代您填写",
    "前有效": "有效期至……（含当日）",
    "按受邀答卷计": "按受邀样本统计",
    "微信或浏览器扫码": "微信扫一扫或手机自带扫码",
    "请评[{X]": "【单位】不收费……请您评议",
    "裁切卡": "小卡片",
    # the office
    "(参评数|各单位|有效答卷|答卷)对计划": "有效答卷与计划；各单位完成情况",
    "完成计划": "计划完成率",
    "逐份规则": "逐份检查",
    "单位·对象|应完成数的八成": "项（单位×对象）低于进度要求的80%",
    "被拦下|有人在试探。": "拦截情况；可能有人在试探评议码",
    "无基数|未登记邀请数": "未发码，不计回收率",
    "不经手": "不参与制作、发放",
    "首要评议对象": "权重最大的评议对象",
    "换成新版|停用旧版|登记新版": "换新海报；停用旧海报并换新",
    "无法还原": "不保存评议码原文",
    "每点一次": "请勿重复点击",
    r"第\s?(%\(n\)d|\d+) ?层|另一层": "第 N 档",
    "名次区间": "名次可能在第 N 名；可能名次",
    r"等效 (%|\d)": "加权后相当于 N 份",
    "有组样本不足": "N 类对象样本不足",
    "全部回收|筛除": "原始分；剔除无效后",
    "同样抽取的群众": "真实得分有95%的把握落在这个范围内",
    "组织代答": "疑似有人组织填报",
    "人口边际": "人口结构",
    "受邀答卷约束": "受邀样本作对照",
    "偏离受邀答卷": "公开答卷最多使得分偏离受邀样本",
    "扣除其宽严|评分的宽严": "校正个人打分偏宽偏严",
    "假答卷可能造成|最坏的假设": "抗造假检验",
    "核查时请勿": "向单位核查时，只能说地点和日期",
    "与提交先后无关": "排列顺序随机",
    "不予交办": "不予受理",
    "操作方式不对": "页面已失效，请返回重试",
}
# Published formats keep their columns; these pages name what statisticians call it, or what was.
LEFT = {
    ROOT / "CHANGELOG.md",
    ROOT / "docs/glossary.md",
}
TEXTS = (
    ("templates", "html"),
    ("templates", "typ"),
    ("static", "js"),
    ("survey/demo", "yaml"),
    ("survey/demo", "json"),
    ("survey/demo", "csv"),
    ("docs", "md"),
)


def said_in_code() -> Iterator[tuple[Path, int, str]]:
    """Yield the texts of the program, joined as Python joins them."""
    for module, path in MODULES.items():
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.lineno, node.value


def said_in_files() -> Iterator[tuple[Path, int, str]]:
    """Yield the lines of what is read as it is, Chinese and other; a text may go over several."""
    files = [path for folder, ext in TEXTS for path in sorted((ROOT / folder).rglob(f"*.{ext}"))]
    for path in [*files, *sorted(ROOT.glob("README*.md"))]:
        if path not in LEFT and "gb18030" not in path.name:
            joined = re.sub(r'"\n\s*"', "", path.read_text("utf-8"))
            for number, line in enumerate(joined.splitlines(), start=1):
                yield path, number, line


def test_no_word_a_reader_stumbled_over_comes_back() -> None:
    patterns = {re.compile(words): better for words, better in GIVEN_UP.items()}
    back = [
        f"{path.relative_to(ROOT)}:{line}: {found[0]}, say {better}"
        for path, line, text in [*said_in_code(), *said_in_files()]
        for pattern, better in patterns.items()
        if (found := pattern.search(text))
    ]
    assert not back, "\n".join(back)


def test_every_word_given_up_has_one_that_is_not() -> None:
    patterns = [re.compile(words) for words in GIVEN_UP]
    assert [b for b in GIVEN_UP.values() if any(p.search(b) for p in patterns)] == []


def test_what_residents_read_is_read_here() -> None:
    """The texts this looks through are the ones that exist: none was moved away."""
    read = {path for path, _line, _text in [*said_in_code(), *said_in_files()]}
    for name in ("notices.yaml", "questionnaire.json", "scheme.yaml"):
        assert ROOT / "survey/demo/anlan" / name in read
    for name in ("survey/wording/notices.py", "templates/print/invitation.typ", "README.zh.md"):
        assert ROOT / name in read
