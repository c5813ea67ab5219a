"""What waits for a second person: listed, approved and done, or declined."""

__all__ = ["deeds"]
