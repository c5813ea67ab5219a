"""A draft’s plan in the office’s pages: copied, and changed sheet by sheet by several people."""
