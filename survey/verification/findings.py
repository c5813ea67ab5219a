"""How what does not agree is said: which record, and what to do about it."""

from survey.problems import Problem

PARTS = {
    "campaign": ("评议的名称和日期", "name and period"),
    "plan": ("计分方案", "plan"),
    "scheme": ("方案文件", "scheme"),
    "texts": ("居民页面的说明文字", "words for residents"),
    "questionnaire": ("问卷", "questionnaire"),
    "units": ("参评单位", "units"),
    "groups": ("评议对象", "respondent groups"),
    "coefficients": ("评议对象的权重和计划数", "coefficients and targets of the groups"),
    "areas": ("乡镇", "areas"),
    "margins": ("人口总量", "population margins"),
    "salt": ("封存用的随机数", "salt"),
    "audit": ("操作记录", "record of deeds"),
    "counters": ("每日份数", "daily counters"),
    "runs": ("计分结果", "runs"),
    "releases": ("发布", "releases"),
    "codes": ("发出的评议码", "codes issued"),
    "commitments": ("公布过的评议码", "codes committed"),
    "withdrawn": ("停用的海报和评议码", "posters and codes withdrawn"),
    "comments": ("居民意见", "comments"),
    "decisions": ("意见办理", "handling of comments"),
    "reports": ("干预作答的举报", "reports of coaching"),
}


def altered(field: str, zh: str, en: str) -> Problem:
    """Return a finding about a record."""
    return Problem(field=field, zh=zh, en=en)


def unreadable(field: str, error: Exception) -> Problem:
    """Return that a record is not even in a form that this program writes."""
    name = type(error).__name__
    return altered(
        field, f"存档已损坏，不能读取（{name}）", f"is damaged and cannot be read ({name})"
    )


def what_to_do() -> Problem:
    """Return what stands above the findings of something that was stopped by them."""
    return Problem(
        zh="存档与封存时不一致，操作已停止。请保留现场，不要再改动数据库，"
        "报告监察人员，并从备份恢复",
        en="what is stored is not what was sealed, so nothing was done. Leave everything as it is, "
        "do not touch the database, tell the inspector and restore from a backup",
    )
