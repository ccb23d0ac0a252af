"""Telling the directbetrokkenen, and what the melder hears."""
