"""What is added to a melding after it came in: texts, and files in sealed pieces."""
