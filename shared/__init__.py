"""What the four rooms agree on: the rulebook, the facts, and the plumbing under both. No room is imported here."""

import gc

# What a process makes while it starts lives as long as it does: to look through all of it again and again for something
# to throw away took a fifth of every start, and of a door that answers many at once its slowest answers.
gc.set_threshold(50_000, 20, 50)
