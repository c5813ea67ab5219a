"""A resident answers: page, intake, receipt."""
