"""How well people are found again: a made corpus with planted errors, measured with and without PostgreSQL."""
