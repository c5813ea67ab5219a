"""What stands above a bulletin, in words that its Word document, its PDF and its page share."""

from survey.fieldwork.bulletins.content import Content

_NUMERALS = "一二三四五六七八九十"


def subject(content: Content, lang: str) -> str:
    """Return what the bulletin is about."""
    title = content.title.text(lang)
    return f"{title}: progress" if lang == "en" else f"{title}进度通报"


def issue_of(content: Content, lang: str) -> str:
    """Return its number."""
    return f"Bulletin No. {content.number}" if lang == "en" else f"第{content.number}期"


def dated(content: Content, lang: str) -> str:
    """Return its day."""
    day = content.day
    return f"{day.day} {day:%B %Y}" if lang == "en" else f"{day.year}年{day.month}月{day.day}日"


def warning(lang: str) -> str:
    """Return what stands above figures that are invented."""
    return "Demonstration: invented answers" if lang == "en" else "演示数据，答卷为模拟产生"


def numbered(place: int, heading: str, lang: str) -> str:
    """Return a heading with its number as documents have it."""
    return f"{place}. {heading}" if lang == "en" else f"{_NUMERALS[place - 1]}、{heading}"
