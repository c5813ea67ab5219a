"""The table of errors: what was wrong and what to do about it; ``code`` or ``code.reason``."""

from survey.wording.words import Words

# What an office or an analyst can meet: a file of theirs says so.
WEIGHING = {
    "allocation.too_few": Words(
        "要抽 {wanted} 人，少于各层最少人数之和 {fewest} 人",
        "{wanted} people are to be drawn, the fewest of all strata are {fewest} together",
    ),
    "allocation.too_many": Words(
        "要抽 {wanted} 人，名册中只有 {people} 人",
        "{wanted} people are to be drawn, the roster has {people}",
    ),
    "bad_total.category": Words(
        "{variable}：“{category:words}”的已知总数为 {total:g}；总数应为不小于零的有限数",
        "{variable}: the total of {category:quoted} is {total:g}; give a finite total of zero or"
        " more",
    ),
    "bad_total.not_finite": Words(
        "{variable}：已知总数为 {total:g}，应为有限数",
        "{variable}: the total is {total:g}; give a finite one",
    ),
    "bad_total.zero_sum": Words(
        "{variable}：各类别的已知总数合计为零", "{variable}: the totals sum to zero"
    ),
    "bad_weight.row": Words(
        "第 {row} 行（从 0 起）的基础权数为 {weight:g}；基础权数应为不小于零的有限数",
        "the base weight of row {row} (from 0) is {weight:g}; a base weight is a finite number of"
        " zero or more",
    ),
    "bad_weight.all_zero": Words("基础权数全部为零", "all base weights are zero"),
    "empty_category": Words(
        "{variable}：没有人填{categories:quoted}，而其已知总数大于零；"
        "请在数据和总数里与相邻类别合并",
        "{variable}: nobody answered from {categories:quoted}, whose total is positive; merge the"
        " category with a neighbour in data and totals",
    ),
    "disagreeing_totals": Words(
        "各变量的总数合计不一致：{sizes:sizes}；请统一到同一个总人数",
        "the margins' totals disagree: {sizes:sizes}; bring all margins to one population size",
    ),
    "infeasible_bounds.category": Words(
        "{variable}={category:words}：要达到已知总数，平均须调整 {g:.4g} 倍，超出上下限"
        " [{lower:g}, {upper:g}]；请放宽上下限或合并该类别",
        "{variable}={category:words}: its total needs an average g of {g:.4g}, outside the bounds"
        " [{lower:g}, {upper:g}]; widen the bounds or merge the category",
    ),
    "infeasible_bounds.no_weights": Words(
        "调整倍数在上下限 [{lower:g}, {upper:g}] 之内，无法同时达到全部已知总数；"
        "请放宽上下限，或合并人数少的类别",
        "no weights within g in [{lower:g}, {upper:g}] meet all the totals; widen the bounds, or"
        " merge small categories",
    ),
    "infeasible_bounds.not_around_one": Words(
        "上下限 [{lower:g}, {upper:g}] 没有把 1 包在中间；上下限针对调整倍数 g = w/d，"
        "应一个小于 1、一个大于 1，logit 须为有限数",
        "bounds [{lower:g}, {upper:g}] do not lie around 1; bounds are on g = w/d: below 1 and"
        " above 1, and finite for logit",
    ),
    "infeasible_trimming.limits_crossed": Words(
        "截尾下限 {lower:g} 大于上限 {upper:g}",
        "the lower limit {lower:g} is above the upper limit {upper:g}",
    ),
    "infeasible_trimming.sum": Words(
        "{n} 个权数限定在 [{lower:g}, {upper:g}] 之内，合计不可能为 {total:.10g}；请放宽上下限",
        "{n} weights within [{lower:g}, {upper:g}] cannot sum to {total:.10g}; widen the limits",
    ),
    "infeasible_trimming.none_within": Words(
        "没有权数落在 [{lower:g}, {upper:g}] 之内，截下的部分无处可分；请放宽上下限",
        "no weight is within [{lower:g}, {upper:g}], so none can take the excess; widen the limits",
    ),
    "calibration.logit_without_bounds": Words(
        "logit 校准须给出调整倍数 g = w/d 的上下限",
        "logit calibration needs bounds on g = w/d",
    ),
    "lonely_psu": Words(
        "第{stage}阶段：层 {strata:words} 只有一个抽样单元，按规则 {rule} 无法计算方差；"
        "请合并层，或用 lonely_psu 声明处理办法（adjust、average、remove、certainty）",
        "strata {strata:words} have one sampling unit at stage {stage}, so their variance cannot"
        " be computed (rule {rule}); merge strata, or declare adjust, average, remove or certainty"
        " as lonely_psu",
    ),
    "design.bad_correction": Words(
        "有限总体校正缺失、为零或为负",
        "a finite-population correction is missing, zero or negative",
    ),
    "design.mixed_corrections": Words(
        "有限总体校正有的大于 1、有的小于 1；请一律给出总体单元数，或一律给出抽样比",
        "some finite-population corrections are above 1 and some below; give population sizes"
        " everywhere, or sampled fractions everywhere",
    ),
    "design.varying_correction": Words(
        "同一层内的有限总体校正不一致",
        "the finite-population correction varies within a stratum",
    ),
    "design.more_sampled_than_there": Words(
        "抽中的单元多于有限总体校正所说的总数",
        "more units were sampled than the finite-population correction says there are",
    ),
    "design.more_corrections_than_stages": Words(
        "有 {corrections} 个有限总体校正，却只有 {stages} 个抽样阶段",
        "{corrections} finite-population corrections for {stages} stages",
    ),
    "design.units_cross_strata": Words(
        "有的抽样单元跨层；请重新编号，使一个编号只在一层内使用；编号本来就按层各自编排的，"
        "在方案里写 nested = true",
        "sampling units cross strata; number the units so that a number is used in one stratum"
        " only, or, where they are numbered within strata, write nested = true in the plan",
    ),
    "estimation.infinite_answer": Words("有的答案为无穷大", "an answer is infinite"),
    "estimation.not_zeros_and_ones": Words(
        "比例只能用 0 和 1 计算", "a proportion is of zeros and ones"
    ),
    "crosswise.rows": Words(
        "交叉提问的题有 {item} 个答案，对照题有 {anchor} 个",
        "the crosswise item has {item} answers, the anchor {anchor}",
    ),
    "crosswise.not_zeros_and_ones": Words(
        "交叉提问的答案须为 1（两句都对或都不对）或 0（只有一句对），未答为空",
        "answers to a crosswise item are 1 (both or neither), 0 (exactly one) or missing",
    ),
    "crosswise.chance": Words(
        "无害句属实的概率为 {chance}，须在 0 与 1 之间且不等于 0.5（0.5 什么也推断不出）",
        "the harmless statement is true with chance {chance}; it must lie between 0 and 1 and not"
        " be 0.5, which would tell nothing",
    ),
    "estimation.weights_too_small": Words(
        "权数合计小于答案个数；请放大到总体人数，或按有放回抽样比较",
        "the weights sum to less than the number of answers; scale them to the population, or"
        " compare with replacement",
    ),
}

