"""The table of notices: what a reader of figures should know, by how much, from where, how many.

A new notice needs its two sentences here and its name in ``headings``, a new error its own in
``errors``, with a placeholder for each value and no other; ``tests/wording`` reads the code and
says what is missing. After its colon a placeholder has a format of Python's, one of
``speaking.FORMATS``, or a table of ``phrases``.
"""

from survey.wording.words import Words

_FALSE = Words(
    "若其中{shares:percents}是假答卷，得分最多变动{points:points}分",
    "if {shares:percents} of their weight were false, the score could have moved by up to"
    " {points:points} points",
)

# About a unit, one of its groups, or all figures of a campaign.
CAMPAIGN = {
    "insufficient_group": Words(
        "有效答卷{n}份，不足规定的{needed}份，不计入得分，其权重按比例分给其他评议对象",
        "valid responses: {n}, needed: {needed}; not in the score, its weight goes to the others in"
        " proportion",
    ),
    "all_alike": Words(
        "{n}份有效答卷的答案完全一样，本身看不出误差；误差参照这类评议对象对所有单位的答卷推算",
        "all {n} valid responses are alike and show no error of their own; it is drawn from this"
        " group's responses about all units",
    ),
    "interval_below_rounding": Words(
        "{n}份有效答卷几乎完全一样，误差小于公布的{digits}位小数，区间看不出宽度，不表示得分毫无误差",
        "{n} valid responses are nearly all alike: the interval is narrower than the {digits}"
        " published decimals can show, which does not mean that the score has no error",
    ),
    "insufficient_unit": Words(
        "样本达标的评议对象只占权重的{covered:g}%，不到规定的{needed:g}%，不公布得分",
        "groups with enough responses cover {covered:g}% of the group weight, {needed:g}% needed:"
        " no score is published",
    ),
    "margin_dropped": Words(
        "加权时未使用“{variable:words}”这项人口结构：{why:dropped}",
        "margin {variable:words} dropped: {why:dropped}",
    ),
    "category_merged": Words(
        "{variable:words}“{category:words}”没有答卷，已与“{neighbour:words}”合并加权",
        "{variable:words}: nobody answered from {category:words}, merged with {neighbour:words}",
    ),
    "category_few": Words(
        "{variable:words}“{category:words}”在这一类单位中只有{n}份答卷，不足{needed}份，"
        "已与“{neighbour:words}”合并校正",
        "{variable:words}: of {category:words} this class of units has {n} answers, fewer than"
        " {needed}; corrected together with {neighbour:words}",
    ),
    "structural_zero_claimed": Words(
        "{n}份答卷的{variable:words}填了{categories:words}，当地没有这类人口；这一项按“未说明”处理",
        "{variable:words}: answers that claim {categories:words}, where nobody lives: {n}; this"
        " part of them counts as not said",
    ),
    "margins_missed": Words(
        "单份答卷的权重限定在平均数的{lower:g}至{upper:g}倍之间，因此不能完全符合人口结构，"
        "最多相差总人口的{missed:.2%}；以权重限值为准",
        "the margins cannot all be met with weights of {lower:g} to {upper:g} times the mean;"
        " missed by up to {missed:.2%} of the population",
    ),
    "organised_answers": Words(
        "{n}份答卷疑似有人组织填报：{alike:alike}，{kind:seen}；已降低其权重，请两人复核后认定",
        "{n} {alike:alike} {kind:seen}; they count less until two people have reviewed them",
    ),
    "suspicion": Words(
        "{n}份答卷疑似有人组织填报：{alike:alike}，{kind:seen}", "{n} {alike:alike} {kind:seen}"
    ),
    "group_coached": Words(
        "{of}份受邀答卷中有{n}份用同一种选法，这类对象评其他单位时只有{usual:.0%}这样选，疑似有人授意；"
        "这些答卷仍全部计分，请两人核查。它占单位得分的{part:.0%}：计入为{score:.2f}分，不计入为{without:.2f}分",
        "{n} of {of} invited answers were ticked in one and the same way, {usual:.0%} of this"
        " group's answers about other units were: they may have been told what to tick. All of them"
        " still count; two people should look into it. The group is {part:.0%} of the unit's score:"
        " {score:.2f} with it, {without:.2f} without",
    ),
    "group_coached_alone": Words(
        "{of}份受邀答卷中有{n}份用同一种选法，这类对象评其他单位时只有{usual:.0%}这样选，疑似有人授意；"
        "这些答卷仍全部计分，请两人核查。它占单位得分的{part:.0%}，不计入则样本不足，没有得分",
        "{n} of {of} invited answers were ticked in one and the same way, {usual:.0%} of this"
        " group's answers about other units were: they may have been told what to tick. All of them"
        " still count; two people should look into it. The group is {part:.0%} of the unit's"
        " score: without it there would be too few answers for a score",
    ),
    "group_coached_unused": Words(
        "{of}份受邀答卷中有{n}份用同一种选法，这类对象评其他单位时只有{usual:.0%}这样选，疑似有人授意；"
        "这类对象样本不足，没有计入得分，请两人核查",
        "{n} of {of} invited answers were ticked in one and the same way, {usual:.0%} of this"
        " group's answers about other units were: they may have been told what to tick. The group"
        " has too few answers and is not in the score; two people should look into it",
    ),
    "calls_none": Words(
        "没有做过回访核验，假答卷对得分的影响是否不超过{most:g}分没有确认",
        "no verification calls were made: that false answers move the score by at most {most:g}"
        " points is not confirmed",
    ),
    "calls_confirmed": Words(
        "回访核验：联系上{n}人（另有{missed}人没有联系上），确认假答卷对得分的影响不超过{most:g}分"
        "（误判的可能不超过{risk:.0%}）；能联系上的人中，假答卷不超过{share:.1%}",
        "verification calls reached {n} people ({missed} more were not reached) and confirm that"
        " false answers move the score by at most {most:g} points (risk of being mistaken at most"
        " {risk:.0%}); of those who can be reached at most {share:.1%} are false",
    ),
    "calls_open": Words(
        "回访核验：联系上{n}人（另有{missed}人没有联系上），其中{false}人的答卷不是本人所答；"
        "假答卷对得分的影响是否不超过{most:g}分还没有确认，能联系上的人中假答卷不超过{share:.1%}"
        "（误判的可能不超过{risk:.0%}）",
        "verification calls reached {n} people ({missed} more were not reached), {false} of whose"
        " answers were not their own; that false answers move the score by at most {most:g} points"
        " is not confirmed yet; of those who can be reached at most {share:.1%} are false (risk of"
        " being mistaken at most {risk:.0%})",
    ),
    "calls_refuted": Words(
        "回访核验：联系上{n}人（另有{missed}人没有联系上），已查出{false}份不是本人所答，"
        "最多可使得分变动{most:g}分以上，不能确认",
        "verification calls reached {n} people ({missed} more were not reached); the {false}"
        " answers found not to be their own can move the score by more than {most:g} points by"
        " themselves: it cannot be confirmed",
    ),
    "calls_widened": Words(
        "回访的{n}人中有{false}份答卷不是本人所答，能联系上的人中最多占{share:.1%}"
        "（没有联系上的也都算假答卷，则最多{unreached:.1%}）；得分未动，"
        "区间下限放宽{down:.2f}分，上限放宽{up:.2f}分",
        "of {n} people called {false} answers were not their own, of those who can be reached at"
        " most {share:.1%} (at most {unreached:.1%} if all who were not reached are false too); the"
        " score was not moved, the interval reaches {down:.2f} further down and {up:.2f} further"
        " up",
    ),
    "codes_captured": Words(
        "{n}份受邀答卷与其他单位同类答卷相比异常：{sign:captured}。部分评议码可能被冒用，"
        "估计占{share:.0%}（{lower:.0%}至{upper:.0%}）；诚实的单位约百个中也有一个会这样，请两人核查码发给了谁。"
        "得分未动；若属实约低{lowered:.2f}分，区间下限已放宽{widened:.2f}分",
        "{n} invited answers are unlike those about other units: {sign:captured}. Some codes may"
        " have been captured, about {share:.0%} of them ({lower:.0%} to {upper:.0%}); of a hundred"
        " honest units about one looks so, and two people should look into who got the codes. The"
        " score was not moved; if so it would be about {lowered:.2f} lower, and the interval"
        " reaches {widened:.2f} further down",
    ),
    "codes_captured_unscored": Words(
        "{n}份受邀答卷与其他单位同类答卷相比异常：{sign:captured}。部分评议码可能被冒用，"
        "估计占{share:.0%}（{lower:.0%}至{upper:.0%}）；诚实的单位约百个中也有一个会这样，请两人核查码发给了谁",
        "{n} invited answers are unlike those about other units: {sign:captured}. Some codes may"
        " have been captured, about {share:.0%} of them ({lower:.0%} to {upper:.0%}); of a hundred"
        " honest units about one looks so, and two people should look into who got the codes",
    ),
    "codes_unlike": Words(
        "{by}于{day}发放的{issued}个评议码作答{answered}个（{share:.0%}，同类批次{usual:.0%}），"
        "{measure:unlike}；请两人核查这批评议码发给了谁",
        "of {issued} codes issued by {by} on {day}, {answered} were answered ({share:.0%}, those of"
        " comparable batches {usual:.0%}), {measure:unlike}; two people should look into who got"
        " these codes",
    ),
    "channels_contradict": Words(
        "公开答卷平均{open:.1f}分，受邀答卷平均{invited:.1f}分，相差超出偶然误差和其他单位的一般情况"
        "（z={z:+.1f}，高低分集中程度{extremes:+.1f}）；{excluded:excluded}",
        "open answers ({open:.1f}) contradict the invited ones ({invited:.1f}) more than chance and"
        " other units explain: z = {z:+.1f}, extreme answers {extremes:+.1f}; {excluded:excluded}",
    ),
    "selection_assumed": Words(
        "公开答卷的校正方法为{method:combination}，假定是否参评只与性别、年龄、居住地有关，"
        "与意见本身无关",
        "open answers are corrected by {method:combination}, which assumes that who takes part"
        " depends on sex, age and residence alone, not on the opinion itself",
    ),
    "selection_simplified": Words(
        "公开或受邀答卷太少，公开答卷未能同时按性别、年龄、居住地校正",
        "too few answers of each kind to correct on sex, age and residence together",
    ),
    "leniency": Words(
        "{n}人评议了多个单位，已校正其打分偏宽偏严（{choice:rater_model}；"
        "偏宽偏严是否与所评单位有关的检验：{p_value:p}）",
        "{n} people rated several units; their leniency was taken out {choice:rater_model} (that"
        " it goes with whom they rate: {p_value:p})",
    ),
    "units_not_connected": Words(
        "这些单位分成{sets}组，没有人同时评议过不同组的单位，因此组与组之间未作同一人打分的比较",
        "no rater connects the units of {sets} sets; units of different sets were not compared"
        " within raters",
    ),
    "unprotected": Words(
        "{n}份答卷全是公开答卷，没有受邀样本可对照：" + _FALSE.zh,
        "open answers: {n}, and no invited one to hold them to: " + _FALSE.en,
    ),
    "open_left_out": Words(
        "{n}份公开答卷不计入这类评议对象的得分，由受邀答卷计分：要看出公开渠道偏高还是偏低，"
        "须有{units}个单位受邀、公开答卷各达{answers}份",
        "open answers that do not count in this group's score: {n}; its invited answers suffice."
        " To tell the bias of the open entrance takes {units} units with {answers} answers of each"
        " kind",
    ),
    "bounded_group": Words(
        "受邀答卷{invited}份，不足规定的{needed}份，这类评议对象不占得分的权重；"
        "连同{n}份公开答卷，共使得分变动{moved:+.2f}分，无论来多少份，最多变动{reach:.2f}分",
        "invited answers: {invited}, needed: {needed}; the group has no share in the score. With"
        " open answers ({n}) such groups moved it by {moved:+.2f} points; however many come, it"
        " can be {reach:.2f} at most",
    ),
    "not_ranked": Words(
        "权重的{part:.0%}没有足够的受邀答卷，超过{allowed:percents}；那里的公开答卷"
        + _FALSE.zh
        + "；公布得分，不参与排名",
        "too few invited answers hold {part:.0%} of the weight, more than {allowed:percents}; of"
        " the open answers there, " + _FALSE.en + "; the score is published without a rank",
    ),
    "ranked_unprotected": Words(
        "权重的{part:.0%}没有足够的受邀答卷，超过{allowed:percents}；那里的公开答卷"
        + _FALSE.zh
        + "；按方案仍参与排名，请谨慎使用",
        "too few invited answers hold {part:.0%} of the weight, more than {allowed:percents}; of"
        " the open answers there, " + _FALSE.en + "; the unit is ranked all the same, as the plan"
        " says",
    ),
    "nonresponse_without_list": Words(
        "方案要求按{method:nonresponse}调整受邀未作答的影响，但没有受邀名单，权重未作调整",
        "the plan asks for nonresponse by {method:nonresponse}, but there is no list of everybody"
        " invited: weights are not adjusted",
    ),
    "nobody_answered": Words(
        "受邀名单上没有一人的答卷有效，权重未作调整",
        "nobody on the list of invitations has an answer that counts: weights are not adjusted",
    ),
    "design_weights": Words(
        "{n}份受邀答卷按各人抽中的概率（{least:.3g}至{most:.3g}）加权",
        "{n} invited answers count by the chances people were drawn with ({least:.3g} to"
        " {most:.3g})",
    ),
    "invited_not_listed": Words(
        "{n}份受邀答卷不在受邀名单上，其权重未作调整",
        "invited answers of nobody on the list of invitations: {n}; their weights are kept",
    ),
    "propensity_unusable": Words(
        "无法估计作答倾向，改按分组调整",
        "no chance of answering could be fitted: classes are used",
    ),
    "callbacks_unusable": Words(
        "{wave:wave}的答卷不足{fewest}份，无法用催答前后对比来调整，改按分组调整",
        "callbacks cannot be used, fewer than {fewest} answers {wave:wave}: classes are used",
    ),
    "callbacks_interval_unusable": Words(
        "{wave:wave}的答卷不足{fewest}份，不作答的影响无法由催答前后对比估计，改按受邀名单估计",
        "fewer than {fewest} answers {wave:wave}: what silence could have done is told from what"
        " the list knows of invited people instead",
    ),
    "silence_slope": Words(
        "受邀者中意见每高一个标准差，作答的可能（对数几率）相差{g:+.2f}"
        "（{lower:+.2f}至{upper:+.2f}，参考以前{earlier}次评议）：敏感性区间据此得出，得分不动",
        "for each standard deviation of the opinion the log odds of answering an invitation differ"
        " by {g:+.2f} ({lower:+.2f} to {upper:+.2f}, with what {earlier} earlier campaigns told):"
        " the sensitivity interval is made by that, no score is moved",
    ),
    "waves_disagree": Words(
        "各轮催办（和抽签的两半）所见的影响互不一致（p = {p_value:.3f}）：误差已相应放大，"
        "请谨慎使用敏感性区间",
        "waves of reminders, and the halves drawn by lot, do not tell the same of silence (p ="
        " {p_value:.3f}): errors are taken larger for it; use the sensitivity interval with care",
    ),
    "no_lots": Words(
        "催办没有抽签分先后：各轮所见是否一致，只能由各轮自己检验",
        "no half was reminded first by lot: whether waves tell the same of silence is tested by"
        " the waves alone",
    ),
    "proxy_weak": Words(
        "受邀名单上的已知情况几乎不能预测意见；因意见不同而不作答的影响，无法据此估计范围",
        "what the list knows of invited people hardly predicts their answers: silence that"
        " depends on the opinion itself cannot be bounded from it",
    ),
    "groups_borrow": Words(
        "{class_code}类{n}个单位的各类对象互相借用信息：单位之间的真实差别约{unit_sd:.1f}分"
        "（标准差），同一单位各类对象之间约{group_sd:.1f}分；差别越小、答卷越少，得分向其他对象靠拢越多",
        "in class {class_code} the groups of {n} units borrow from one another: units truly differ"
        " by about {unit_sd:.1f} points (standard deviation), groups of one unit by about"
        " {group_sd:.1f}; the smaller these and the fewer its answers, the more a group is drawn",
    ),
    "earlier_scores_used": Words(
        "{class_code}类按{n}个单位上次公布的得分推算：上次高1分的，本次约高{slope:.2f}分；本次答卷越少，"
        "得分越依靠这一推算",
        "in class {class_code} the scores released last time of {n} units were looked at: one point"
        " more then goes with {slope:.2f} now, and the fewer answers a group has, the more its"
        " score rests on that",
    ),
    "earlier_scores_few": Words(
        "{class_code}类只有{n}个单位有上次得分，不足{needed}个，或上次得分都相同：没有使用上次得分",
        "in class {class_code} {n} units have a score of last time, fewer than {needed}, or all the"
        " same one: last time was not used",
    ),
    "no_earlier_score": Words(
        "没有上次得分：按同类单位上次得分的平均数推算，推算的误差相应加大",
        "no score of last time: the mean of its class stands for it, and counts as the less exact",
    ),
    "borrowing_few": Words(
        "{class_code}类只有{n}个单位有两类以上对象达到受邀样本要求，不足{needed}个：各类对象不互相借用信息",
        "in class {class_code} {n} units have two groups or more with enough invited answers, fewer"
        " than {needed}: groups do not borrow from one another",
    ),
    "borrowing_unheld": Words(
        "没有一类对象达到受邀样本要求，或方案没有以受邀样本作对照：各类对象不互相借用信息",
        "no group has enough invited answers, or the scheme does not hold open answers to invited"
        " ones: groups do not borrow from one another",
    ),
    "no_sub_area_variance": Words(
        "单位之间或同一单位各组之间看不出差别（方差为0）：估计值在这一层次上全部来自其他单位或其他组",
        "no variance between units, or between groups of one unit, was found: at that level the"
        " estimates come from the others alone",
    ),
    "unit_drawn": Words(
        "各类对象互相借用信息：不借用为{undrawn:.2f}分（标准误{before:.2f}），借用后为{score:.2f}分"
        "（标准误{se:.2f}）",
        "groups borrow from one another: {undrawn:.2f} points without it (standard error"
        " {before:.2f}), {score:.2f} with it ({se:.2f})",
    ),
    "group_apart": Words(
        "该类对象给出{score:.2f}分，按其他对象和单位推算约为{others:.2f}分，相差超出偶然：基本不靠拢，"
        "也基本不影响其他对象",
        "the group gives {score:.2f} points where the others suggest about {others:.2f}, further"
        " off than chance explains: it is hardly drawn, and hardly draws the others",
    ),
    "coached_undrawn": Words(
        "疑似有人授意，得分不向其他对象靠拢，也不影响其他对象",
        "it looks coached: it is not drawn towards the other groups and does not draw them",
    ),
    "model_assisted": Words(
        "直接计算的标准误为{se:.2f}分，超过{largest:g}分：得分按模型向同类单位靠拢，"
        "其中{borrowed:.0%}来自其他单位",
        "the standard error is {se:.2f}, above {largest:g}: the score is drawn towards its class"
        " by a model, {borrowed:.0%} of it come from other units",
    ),
    "withheld": Words(
        "标准误为{se:.2f}分，超过{largest:g}分，借助模型也达不到要求"
        "（至少{fewest}份答卷，且得分至少{own:.0%}来自本单位），按方案不公布得分",
        "the standard error is {se:.2f}, above {largest:g}: no score is published, for a model"
        " would not bring it below with at least {fewest} answers and {own:.0%} of the score the"
        " unit's own",
    ),
    "no_model": Words(
        "单位太少，无法建立单位之间的模型：没有得分借助模型估计，也没有得分因误差过大不公布",
        "too few units for a model between them: no score was assisted or withheld",
    ),
    "large_nonresponse_factor": Words(
        "按未作答调整后，权重最多放大到{largest:.1f}倍：少数人要代表很多人",
        "the largest nonresponse factor is {largest:.1f}: few stand for many",
    ),
    "no_area_variance": Words(
        "单位之间的差异估计为零：各单位都只按所用的预测变量推算",
        "the between-area variance is estimated as zero: every area is predicted by its"
        " predictors alone",
    ),
}

