"""What monitoring says and hears over the wire."""
