"""Signals to schools, and the proof that they arrived."""
