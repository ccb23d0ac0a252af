"""Files with many meldingen, row by row."""
