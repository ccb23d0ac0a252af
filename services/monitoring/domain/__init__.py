"""What monitoring knows without asking: how facts fold into a casus, its clocks, moments, figures and alerts."""
