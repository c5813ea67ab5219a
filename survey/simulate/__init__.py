"""`survey simulate`: counties of known truth, on several processes, as a page."""

__all__: list[str] = []
