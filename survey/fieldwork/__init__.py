"""An office runs a campaign: opening, progress, closing."""

__all__ = [
    "campaign_pages",
    "campaigns",
    "closing",
    "entrances",
    "extending",
    "given_county",
    "invitations",
    "loading",
    "openable",
    "opening",
    "papers",
    "readiness",
    "sealing",
]
