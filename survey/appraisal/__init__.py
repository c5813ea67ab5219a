"""Answers become a score: loaded, appraised, compared, released, shown."""

__all__ = [
    "anonymity",
    "appeals",
    "callbacks",
    "folder_run",
    "invitations_file",
    "item_results",
    "key_destruction",
    "leaders_approval",
    "listing",
    "load",
    "on_site",
    "record",
    "release",
    "responses_file",
    "review",
    "run",
    "runs",
    "score_document",
    "score_sheet",
    "small_cells",
]
