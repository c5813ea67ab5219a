"""A county’s scheme: its folder read, checked, and made the Plan the statistics work by."""

__all__ = [
    "campaign_scheme",
    "checks",
    "county",
    "csv_rows",
    "folder",
    "kinds",
    "office",
    "planning",
    "questionnaire",
    "scheme",
    "scoring",
    "scoring_rules",
    "settings",
    "source",
    "stored",
    "workbook",
    "xlsform",
]
