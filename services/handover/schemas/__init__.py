"""What goes over the wire in handover, by subject."""
