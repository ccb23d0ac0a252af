"""Veiligheidsvoorwaarden as they are followed: their status, and who agrees."""
