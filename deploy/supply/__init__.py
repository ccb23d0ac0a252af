"""What the house is made of and what its text may not hold: the list of parts, the rules, and what proves both."""
