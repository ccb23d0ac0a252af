"""By what people are found again, beside the exact keys: the keys of the scored comparison."""
