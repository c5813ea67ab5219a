"""`survey simulate`: counties of known truth, on several processes, as a page."""
