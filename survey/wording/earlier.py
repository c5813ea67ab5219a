"""Notices as earlier programs stored them: a code and one English sentence.

They are shown as they were; what a sentence does not carry cannot be said anew.
"""

from __future__ import annotations

from survey.wording.words import Words

_CHINESE = {
    "insufficient_group": "有效样本量未达到最低要求，不参与合成，其权重按比例分摊到其他组",
    "insufficient_unit": "达到最低样本量的评议对象所占权重不足，不公布得分",
    "margin_dropped": "答卷太少，加权时未使用某项人口结构",
    "category_merged": "某年龄段没有答卷，已与相邻年龄段合并加权",
    "structural_zero_claimed": "个别答卷所填类别在当地没有人口，该项按“未说明”处理",
    "margins_missed": "在规定的权重上下限内无法完全符合人口结构，以权重限值为准",
    "near_empty_category": "某类别答卷很少，其权重明显偏大",
    "not_converged": "加权未完全收敛",
    "organised_answers": "发现疑似有组织填报的答卷，已降低其权重，请两人复核后认定",
    "channels_contradict": "公开扫码答卷与受邀答卷相差过大，请核查；方案未另定的，得分不采用前者",
    "unprotected": "该组只有公开扫码答卷、没有受邀答卷，得分不受抗刷票保护，请谨慎使用",
    "selection_assumed": "公开答卷按参评倾向校正，假定参评与否只看性别、年龄、居住地，与意见无关",
    "selection_simplified": "两类答卷太少，公开答卷未能同时按性别、年龄、居住地校正",
    "nonresponse_without_list": "方案要求按应答情况调整受邀答卷，但没有受邀名单，权数未作调整",
    "nobody_answered": "受邀名单上无人交回有效答卷",
    "invited_not_listed": "个别受邀答卷不在受邀名单上，权数未作调整",
    "propensity_unusable": "无法估计作答倾向，改按分组调整",
    "callbacks_unusable": "催答前后的答卷太少，无法估计意见对作答的影响，改按分组调整",
    "proxy_weak": "名单上的已知情况几乎不能预测意见，由意见引起的不作答无法据此限定范围",
    "model_assisted": "答卷较少、误差较大，得分借助同类单位的模型估计（小域估计）",
    "withheld": "答卷太少、误差过大，借助模型也达不到要求，按方案不公布得分",
    "no_model": "单位太少，无法建立小域估计模型",
    "not_ranked": "得分中没有受邀样本可对照的公开扫码答卷占比超过方案规定，公布得分，不参与排名",
    "ranked_unprotected": "没有受邀样本可对照的公开扫码答卷占比偏高，按方案仍参与排名，请谨慎使用",
    "zero_total": "人口为零的类别的答卷权重为零",
}


def earlier_words(code: str, english: str) -> Words:
    """Return the words of a notice of which an earlier program kept the English sentence alone."""
    return Words(_CHINESE.get(code, english), english)
