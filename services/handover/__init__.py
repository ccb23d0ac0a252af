"""Handover: routes a casus to the local field and to partners, and keeps the proof.

Owns: overdrachten with their packages as delivered and who of a receiver sees to them, and who holds sight of safety
(zicht op veiligheid).
Reads: melding-ontvangen, casus-samengevoegd, casus-gesplitst, casus-vernietigd and bekendmaking-gewijzigd (intake),
veiligheidsbeoordeling-afgerond and dienst-afgerond (triage), casus-afgesloten (monitoring); over HTTP the casus, and
its texts without hidden melders (intake), and the besluit and diensten (triage).
Publishes: overdracht-aangeboden, overdracht-geaccepteerd, overdracht-geweigerd, overdracht-ingetrokken,
overdracht-teruggekeerd, teruggave-gevraagd, teruggave-afgewezen, overdracht-teruggegeven, zicht-overgegaan,
eerste-contact-gelegd, noodtoegang-verleend.
"""
