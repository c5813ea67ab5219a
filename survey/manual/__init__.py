"""The office’s manual, read inside the program and in docs/: chapters in both languages."""

__all__: list[str] = []
