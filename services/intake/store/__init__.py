"""The only place that touches the tables of intake, and that seals and opens what stands in them."""
