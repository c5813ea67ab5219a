"""`survey weigh`: any survey file becomes weights and estimates."""
