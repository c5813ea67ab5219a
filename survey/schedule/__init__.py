"""The calendar of a campaign, seen from its data: what is done, what is due, for whom."""

__all__: list[str] = []
