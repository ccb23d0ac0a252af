"""What an overdracht may go through, and who holds sight of safety: pure values, no I/O."""
