"""Measurements of this house, each with the floor of the same machine beside it; run with ``make bench``."""
