"""What protects a melder beyond his agreement: marked passages, changes of consent, the list of the unknown."""
