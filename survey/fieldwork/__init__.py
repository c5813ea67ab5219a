"""An office runs a campaign: opening, progress, closing."""

__all__ = ["campaigns", "entrances", "invitations", "papers", "sealing"]
