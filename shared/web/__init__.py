"""What every door of the house has in common: identity, problems, limits, replays, pages, versions of a record."""
