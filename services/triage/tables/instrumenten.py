"""How safety is weighed: the answers to an instrument, the estimate per person, who was seen, who decided."""
