"""The only place that touches the tables of monitoring: facts, projections and what goes out."""
