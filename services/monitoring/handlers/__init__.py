"""What monitoring does with a fact, a question or a tick of the clock: load, decide, save, append."""
