"""What is computed: numpy and scipy in, figures out; no clock, no files, no web."""
