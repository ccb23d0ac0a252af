"""What triage decides: the dossier of a melding, the dienst that may follow, and the place of both on the work list."""
