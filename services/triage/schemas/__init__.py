"""What triage says and hears over the wire."""
