"""Forensic medical examination, and referral to the Centrum Seksueel Geweld."""
