"""How handover asks the other rooms for the parts of a package: one adapter a room."""
