"""Who works on what: owners of open work, and when safety is looked at next."""
