"""Handover: routes a casus to the local field and to partners, and keeps the proof.

Owns: overdrachten with their packages as delivered, their talks, how receivers are told of them and who sees to them,
who holds sight of safety (zicht op veiligheid), the plan of a household under an accepted overdracht, with what its
receiver tells of contact and of the veiligheidsvoorwaarden, the interventiepalet: what help there is, what is used of
it, and what is missing, which organisations take part in the chain, and shelter: places, requests and who stays where.
Reads: melding-ontvangen, casus-samengevoegd, casus-gesplitst, casus-vernietigd and bekendmaking-gewijzigd (intake),
veiligheidsbeoordeling-afgerond, dienst-afgerond, voorwaarde-gesteld and voorwaarde-nagegaan (triage), casus-afgesloten
(monitoring); over HTTP the casus, its texts without hidden melders, and in which casussen somebody is known (intake),
and the besluit, diensten and voorwaarden (triage).
Publishes: overdracht-aangeboden, overdracht-geaccepteerd, overdracht-geweigerd, overdracht-ingetrokken,
overdracht-teruggekeerd, teruggave-gevraagd, teruggave-afgewezen, overdracht-teruggegeven, zicht-overgegaan,
overdracht-gesprek-gehouden, eerste-contact-gelegd, noodtoegang-verleend, plan-gestart, planfase-gewijzigd,
plan-geevalueerd, plan-beeindigd, planactie-afgesproken, planactie-afgerond, contactpoging-gedaan, voorwaarde-gevolgd,
inzet-gevraagd, inzet-gestart, inzet-geweigerd, inzet-beeindigd, lacune-vastgesteld, opvang-aangevraagd,
opvang-geplaatst, opvang-klaargemeld, opvang-geweigerd, opvang-beeindigd, traumascreening-gedaan, plan-overgegaan,
levering-voorgelegd, levering-hervat, levering-afgerond, navraag-gesteld,
navraag-afgerond.
"""