# About weights; of a campaign and of `survey weigh`.
WEIGHTS = {
    "not_converged": Words(
        "计算{rounds}轮后仍未收敛，与已知总数的最大相对误差为{error:.3g}",
        "not converged after {rounds} rounds: largest relative margin error {error:.3g}",
    ),
    "totals_contradict": Words(
        "{variable}={categories:words} 与 {other_variable}={other_categories:words} 是同一批人，"
        "已知总数合计却分别为 {total:.10g} 和 {other_total:.10g}；请核对这两组总数",
        "{variable}={categories:words} and {other_variable}={other_categories:words} are the same"
        " people, but their totals sum to {total:.10g} and {other_total:.10g}; check these totals",
    ),
    "totals_out_of_reach": Words(
        "{variable}={categories:words} 的人都在 {other_variable}={other_categories:words} 里，"
        "已知总数却是前者 {total:.10g}、后者 {other_total:.10g}；"
        "请核对总数，或合并样本里缺少的类别",
        "all in {variable}={categories:words} are in {other_variable}={other_categories:words}, but"
        " the totals are {total:.10g} and {other_total:.10g}; check the totals, or merge the"
        " categories of which the sample lacks combinations",
    ),
    "near_empty_category": Words(
        "最大的权数是平均数的{ratio:.1f}倍（{where:pairs}）：少数答卷要代表很多人",
        "the largest weight is {ratio:.1f} times the mean, where {where:pairs}: too few"
        " respondents stand for too many people",
    ),
    "zero_total": Words(
        "已知总数为零的类别有人作答，其权数为零：{categories:pairs}",
        "respondents with a known total of zero get weight zero: {categories:pairs}",
    ),
    "trimmed": Words(
        "{total}个权数中有{n}个被截尾：只有截尾之前符合已知总数，误差按截尾后的权数固定计算",
        "{n} of {total} weights were trimmed: the known totals are met only before trimming, and"
        " errors take the trimmed weights as fixed",
    ),
    "negative_weights": Words(
        "{n}个权数为负：请给出上下限，或改用 raking",
        "negative weights: {n}; give bounds, or rake",
    ),
    "no_base_weight": Words(
        "给出了有限总体校正，却没有基础权数列：基础权数一律按 1 计",
        "finite-population corrections are given but no base weight column: every base weight is 1",
    ),
}

