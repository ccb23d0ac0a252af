"""Triage: judges the safety behind each melding and does what Veilig Thuis itself takes up.

owns       dossiers (veiligheidsbeoordelingen) and who works on them, handelingen, diensten with all that is done in
           them, informatieverzoeken, verzoeken tot onderzoek, consults, huisverboden, forensic requests, AWARE and
           opschalingen
reads      melding-ontvangen, melding-aangevuld, casus-samengevoegd, casus-gesplitst, casus-vernietigd (intake) ·
           voorwaarde-gevolgd (handover) · monitormoment-afgerond (monitoring)
publishes  acuutcheck-gedaan, veiligheidsbeoordeling-afgerond, veiligheidsbeoordeling-heropend, dienst-gestart,
           dienst-afgerond, handeling-vastgelegd, werk-toegewezen, werk-vrijgegeven, veiligheidscheck-gepland,
           veiligheidscheck-gedaan, informatieverzoek-gedaan, informatieverzoek-afgerond, vertraging-verklaard,
           dienst-omgezet, voorwaarde-gesteld, voorwaarde-nagegaan, verzoek-tot-onderzoek-gedaan,
           verzoek-tot-onderzoek-gemeld, verzoek-tot-onderzoek-beantwoord, consult-vastgelegd,
           forensisch-gevraagd, forensisch-afgerond, huisverbod-gescreend, huisverbod-opgelegd,
           huisverbod-advies-gegeven, huisverbod-verlengd, huisverbod-beeindigd, aware-verleend,
           aware-verlengd, aware-beeindigd, opschaling-gestart, opschaling-beeindigd, actie-afgesproken,
           actie-afgerond, informeren-uitgesteld
"""
