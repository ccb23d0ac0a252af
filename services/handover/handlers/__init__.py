"""What handover does: load, decide, save, append, in one transaction."""
