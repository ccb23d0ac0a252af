"""What intake does: receive, answer who may ask, gather and merge. Each handler loads, decides, saves and appends."""
