"""What of residents' words needs an answer, and what is only counted."""

import re
import unicodedata

from survey.model import CommentKind

COUNTED: tuple[CommentKind, ...] = ("praise", "nothing", "reasons")

_LONGEST_PRAISE = 40
_NOTHING = re.compile(
    r"(?:[0-9]*|(?:(?:暂时|暂|目前)?(?:没有|没|无)(?:什么|任何|其他)?(?:意见|建议|想法|问题|话说)?"
    r"(?:和建议|或建议|建议)?(?:了|的)?)|同上|好|好的|一般|na|no|none|nothing|nocomment|nocomments)"
)
_PRAISING = re.compile(
    r"满意(?!度)|点赞|点个赞|表扬|感谢|谢谢|辛苦|热情|耐心|细致|周到|认真负责|高效|贴心|暖心|优秀"
    r"|不错|真棒|很棒|(?:很|挺|真|非常|都|服务|态度|办得|做得|修|变|越)好|好评|好样"
    r"|(?:办事|效率|速度|办得|处理得|很|挺|真)快|(?:很|真|非常)方便|方便快捷|公平公正"
)
_HARMLESS = re.compile(r"不错|没得说|没话说|不容易|无微不至|没毛病|无可挑剔|不厌其烦|不收礼|不推诿")
# Whatever could be a wish, a fault, a question or a turn of the sentence: then a person reads it.
_DOUBTFUL = re.compile(
    r"不|没|无|未|非|难|差|慢|乱|少|脏|坏|久|贵|缺|缓|拖|等|跑|催|推|堵|臭|漏|破|吵|黑|卡"
    r"|希望|建议|盼|请|望|应|要|需|能否|能不能|可否|何时|什么|怎|哪|吗|呢|为何|谁"
    r"|但|可是|只是|就是|除了|却|虽|如果|要是|才|还|太|又|总|再|越来越|终于"
    r"|官|霸|凶|骂|吼|敷衍|糊弄|过场|形式|红包|关系|收|占"
    r"|问题|意见|投诉|举报|反映|反应|反馈|改|加强|增|延长|提高|整|处理|解决|罚|收费|钱|礼|骗|假|诈"
    r"|[?？]"
)


def kind_of(text: str, reasons: str = "") -> CommentKind:
    """Say what a resident's words are, from the words and the reasons ticked beside them.

    A case is what somebody can answer: a wish, a complaint, a fault reported, in words. What is
    only counted: a ticked reason without a word (nobody can say what happened, and nobody could
    be told; it is counted by unit), praise, and words that say there is nothing to say. A county
    that made cases of these had hundreds of deadlines that nothing could meet, and no eye for
    those that could.

    A complaint that is missed is worse than praise that is read: so words are praise only where
    they are short, praise something, and have no sign of a wish, a fault, a question or a "but",
    and never where a reason for dissatisfaction was ticked too. All words stay listed, and the
    office can take up as a case what this took for praise.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(sign for sign in folded if sign.isalnum())
    if not text.strip():
        return "reasons" if reasons else "nothing"
    if reasons:
        return "case"
    if _NOTHING.fullmatch(plain):
        return "nothing"
    if len(plain) > _LONGEST_PRAISE or not _PRAISING.search(folded):
        return "case"
    return "case" if _DOUBTFUL.search(_HARMLESS.sub("", folded)) else "praise"


def kind_of_case(state: str, text: str, reasons: str) -> CommentKind:
    """Say the same of a stored case: what has been taken up is a case, whatever it says."""
    return kind_of(text, reasons) if state == "opened" else "case"