# About domains of an estimate.
ESTIMATES = {
    "of_estimate": Words(
        "{variable}的{statistic:statistic}：", "{statistic:statistic} of {variable}: "
    ),
    "empty_domain": Words(
        "{domains:count}个分组没有权数为正的答案，没有估计值：{domains:some}",
        "domains that have no answers of positive weight and no estimate"
        " ({domains:count}): {domains:some}",
    ),
    "zero_denominator": Words(
        "{domains:count}个分组的分母合计为零，无法求比率：{domains:some}",
        "domains that have a denominator of zero and no ratio ({domains:count}): {domains:some}",
    ),
    "one_answer": Words(
        "{domains:count}个分组只有一人作答，看不出方差：{domains:some}",
        "domains that have one answer, so that no variance can be seen"
        " ({domains:count}): {domains:some}",
    ),
    # Some of its strata have one unit; where it is all one unit: one_sampling_unit.
    "lonely_domain": Words(
        "{domains:count}个分组的答案都在只有一个抽样单元的层里，标准误偏小：{domains:some}",
        "domains that have answers in strata of one sampling unit alone: their errors are"
        " understated ({domains:count}): {domains:some}",
    ),
    "zero_variance": Words(
        "{domains:count}个分组看不出误差，因为答案全部相同或总数已知：{domains:some}",
        "domains in which no error is seen, for their answers are equal or their total is known"
        " ({domains:count}): {domains:some}",
    ),
    "one_sampling_unit": Words(
        "{domains:count}个分组的答案都来自同一个抽样单元，单元之间的差别无从得知，不给出区间："
        "{domains:some}",
        "domains whose answers are all from one sampling unit, so that nothing is known of the"
        " differences between units and there is no interval ({domains:count}): {domains:some}",
    ),
    "quantile_beyond_answers": Words(
        "{domains:count}个分组答案太少，分位数的区间超出了答案的范围，不给出区间：{domains:some}",
        "domains with too few answers: the interval of the quantile reaches beyond them, and is"
        " not given ({domains:count}): {domains:some}",
    ),
    "model_without_freedom": Words(
        "抽样单元太少，模型没有自由度（{df}），检验和区间按自由度 1 计算",
        "too few sampling units for the model ({df} degrees of freedom): tests and limits use the"
        " t of one",
    ),
    "no_degree_of_freedom": Words(
        "{domains:count}个分组的抽样单元太少，没有自由度，区间按自由度 1 计算：{domains:some}",
        "domains whose sampling units are too few for a degree of freedom ({domains:count}), so"
        " that the t quantile of one is used: {domains:some}",
    ),
}

