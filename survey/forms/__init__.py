"""The web forms: the questionnaire as residents fill it in, and the office’s own."""
