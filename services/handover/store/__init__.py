"""What handover keeps, by subject: the only modules that touch its tables."""
