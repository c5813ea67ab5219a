"""What invited answers hold: firm groups, bounded units, and who may be ranked."""
