"""What triage does with what comes in: load, decide, save, append, each time in one transaction."""
