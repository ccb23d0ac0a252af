"""How intake asks the other rooms for their part of a file that somebody may read: one adapter a room."""
