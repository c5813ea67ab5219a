"""An office runs a campaign: opening, progress, closing."""
