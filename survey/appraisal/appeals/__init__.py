"""Appeals 申诉: filed by units against a release, computed anew, decided by two, answered."""

__all__ = ["deciding", "kinds", "standing", "weighing_job"]
