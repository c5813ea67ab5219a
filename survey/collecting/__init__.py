"""Answers from telephone and paper come in: from files, by the one intake."""

__all__: list[str] = []
