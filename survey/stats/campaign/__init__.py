"""One campaign as data: its plan, its answers, its domains, its figures."""
