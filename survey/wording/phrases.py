"""Parts of sentences that depend on a value; written ``{value:phrase}`` in a template."""

from survey.wording.words import Words

PHRASES: dict[str, dict[str, Words]] = {
    # Of an organised answering: what was seen (survey.stats.integrity.finding.KINDS).
    "seen": {
        "burst": Words(
            "在{minutes:.0f}分钟内集中提交，平时这段时间约{keep:.0f}份",
            "came in within {minutes:.0f} min (usual: {keep:.0f})",
        ),
        "shared_network": Words("来自同一网络", "came from one network"),
        "shared_device": Words("来自同一台设备", "came from one device"),
        "code_sequence": Words(
            "评议码按发放顺序连号使用", "used invitation codes in the order of issue"
        ),
        "dense_block": Words(
            "来自{keep:.0f}个集中评议该单位的来源",
            "came from {keep:.0f} sources that concentrate on the unit",
        ),
        "coached_pattern": Words(
            "选项如出一辙，按该单位的一般水平约有{keep:.0f}份",
            "are one pattern (the unit's level would explain {keep:.0f})",
        ),
        "coached_group": Words(
            "选法相同，按这类受邀对象评其他单位的情况约有{keep:.0f}份",
            "were ticked in one way (this invited group's answers about other units would explain"
            " {keep:.0f})",
        ),
    },
    # Of captured codes, the most striking sign (survey.stats.integrity.captured_codes).
    "captured": {
        "full": Words("满分答卷多得与其总体水平不相称", "more full marks than its level explains"),
        "careful": Words(
            "接近满分的答卷多得与其总体水平不相称", "more nearly full marks than its level explains"
        ),
        "fast": Words("打高分的答卷答得异常快", "its best sheets were filled in faster"),
        "complete": Words("打高分的答卷异常完整", "its best sheets leave less out"),
        "shared": Words("打高分的答卷多来自同一设备或网络", "its best sheets share sources"),
        "channel": Words(
            "一种发码方式收回的答卷明显好于其他方式",
            "one invited channel is better than the others",
        ),
    },
    # Of a batch of codes (survey.stats.integrity.code_batches.MEASURES).
    "unlike": {
        "share": Words("作答率远高于其他批次", "far more completely than others"),
        "delay": Words("作答远早于其他批次", "far sooner than others"),
        "spread": Words("作答时间远比其他批次集中", "far closer together in time than others"),
        "alike": Words("答案远比其他批次相似", "far more alike than others"),
    },
    "alike": {
        "true": Words("答案几乎相同", "near-identical answers"),
        "false": Words("答案与该单位其他答卷明显不同", "answers unlike the unit's others"),
    },
    "excluded": {
        "true": Words(
            "核查清楚以前，得分不采用公开答卷",
            "they do not count in this score until people have looked into them",
        ),
        "false": Words(
            "按方案仍计入得分，请核查", "they count in this score as the plan says; look into them"
        ),
    },
    "dropped": {
        "empty": Words("没有答卷填{categories:words}", "nobody answered from {categories:words}"),
        "few": Words(
            "这一类单位中填{categories:words}的答卷不足10份",
            "this class of units has fewer than ten answers from {categories:words}",
        ),
        "together": Words("与其他几项无法同时符合", "it cannot be met together with the others"),
    },
    "rater_model": {
        "random": Words("按随机效应模型", "as random effects"),
        "within": Words("按同一人对各单位的打分比较", "by comparing within raters"),
    },
    "combination": {
        "anchored": Words("与受邀答卷比对后合并", "comparison with the invited ones (anchored)"),
        "pooled": Words("与受邀答卷一起加权", "weighting together with the invited ones (pooled)"),
        "chen_li_wu": Words("参评倾向（Chen–Li–Wu）", "Chen-Li-Wu (chen_li_wu)"),
        "elliott_valliant": Words(
            "伪抽样权数（Elliott–Valliant）", "Elliott-Valliant (elliott_valliant)"
        ),
    },
    "nonresponse": {
        "classes": Words("分组", "classes"),
        "propensity": Words("作答倾向", "propensity"),
        "callbacks": Words("催答前后对比", "callbacks"),
        "callbacks_interval": Words("催答前后对比（只放宽区间）", "callbacks, interval alone"),
        "waves_interval": Words("各轮催办对比（不动得分）", "waves of reminders, interval alone"),
    },
    "wave": {
        "1": Words("催答前", "before the reminder"),
        "2": Words("催答后", "after the reminder"),
    },
    "step": {
        "validity_rules": Words("有效性规则", "validity rules"),
        "cap_collusion": Words("疑似有组织填报的处理", "organised answers (cap_collusion)"),
        "weigh_carelessness": Words("敷衍作答的处理", "careless answers (weigh_carelessness)"),
        "limit": Words("公开答卷的影响上限", "limit of open answers (limit)"),
        "nonresponse": Words("未作答的调整", "nonresponse"),
        "small_areas": Words("小样本单位的模型估计", "small areas (small_areas)"),
        "borrowing": Words("各类对象互相借用信息", "groups that borrow (borrowing)"),
        "calibration": Words("按人口校正的办法", "how answers are made those of the population"),
        "leniency": Words("打分偏宽偏严的校正", "leniency"),
    },
    "statistic": {
        "mean": Words("均值", "mean"),
        "total": Words("总量", "total"),
        "ratio": Words("比率", "ratio"),
        "proportion": Words("比例", "proportion"),
        "quantile": Words("分位数", "quantile"),
        "crosswise": Words("交叉提问的比例", "crosswise share"),
    },
}
