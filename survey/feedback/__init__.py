"""A comment is dealt with: verified, assigned, answered, published."""
