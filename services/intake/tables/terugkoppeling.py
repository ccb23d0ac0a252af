"""What a melder hears of his melding."""
