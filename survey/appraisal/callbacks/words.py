"""The words of call sheets: how a call can end, and the headings of the columns."""

from survey.model import CallOutcomeKind

OUTCOMES: dict[str, dict[CallOutcomeKind, str]] = {
    "zh": {
        "own": "本人所答",
        "not_mine": "非本人所答",
        "told": "被告知如何作答",
        "no_contact": "未联系上",
    },
    "en": {
        "own": "own answer",
        "not_mine": "not answered by me",
        "told": "told what to answer",
        "no_contact": "no contact",
    },
}
# Those a sheet is read by, then those that help whoever calls.
COLUMNS = {
    "zh": ("单位代码", "批号", "序号", "结果"),
    "en": ("unit code", "batch", "serial", "outcome"),
}
BESIDE = {"zh": ("单位", "评议对象", "次序"), "en": ("unit", "group", "order")}
SHEET = {"zh": "回访登记", "en": "calls"}
ABOUT = {"zh": "说明", "en": "about"}
INSTRUCTIONS = {
    "zh": (
        "这是回访核验的号码表。号码由公开的种子抽出，不是任何人挑的；请按次序打，不要跳过。",
        "批号、序号与发码时的清单相同，由绩效办按自己的清单查到联系方式；本表没有答案，也没有作答时间。",
        "只问一句：今年对该单位的评议，是不是您本人按自己的意思作答的？不问选了什么，也不要说别人怎么选。",
        (
            "“结果”一列从下拉列表选一项：本人所答；非本人所答（没有答过，或由别人代答）；"
            "被告知如何作答（有人要求怎么选）；未联系上（不同时间至少打三次）。"
        ),
        "没有打的留空。留空的号码之后的结果暂不计入，打不通的请填“未联系上”。",
        "填好后在“回访核验”页面上传；有一行不对，整张表都不保存。结果变了可以改后再传，原来的仍保留。",
    ),
    "en": (
        "These numbers were drawn by a public seed. Call in their order, skip none.",
        (
            "Batch and serial are those of the list made when the codes were issued; the office"
            " finds whom to call in its own list. No answer and no time stands here."
        ),
        (
            "Ask one thing: was the answer about this unit given by yourself, as you meant it?"
            " Never ask what was answered, nor say how others did."
        ),
        (
            "Choose from the list: own answer; not answered by me (never, or by somebody else);"
            " told what to answer; no contact (after three attempts at different times)."
        ),
        (
            "Leave what was not called empty. Outcomes after an empty one do not count yet; where"
            " nobody answers, enter no contact."
        ),
        (
            "Upload the sheet on the page of verification calls; one faulty row and nothing is"
            " kept. An outcome that changed may be uploaded again, the earlier one stays on record."
        ),
    ),
}


def outcome_of(words: str) -> CallOutcomeKind | None:
    """Return what an outcome's words mean, in either language or as its code."""
    given = words.strip().casefold()
    for told in OUTCOMES.values():
        for outcome, said in told.items():
            if given in {outcome, said}:
                return outcome
    return None
