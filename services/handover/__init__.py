"""Handover: routes a casus to the local field and to partners, and keeps the proof.

Owns: overdrachten with their packages as delivered, and who holds sight of safety (zicht op veiligheid).
Reads: melding-ontvangen, casus-samengevoegd and casus-vernietigd (intake), veiligheidsbeoordeling-afgerond and
dienst-afgerond (triage), casus-afgesloten (monitoring); over HTTP the casus (intake) and the besluit and diensten
(triage).
Publishes: overdracht-aangeboden, overdracht-geaccepteerd, overdracht-geweigerd, eerste-contact-gelegd,
noodtoegang-verleend.
"""
