"""Intake: receives meldingen and gathers signals into a casus; it never judges.

owns      meldingen, personen, casussen, koppelvoorstellen, adviezen
reads     casus-afgesloten
publishes melding-ontvangen, advies-gegeven, casus-samengevoegd
"""
