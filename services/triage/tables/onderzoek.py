"""What is done in a dienst: the plan, informants, findings, and why it is late or turned into an onderzoek."""