# A plan or a sample that does not hold together.
CAMPAIGN = {
    "plan_contradicts_itself.no_units": Words(
        "方案中没有单位；请至少给出一个", "the plan has no units; give at least one unit"
    ),
    "plan_contradicts_itself.ungraded_scores": Words(
        "有的得分落不进任何等次；请补上从 0 分起的等次",
        "some scores would have no grade; add a grade from 0 up",
    ),
    "plan_contradicts_itself.other_format": Words(
        "方案是按另一种格式保存的；请重新冻结方案",
        "the plan was stored in another format; freeze it again",
    ),
    "plan_contradicts_itself.unknown_class": Words(
        "单位 {unit} 的考核类别 {class_code} 不存在",
        "unit {unit} has an unknown class {class_code}",
    ),
    "plan_contradicts_itself.drawn_twice": Words(
        "各类对象互相借用信息与小样本单位借助模型都会使得分向其他单位靠拢，只能用一个；请删去其中之一",
        "borrowing and small_areas both draw scores towards other units; remove one of the two",
    ),
    "plan_contradicts_itself.covariate_of_nothing": Words(
        "上次得分只用于各类对象互相借用信息，且须写明各单位上次得分；请补上，或不用上次得分",
        "last scores serve groups that borrow alone, and must be stated; state both, or leave the"
        " covariate out",
    ),
    "plan_contradicts_itself.threshold_class": Words(
        "分数线所属的考核类别 {class_code} 不存在",
        "there is a threshold of an unknown class {class_code}",
    ),
    "plan_contradicts_itself.unknown_population": Words(
        "单位 {unit} 所代表的人口范围 {population} 不存在",
        "unit {unit} has an unknown population {population}",
    ),
    "plan_contradicts_itself.number_of_items": Words(
        "单位 {unit} 的题目数与第一个单位不同",
        "unit {unit} has another number of items than the first",
    ),
    "plan_contradicts_itself.item_coefficients": Words(
        "单位 {unit} 各题权重合计为 {total:g}，应为 100",
        "the item coefficients of unit {unit} sum to {total:g}, not 100",
    ),
    "plan_contradicts_itself.coefficients_missing": Words(
        "类别 {class_code} 须为每类评议对象各给一个权重",
        "class {class_code} needs one coefficient for each group",
    ),
    "plan_contradicts_itself.group_coefficients": Words(
        "类别 {class_code} 的评议对象权重须不小于零、合计 100，现为 {total:g}",
        "the group coefficients of class {class_code} must be zero or more and sum to 100, not"
        " {total:g}",
    ),
    "sample_does_not_fit.probability": Words(
        "应有 {rows} 个抽中概率，各大于 0、不大于 1",
        "there must be {rows} chances of being drawn, each above 0 and at most 1",
    ),
    "sample_does_not_fit.unknown_margin": Words(
        "不能按“{variable}”这项人口结构加权；可用的有 {known:words}",
        "no margin can be taken on {variable:quoted}; there are {known:words}",
    ),
    "sample_does_not_fit.items_shape": Words(
        "items 应有 {rows} 行 {items} 列", "items must have shape ({rows}, {items})"
    ),
    "sample_does_not_fit.rater_codes": Words(
        "rater 应有 {rows} 个不小于 {lowest} 的编号",
        "rater must have {rows} codes of at least {lowest}",
    ),
    "sample_does_not_fit.other_ages": Words(
        "答卷按 {sample:words} 分年龄段，方案按 {plan:words}",
        "the answers' ages are {sample:words}, those of the plan {plan:words}",
    ),
    "sample_does_not_fit.rows": Words("{array} 应有 {rows} 行", "{array} must have {rows} rows"),
    "sample_does_not_fit.range": Words(
        "{array} 的值应在 [{low}, {high}) 之内", "{array} must lie in [{low}, {high})"
    ),
    "unknown_validity_rule": Words(
        "有效性规则“{rule}”不存在；可用的有 {known:words}",
        "unknown validity rule {rule:quoted}; there are {known:words}",
    ),
    "nonresponse.nobody": Words("受邀居民中无人作答", "nobody answered"),
    "nonresponse.empty_class": Words(
        "{classes:quoted}组中无人作答；请与相邻的组合并",
        "nobody answered in class {classes:quoted}; merge the class with a neighbour",
    ),
    "nonresponse.not_estimated": Words(
        "无法估计作答倾向", "the chance of answering could not be estimated"
    ),
    "rounds_input": Words(
        "{wave:wave}的答卷不足 {fewest} 份，无法比较各轮催办",
        "fewer than {fewest} answers {wave:wave}: waves cannot be compared",
    ),
    "callback_input": Words(
        "{wave:wave}的答卷不足 {fewest} 份；请改用敏感性分析",
        "fewer than {fewest} answers {wave:wave}; use sensitivity",
    ),
}

