"""Signals in the reference indexes, and the matches that they gave."""
