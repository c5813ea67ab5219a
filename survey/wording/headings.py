"""What each kind of notice is called where many of a kind are counted and not said one by one."""

from survey.wording.words import Words

HEADINGS = {
    "insufficient_group": Words("某类评议对象样本不足，不计入得分", "A group has too few answers"),
    "all_alike": Words("答卷完全一样，误差另行推算", "Answers all alike"),
    "interval_below_rounding": Words(
        "误差小于公布的小数位", "An interval narrower than the digits shown"
    ),
    "insufficient_unit": Words("样本不足，不公布得分", "Too few answers for a score"),
    "margin_dropped": Words("加权时未使用某项人口结构", "A population margin was dropped"),
    "category_merged": Words("没有答卷的人口类别合并加权", "A category without answers was merged"),
    "borrowing_few": Words("单位太少，对象之间不借用", "Too few units for groups to borrow"),
    "borrowing_unheld": Words("没有受邀样本，对象之间不借用", "No invited answers to borrow from"),
    "category_few": Words("答卷太少的人口类别合并校正", "A category of few answers was merged"),
    "structural_zero_claimed": Words(
        "答卷填了当地没有的人口类别", "Answers claim where nobody lives"
    ),
    "margins_missed": Words("加权后与人口结构略有出入", "The margins are not all met"),
    "organised_answers": Words("疑似有人组织填报，待两人复核", "Organised answers, to be reviewed"),
    "suspicion": Words("疑似有人组织填报", "Organised answers"),
    "group_coached": Words(
        "一类受邀对象疑似被授意作答，待两人核查", "An invited group may have been coached"
    ),
    "group_coached_alone": Words(
        "主要受邀对象疑似被授意作答，待两人核查", "The main invited group may have been coached"
    ),
    "group_coached_unused": Words(
        "未计分的受邀对象疑似被授意作答，待两人核查",
        "A group not in the score may have been coached",
    ),
    "calls_none": Words("没有做过回访核验", "No verification calls were made"),
    "calls_confirmed": Words(
        "回访核验已确认假答卷影响有限",
        "Verification calls confirm that false answers matter little",
    ),
    "calls_open": Words(
        "回访核验还没有确认假答卷影响有限",
        "Verification calls have not confirmed yet that false answers matter little",
    ),
    "calls_refuted": Words(
        "回访查出的假答卷影响过大", "Verification calls found false answers that matter much"
    ),
    "calls_widened": Words(
        "回访查出假答卷，区间已放宽", "Verification calls found false answers: interval wider"
    ),
    "codes_captured": Words("部分评议码可能被冒用，待两人核查", "Codes may have been captured"),
    "codes_captured_unscored": Words(
        "未公布得分单位的评议码可能被冒用，待两人核查",
        "Codes of a unit without a score may have been captured",
    ),
    "codes_unlike": Words("一批评议码的作答异常，待两人核查", "A batch of codes to look into"),
    "channels_contradict": Words("公开答卷与受邀答卷不一致", "Open and invited answers contradict"),
    "selection_assumed": Words("公开答卷按人口情况校正", "Open answers are corrected"),
    "selection_simplified": Words("公开答卷只作部分校正", "Open answers are corrected in part"),
    "leniency": Words("已校正打分偏宽偏严", "Leniency was taken out"),
    "units_not_connected": Words("没有人同时评议过的单位", "Units no rater connects"),
    "unprotected": Words("没有受邀样本可对照的公开答卷", "Open answers nothing holds"),
    "open_left_out": Words("公开答卷不计入得分", "Open answers that do not count"),
    "bounded_group": Words("公开答卷只在限度内影响得分", "Open answers within a bound"),
    "not_ranked": Words("缺少受邀样本作对照，不参与排名", "Published without a rank"),
    "ranked_unprotected": Words("缺少受邀样本作对照，仍参与排名", "Ranked, though little holds it"),
    "nonresponse_without_list": Words("没有受邀名单，未作调整", "No list of everybody invited"),
    "nobody_answered": Words("受邀名单上无人作答", "Nobody on the list answered"),
    "design_weights": Words("按抽中概率加权", "Weighted by the chances of the draw"),
    "invited_not_listed": Words("受邀答卷不在名单上", "Invited answers not on the list"),
    "propensity_unusable": Words("无法估计作答倾向", "No chance of answering could be fitted"),
    "callbacks_unusable": Words("催答不足，无法比较", "Callbacks cannot be used"),
    "callbacks_interval_unusable": Words("催答不足，改用名单", "Callbacks cannot tell the range"),
    "silence_slope": Words("未作答与意见的关系", "Silence and the opinion"),
    "waves_disagree": Words("各轮催办互不一致", "Waves do not tell the same"),
    "no_lots": Words("催办没有抽签", "Reminders without lots"),
    "proxy_weak": Words("未作答的影响无法估计范围", "Silence cannot be bounded"),
    "earlier_scores_used": Words("使用了上次公布的得分", "Scores of last time were used"),
    "earlier_scores_few": Words("上次得分太少，没有使用", "Too few scores of last time"),
    "no_earlier_score": Words("没有上次得分", "No score of last time"),
    "groups_borrow": Words("各类对象互相借用信息", "Groups borrow from one another"),
    "unit_drawn": Words("得分借用了其他对象和单位的信息", "Drawn towards other groups and units"),
    "group_apart": Words("与其他对象相差过大，没有靠拢", "Too far off to be drawn"),
    "coached_undrawn": Words("疑似有人授意，不参与借用", "Looks coached, not drawn"),
    "model_assisted": Words("答卷较少，得分借助模型", "Assisted by a model"),
    "withheld": Words("误差过大，不公布得分", "Withheld: the error is too large"),
    "no_model": Words("单位太少，没有使用模型", "Too few units for a model"),
    "large_nonresponse_factor": Words("少数人代表很多人", "Few stand for many"),
    "no_area_variance": Words("单位之间看不出差别", "No difference between units seen"),
    "no_sub_area_variance": Words("看不出差别", "No difference seen"),
    "not_converged": Words("加权计算未收敛", "Weighting did not converge"),
    "totals_contradict": Words("已知总数相互矛盾", "known totals contradict"),
    "totals_out_of_reach": Words("已知总数无法达到", "known totals out of reach"),
    "near_empty_category": Words("个别答卷权重过大", "Very large weights"),
    "zero_total": Words("已知总数为零的类别有人作答", "Answers where the total is zero"),
    "trimmed": Words("部分权重被截尾", "Weights were trimmed"),
    "negative_weights": Words("出现负权重", "Negative weights"),
    "no_base_weight": Words("没有基础权重", "No base weights"),
}
_OTHERS = Words("其他说明", "Other remarks")


def heading_of(code: str) -> Words:
    """Return what a kind of notice is called; stored runs may hold kinds of earlier programs."""
    return HEADINGS.get(code, _OTHERS)
