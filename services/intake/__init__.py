"""Intake: receives meldingen and gathers signals into a casus; it never judges.

owns      meldingen with their aanvullingen and bijlagen, importen, personen, casussen, koppelvoorstellen, adviezen,
          dossierverzoeken, terugkoppelingen, signalen and their matches, the signals to schools of Handle with Care
reads     melding-ontvangen (its own), casus-afgesloten, bewaartermijn-verstreken, veiligheidsbeoordeling-afgerond,
          dienst-afgerond, overdracht-geaccepteerd, zicht-overgegaan
publishes melding-ontvangen, melding-aangevuld, advies-gegeven, advies-omgezet, casus-samengevoegd, casus-gesplitst,
          dossierverzoek-ontvangen, dossierverzoek-afgehandeld, bewaartermijn-vastgesteld, casus-vernietigd,
          dubbel-anoniem-ontvangen, dubbel-anoniem-besloten, bekendmaking-gewijzigd, terugkoppeling-gegeven,
          signaal-geplaatst, match-ontvangen, handle-with-care-gestart, handle-with-care-afgeleverd,
          handle-with-care-vervallen, handle-with-care-niet-afgeleverd
"""
