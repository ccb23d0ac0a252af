"""AWARE: the alarm of a victim of stalking, and what is done toward who stalks."""