# What a program that calls the statistics did wrong.
ARRAYS = {
    "calls_do_not_fit.shapes": Words(
        "各数组应同为一维、等长", "the arrays must have one dimension and the same length"
    ),
    "calls_do_not_fit.points": Words(
        "答卷可使得分变动的分数应为不小于零的有限数",
        "the points an answer can move a score by must be finite and zero or more",
    ),
    "calls_do_not_fit.size": Words(
        "抽取所依的大小应为大于零的有限数", "the sizes draws go by must be finite and above zero"
    ),
    "calls_do_not_fit.place": Words(
        "回访的号码不在可抽的答卷之中", "a call is of an answer that cannot be drawn"
    ),
    "calls_do_not_fit.twice": Words("同一份答卷不能回访两次", "an answer is called twice"),
    "calls_do_not_fit.unreached": Words(
        "没有联系上的人，不能说其答卷是假的",
        "an answer cannot be false where nobody was reached",
    ),
    "calls_do_not_fit.range": Words(
        "要确认的分数须大于零（现为 {most:g}），风险须在零和一之间（现为 {risk:g}）",
        "the points to be confirmed must be above zero (not {most:g}), the risk between zero and"
        " one (not {risk:g})",
    ),
    "daily_counts": Words(
        "{series} 个序列、已过 {seen} 天、共 {days} 天：各数组的行数、列数与此不符",
        "{series} series, {seen} days over of {days}: the arrays do not have these rows and"
        " columns",
    ),
    "shape.no_margin": Words("没有给出任何人口结构", "no margin to rake to"),
    "shape.no_total": Words("没有给出任何已知总数", "no total to calibrate to"),
    "shape.no_weights": Words("基础权数须为非空向量", "base weights must be a non-empty vector"),
    "shape.totals": Words(
        "{variable}：有 {categories} 个类别，总数的形状却为 {shape:words}",
        "{variable}: {categories} categories but totals of shape {shape:words}",
    ),
    "shape.codes": Words(
        "{variable}：{rows} 行答案，却有 {codes} 个编号",
        "{variable}: {codes} codes for {rows} rows",
    ),
    "shape.uncategorised": Words(
        "{variable}：{rows} 行没有类别，第一个是第 {first} 行；请补全，或为缺失单设一类",
        "{variable}: {rows} rows without a category, the first is row {first}; impute the answer"
        " or give the missing their own category",
    ),
    "shape.missing_value": Words(
        "{variable}：有的值缺失或为无穷大", "{variable}: a value is missing or infinite"
    ),
    "shape.weights_for_design": Words(
        "抽样设计有 {rows} 行，却有 {weights} 个权数",
        "{weights} weights for a design of {rows} rows",
    ),
    "code_range": Words("有的编号不在 [0, {size}) 之内", "a code is outside [0, {size})"),
    "estimation.rows": Words("{rows} 行，却有 {values} 个值", "{values} values for {rows} rows"),
    "estimation.ratio_rows": Words("y 有 {y} 行，x 有 {x} 行", "y has {y} rows and x has {x}"),
    "estimation.domain_rows": Words(
        "{rows} 行，却有 {codes} 个分组编号", "{codes} domain codes for {rows} rows"
    ),
    "estimation.domain_range": Words(
        "有的分组编号不在 [-1, {size}) 之内", "a domain code is outside [-1, {size})"
    ),
    "regression.shapes": Words(
        "y（{y:words}）和 x（{x:words}）与 {rows} 行权数不符",
        "y ({y:words}) and x ({x:words}) do not fit {rows} rows",
    ),
    "regression.missing_predictor": Words(
        "有的预测变量缺失或为无穷大；请删去或补全",
        "a predictor is missing or infinite; drop or impute it",
    ),
    "regression.outside_zero_to_one": Words(
        "logistic 回归的因变量须在 0 与 1 之间",
        "a logistic regression is of values between 0 and 1",
    ),
    "regression.negative_weight": Words(
        "有的权数为负，似然没有最大值；请给校准加上下限，或改用 raking",
        "a weight is negative, so the likelihood has no maximum; calibrate with bounds or by"
        " raking",
    ),
    "regression.separated": Words(
        "预测变量（{columns:words}）把答案完全分开，系数为无穷大；请合并答案全部相同的类别，"
        "或去掉这些变量",
        "predictors ({columns:words}) separate the answers, so that coefficients are infinite;"
        " merge categories in which all answers are the same, or leave these predictors out",
    ),
    "regression.quasi_separated": Words(
        "预测变量（{columns:words}）取某些值时答案全部相同（{rows} 行），系数为无穷大；"
        "请合并这些类别，或去掉这些变量",
        "at some values of predictors ({columns:words}) all answers are the same (rows: {rows}),"
        " so that coefficients are infinite; merge these categories, or leave the predictors out",
    ),
    "shape.no_total_of": Words(
        "{variable}：有 {rows} 行填“{category}”，没有已知总数；给出总数的有 {known:words}",
        "{variable}: {rows} rows say {category:quoted}, which has no total; totals are given for"
        " {known:words}",
    ),
    "column.no_columns": Words(
        "{kind} 里没有列；请给出列名到列表或数组的字典，或一个数据框",
        "a {kind} has no columns; give a mapping of names to lists or arrays, or a data frame",
    ),
    "column.lengths": Words(
        "各列（{columns:words}）须是一维且行数相同，现为 {sizes:words}",
        "columns ({columns:words}) must be flat and of one length, not {sizes:words}",
    ),
    "column.kind": Words(
        "列 {column} 的类型（{kind}）既不是数，也不是文字",
        "column {column} is of a kind ({kind}) that is neither numbers nor words",
    ),
    "column.unknown": Words(
        "没有“{column}”这一列；现有 {known:words}",
        "there is no column {column:quoted}; there are {known:words}",
    ),
    "column.unknown_label": Words(
        "{column} 里没有人填“{label}”", "nobody says {label:quoted} in {column}"
    ),
    "column.not_numbers": Words("列 {column} 不是数", "column {column} is not of numbers"),
    "column.missing": Words(
        "列 {column} 有 {rows} 行缺失；这一列不能缺",
        "column {column} is missing in {rows} rows, and may not be",
    ),
    "replication.lonely_unit": Words(
        "有的层只有一个抽样单元，无法逐个去掉；请合并层",
        "a stratum has one sampling unit, which cannot be left out; merge strata",
    ),
    "replication.not_calibrated": Words(
        "权数经过校准；请说明怎样在每组重复权数里再校准一次",
        "the weights are calibrated; say how each replicate is to be calibrated again",
    ),
    "replication.shapes": Words(
        "重复权数有 {rows} 行、{replicates} 组，系数有 {scales} 个，与权数不符",
        "{rows} rows, {replicates} replicates and {scales} scales do not fit the weights",
    ),
    "replication.not_converged": Words(
        "第 {replicate} 组重复权数（从 0 起）没有收敛；请合并人数很少的类别",
        "replicate {replicate} (from 0) did not converge; merge small categories",
    ),
    "replication.refused": Words(
        "第 {replicate} 组重复权数（从 0 起）无法计算：{why}",
        "replicate {replicate} (from 0) cannot be computed: {why}",
    ),
    "replication.empty_domain": Words(
        "第 {replicate} 组重复权数（从 0 起）里有的分组没有答案：{domains:words}；请合并分组",
        "domains without answers in replicate {replicate} (from 0): {domains:words}; merge them",
    ),
    "estimation.domain_labels": Words(
        "有 {size} 个分组，却有 {labels} 个名称", "{labels} labels for {size} domains"
    ),
    "estimation.share": Words(
        "分位数的位置须在 0 与 1 之间，现为 {at:g}",
        "a quantile is at a share between 0 and 1, not {at:g}",
    ),
    "estimation.negative_weight": Words(
        "有的权数为负，无法求分位数；请给校准加上下限，或改用 raking",
        "a weight is negative, so there is no quantile; calibrate with bounds or by raking",
    ),
    "significance.shapes": Words(
        "有 {values:words} 个数，协方差的形状却为 {covariance:words}",
        "{values:words} figures with a covariance of shape {covariance:words}",
    ),
    "significance.no_freedom": Words(
        "抽样单元太少，检验没有自由度（{df:g}）",
        "too few sampling units: the test has no degree of freedom ({df:g})",
    ),
    "significance.singular": Words(
        "协方差不满秩或未知，无法检验；请去掉多余的一项",
        "the covariance is singular or not known; leave out what follows from the others",
    ),
    "significance.rows": Words(
        "两个变量有 {rows} 行和 {columns} 行，权数有 {weights} 行",
        "the variables have {rows} and {columns} rows, the weights {weights}",
    ),
    "significance.one_category": Words(
        "两个变量分别有 {rows} 个和 {columns} 个类别；各须有两个以上",
        "the variables have {rows} and {columns} categories; each needs two",
    ),
    "significance.empty_cells": Words(
        "空格太多，无法检验；请合并类别",
        "too many combinations that nobody is in; merge categories",
    ),
    "regression.unknown_names": Words(
        "没有这些预测变量：{names:words}；现有 {known:words}",
        "no such predictors: {names:words}; there are {known:words}",
    ),
    "regression.names": Words(
        "有 {columns} 个预测变量，却有 {names} 个名称",
        "{names} names for {columns} predictors",
    ),
    "regression.collinear": Words(
        "预测变量共线；请去掉一个", "the predictors are collinear; leave out one of them"
    ),
    "careless_input.rows": Words(
        "duration_ms 和 channel 须与 items 行数相同",
        "duration_ms and channel must have one value per row of items",
    ),
    "careless_input.items_shape": Words(
        "items 须为 n 行、至少一列", "items must have shape (n, k) with k of 1 or more"
    ),
    "collusion_arrays.rate": Words(
        "误报率须在 (0, 1) 之内，现为 {rate:g}",
        "false_alarm_rate must lie in (0, 1), not {rate:g}",
    ),
    "collusion_arrays.rows": Words(
        "各数组须每份答卷一行", "every array must have one row per response"
    ),
    "combination_input.open_weight": Words(
        "open_weight 须为 {units} 个 0 至 1 之间的数",
        "open_weight must be {units} numbers from 0 to 1",
    ),
    "combination_input.lengths": Words(
        "均值、方差和协变量须各为 {units} 个单位的",
        "means, variances and covariates must be of {units} units",
    ),
    "combination_input.variance": Words(
        "有的均值没有大于零的方差", "a mean has no positive variance"
    ),
    "combination_input.no_reference": Words(
        "没有一个单位有受邀答卷，无从对照",
        "no unit has invited answers; there is nothing to hold to",
    ),
    "selection.other_predictors": Words(
        "两个样本的预测变量不同", "the two samples do not have the same predictors"
    ),
    "selection.missing_predictor": Words(
        "有的预测变量缺失；请删去或补全", "a predictor is missing; drop or impute it"
    ),
    "selection.not_estimated": Words(
        "无法估计参评倾向；请减少预测变量，并使两个样本在其上有重叠",
        "the chance of taking part could not be estimated; use fewer predictors, on which the"
        " samples overlap",
    ),
    "selection.collinear": Words(
        "预测变量共线；请去掉一个", "the predictors are collinear; leave out one of them"
    ),
    "selection.no_overlap": Words(
        "两个样本在预测变量上几乎没有重叠；请减少预测变量",
        "the two samples hardly overlap on the predictors; use fewer predictors",
    ),
    "selection.too_few_answers": Words(
        "两类答卷各须至少两份才能算误差", "two answers of each kind are needed for an error"
    ),
    "selection.nothing_rated": Words("没有一份公开答卷作出评价", "no open answer rated anything"),
    "change_input.shared_covariance": Words(
        "共有的协方差超出两个方差所允许的范围",
        "the shared covariance exceeds what the variances allow",
    ),
    "change_input.shapes": Words(
        "两次都须有每个单位的得分及其协方差",
        "both campaigns need a score for each unit and their covariance",
    ),
    "ranking_input.shape": Words(
        "协方差须为 {units} 行 {units} 列", "covariance must have shape ({units}, {units})"
    ),
    "ranking_input.not_finite": Words(
        "得分和协方差须为有限数；请只排公布得分的单位",
        "scores and covariance must be finite; rank published units",
    ),
    "ranking_input.negative_variance": Words("有的方差为负", "a variance is negative"),
    "ranking_input.no_answers": Words("有的单位没有答卷", "a unit has no answers"),
    "roll_up.shape": Words(
        "{values} 个数、{weights} 个权重；每个数须有一个区间和一个权重，至少一个数",
        "{values} figures and {weights} weights; each figure needs an interval and a weight",
    ),
    "roll_up.not_finite": Words(
        "数、区间和权重须为有限数", "figures, intervals and weights must be finite"
    ),
    "roll_up.negative": Words("有的区间或权重为负", "an interval or a weight is negative"),
    "roll_up.weights": Words("权重全部为零", "all weights are zero"),
    "robustness_input.false_share": Words(
        "假答卷的占比须在 [0, 1) 之内", "a share of false answers lies in [0, 1)"
    ),
    "robustness_input.lengths": Words(
        "score 和 tier 须每个单位一个值", "score and tier must have one value per unit"
    ),
    "robustness_input.marks": Words("最高分须大于最低分", "the best mark must be above the worst"),
    "robustness_input.scores": Words(
        "得分须在 [{worst:g}, {best:g}] 之内", "scores must lie in [{worst:g}, {best:g}]"
    ),
    "cannot_hide": Words(
        "“{figure}”的答卷太少，不能显示，但从{by:words}可以推算出来，因此不能公布",
        "too few answers of {figure:quoted} to show, and {by:words} give them away: not published",
    ),
    "too_few_rows": Words(
        "答卷只有{rows}份，不足{smallest}份，无法保证看不出是谁答的，不能逐份给出",
        "{rows} answers are fewer than {smallest}: nobody could be hidden among them, so they are"
        " not given out one by one",
    ),
    "contradicting_counts": Words(
        "{figures}个数字互相矛盾，没有答卷数能同时符合",
        "{figures} numbers contradict one another: no numbers of answers agree with all",
    ),
    "small_area.effective_n": Words(
        "effective_n 须大于零，与方差一一对应",
        "effective_n must be positive, one for each variance",
    ),
    "small_area.no_variance": Words(
        "没有一个单位的方差可供参考", "no unit has a variance to learn from"
    ),
    "small_area.unknown_method": Words(
        "方法“{method}”不存在；可用的有 {known:words}",
        "unknown method {method:quoted}; there are {known:words}",
    ),
    "small_area.shapes": Words(
        "有 {areas} 个单位，方差的形状为 {variances:words}，预测变量为 {predictors:words}",
        "{areas} areas, variances ({variances:words}), predictors ({predictors:words})",
    ),
    "small_area.missing": Words(
        "有的直接估计、方差或预测变量缺失",
        "a direct estimate, variance or predictor is missing",
    ),
    "small_area.variance": Words(
        "第 {area} 个单位的方差不大于零；请先平滑方差",
        "the variance of area {area} is not positive; smooth the variances first",
    ),
    "small_area.predictors": Words(
        "{areas} 个单位有 {predictors} 个预测变量，过多或共线；请去掉几个",
        "{predictors} predictors for {areas} areas, or collinear ones; leave some out",
    ),
}

ERRORS = WEIGHING | CAMPAIGN | ARRAYS
