"""The rules of intake, as values in and decisions out: nothing here reads a clock, a database or a key."""
