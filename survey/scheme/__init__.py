"""A county’s scheme: its folder read, checked, and made the Plan the statistics work by."""
