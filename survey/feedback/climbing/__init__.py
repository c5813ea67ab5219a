"""A late case climbs by time alone: from its unit to the office, the leading group, the public."""

__all__ = ["climbed", "rates", "rungs"]
