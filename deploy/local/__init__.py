"""The one-command run: real PostgreSQL, Redis and rooms as plain processes on one machine, without containers."""
