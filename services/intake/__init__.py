"""Intake: receives meldingen and gathers signals into a casus; it never judges.

owns      meldingen, personen, casussen, koppelvoorstellen, adviezen, dossierverzoeken
reads     casus-afgesloten, bewaartermijn-verstreken
publishes melding-ontvangen, advies-gegeven, casus-samengevoegd, dossierverzoek-ontvangen, dossierverzoek-afgehandeld,
          bewaartermijn-vastgesteld, casus-vernietigd
"""
