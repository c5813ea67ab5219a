"""An office runs a campaign: opening, progress, closing."""

__all__ = [
    "bulletins",
    "campaign_pages",
    "campaigns",
    "closing",
    "counting",
    "days",
    "entrances",
    "explaining",
    "extending",
    "given_county",
    "invitations",
    "loading",
    "once",
    "openable",
    "opening",
    "papers",
    "progress",
    "readiness",
    "reminders",
    "sealing",
]
