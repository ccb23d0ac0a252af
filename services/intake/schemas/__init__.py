"""What intake says and hears over the wire."""
