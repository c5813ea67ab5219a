"""An office runs a campaign: opening, progress, closing."""

__all__ = ["campaign_pages", "campaigns", "entrances", "invitations", "papers", "sealing"]
