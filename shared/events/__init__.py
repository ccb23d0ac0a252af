"""The facts that rooms tell each other: which exist, who tells them, who listens, and what each one holds."""
