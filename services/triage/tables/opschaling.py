"""Scaling up: tables and centres where partners decide together, and what each of them will do."""