# Why two campaigns, or a unit in them, cannot be compared.
COMPARISONS = {
    "other_questionnaire": Words(
        "题目、选项或分值有变动；须在同一次评议中两版同问，才能测出换题的影响",
        "the questions changed; ask both versions in one campaign to measure the shift",
    ),
    "other_margins": Words(
        "两次加权所用的人口结构不同：上次为{before:listed}，本次为{now:listed}",
        "the weights were calibrated to {before:listed} before and to {now:listed} now",
    ),
    "other_channel_mix": Words(
        "两次的参评渠道构成不同：{moved:moves}；请在加权时固定渠道构成",
        "the mix of channels changed: {moved:moves}; hold it fixed by a margin",
    ),
    "other_combination": Words(
        "两次处理公开答卷的方法不同：上次为{before:combination}，本次为{now:combination}",
        "open answers were treated by {before:combination} before and by {now:combination} now",
    ),
    "other_steps": Words(
        "两次不一样：{steps:steps}",
        "not the same before and now: {steps:steps}",
    ),
    "simulated": Words("其中一次是模拟数据", "one of the two campaigns is simulated"),
    "no_common_unit": Words(
        "没有两次都公布得分的同一单位", "no unit has a comparable score in both campaigns"
    ),
    "not_before": Words("上次没有公布得分", "no score was published before"),
    "not_now": Words("本次没有公布得分", "no score is published now"),
    "other_class": Words("考核类别由{before}变为{now}", "the class changed from {before} to {now}"),
    "other_population": Words(
        "该单位所代表的人口范围由{before}变为{now}",
        "the population it stands for changed from {before} to {now}",
    ),
    "other_items": Words(
        "该单位的题目或权重有变动", "the unit's items or their coefficients changed"
    ),
    "other_coefficients": Words(
        "该类别的评议对象权重有变动：上次为{before:shares}，本次为{now:shares}",
        "the group coefficients of its class changed: {before:shares} before, {now:shares} now",
    ),
}

NOTICES = CAMPAIGN | WEIGHTS | ESTIMATES | COMPARISONS
