"""The only place that touches the tables of triage: a dossier is locked before the dienst that follows from it."""
