"""How triage asks the other rooms: one adapter a room."""
