"""What was taken apart again after it had been one casus."""
