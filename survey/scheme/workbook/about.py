"""The sheet that explains a workbook to whoever fills it in."""

from __future__ import annotations

from survey.scheme.workbook.sheets import ABOUT, SHEETS, Rows

_LINES = (
    (
        "怎样填",
        (
            "每张工作表就是评议活动的一部分。照着已填的内容改成本县的，存盘后在“载入新的评议活动”"
            "页上传。任何一处不对，会按工作表、行、列一次列出，什么也不保存。"
        ),
        (
            "Each sheet is one part of a campaign. Change what stands there into your own, save,"
            " and give the file on the page for a new campaign. Every fault is named by sheet, row"
            " and column, all at once, and nothing is stored."
        ),
    ),
    (
        "先改这些",
        (
            "“方案”中的 campaign.id（新的编号）、名称和起止日期；真实的县把 county.fictional 改为"
            " false。单位代码在本系统中只能属于一个单位。"
        ),
        (
            "First, in 方案: campaign.id (a new one), the titles and the period; for a real county"
            " say false for county.fictional. A unit's code belongs to one body in an installation."
        ),
    ),
    (
        "表头和顺序",
        (
            "表头最后的英文名是程序认的名称，请不要改；列和行的顺序可以改，空行可以留。"
            "另需记事的，加一列“备注”。"
        ),
        (
            "The name at the end of a heading is what the column is read by: leave it. Columns and"
            " rows may be moved, blank rows stay. For remarks of your own add a column 备注."
        ),
    ),
    (
        "不填",
        "选填的一项空着，就按“不填则为”一列办；英文可以不填，以中文代替。写 null 表示写明没有值。",
        (
            "An optional setting left empty is what its default column says. English may be left"
            " out; Chinese then stands for it. null says outright that there is no value."
        ),
    ),
    (
        "编码和日期",
        (
            "所有单元格已设为“文本”，12位、18位编码请粘贴为文本；已变成科学记数法的编码会被退回，"
            "不会猜测。日期写 2026-12-01 或 2026/12/1 都可以。"
        ),
        (
            "All cells are text: paste codes of 12 or 18 digits as text. A code that lost digits is"
            " refused, never guessed. A day may be 2026-12-01 or 2026/12/1."
        ),
    ),
    (
        "一格几项",
        "“每行一项”的，在格内按 Alt+Enter 换行；选项写成：值 | 中文 | 英文。",
        (
            "Where it says one a line, break lines by Alt+Enter; an option is a line of its value,"
            " Chinese and English: value | Chinese | English."
        ),
    ),
    (
        "请不要",
        "合并单元格、隐藏工作表、另加工作表（名为“备注”的除外）。",
        "No merged cells, no hidden sheets, no sheets besides (but one named 备注).",
    ),
)


def about_rows() -> Rows:
    """Return what explains the workbook, and the list of its sheets."""
    listed = [[sheet.name, f"工作表“{sheet.name}”", sheet.en] for sheet in SHEETS]
    return [[ABOUT, "中文", "English"], *(list(line) for line in _LINES), *listed]
