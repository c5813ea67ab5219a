"""The steps a score takes: what it is called after each, and what the step does."""

from survey.wording.words import Words

STEPS: dict[str, tuple[Words, Words]] = {
    "returned": (
        Words("原始分", "As returned"),
        Words("收到的答卷每份算一票", "every answer received counts one"),
    ),
    "screened": (
        Words("剔除无效后", "After screening"),
        Words("违反有效性规则的答卷不计", "answers that break a validity rule are left out"),
    ),
    "trusted": (
        Words("疑似组织或敷衍答卷降权后", "After doubtful answers count less"),
        Words(
            "疑似有人组织填报或敷衍作答的答卷按可信程度减少份量",
            "answers that look organised or careless weigh as far as they can be believed",
        ),
    ),
    "responded": (
        Words("按未答人群校正后", "After correcting for silence"),
        Words(
            "受邀而没有作答的人，由情况相近的人代表",
            "people invited who did not answer are stood for by those like them",
        ),
    ),
    "weighted": (
        Words("按人口加权后", "After weighting by population"),
        Words(
            "使答卷的年龄、性别、城乡构成与当地人口一致",
            "so that age, sex and residence of the answers are those of the population",
        ),
    ),
    "lenient": (
        Words("校正打分宽严后", "After correcting for leniency"),
        Words(
            "一人评几个单位的，扣除其个人偏宽或偏严",
            "of people who rated several units, their own leniency is taken out",
        ),
    ),
    "combined": (
        Words("与受邀样本比对合并后", "After comparing with invited answers"),
        Words(
            "公开答卷与受邀答卷一致的部分才计入",
            "open answers count as far as they agree with invited ones",
        ),
    ),
    "limited": (
        Words("限制公开渠道影响后", "After limiting open answers"),
        Words(
            "公开答卷最多只能使得分偏离受邀样本规定的幅度",
            "open answers move the score no further from invited ones than the scheme allows",
        ),
    ),
    "borrowed": (
        Words("各类对象互相借用信息后", "After groups borrowed from one another"),
        Words(
            "各类对象的得分向同一单位的其他对象、同类单位所示靠拢，答卷越少靠拢越多",
            "each group's score is drawn towards what the unit's other groups and other units say,"
            " the more the fewer answers it has",
        ),
    ),
    "assisted": (
        Words("小样本单位借助模型后", "After a model for small samples"),
        Words(
            "答卷少的单位参照同类单位的情况估计",
            "of units with few answers, others of their class help to estimate",
        ),
    ),
}
