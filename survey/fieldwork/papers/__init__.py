"""What is printed or sent: posters, cards, letters, messages, lists of codes."""

__all__ = [
    "bulletin_pdf",
    "font",
    "formulas",
    "poster_pdf",
    "printing",
    "silent_posters",
    "typesetting",
    "withdrawing",
]
