"""Triage: judges the safety behind each melding and does what Veilig Thuis itself takes up.

owns       dossiers (veiligheidsbeoordelingen), handelingen, diensten with their contacten and veiligheidsvoorwaarden
reads      melding-ontvangen, melding-aangevuld, casus-samengevoegd, casus-gesplitst, casus-vernietigd (intake) ·
           monitormoment-afgerond (monitoring)
publishes  acuutcheck-gedaan, veiligheidsbeoordeling-afgerond, veiligheidsbeoordeling-heropend,
           dienst-gestart, dienst-afgerond, handeling-vastgelegd
"""
