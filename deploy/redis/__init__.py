"""What each process may do in Redis."""
