"""What the four rooms agree on: the rulebook, the facts, and the plumbing under both. No room is imported here."""
