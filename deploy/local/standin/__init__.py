"""The outside world of a local run: one server that stands in for the partners that a room speaks to."""
