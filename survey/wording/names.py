"""What the variables and categories of a campaign are called; others are called by their code."""

from survey.wording.words import Words

CAMPAIGN_NAMES = {
    "sex": Words("性别", "sex"),
    "age4": Words("年龄段", "age"),
    "age5": Words("年龄段", "age"),
    "age": Words("年龄段", "age"),
    "residence": Words("居住地", "residence"),
    "township": Words("乡镇街道", "township"),
    "male": Words("男", "male"),
    "female": Words("女", "female"),
    "prefer_not": Words("不愿透露", "prefer not to say"),
    "urban": Words("城镇", "urban"),
    "rural": Words("农村", "rural"),
    "unknown": Words("未说明", "not said"),
}
